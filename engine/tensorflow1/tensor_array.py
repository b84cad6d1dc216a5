"""``tf.TensorArray``: tensors that are written one by one, in loops above all, and then stacked."""

from __future__ import annotations

from typing import Any

from ..graph import DType, Operation, Tensor, TensorShape, as_dtype, as_shape, get_default_graph
from .build import apply, create, is_tensor, tensor_of

__all__ = ["TensorArray"]


class TensorArray:
    """An array of tensors of one dtype and shape.

    Each change gives a new TensorArray, which stands for the array after it; what ``tf.while_loop`` hands on from
    iteration to iteration may be one. Unlike in TensorFlow an element may be read more than once, whatever
    ``clear_after_read`` says, and one that was not written reads as zeros.
    """

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Tensor | None = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        if handle is not None and size is not None:
            raise ValueError("Cannot provide both a handle and size at the same time; leave one out.")
        if handle is None and flow is None and size is None:
            raise ValueError("Size must be provided if handle is not provided: say how many elements there are.")
        self._dtype = as_dtype(dtype)
        self._grows = bool(dynamic_size)
        shape = TensorShape(None) if element_shape is None else as_shape(element_shape)
        #: What is known of the shape of an element: one list for all that stand for the same array.
        self._element = [shape]
        #: How many elements there are, where that is known when the graph is built.
        self._length: int | None = None
        if flow is None and handle is not None:
            flow = handle
        if flow is None:
            attributes = {"dtype": self._dtype, "element_shape": shape}
            length = tensor_of(size)
            flow = create("TensorArray", {"size": length}, attributes, name or tensor_array_name).output
            self._length = length.spec.value[0] if length.spec.value and not self._grows else None
        self._flow = flow

    def with_flow(self, flow: Tensor) -> TensorArray:
        """The same array in the state that ``flow`` holds."""
        changed = TensorArray.__new__(TensorArray)
        changed._dtype, changed._grows, changed._element = self._dtype, self._grows, self._element
        changed._flow, changed._length = flow, self._length
        return changed

    @property
    def dtype(self) -> DType:
        return self._dtype

    @property
    def flow(self) -> Tensor:
        """The tensor that holds the elements, along its first axis."""
        return self._flow

    @property
    def handle(self) -> Tensor:
        return self._flow

    @property
    def dynamic_size(self) -> bool:
        """Whether writing behind the end makes the array longer."""
        return self._grows

    @property
    def element_shape(self) -> TensorShape:
        """What is known of the shape of an element."""
        return self._element[0]

    def identity(self) -> TensorArray:
        """The same array, after what stands in ``control_dependencies`` around this."""
        return self.with_flow(apply("Identity", self._flow))

    def grad(self, source: str, flow: Any = None, name: str | None = None) -> TensorArray:
        """Raises NotImplementedError: ``tf.gradients`` leads through arrays by itself."""
        raise NotImplementedError("TensorArray.grad is not there: call tf.gradients, which leads through the array.")

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """The element with this number."""
        return self._with_element_shape(apply("Gather", self._flow, index, name=name, base_name="TensorArrayReadV3"))

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """The array with ``value`` as the element with this number.

        Raises ValueError for a value whose shape is not that of the elements, InvalidArgumentError at run time for a
        number behind the end of an array that does not grow.
        """
        tensor = tensor_of(value, None if is_tensor(value) else self._dtype)
        self._merge(tensor.shape)
        return self._written(index, tensor, name)

    def _written(self, index: Any, value: Tensor, name: str | None) -> TensorArray:
        inputs = {"flow": self._flow, "index": tensor_of(index), "value": value}
        return self.with_flow(create("TensorArrayWrite", inputs, {"grows": self._grows}, name).output)

    def stack(self, name: str | None = None) -> Tensor:
        """All elements as one tensor, along a new first axis."""
        return self._rows(apply("Identity", self._flow, name=name, base_name="TensorArrayStack"), self._length)

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """The elements with these numbers as one tensor, along a new first axis."""
        return self._rows(apply("Gather", self._flow, indices, name=name, base_name="TensorArrayGatherV3"))

    def concat(self, name: str | None = None) -> Tensor:
        """All elements as one tensor, along their own first axis."""
        from .arrays import concat, shape

        sizes = shape(self._flow)
        joined = concat([[-1], sizes[2:]], 0)
        result = apply("Reshape", self._flow, joined, name=name, base_name="TensorArrayConcatV3")
        if self.element_shape.dims is not None:
            result.set_shape([None, *self.element_shape.dims[1:]])
        return result

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """The array with the parts of ``value`` along its first axis as its elements."""
        tensor = tensor_of(value, None if is_tensor(value) else self._dtype)
        if tensor.shape.rank == 0:
            raise ValueError("A scalar has no parts to unstack; give a tensor with a first axis.")
        if tensor.dtype is not self._dtype:
            raise TypeError(
                f"The TensorArray is {self._dtype.name}, but the value is of another dtype; put a Cast before it."
            )
        if tensor.shape.dims is not None:
            self._merge(tensor.shape[1:])
        taken = self.with_flow(apply("Identity", tensor, name=name, base_name="TensorArrayUnstack"))
        taken._length = None if tensor.shape.dims is None else tensor.shape.dims[0]
        return taken

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """The array with the parts of ``value`` along its first axis as the elements with these numbers."""
        tensor = tensor_of(value, None if is_tensor(value) else self._dtype)
        if tensor.shape.dims is not None:
            self._merge(tensor.shape[1:])
        return self._written(indices, tensor, name)

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """The array with pieces of ``value`` along its first axis as its elements.

        Raises ValueError for pieces of different ``lengths``: the elements of an array have one shape here.
        """
        from .arrays import concat, shape, size

        tensor = tensor_of(value, None if is_tensor(value) else self._dtype)
        counts = tensor_of(lengths)
        known = counts.spec.value
        if known is not None and len({length for length in known if length is not None}) > 1:
            raise ValueError(f"The pieces of TensorArray.split must be equally long, not {list(known)}.")
        sizes = concat([[size(counts), -1], shape(tensor)[1:]], 0)
        pieces = apply("Reshape", tensor, sizes, name=name, base_name="TensorArraySplitV3")
        split = self.with_flow(pieces)
        split._length = None if known is None else len(known)
        return split

    def size(self, name: str | None = None) -> Tensor:
        """How many elements there are, as an int32 scalar."""
        return apply("Shape", self._flow)[0]

    def close(self, name: str | None = None) -> Operation:
        """Does nothing: an array goes when nothing holds it any more."""
        return get_default_graph().create("Group", name=name, base_name="TensorArrayCloseV3")

    def _merge(self, shape: TensorShape) -> None:
        held = self._element[0]
        if not held.is_compatible_with(shape):
            raise ValueError(
                f"Inconsistent shapes: saw {shape} but expected {held}: the elements of a TensorArray have one shape."
            )
        self._element[0] = held.merge_with(shape)

    def _with_element_shape(self, element: Tensor) -> Tensor:
        if element.shape.is_compatible_with(self.element_shape):
            element.set_shape(self.element_shape)
        return element

    def _rows(self, stacked: Tensor, length: int | None = None) -> Tensor:
        whole = TensorShape([length]).concatenate(self.element_shape)
        if stacked.shape.is_compatible_with(whole):
            stacked.set_shape(whole)
        return stacked
