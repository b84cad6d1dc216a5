"""The bodies that carry gradients back through the bodies of branches and loops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..graph import Graph, Tensor, TensorSpec
from ..graph.body import Body, BodyGraph, copied
from .bodies import is_float


class GradientBody(NamedTuple):
    """A body that computes gradients, and further tensors to be wired to it."""

    body: Body
    others: list[Tensor]


def _gradients(graph: BodyGraph, ys: Sequence[Tensor], seeds: Sequence[Tensor], xs: Sequence[Tensor]) -> list[Tensor]:
    """The gradient of Σ seed · y to each x; zeros to one that no y depends on."""
    if not ys:
        return [graph.apply("ZerosLike", x) for x in xs]
    return [
        graph.create("Gradients", {"ys": ys, "grad_ys": seeds, "x": x}, {"zeros": True}, base_name="gradients").output
        for x in xs
    ]


def gradient_body(
    body: Body,
    outer: Graph,
    used: Sequence[int],
    wanted: Sequence[int],
    before: Sequence[Tensor] = (),
    behind: Sequence[Tensor] = (),
) -> GradientBody:
    """From the inputs of ``body`` and the gradients to its outputs ``used``, the gradients to its inputs ``wanted``.

    Zeros like the tensors ``before`` and ``behind`` stand before and behind them: the two branches of an If must give
    the same things.
    """
    graph, new = copied(body, outer)
    seeds = [graph.input(_shape_of(body.outputs[place]), f"grad_{place}") for place in used]
    ys = [new[body.outputs[place]] for place in used]
    xs = [new[body.inputs[place]] for place in wanted]
    found = _gradients(graph, ys, seeds, xs)
    others = [*before, *behind]
    stand_ins = [graph.input(_shape_of(tensor), "like") for tensor in others]
    zeros = [graph.apply("ZerosLike", tensor) for tensor in stand_ins]
    results = [*zeros[: len(before)], *found, *zeros[len(before) :]]
    inputs = (*(new[tensor] for tensor in body.inputs), *seeds, *stand_ins)
    return GradientBody(Body(graph, inputs, tuple(results)), others)


def _shape_of(tensor: Tensor) -> TensorSpec:
    return TensorSpec(tensor.dtype, tensor.shape)


class AccumulatingBody(NamedTuple):
    """The body of a Scan that goes backwards, and which sequences, states, results and captures have gradients."""

    body: Body
    sequence_places: list[int]
    state_places: list[int]
    captured_places: list[int]
    result_places: list[int]
    history_places: list[int]


def accumulating_body(
    body: Body,
    outer: Graph,
    sequences: int,
    states: int,
    result_places: Sequence[int],
    history_places: Sequence[int],
) -> AccumulatingBody:
    """A step backwards through a Scan.

    Its inputs are a slice of each sequence, the states before the step, the gradients to its results and (where the
    history is used) those to the states before it; then its own states: the gradients to the states after the step,
    and sums; then what the body captured. It gives the gradients to the states before the step and the sums with the
    gradients of this step added, then the gradients to the slices.
    """
    graph, new = copied(body, outer)
    inputs = body.inputs
    captures = inputs[sequences + states :]
    state_places = [place for place in range(states) if is_float(body.outputs[place])]
    sequence_places = [place for place in range(sequences) if is_float(inputs[place])]
    captured_places = [place for place, tensor in enumerate(captures) if is_float(tensor)]
    results = list(result_places)
    result_seeds = [graph.input(_shape_of(body.outputs[states + place]), f"grad_output_{place}") for place in results]
    seen = {
        place: graph.input(_shape_of(inputs[sequences + place]), f"grad_history_{place}") for place in history_places
    }
    state_seeds = [graph.input(_shape_of(body.outputs[place]), f"grad_state_{place}") for place in state_places]
    sums = [graph.input(_shape_of(captures[place]), f"sum_{place}") for place in captured_places]
    ys = [new[body.outputs[place]] for place in state_places]
    ys += [new[body.outputs[states + place]] for place in results]
    xs = [new[inputs[sequences + place]] for place in state_places]
    xs += [new[captures[place]] for place in captured_places]
    xs += [new[inputs[place]] for place in sequence_places]
    found = _gradients(graph, ys, [*state_seeds, *result_seeds], xs)
    first, last = len(state_places), len(state_places) + len(captured_places)
    added = [graph.apply("Add", total, part) for total, part in zip(sums, found[first:last], strict=True)]
    to_states = [
        graph.apply("Add", part, seen[place]) if place in seen else part
        for place, part in zip(state_places, found[:first], strict=True)
    ]
    outputs = (*to_states, *added, *found[last:])
    order = (
        *(new[tensor] for tensor in inputs[: sequences + states]),
        *result_seeds,
        *seen.values(),
        *state_seeds,
        *sums,
        *(new[tensor] for tensor in captures),
    )
    made = Body(graph, order, outputs)
    return AccumulatingBody(made, sequence_places, state_places, captured_places, results, list(history_places))
