"""What an input pipeline does with its elements: batches, repetitions, another order, functions of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

import numpy as np

from ..graph import Attribute, AttributeKind, InputPort, InvalidArgumentError
from ..graph.seeds import seeds_of
from .bodies import body_attribute
from .pipelines import (
    CAPTURED,
    DATASET,
    Array,
    Element,
    Elements,
    Ports,
    body_of,
    dataset_operation,
    number,
    pipeline_of,
    shapes_of,
    sized,
)
from .random import SEEDS

_DATASETS = InputPort("datasets", variadic=True)


def _source(ports: Ports) -> Elements:
    return pipeline_of(ports["dataset"][0]).elements


def _sources(ports: Ports) -> list[Elements]:
    return [pipeline_of(array).elements for array in ports["datasets"]]


def _groups(elements: Iterator[Element], size: int, drop_remainder: bool) -> Iterator[list[Element]]:
    while group := list(islice(elements, size)):
        if len(group) < size and drop_remainder:
            return
        yield group


def _positive(k: Any, ports: Ports, name: str) -> int:
    found = number(k, ports, name)
    if found <= 0:
        raise InvalidArgumentError(
            f"{name} must be greater than zero, but it is {found}; change it at {k.op.node_name}.", k.op.node_name
        )
    return found


# --- Functions of elements -------------------------------------------------------------------------------------------


def _mapped(k: Any, ports: Ports) -> Elements:
    source, function = _source(ports), body_of(k, ports)
    return lambda: (function(element) for element in source())


def _filtered(k: Any, ports: Ports) -> Elements:
    source, function = _source(ports), body_of(k, ports)
    return lambda: (element for element in source() if bool(function(element)[0]))


def _flat_mapped(k: Any, ports: Ports) -> Elements:
    source, function = _source(ports), body_of(k, ports)

    def elements() -> Iterator[Element]:
        for element in source():
            yield from pipeline_of(function(element)[0]).elements()

    return elements


def _interleaved(k: Any, ports: Ports) -> Elements:
    """One iterator after the other gives ``block_length`` elements; one that has ended is replaced."""
    source, function = _source(ports), body_of(k, ports)
    cycle, block = _positive(k, ports, "cycle_length"), _positive(k, ports, "block_length")

    def elements() -> Iterator[Element]:
        outer = source()
        open_ones: list[Iterator[Element] | None] = [None] * cycle
        place, given, more = 0, 0, True
        while more or any(one is not None for one in open_ones):
            present = open_ones[place]
            if present is not None:
                found = next(present, None)
                if found is not None:
                    given += 1
                    if given == block:
                        place, given = (place + 1) % cycle, 0
                    yield found
                    continue
                open_ones[place] = None
                place, given = (place + 1) % cycle, 0
            elif more:
                element = next(outer, None)
                if element is None:
                    more = False
                else:
                    open_ones[place] = pipeline_of(function(element)[0]).elements()
            else:
                place, given = (place + 1) % cycle, 0

    return elements


# --- Batches ---------------------------------------------------------------------------------------------------------


def _stacked(k: Any, arrays: tuple[Array, ...], component: int) -> Array:
    first = arrays[0]
    for place, array in enumerate(arrays):
        if array.shape != first.shape:
            raise InvalidArgumentError(
                f"Cannot batch tensors with different shapes in component {component}. First element had shape "
                f"{list(first.shape)} and element {place} had shape {list(array.shape)}. Make them equal, or pad them "
                f"with padded_batch (at {k.op.node_name}).",
                k.op.node_name,
            )
    return np.stack(arrays)


def _batched(k: Any, ports: Ports) -> Elements:
    source, size, drop = _source(ports), _positive(k, ports, "batch_size"), k.attribute("drop_remainder")

    def elements() -> Iterator[Element]:
        for group in _groups(source(), size, drop):
            yield tuple(_stacked(k, arrays, place) for place, arrays in enumerate(zip(*group, strict=True)))

    return elements


def _padded(k: Any, ports: Ports) -> Elements:
    source, size, drop = _source(ports), _positive(k, ports, "batch_size"), k.attribute("drop_remainder")
    shapes = shapes_of(k.attribute("shapes"))
    paddings = [np.array(array) for array in ports["padding_values"]]

    def component(arrays: tuple[Array, ...], wanted: Any, padding: Array) -> Array:
        longest = np.max([array.shape for array in arrays], axis=0).astype(int).tolist() if arrays[0].ndim else []
        given = wanted.dims if wanted.dims is not None else [None] * len(longest)
        if len(given) != len(longest):
            raise InvalidArgumentError(
                f"All elements in a batch must have the same rank as the padded shape: expected rank {len(given)}, "
                f"but got element with rank {len(longest)} (at {k.op.node_name}); change padded_shapes.",
                k.op.node_name,
            )
        shape = [most if one is None else one for one, most in zip(given, longest, strict=True)]
        for one, most in zip(shape, longest, strict=True):
            if most > one:
                raise InvalidArgumentError(
                    f"Attempted to pad to a smaller size than the input element: {longest} into {shape} (at "
                    f"{k.op.node_name}); change padded_shapes.",
                    k.op.node_name,
                )
        out = np.full([len(arrays), *shape], padding, arrays[0].dtype)
        for row, array in zip(out, arrays, strict=True) if shape else ():
            row[tuple(slice(0, length) for length in array.shape)] = array
        return out if shape else np.stack(arrays)

    def elements() -> Iterator[Element]:
        for group in _groups(source(), size, drop):
            columns = zip(*group, strict=True)
            yield tuple(component(*given) for given in zip(columns, shapes, paddings, strict=True))

    return elements


# --- Order and number ------------------------------------------------------------------------------------------------


def _repeated(k: Any, ports: Ports) -> Elements:
    source, times = _source(ports), number(k, ports, "count")

    def elements() -> Iterator[Element]:
        left = times
        while left != 0:
            is_empty = True
            for element in source():
                is_empty = False
                yield element
            if is_empty:
                return
            left -= 1

    return elements


def _shuffled(k: Any, ports: Ports) -> Elements:
    """TensorFlow's order: each element is drawn from a buffer, whose first one takes its place."""
    source, size = _source(ports), _positive(k, ports, "buffer_size")
    seeds, again = seeds_of(k.op), k.attribute("reshuffle_each_iteration")
    starts = k.words(seeds)
    fixed = (next(starts), next(starts)) if seeds is None else seeds

    def elements() -> Iterator[Element]:
        words = k.words((next(starts), next(starts)) if again else fixed)
        upstream = source()
        buffer: list[Element] = list(islice(upstream, size))
        first = 0
        count = len(buffer)
        while count:
            index = (first + next(words) % count) % len(buffer)
            found = buffer[index]
            buffer[index] = buffer[first]
            yield found
            following = next(upstream, None) if count == len(buffer) else None
            if following is None:
                count -= 1
            else:
                buffer[first] = following
            first = (first + 1) % len(buffer)

    return elements


def _skipped(k: Any, ports: Ports) -> Elements:
    source, count = _source(ports), number(k, ports, "count")
    return lambda: islice(source(), count, None) if count >= 0 else iter(())


def _taken(k: Any, ports: Ports) -> Elements:
    source, count = _source(ports), number(k, ports, "count")
    return lambda: islice(source(), count if count >= 0 else None)


def _sharded(k: Any, ports: Ports) -> Elements:
    source, shards, index = _source(ports), _positive(k, ports, "num_shards"), number(k, ports, "index")
    if not 0 <= index < shards:
        raise InvalidArgumentError(
            f"index must be between 0 and {shards - 1}, but it is {index}; change it at {k.op.node_name}.",
            k.op.node_name,
        )
    return lambda: islice(source(), index, None, shards)


def _concatenated(k: Any, ports: Ports) -> Elements:
    sources = _sources(ports)
    return lambda: chain.from_iterable(source() for source in sources)


def _zipped(k: Any, ports: Ports) -> Elements:
    sources = _sources(ports)

    def elements() -> Iterator[Element]:
        for parts in zip(*(source() for source in sources), strict=False):
            yield tuple(chain.from_iterable(parts))

    return elements


def _passed_on(k: Any, ports: Ports) -> Elements:
    return _source(ports)


def _cached(k: Any, ports: Ports) -> Elements:
    source = _source(ports)
    kept: list[list[Element]] = []

    def elements() -> Iterator[Element]:
        if kept:
            yield from kept[0]
            return
        found = []
        for element in source():
            found.append(element)
            yield element
        kept.append(found)

    return elements


def _step(
    op_type: str,
    symbol: str,
    description: str,
    formula: str,
    make: Callable[[Any, Ports], Elements],
    example: str,
    sizes: tuple[tuple[InputPort, Attribute], ...] = (),
    inputs: tuple[InputPort, ...] = (),
    attributes: tuple[Attribute, ...] = (),
) -> None:
    dataset_operation(
        op_type,
        symbol,
        description,
        formula,
        make,
        (DATASET, *(port for port, _ in sizes), *inputs),
        (*(attribute for _, attribute in sizes), *attributes),
        f"dataset.{example}",
    )


_BATCH_SIZE = sized("batch_size", 1, "How many elements are put together.")
_DROP = Attribute("drop_remainder", AttributeKind.BOOL, False, "Whether a last batch with fewer elements is left out.")
_COUNT = sized("count", -1, "How many; -1 for all, or without end.")

_BODY = body_attribute("body", "What is computed of each element.")
_step(
    "MapDataset",
    "ƒ",
    "Computes something of each element.",
    "f(x_1), f(x_2), \\dots",
    _mapped,
    "map(function)",
    inputs=(CAPTURED,),
    attributes=(_BODY,),
)
_step(
    "FilterDataset",
    "?",
    "Leaves out elements for which a condition does not hold.",
    "x_i : p(x_i)",
    _filtered,
    "filter(predicate)",
    inputs=(CAPTURED,),
    attributes=(_BODY,),
)
_step(
    "FlatMapDataset",
    "ƒ…",
    "Makes a data set of each element, and goes through one after the other.",
    "f(x_1) \\cup f(x_2) \\cup \\dots",
    _flat_mapped,
    "flat_map(function)",
    inputs=(CAPTURED,),
    attributes=(_BODY,),
)
_step(
    "InterleaveDataset",
    "⋮",
    "Makes a data set of each element, and goes through several of them by turns.",
    "f(x_1), f(x_2), \\dots",
    _interleaved,
    "interleave(function, cycle_length=4)",
    sizes=(
        sized("cycle_length", 1, "How many data sets take turns."),
        sized("block_length", 1, "How many elements one gives in its turn."),
    ),
    inputs=(CAPTURED,),
    attributes=(_BODY,),
)
_step(
    "BatchDataset",
    "▦",
    "Puts elements together along a new first axis.",
    "[x_1, \\dots, x_n]",
    _batched,
    "batch(32)",
    sizes=(_BATCH_SIZE,),
    attributes=(_DROP,),
)
_step(
    "PaddedBatchDataset",
    "▦0",
    "Puts elements together along a new first axis, filled up to the longest.",
    "[x_1, \\dots, x_n]",
    _padded,
    "padded_batch(32, [None])",
    sizes=(_BATCH_SIZE,),
    inputs=(InputPort("padding_values", variadic=True),),
    attributes=(_DROP, Attribute("shapes", AttributeKind.TEXT, "[?]", "The shapes that components are filled up to.")),
)
_step("RepeatDataset", "↻", "Goes through a data set several times.", "x, x, \\dots", _repeated, "repeat()", (_COUNT,))
_step(
    "ShuffleDataset",
    "⤨",
    "Gives the elements in a random order.",
    "x_{\\pi(1)}, x_{\\pi(2)}, \\dots",
    _shuffled,
    "shuffle(1000)",
    sizes=(sized("buffer_size", 1, "From how many elements the next one is drawn."),),
    attributes=(
        *SEEDS,
        Attribute("reshuffle_each_iteration", AttributeKind.BOOL, True, "Whether each time has another order."),
    ),
)
_step("SkipDataset", "⇥", "Leaves out the first elements.", "x_{n+1}, \\dots", _skipped, "skip(1)", (_COUNT,))
_step("TakeDataset", "⊢", "Ends after some elements.", "x_1, \\dots, x_n", _taken, "take(10)", (_COUNT,))
_step(
    "ShardDataset",
    "÷",
    "Takes every n-th element.",
    "x_{i}, x_{i + n}, \\dots",
    _sharded,
    "shard(2, 0)",
    (sized("num_shards", 1, "The n."), sized("index", 0, "The first one that is taken.")),
)
_step("PrefetchDataset", "»", "Passes elements on.", "x_1, x_2, \\dots", _passed_on, "prefetch(1)")
_step("CacheDataset", "▣", "Keeps the elements of the first time for the next.", "x_1, \\dots", _cached, "cache()")
dataset_operation(
    "ConcatenateDataset",
    "⧺",
    "Goes through data sets one after the other.",
    "x_1, \\dots, y_1, \\dots",
    _concatenated,
    (_DATASETS,),
    example="dataset.concatenate(other)",
)
dataset_operation(
    "ZipDataset",
    "∥",
    "Puts the elements of data sets side by side.",
    "(x_1, y_1), (x_2, y_2), \\dots",
    _zipped,
    (_DATASETS,),
    example="tf.data.Dataset.zip((dataset, other))",
)
