"""The form of a data set's elements: a nest of tuples and dicts with a TensorSpec at each leaf. A list is a tensor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...graph import DTypeError, Tensor, TensorShape, TensorSpec, as_dtype, as_shape
from ...graph.body import Body, BodyGraph
from ...graph.default import current_graph
from ...ops.pipelines import shape_text
from .. import nest
from ..build import tensor_of


class Structured:
    """What has elements of one form: a data set, an iterator."""

    _structure: Any

    @property
    def output_types(self) -> Any:
        """The dtypes of an element's tensors, as a nest like an element."""
        return nest.map_structure(lambda leaf: leaf.dtype, self._structure)

    @property
    def output_shapes(self) -> Any:
        """The shapes of an element's tensors, as a nest like an element."""
        return nest.map_structure(lambda leaf: leaf.shape, self._structure)

    @property
    def output_classes(self) -> Any:
        """The class of an element's tensors, as a nest like an element."""
        return nest.map_structure(lambda leaf: Tensor, self._structure)

    @property
    def element_spec(self) -> Any:
        """Dtype and shape of an element's tensors, as a nest like an element."""
        return self._structure


def as_tensors(value: Any) -> Any:
    """A nest of what a program gives as a nest of tensors; lists become tensors."""
    if isinstance(value, Mapping):
        return type(value)((key, as_tensors(item)) for key, item in value.items())  # type: ignore[call-arg]
    if isinstance(value, tuple):
        items = [as_tensors(item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    return tensor_of(value)


def structure_of(tensors: Any) -> Any:
    """The specs of a nest of tensors."""
    return nest.map_structure(lambda tensor: TensorSpec(tensor.dtype, tensor.shape), tensors)


def typed_structure(types: Any, shapes: Any = None) -> Any:
    """The form with these dtypes, and these shapes: a nest like that of the dtypes, or None where none is known."""
    if isinstance(types, Mapping):
        keys = {key: typed_structure(types[key], None if shapes is None else shapes[key]) for key in types}
        return type(types)(keys)  # type: ignore[call-arg]
    if isinstance(types, tuple):
        given = [None] * len(types) if shapes is None else list(shapes)
        items = [typed_structure(one, other) for one, other in zip(types, given, strict=True)]
        return type(types)(*items) if hasattr(types, "_fields") else tuple(items)
    return TensorSpec(as_dtype(types), TensorShape(None) if shapes is None else as_shape(shapes))


def leaf_attributes(structure: Any) -> dict[str, Any]:
    """The attributes that tell an operation of a form's leaves."""
    leaves = nest.flatten(structure)
    return {
        "dtypes": ", ".join(leaf.dtype.name for leaf in leaves),
        "shapes": "; ".join(shape_text(leaf.shape) for leaf in leaves),
    }


def map_shapes(structure: Any, change: Callable[[TensorShape], TensorShape]) -> Any:
    """The form with other shapes at its leaves."""
    return nest.map_structure(lambda leaf: TensorSpec(leaf.dtype, change(leaf.shape)), structure)


def general(first: Any, second: Any) -> Any:
    """The form that the elements of two data sets have. Raises TypeError where their dtypes differ."""
    return nest.map_structure(_general_leaf, first, second)


def _general_leaf(first: TensorSpec, second: TensorSpec) -> TensorSpec:
    if first.dtype is not second.dtype:
        raise TypeError(
            f"Two datasets to concatenate have different types {first.dtype!r} and {second.dtype!r}; put a cast into "
            "one with map."
        )
    a, b = first.shape.dims, second.shape.dims
    if a is None or b is None or len(a) != len(b):
        return TensorSpec(first.dtype)
    return TensorSpec(first.dtype, TensorShape(x if x == y else None for x, y in zip(a, b, strict=True)))


def refuse_other(wanted: Any, found: Any) -> None:
    """Raises TypeError or ValueError unless an iterator for one form can read elements of another."""
    for one, other in zip(nest.flatten(wanted), nest.flatten(found), strict=False):
        if one.dtype is not other.dtype:
            raise TypeError(
                f"Expected output types {nest.map_structure(lambda leaf: leaf.dtype, wanted)!r} but got dataset with "
                f"output types {nest.map_structure(lambda leaf: leaf.dtype, found)!r}."
            )
        if not one.shape.is_compatible_with(other.shape):
            raise TypeError(
                f"Expected output shapes compatible with {one.shape} but got dataset with output shapes {other.shape}."
            )
    nest.assert_same_structure(wanted, found)


def arguments_of(element: Any) -> Sequence[Any]:
    """What a function of elements is called with: the parts of a tuple, or the element."""
    return element if type(element) is tuple else (element,)


def body_for(outer: Tensor, structures: Sequence[Any], function: Callable[..., Any]) -> tuple[Body, list[Tensor], Any]:
    """The graph of a function of elements: the body, what it captured, and what the function returned as tensors.

    A data set that the function returns stays as it is.
    """
    graph = BodyGraph(current_graph(outer))
    with graph.as_default():
        inputs, elements = [], []
        for structure in structures:
            leaves = [graph.input(leaf, "element") for leaf in nest.flatten(structure)]
            inputs += leaves
            elements.append(nest.pack_sequence_as(structure, leaves))
        arguments = arguments_of(elements[0]) if len(elements) == 1 else elements
        returned = function(*arguments)
        if isinstance(returned, list):  # as TensorFlow: rather several tensors, as of py_func, than one to be stacked
            returned = tuple(returned)
        if hasattr(returned, "_variant_tensor"):
            result: Any = returned
            outputs = [returned._variant_tensor]
        else:
            try:
                result = as_tensors(returned)
            except DTypeError as error:
                raise TypeError(
                    f"Unsupported return value from function passed to Dataset.map(): {returned!r}. {error.message}"
                ) from None
            outputs = nest.flatten(result)
        taken = [graph.apply("Identity", tensor) if tensor.op.type == "Placeholder" else tensor for tensor in outputs]
        body = graph.body(inputs, taken)
    if graph.changed:
        names = ", ".join(variable.op.name for variable in graph.changed)
        raise ValueError(f"A function of a data set cannot change variables, but this one changes {names}.")
    return body, list(graph.captured), result
