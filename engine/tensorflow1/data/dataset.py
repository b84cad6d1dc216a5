"""``tf.data.Dataset``: what an input pipeline is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Iterator as Walk
from typing import Any

import numpy as np

from ...graph import Tensor, TensorShape, TensorSpec, as_shape, int64
from ...graph.default import current_graph
from ...graph.seeds import new_seeds
from ...ops.pipelines import shape_text
from ...ops.python_calls import register_function
from .. import nest
from ..build import create, is_tensor, tensor_of
from .iterator import Iterator, initializable_iterator, one_shot_iterator
from .structure import (
    Structured,
    as_tensors,
    body_for,
    general,
    leaf_attributes,
    map_shapes,
    structure_of,
    typed_structure,
)

__all__ = ["Dataset", "FixedLengthRecordDataset", "TFRecordDataset", "TextLineDataset"]

Function = Callable[..., Any]


class Dataset(Structured):
    """Elements of one form, nests of tensors, that an iterator gives one after the other.

    Every method gives another data set and leaves this one as it is.
    """

    def __init__(self, variant_tensor: Tensor, structure: Any) -> None:
        self._variant_tensor = variant_tensor
        self._structure = structure

    def __repr__(self) -> str:
        return f"<{type(self).__name__} shapes: {self.output_shapes}, types: {self.output_types}>"

    def make_one_shot_iterator(self) -> Iterator:
        """An iterator that needs no initialisation and goes through the data once."""
        return one_shot_iterator(self._variant_tensor, self._structure)

    def make_initializable_iterator(self, shared_name: str | None = None) -> Iterator:
        """An iterator that begins anew whenever its ``initializer`` runs."""
        return initializable_iterator(self._variant_tensor, self._structure)

    # --- Where elements come from ------------------------------------------------------------------------------------

    @staticmethod
    def from_tensor_slices(tensors: Any) -> Dataset:
        """The slices of tensors along their first axis. ``tensors`` is a nest; they have as many rows as each other.

        Raises ValueError for a scalar, or where the numbers of rows differ.
        """
        nested = as_tensors(tensors)
        leaves = nest.flatten(nested)
        rows = set()
        for leaf in leaves:
            if leaf.shape.rank == 0:
                raise ValueError("Unbatching a tensor is only supported for rank >= 1: a scalar has no slices.")
            if leaf.shape.dims:
                rows.add(leaf.shape.dims[0])
        if len(rows - {None}) > 1:
            sizes = " and ".join(str(size) for size in sorted(rows - {None}))
            raise ValueError(
                f"Dimensions {sizes} are not compatible: the tensors must have as many rows as each other."
            )
        return _source(
            "TensorSliceDataset", {"components": leaves}, {}, map_shapes(structure_of(nested), lambda shape: shape[1:])
        )

    @staticmethod
    def from_tensors(tensors: Any) -> Dataset:
        """One element: ``tensors``, a nest."""
        nested = as_tensors(tensors)
        return _source("TensorDataset", {"components": nest.flatten(nested)}, {}, structure_of(nested))

    @staticmethod
    def from_generator(
        generator: Callable[..., Iterable[Any]], output_types: Any, output_shapes: Any = None, args: Any = None
    ) -> Dataset:
        """What ``generator(*args)`` yields, called anew for each pass. ``output_types`` is a nest like what it yields.

        Raises TypeError when it is not callable.
        """
        if not callable(generator):
            raise TypeError("`generator` must be callable. Give the function, not what it returns.")
        structure = typed_structure(output_types, output_shapes)

        def leaves(*values: Any) -> Walk[list[Any]]:
            for element in generator(*values):
                yield _yielded(structure, element)

        attributes = {"function": register_function(leaves), **leaf_attributes(structure)}
        inputs = {"arguments": [tensor_of(value) for value in args or ()]}
        return _source("GeneratorDataset", inputs, attributes, structure)

    @staticmethod
    def range(*args: Any) -> Dataset:
        """The int64 numbers from ``start`` (0) before ``stop`` in steps of ``step`` (1), as Python's range."""
        if not 1 <= len(args) <= 3:
            raise ValueError(f"Invalid `args`: range takes 1 to 3 numbers, not {len(args)}.")
        numbers = dict(zip(["stop"] if len(args) == 1 else ["start", "stop", "step"], args, strict=False))
        inputs, attributes = _sizes(**numbers)
        return _source("RangeDataset", inputs, attributes, TensorSpec(int64, TensorShape(())))

    @staticmethod
    def zip(datasets: Any) -> Dataset:
        """The elements of a nest of data sets side by side, until one ends."""
        flat = nest.flatten(datasets)
        for dataset in flat:
            if not isinstance(dataset, Dataset):
                raise TypeError(f"The argument to zip() must be a nest of datasets, but there is {dataset!r} in it.")
        structure = nest.pack_sequence_as(datasets, [dataset._structure for dataset in flat])
        return _source("ZipDataset", {"datasets": [dataset._variant_tensor for dataset in flat]}, {}, structure)

    @staticmethod
    def list_files(file_pattern: Any, shuffle: bool | None = None, seed: int | None = None) -> Dataset:
        """The paths of the files that fit a pattern with ``*`` and ``?``, in random order unless ``shuffle=False``."""
        files = create("MatchingFiles", {"pattern": file_pattern}, {}, None).output
        dataset = Dataset.from_tensor_slices(files)
        return dataset if shuffle is False else dataset.shuffle(2**20, seed)

    # --- Functions of elements ---------------------------------------------------------------------------------------

    def map(self, map_func: Function, num_parallel_calls: Any = None, deterministic: Any = None) -> Dataset:
        """What ``map_func`` gives for each element: a tensor or a nest. Of a tuple it is called with the parts."""
        body, captured, result = body_for(self._variant_tensor, [self._structure], map_func)
        if isinstance(result, Dataset):
            raise TypeError("map_func gives a dataset for each element; use flat_map or interleave.")
        return self._then("MapDataset", {"captured": captured}, {"body": body}, structure_of(result))

    def map_with_legacy_function(self, map_func: Function, num_parallel_calls: Any = None) -> Dataset:
        """As :meth:`map`."""
        return self.map(map_func)

    def filter(self, predicate: Function) -> Dataset:
        """The elements for which ``predicate`` gives true."""
        body, captured, result = body_for(self._variant_tensor, [self._structure], predicate)
        if not isinstance(result, Tensor) or result.dtype != "bool" or not result.shape.is_compatible_with(()):
            raise ValueError("`predicate` must return a scalar boolean tensor. Compare, or reduce with tf.reduce_all.")
        return self._then("FilterDataset", {"captured": captured}, {"body": body})

    def flat_map(self, map_func: Function) -> Dataset:
        """The elements of the data sets that ``map_func`` gives, one after the other."""
        body, captured, result = self._inner(map_func, "flat_map")
        return self._then("FlatMapDataset", {"captured": captured}, {"body": body}, result)

    def interleave(
        self,
        map_func: Function,
        cycle_length: Any = None,
        block_length: Any = 1,
        num_parallel_calls: Any = None,
        deterministic: Any = None,
    ) -> Dataset:
        """The elements of the data sets that ``map_func`` gives: ``cycle_length`` of them take turns, and each gives
        ``block_length`` elements in its turn."""
        body, captured, result = self._inner(map_func, "interleave")
        cycle = 1 if cycle_length is None or (not is_tensor(cycle_length) and cycle_length == -1) else cycle_length
        inputs, attributes = _sizes(cycle_length=cycle, block_length=block_length)
        return self._then("InterleaveDataset", {**inputs, "captured": captured}, {**attributes, "body": body}, result)

    def _inner(self, function: Function, method: str) -> tuple[Any, list[Tensor], Any]:
        body, captured, result = body_for(self._variant_tensor, [self._structure], function)
        if not isinstance(result, Dataset):
            raise TypeError(f"`map_func` must return a `Dataset` object for {method}; it gives {result!r}.")
        return body, captured, result._structure

    def reduce(self, initial_state: Any, reduce_func: Function) -> Any:
        """The last state of ``state = reduce_func(state, element)`` over all elements: tensors in the nest of
        ``initial_state``."""
        state = as_tensors(initial_state)
        structure = structure_of(state)
        body, captured, result = body_for(self._variant_tensor, [structure, self._structure], reduce_func)
        found = structure_of(result)
        for one, other in zip(nest.flatten(structure), nest.flatten(found), strict=True):
            if one.dtype is not other.dtype:
                raise TypeError(
                    f"The element types for the new state must match the initial state. Expected {one.dtype!r}; got "
                    f"{other.dtype!r}."
                )
        inputs = {"dataset": self._variant_tensor, "initial": nest.flatten(state), "captured": captured}
        attributes = {"body": body, **leaf_attributes(general(structure, found))}
        op = create("ReduceDataset", inputs, attributes, None)
        return nest.pack_sequence_as(state, list(op.outputs))

    def apply(self, transformation_func: Callable[[Dataset], Dataset]) -> Dataset:
        """What a function of data sets makes of this one. Raises TypeError when that is none."""
        dataset = transformation_func(self)
        if not isinstance(dataset, Dataset):
            raise TypeError(f"`transformation_func` must return a Dataset. Got {dataset!r}.")
        return dataset

    # --- Batches -----------------------------------------------------------------------------------------------------

    def batch(self, batch_size: Any, drop_remainder: bool = False) -> Dataset:
        """``batch_size`` elements at a time along a new first axis; the last batch may have fewer, or is left out."""
        inputs, attributes = _sizes(batch_size=batch_size)
        rows = batch_size if drop_remainder and not is_tensor(batch_size) else None
        structure = map_shapes(self._structure, lambda shape: TensorShape([rows]).concatenate(shape))
        return self._then("BatchDataset", inputs, {**attributes, "drop_remainder": bool(drop_remainder)}, structure)

    def padded_batch(
        self, batch_size: Any, padded_shapes: Any = None, padding_values: Any = None, drop_remainder: bool = False
    ) -> Dataset:
        """As :meth:`batch`, each tensor filled up to its padded shape: the longest of the batch where a size is None.

        ``padding_values`` are scalars in a nest like an element; zeros and empty texts when None.
        """
        leaves = nest.flatten(self._structure)
        if padded_shapes is None:
            shapes = [leaf.shape for leaf in leaves]
        else:
            shapes = [as_shape(shape) for shape in _shapes_like(self._structure, padded_shapes)]
        given = [None] * len(leaves) if padding_values is None else nest.flatten(padding_values)
        given = given * len(leaves) if len(given) == 1 else given
        paddings = []
        for leaf, value in zip(leaves, given, strict=True):
            zero = "" if leaf.dtype == "string" else np.zeros((), leaf.dtype.numpy)
            paddings.append(tensor_of(zero if value is None else value, leaf.dtype))
        inputs, attributes = _sizes(batch_size=batch_size)
        attributes["drop_remainder"] = bool(drop_remainder)
        attributes["shapes"] = "; ".join(shape_text(shape) for shape in shapes)
        rows = batch_size if drop_remainder and not is_tensor(batch_size) else None
        specs = [
            TensorSpec(leaf.dtype, TensorShape([rows]).concatenate(shape))
            for leaf, shape in zip(leaves, shapes, strict=True)
        ]
        structure = nest.pack_sequence_as(self._structure, specs)
        return self._then("PaddedBatchDataset", {**inputs, "padding_values": paddings}, attributes, structure)

    # --- Order and number --------------------------------------------------------------------------------------------

    def repeat(self, count: Any = None) -> Dataset:
        """The elements ``count`` times over; without end when None or -1."""
        return self._counted("RepeatDataset", -1 if count is None else count)

    def skip(self, count: Any) -> Dataset:
        """All but the first ``count`` elements; none for -1."""
        return self._counted("SkipDataset", count)

    def take(self, count: Any) -> Dataset:
        """The first ``count`` elements; all for -1."""
        return self._counted("TakeDataset", count)

    def _counted(self, op_type: str, count: Any) -> Dataset:
        inputs, attributes = _sizes(count=count)
        return self._then(op_type, inputs, attributes)

    def shuffle(
        self, buffer_size: Any, seed: int | None = None, reshuffle_each_iteration: bool | None = None
    ) -> Dataset:
        """The elements in random order: each is drawn from ``buffer_size`` of them that are kept ready."""
        inputs, attributes = _sizes(buffer_size=buffer_size)
        attributes |= new_seeds(current_graph(self._variant_tensor), seed)
        attributes["reshuffle_each_iteration"] = reshuffle_each_iteration is not False
        return self._then("ShuffleDataset", inputs, attributes)

    def shard(self, num_shards: Any, index: Any) -> Dataset:
        """Every ``num_shards``-th element, from the one at ``index`` on."""
        inputs, attributes = _sizes(num_shards=num_shards, index=index)
        return self._then("ShardDataset", inputs, attributes)

    def concatenate(self, dataset: Dataset) -> Dataset:
        """These elements, and then those of another data set of the same form."""
        structure = general(self._structure, dataset._structure)
        datasets = [self._variant_tensor, dataset._variant_tensor]
        return _source("ConcatenateDataset", {"datasets": datasets}, {}, structure)

    def enumerate(self, start: Any = 0) -> Dataset:
        """Pairs of an int64 number, from ``start`` on, and an element."""
        return Dataset.zip((Dataset.range(start, np.iinfo(np.int64).max), self))

    def prefetch(self, buffer_size: Any = None) -> Dataset:
        """The same elements. Nothing runs beside the program here, so that none are computed beforehand."""
        return self._then("PrefetchDataset", {}, {})

    def cache(self, filename: str = "") -> Dataset:
        """The same elements, kept in memory when they have been gone through once."""
        return self._then("CacheDataset", {}, {})

    def with_options(self, options: Any) -> Dataset:
        """The same data set: there are no options here that change what is computed."""
        return self

    def _then(
        self, op_type: str, inputs: Mapping[str, Any], attributes: Mapping[str, Any], structure: Any = None
    ) -> Dataset:
        wired = {"dataset": self._variant_tensor, **inputs}
        return _source(op_type, wired, attributes, self._structure if structure is None else structure)


class TextLineDataset(Dataset):
    """The lines of text files, without the characters that end them; ``filenames`` is a text or a list of texts."""

    def __init__(
        self,
        filenames: Any,
        compression_type: str | None = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
    ) -> None:
        attributes = {"compression_type": compression_type or ""}
        super().__init__(*_of_files("TextLineDataset", filenames, attributes))


class TFRecordDataset(Dataset):
    """The records of TFRecord files, as texts."""

    def __init__(
        self,
        filenames: Any,
        compression_type: str | None = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
    ) -> None:
        attributes = {"compression_type": compression_type or ""}
        super().__init__(*_of_files("TFRecordDataset", filenames, attributes))


class FixedLengthRecordDataset(Dataset):
    """The parts of ``record_bytes`` bytes that files consist of, between a header and a footer."""

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: Any = None,
    ) -> None:
        inputs, attributes = _sizes(
            record_bytes=record_bytes, header_bytes=header_bytes or 0, footer_bytes=footer_bytes or 0
        )
        super().__init__(*_of_files("FixedLengthRecordDataset", filenames, attributes, inputs))


def _of_files(
    op_type: str, filenames: Any, attributes: Mapping[str, Any], inputs: Mapping[str, Any] | None = None
) -> tuple[Tensor, TensorSpec]:
    if isinstance(filenames, Dataset):
        raise TypeError("Give the filenames as texts or a tensor; a dataset of filenames is read by flat_map.")
    op = create(op_type, {"filenames": filenames, **(inputs or {})}, dict(attributes), None)
    return op.output, TensorSpec(tensor_of("").dtype, TensorShape(()))


def _source(op_type: str, inputs: Mapping[str, Any], attributes: Mapping[str, Any], structure: Any) -> Dataset:
    return Dataset(create(op_type, dict(inputs), dict(attributes), None).output, structure)


def _sizes(**values: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Whole numbers, as what is wired and as attributes."""
    wired = {name: value for name, value in values.items() if is_tensor(value)}
    return wired, {name: int(value) for name, value in values.items() if name not in wired}


def _yielded(structure: Any, element: Any) -> list[Any]:
    """The leaves of what a generator yields; a list stands for a tuple or for a tensor."""
    if isinstance(structure, Mapping):
        return [leaf for key in sorted(structure) for leaf in _yielded(structure[key], element[key])]
    if isinstance(structure, tuple):
        if not isinstance(element, tuple | list) or len(element) != len(structure):
            raise TypeError(
                f"`generator` yielded an element that did not match the expected structure. The expected structure was "
                f"{len(structure)} values, but the yielded element was {element!r}."
            )
        return [leaf for one, item in zip(structure, element, strict=True) for leaf in _yielded(one, item)]
    return [_texts(element) if structure.dtype == "string" else element]


def _texts(value: Any) -> Any:
    """Texts as bytes, which arrays of the dtype string hold."""
    array = np.asarray(value, object)
    return np.array([item.encode() if isinstance(item, str) else item for item in array.reshape(-1)], object).reshape(
        array.shape
    )


def _shapes_like(structure: Any, shapes: Any) -> Sequence[Any]:
    """The shapes for the leaves of a form, from a nest like it; one shape may stand for a single leaf."""
    if isinstance(structure, Mapping):
        return [shape for key in sorted(structure) for shape in _shapes_like(structure[key], shapes[key])]
    if isinstance(structure, tuple):
        pairs = zip(structure, tuple(shapes), strict=True)
        return [shape for one, given in pairs for shape in _shapes_like(one, given)]
    return [shapes]
