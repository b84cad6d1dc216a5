"""Making variables that are shared by their names, and finding them again."""

from __future__ import annotations

import enum
from typing import Any

from ..graph import DType, Graph, TensorShape, Variable, as_dtype, as_shape, float32, get_default_graph
from ..graph.convert import holds_tensors
from .build import is_tensor
from .scopes import GraphKeys


class _ReuseMode(enum.Enum):
    AUTO_REUSE = 1


#: Shares a variable that exists, and makes one that does not.
AUTO_REUSE = _ReuseMode.AUTO_REUSE
_SHARING = (True, AUTO_REUSE)


def is_constant(initializer: Any) -> bool:
    """Whether variables begin with this very value: a number, an array or a list of numbers."""
    if initializer is None or callable(initializer):
        return False
    return not (isinstance(initializer, list | tuple) and holds_tensors(initializer))


def shared_variable(
    variables: dict[str, Variable],
    name: str,
    shape: Any = None,
    dtype: Any = float32,
    initializer: Any = None,
    regularizer: Any = None,
    reuse: Any = None,
    trainable: bool | None = None,
    collections: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: bool | None = None,
    constraint: Any = None,
    synchronization: Any = None,
    aggregation: Any = None,
) -> Variable:
    """The variable with this whole name, one of ``variables`` or a new one of them.

    ``custom_getter`` functions call it last. Raises ValueError where ``reuse`` forbids the one or the other.
    """
    graph = get_default_graph().outermost
    wanted = as_dtype(dtype)
    if name in variables:
        return _checked(variables[name], name, shape, wanted, reuse)
    if reuse is True:
        raise ValueError(
            f"Variable {name} does not exist, or was not created with tf.get_variable(). Did you mean to set "
            "reuse=tf.AUTO_REUSE in VarScope?"
        )
    with graph.as_default():
        variables[name] = variable = Variable(
            _initial_value(graph, name, shape, wanted, initializer),
            trainable=trainable,
            collections=collections,
            validate_shape=validate_shape,
            name=name,
            dtype=wanted,
            constraint=constraint,
            shape=None if shape is None else as_shape(shape),
        )
        if regularizer is not None:
            with graph.name_scope(f"{name}/Regularizer/"):
                loss = regularizer(variable.value())
            if loss is not None:
                graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)
    return variable


def _checked(variable: Variable, name: str, shape: Any, dtype: DType, reuse: Any) -> Variable:
    """A variable that exists. Raises ValueError when it may not be shared, or is another than is asked for."""
    if reuse not in _SHARING:
        place = variable.op.place_in_program
        raise ValueError(
            f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in "
            f"VarScope?{place and f' It was {place}.'}"
        )
    if shape is not None and not as_shape(shape).is_compatible_with(variable.shape):
        raise ValueError(
            f"Trying to share variable {name}, but specified shape {as_shape(shape)} and found shape {variable.shape}. "
            "Ask for the shape it has, or give the variable another name."
        )
    if variable.dtype != dtype:
        found = "?" if variable.dtype is None else variable.dtype.name
        raise ValueError(
            f"Trying to share variable {name}, but specified dtype {dtype.name} and found dtype {found}. "
            "Ask for the dtype it has, or give the variable another name."
        )
    return variable


def _initial_value(graph: Graph, name: str, shape: Any, dtype: DType, initializer: Any) -> Any:
    """What a new variable begins with. Raises ValueError where that cannot be known."""
    if initializer is None:
        if shape is None:
            raise ValueError(
                f"Variable {name} did not get an initializer, so its `shape` argument must be specified. "
                f"{_no_shape(name, None)}"
            )
        initializer = _default_initializer(name, dtype)
    if isinstance(initializer, type):
        initializer = initializer()
    if is_tensor(initializer) or not callable(initializer):
        if shape is not None and is_tensor(initializer):
            raise ValueError(
                "If initializer is a constant, do not specify shape. It is that of the initializer; leave it out."
            )
        return initializer
    sizes = None if shape is None else as_shape(shape)
    with graph.control_dependencies(None), graph.name_scope(f"{name}/Initializer/"):
        if sizes is None:
            if hasattr(initializer, "get_config"):
                raise _no_shape(name, sizes)
            return initializer()
        if not sizes.is_known:
            raise _no_shape(name, sizes)
        return initializer(sizes.as_list(), dtype=dtype)


def _no_shape(name: str, sizes: TensorShape | None) -> ValueError:
    found = "<unknown>" if sizes is None else str(sizes)
    return ValueError(
        f"Shape of a new variable ({name}) must be fully defined, but instead was {found}. Give it a shape of numbers."
    )


def _default_initializer(name: str, dtype: DType) -> Any:
    from . import initializers

    if dtype.is_floating:
        return initializers.glorot_uniform_initializer()
    if dtype.is_integer or dtype.is_bool:
        return initializers.zeros_initializer()
    raise ValueError(f"An initializer for variable {name} of {dtype.name} is required. Give one.")
