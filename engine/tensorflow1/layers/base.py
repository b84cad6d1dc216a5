"""What all layers have in common: a scope of their own, variables that are made at the first call and shared later."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ...graph import Tensor, TensorShape, Variable, as_dtype, float32, get_default_graph
from ...graph.convert import as_output
from ...graph.default import current_graph
from ..build import apply, is_tensor
from ..control_flow import cond
from ..scopes import GraphKeys, add_to_collection, name_scope
from ..variable_scope import VariableScope, get_variable, variable_scope

__all__ = ["Layer"]


class Layer:
    """A function with variables of its own, in a scope that is called after it.

    A subclass makes its variables in ``build(input_shape)`` with :meth:`add_weight`, and computes in
    ``call(inputs, …)``. Calling the layer again shares the variables.
    """

    def __init__(
        self,
        trainable: bool = True,
        name: Any = None,
        dtype: Any = None,
        activity_regularizer: Any = None,
        **kwargs: Any,
    ) -> None:
        self._reuse = kwargs.pop("_reuse", None)
        scope = kwargs.pop("_scope", None)
        kwargs.pop("input_shape", None)
        if kwargs:
            raise TypeError(f"Keyword argument not understood: {next(iter(kwargs))!r}; leave it out.")
        self.trainable = trainable
        self.built = False
        self.dtype: Any = None if dtype is None else as_dtype(dtype)
        self._base_name = name.name if isinstance(name, VariableScope) else name or _snake_case(type(self).__name__)
        self._name = self._base_name if name else _numbered(self._base_name)
        self._activity_regularizer = activity_regularizer
        self._variables: list[Any] = []
        self._losses: list[Tensor] = []
        self._updates: list[Any] = []
        self._scope: VariableScope | None = None
        if scope:
            with variable_scope(scope) as captured:
                self._scope = captured

    # --- for programs ----------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return str(self._name)

    @property
    def scope_name(self) -> str:
        """The variable scope of the layer. Raises ValueError before the first call."""
        if self._scope is None:
            raise ValueError(
                f'No name available for layer scope because the layer "{self.name}" has not been used yet.'
            )
        return self._scope.name

    @property
    def graph(self) -> Any:
        return get_default_graph().outermost

    @property
    def variables(self) -> list[Any]:
        """The layer's variables, the trained ones first."""
        return [*self.trainable_variables, *self.non_trainable_variables]

    weights = variables

    @property
    def trainable_variables(self) -> list[Any]:
        return [variable for variable in self._variables if self.trainable and variable.trainable]

    trainable_weights = trainable_variables

    @property
    def non_trainable_variables(self) -> list[Any]:
        return [variable for variable in self._variables if not (self.trainable and variable.trainable)]

    non_trainable_weights = non_trainable_variables

    @property
    def losses(self) -> list[Tensor]:
        """What regularizers made of the layer's variables and results."""
        return list(self._losses)

    @property
    def updates(self) -> list[Any]:
        """The operations that a training step has to run besides the optimizer's."""
        return list(self._updates)

    def count_params(self) -> int:
        """How many numbers the layer's variables hold."""
        return sum(variable.shape.num_elements() or 0 for variable in self._variables)

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """What the layer computes of ``inputs``."""
        given = kwargs.pop("scope", None)
        inputs = _tensors(inputs)
        first = next(_flat(inputs), None)
        graph = current_graph(first) if first is not None else get_default_graph()
        with graph.as_default():
            self._set_scope(given)
            assert self._scope is not None
            if self.dtype is None:
                self.dtype = getattr(first, "dtype", None) or float32
            reuse = True if self.built else self._reuse
            with (
                variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False),
                name_scope(self._scope.original_name_scope or None),
            ):
                self._check_inputs(first)
                if not self.built:
                    self.build(_shapes(inputs))
                    self.built = True
                outputs = self.call(inputs, *args, **kwargs)
                self._regularize_outputs(outputs)
        return outputs

    def apply(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The same as calling the layer."""
        return self(inputs, *args, **kwargs)

    # --- for subclasses --------------------------------------------------------------------------------------------

    def build(self, input_shape: Any) -> None:
        """Makes the layer's variables, for inputs of this shape."""
        self.built = True

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Computes the layer's result."""
        return inputs

    def add_weight(
        self,
        name: str,
        shape: Any,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool | None = None,
        constraint: Any = None,
        use_resource: bool | None = None,
        synchronization: Any = None,
        aggregation: Any = None,
        partitioner: Any = None,
    ) -> Any:
        """A variable of the layer: a new one, or, where the scope shares, the one that is there."""
        before = len(self.graph.get_collection(GraphKeys.REGULARIZATION_LOSSES))
        with get_default_graph().outermost.as_default():
            variable = get_variable(
                name,
                shape=shape,
                dtype=dtype or self.dtype or float32,
                initializer=initializer,
                regularizer=regularizer,
                trainable=self.trainable and trainable is not False,
                constraint=constraint,
            )
        self._losses += self.graph.get_collection(GraphKeys.REGULARIZATION_LOSSES)[before:]
        self._variables.append(variable)
        return variable

    add_variable = add_weight

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Adds losses to the layer's and to the collection "regularization_losses"."""
        for loss in losses if isinstance(losses, list | tuple) else [losses]:
            self._losses.append(loss)
            add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Adds operations to the layer's updates and to the collection "update_ops"."""
        for update in updates if isinstance(updates, list | tuple) else [updates]:
            operation = getattr(update, "op", update)
            self._updates.append(operation)
            if self.update_collection is not None:
                add_to_collection(self.update_collection, operation)

    #: The collection that updates join; None for none.
    update_collection: Any = GraphKeys.UPDATE_OPS
    #: How many axes the inputs have, and at least have; None for any number.
    ndim: int | None = None
    min_ndim: int | None = None
    #: The axes of the inputs whose sizes the layer was built for.
    fixed_axes: dict[int, int]

    def _check_inputs(self, first: Any) -> None:
        """Raises ValueError for inputs that the layer cannot take."""
        shape = first.shape if isinstance(first, Tensor) else TensorShape(None)
        if shape.rank is None:
            if self.ndim is not None or self.min_ndim is not None:
                raise ValueError(
                    f"Input 0 of layer {self.name} is incompatible with the layer: its rank is undefined, but the "
                    "layer requires a defined rank. Give the input a shape, with set_shape or tf.reshape."
                )
            return
        begin = f"Input 0 of layer {self.name} is incompatible with the layer: "
        sizes = shape.as_list()
        if self.ndim is not None and shape.rank != self.ndim:
            raise ValueError(f"{begin}expected ndim={self.ndim}, found ndim={shape.rank}. Full shape received: {sizes}")
        if self.min_ndim is not None and shape.rank < self.min_ndim:
            raise ValueError(
                f"{begin}: expected min_ndim={self.min_ndim}, found ndim={shape.rank}. Full shape received: {sizes}"
            )
        for axis, size in getattr(self, "fixed_axes", {}).items():
            if sizes[axis] not in (None, size):
                raise ValueError(
                    f"{begin}expected axis {axis} of input shape to have value {size} but received input with shape "
                    f"{sizes}"
                )

    def _regularize_outputs(self, outputs: Any) -> None:
        if self._activity_regularizer is None:
            return
        with name_scope("ActivityRegularizer"):
            for output in _flat(outputs):
                loss = self._activity_regularizer(output)
                batch = apply("Cast", apply("Shape", output)[0], dtype=loss.dtype)
                self.add_loss(loss / batch)

    def _set_scope(self, given: Any) -> None:
        if self._scope is not None:
            return
        if self._reuse:
            block = variable_scope(self._base_name if given is None else given)
        else:
            block = variable_scope(given, default_name=self._base_name)
        with block as captured:
            self._scope = captured

    def __repr__(self) -> str:
        return f"<tf.layers.{type(self).__name__} {self.name!r}>"


def channels_axis(data_format: str) -> int:
    """The axis of the channels. Raises ValueError for a layout that there is not."""
    chosen = {"channels_last": -1, "channels_first": 1}.get(str(data_format).lower())
    if chosen is None:
        raise ValueError(
            f'The `data_format` argument must be one of "channels_first", "channels_last". Received: {data_format}'
        )
    return chosen


def known_size(shape: TensorShape, axis: int, layer: str, what: str) -> int:
    """A size of the inputs that a variable's shape needs. Raises ValueError while it is not known."""
    size = None if shape.dims is None else shape.as_list()[axis]
    if size is None:
        raise ValueError(
            f"The {what} of the inputs to `{layer}` should be defined. Found `None`. Give the input a shape, with "
            "set_shape or tf.reshape."
        )
    return size


def choose(condition: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """One of two branches: at once where the condition is known, in each run where it is a tensor."""
    if isinstance(condition, Variable):
        condition = condition.value()
    if not isinstance(condition, Tensor):
        return true_fn() if condition else false_fn()
    if condition.op.type == "Constant":
        return true_fn() if condition.op.attributes["value"].all() else false_fn()
    if condition.dtype is not None and not condition.dtype.is_bool:
        condition = apply("Cast", condition, dtype="bool")
    return cond(condition, true_fn, false_fn)


def numbers(value: Any, count: int, name: str) -> tuple[int, ...]:
    """``count`` whole numbers from one, or from as many. Raises ValueError for anything else."""
    values: Any = value.as_list() if isinstance(value, TensorShape) else value
    try:
        sizes = tuple(int(size) for size in values) if hasattr(values, "__iter__") else (int(values),) * count
    except (TypeError, ValueError):
        sizes = ()
    if len(sizes) != count:
        raise ValueError(f"The `{name}` argument must be a tuple of {count} integers. Received: {value}")
    return sizes


def _tensors(inputs: Any) -> Any:
    """Inputs with arrays and numbers as tensors; a list of tensors stays a list."""
    if isinstance(inputs, dict):
        return {key: _tensors(value) for key, value in inputs.items()}
    if isinstance(inputs, list | tuple) and any(is_tensor(item) for item in inputs):
        if hasattr(inputs, "_fields"):
            return type(inputs)(*[_tensors(item) for item in inputs])
        return type(inputs)([_tensors(item) for item in inputs])
    if inputs is None or isinstance(inputs, Tensor):
        return inputs
    if isinstance(inputs, Variable):
        return inputs.value()
    return as_output(get_default_graph(), inputs)


def _flat(nest: Any) -> Iterator[Any]:
    if isinstance(nest, dict):
        nest = list(nest.values())
    for item in nest if isinstance(nest, list | tuple) else [nest]:
        if isinstance(item, list | tuple | dict):
            yield from _flat(item)
        elif item is not None:
            yield item


def _shapes(inputs: Any) -> Any:
    if isinstance(inputs, list | tuple):
        return [_shapes(item) for item in inputs]
    return inputs.shape if isinstance(inputs, Tensor) else TensorShape(None)


def _snake_case(name: str) -> str:
    """``MaxPooling2D`` as ``max_pooling2d``."""
    words = re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", name)).lower()
    return f"private{words}" if words.startswith("_") else words


def _numbered(base: str) -> str:
    """The name of a layer: ``dense``, then ``dense_1``, in the default graph."""
    counts: list[dict[str, int]] = get_default_graph().outermost.get_collection_ref(("__layer_names",))
    if not counts:
        counts.append({})
    number = counts[0].get(base, 0)
    counts[0][base] = number + 1
    return f"{base}_{number}" if number else base
