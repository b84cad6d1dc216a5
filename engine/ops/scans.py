"""Scans: a body runs once for each step of a sequence, and hands its states on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    OutputPort,
    Tensor,
    TensorShape,
    TensorSpec,
    declare,
)
from .bodies import body_attribute, captures, either, grad_or_zeros, is_float, numbered
from .body_gradients import accumulating_body
from .wired import tensors_at


def _scan(node: Inference) -> list[TensorSpec]:
    body, states = node.attribute("body"), node.specs("initial")
    sequences, captured = node.specs("sequences"), node.specs("body_inputs")
    length: int | None = None
    for spec in sequences:
        if spec.shape.rank == 0:
            raise node.shape_error(f"{node.op.name} runs over the first axis of its sequences, but one is a scalar.")
        size = spec.shape.dims[0] if spec.shape.dims else None
        if length is not None and size is not None and size != length:
            raise node.shape_error(f"The sequences of {node.op.name} have {length} and {size} steps; make them equal.")
        length = size if length is None else length
    slices = [TensorSpec(s.dtype, TensorShape(None) if s.shape.dims is None else s.shape[1:]) for s in sequences]
    if len(states) != node.attribute("states") or len(body.inputs) != len(slices) + len(states) + len(captured):
        return [TensorSpec()] * len(node.op.outputs)
    for _ in range(8):
        results = body.infer([*slices, *states, *captured])
        following = [either(a, b) for a, b in zip(states, results, strict=False)]
        if [spec.shape for spec in following] == [spec.shape for spec in states]:
            break
        states = following
    kept = [TensorSpec(spec.dtype, spec.shape) for spec in states]
    return [
        *kept,
        *(TensorSpec(spec.dtype, TensorShape([length]).concatenate(spec.shape)) for spec in results[len(states) :]),
        *(TensorSpec(spec.dtype, TensorShape([length]).concatenate(spec.shape)) for spec in kept),
    ]


def _scan_outputs(attributes: Mapping[str, Any]) -> list[OutputPort]:
    states, results = attributes["states"], len(attributes["body"].outputs)
    return [
        *numbered("state", states),
        *numbered("output", results - states),
        *numbered("history", states, for_programs=True),
    ]


def _scan_kernel(k: Any) -> Callable[..., Any]:
    op, xp, body, count = k.op, k.xp, k.body("body"), len(k.inputs)
    sequences, states = len(op.inputs_of("sequences")), k.attribute("states")
    results = len(op.attributes["body"].outputs) - states
    backwards = k.attribute("backwards")
    keeps_history = [k.is_needed(states + results + place) for place in range(states)]
    specs = k.outputs

    def made(output: int, length: int, sample: Any) -> Any:
        return np.empty((length, *sample.shape), sample.dtype if sample is not None else specs[output].dtype.numpy)

    def step(*arrays: Any) -> Any:
        outs = list(arrays[count:]) or [None] * len(specs)
        present = [np.asarray(array) for array in arrays[sequences : sequences + states]]
        body.begin(arrays[sequences + states : count])
        length = len(arrays[0])
        for place, is_kept in enumerate(keeps_history):
            if is_kept and outs[states + results + place] is None:
                outs[states + results + place] = made(states + results + place, length, present[place])
        for time in range(length):
            iteration = length - 1 - time if backwards else time
            for place, is_kept in enumerate(keeps_history):
                if is_kept:
                    outs[states + results + place][time] = present[place]
            found = body([*(array[time] for array in arrays[:sequences]), *present], iteration)
            present = found[:states]
            for place, result in enumerate(found[states:], states):
                if outs[place] is None:
                    outs[place] = made(place, length, result)
                outs[place][time] = result
        for place, value in enumerate(present):
            outs[place] = xp.copy(value, outs[place])
        for place, out in enumerate(outs):
            if out is None:  # nothing ran, or nobody asks for it
                shape = specs[place].shape
                outs[place] = np.empty(shape.known() if shape.is_known else (0,), specs[place].dtype.numpy)
        return tuple(outs)

    return step


def _scan_gradient(op: Operation, *grads: Tensor | None) -> Sequence[Tensor | None]:
    """Backwards through the steps: a Scan over the reversed sequences whose body computes the step's gradients.

    Its states are the gradients to the states, and the sums of those to what the body captured.
    """
    graph, states = op.graph, op.attributes["states"]
    sequences, initial, captured = (tensors_at(op, port) for port in ("sequences", "initial", "body_inputs"))
    results = len(op.attributes["body"].outputs) - states
    outputs = op.outputs
    parts = accumulating_body(
        op.attributes["body"],
        graph,
        len(sequences),
        states,
        [place for place in range(results) if is_float(outputs[states + place]) and grads[states + place] is not None],
        [place for place in range(states) if grads[states + results + place] is not None],
    )

    def turned(tensor: Tensor) -> Tensor:
        return graph.apply("Reverse", tensor, axis=[0])

    histories = outputs[states + results :]
    node = graph.create(
        "Scan",
        {
            "sequences": [
                *(turned(tensor) for tensor in sequences),
                *(turned(history) for history in histories),
                *(turned(_present(grads[states + place])) for place in parts.result_places),
                *(turned(_present(grads[states + results + place])) for place in parts.history_places),
            ],
            "initial": [
                *(grad_or_zeros(outputs[place], grads[place]) for place in parts.state_places),
                *(graph.apply("ZerosLike", captured[place]) for place in parts.captured_places),
            ],
            "body_inputs": captured,
        },
        {
            "body": parts.body,
            "states": len(parts.state_places) + len(parts.captured_places),
            "backwards": not op.attributes["backwards"],
        },
    )
    to_states = dict(zip(parts.state_places, node.outputs, strict=False))
    to_captured = dict(zip(parts.captured_places, node.outputs[len(parts.state_places) :], strict=False))
    behind = len(parts.state_places) + len(parts.captured_places)
    to_sequences = {
        place: turned(output) for place, output in zip(parts.sequence_places, node.outputs[behind:], strict=False)
    }
    return [
        *(to_sequences.get(place) for place in range(len(sequences))),
        *(to_states.get(place) for place in range(len(initial))),
        *(to_captured.get(place) for place in range(len(captured))),
    ]


def _present(grad: Tensor | None) -> Tensor:
    assert grad is not None
    return grad


declare(
    OpDeclaration(
        type="Scan",
        category=Category.CONTROL,
        symbol="⟳",
        description="Runs a graph once for each step of a sequence, handing its states on from step to step.",
        formula=r"(s_{t+1}, y_t) = f(x_t, s_t)",
        infer=_scan,
        inputs=(
            InputPort("sequences", variadic=True),
            InputPort("initial", optional=True, variadic=True),
            captures("body_inputs"),
        ),
        outputs=(),
        attributes=(
            body_attribute(
                "body", "What a step does: from a slice of each sequence and the states to new states and results."
            ),
            Attribute("states", AttributeKind.INT, 0, "How many states there are.", minimum=0, maximum=10_000),
            Attribute(
                "backwards", AttributeKind.BOOL, False, "Whether its first step is the last one for random numbers."
            ),
        ),
        kernel=_scan_kernel,
        gradient=_scan_gradient,
        default_name="scan",
        stateful=True,
        free_dtype_inputs=("sequences", "initial", "body_inputs"),
        outputs_for=_scan_outputs,
        example="tf.scan(lambda total, x: total + x, values)",
    )
)
