"""Loops: ``While`` runs a body as long as a condition holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    GraphError,
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
from .bodies import VARIABLES, body_attribute, captures, either, grad_or_zeros, is_float, numbered
from .body_gradients import accumulating_body, gradient_body
from .wired import tensors_at


def _while(node: Inference) -> list[TensorSpec]:
    """The specs that stay as they are from iteration to iteration; a size that changes is unknown."""
    body, condition = node.attribute("body"), node.attribute("condition")
    present = node.specs("initial")
    captured = node.specs("body_inputs")
    if len(body.inputs) != len(present) + len(captured):
        return [TensorSpec(tensor.dtype, tensor.shape) for tensor in body.outputs] * 2
    if condition.outputs:
        (test,) = condition.infer([*present, *node.specs("condition_inputs")])
        if test.dtype is not None and not test.dtype.is_bool:
            raise node.dtype_error(f"The condition of {node.op.name} gives {test.dtype.name}; compare it to something.")
    for _ in range(8):
        following = [either(a, b) for a, b in zip(present, body.infer([*present, *captured]), strict=True)]
        if [spec.shape for spec in following] == [spec.shape for spec in present]:
            break
        present = following
    last = [TensorSpec(spec.dtype, spec.shape) for spec in present]
    return [*last, *(TensorSpec(spec.dtype, TensorShape([None]).concatenate(spec.shape)) for spec in last)]


def _while_outputs(attributes: Mapping[str, Any]) -> list[OutputPort]:
    """The loop variables at the end, and what they were before each iteration, which the gradient needs."""
    count = len(attributes["body"].outputs)
    return [*numbered("output", count), *numbered("history", count, for_programs=True)]


class _Loop:
    """A While bound to a session: its bodies, and how its inputs are divided among them."""

    def __init__(self, k: Any) -> None:
        op = k.op
        self.condition, self.body = k.body("condition"), k.body("body")
        self.count = len(op.inputs_of("initial"))
        self.tested = self.count + len(op.inputs_of("condition_inputs"))
        self.taken = self.tested + len(op.inputs_of("body_inputs"))
        self.most = op.attributes["maximum_iterations"]

    def states(self, arrays: Sequence[Any]) -> Any:
        """The values of the loop variables before each iteration, and at last those behind the last one."""
        self.condition.begin(arrays[self.count : self.tested])
        self.body.begin(arrays[self.tested : self.taken])
        values = list(arrays[: self.count])
        iteration = 0
        yield values
        while (self.most is None or iteration < self.most) and bool(self.condition(values, iteration)[0]):
            values = self.body(values, iteration)
            iteration += 1
            yield values


def _while_kernel(k: Any) -> Callable[..., Any]:
    loop, specs = _Loop(k), k.outputs
    keeps_history = [k.is_needed(loop.count + place) for place in range(loop.count)]

    def step(*arrays: Any) -> Any:
        values: Any = ()
        kept: list[list[Any]] = [[] for _ in range(loop.count)]
        for present in loop.states(arrays):
            for place, is_kept in enumerate(keeps_history):
                if is_kept:
                    kept[place].append(present[place])
            values = present
        # The last values are those behind the last iteration.
        return (*values, *(_stacked(states[:-1], specs[place]) for place, states in enumerate(kept)))

    return step


def _stacked(states: list[Any], spec: TensorSpec) -> Any:
    """The values of a loop variable before each iteration, behind each other."""
    if states:
        return np.stack(states)
    assert spec.dtype is not None
    return np.zeros((0, *(size or 0 for size in spec.shape.dims or ())), spec.dtype.numpy)


def _while_gradient(op: Operation, *grads: Tensor | None) -> Sequence[Tensor | None]:
    """Backwards through the iterations."""
    count = len(op.inputs_of("initial"))
    if not any(is_float(tensor) for tensor in op.outputs[:count]):
        return [None] * len(op.inputs)
    if op.inputs_of("variables"):
        names = ", ".join(source.op.name for source in op.inputs_of("variables"))
        raise GraphError(f"{op.name} changes {names}, so no gradient goes back through it.", op.name)
    if all(tensor.shape.is_known for tensor in op.outputs[:count]):
        return _back_over_history(op, grads)
    return _back_by_running_again(op, grads)


def _back_over_history(op: Operation, grads: Sequence[Tensor | None]) -> Sequence[Tensor | None]:
    """A Scan over what the loop variables were, from the last iteration to the first; it has a gradient, too."""
    graph = op.graph
    initial, captured = tensors_at(op, "initial"), tensors_at(op, "body_inputs")
    count = len(initial)
    parts = accumulating_body(
        op.attributes["body"], graph, 0, count, [], [p for p in range(count) if grads[count + p] is not None]
    )

    def turned(tensor: Tensor) -> Tensor:
        return graph.apply("Reverse", tensor, axis=[0])

    node = graph.create(
        "Scan",
        {
            "sequences": [
                *(turned(history) for history in op.outputs[count:]),
                *(turned(grad) for p in parts.history_places if (grad := grads[count + p]) is not None),
            ],
            "initial": [
                *(grad_or_zeros(op.outputs[place], grads[place]) for place in parts.state_places),
                *(graph.apply("ZerosLike", captured[place]) for place in parts.captured_places),
            ],
            "body_inputs": captured,
        },
        {
            "body": parts.body,
            "states": len(parts.state_places) + len(parts.captured_places),
            "backwards": True,
        },
    )
    to_initial = dict(zip(parts.state_places, node.outputs, strict=False))
    to_captured = dict(zip(parts.captured_places, node.outputs[len(parts.state_places) :], strict=False))
    return [
        *(to_initial.get(place) for place in range(count)),
        *[None] * len(op.inputs_of("condition_inputs")),
        *(to_captured.get(place) for place in range(len(captured))),
    ]


def _back_by_running_again(op: Operation, grads: Sequence[Tensor | None]) -> Sequence[Tensor | None]:
    """Where shapes change from iteration to iteration: a node that runs the loop again and keeps its states."""
    initial, captured = tensors_at(op, "initial"), tensors_at(op, "body_inputs")
    states = [place for place, tensor in enumerate(initial) if is_float(tensor)]
    taken = [place for place, tensor in enumerate(captured) if is_float(tensor)]
    wanted = [*states, *(len(initial) + place for place in taken)]
    body = gradient_body(op.attributes["body"], op.graph, states, wanted).body
    node = op.graph.create(
        "WhileGradient",
        {
            "initial": initial,
            "condition_inputs": tensors_at(op, "condition_inputs"),
            "body_inputs": captured,
            "grads": [grad_or_zeros(op.outputs[place], grads[place]) for place in states],
        },
        {
            "body": op.attributes["body"],
            "condition": op.attributes["condition"],
            "maximum_iterations": op.attributes["maximum_iterations"],
            "gradient": body,
            "states": states,
            "taken": taken,
        },
    )
    found = iter(node.outputs)
    to_initial = [next(found) if place in states else None for place in range(len(initial))]
    to_captured = [next(found) if place in taken else None for place in range(len(captured))]
    return [*to_initial, *[None] * len(op.inputs_of("condition_inputs")), *to_captured]


def _while_backwards(node: Inference) -> list[TensorSpec]:
    initial, captured = node.specs("initial"), node.specs("body_inputs")
    chosen = [
        *(initial[place] for place in node.attribute("states") if place < len(initial)),
        *(captured[place] for place in node.attribute("taken") if place < len(captured)),
    ]
    return [TensorSpec(spec.dtype, spec.shape) for spec in chosen]


def _while_backwards_kernel(k: Any) -> Callable[..., Any]:
    """Runs the loop forwards, keeping the states, then the gradient's body backwards over them."""
    loop, back, xp = _Loop(k), k.body("gradient"), k.xp
    states, taken, count = k.attribute("states"), k.attribute("taken"), len(k.inputs)

    def step(*arrays: Any) -> Any:
        kept = list(loop.states(arrays[: loop.taken]))
        captured = arrays[loop.tested : loop.taken]
        grads = list(arrays[loop.taken : count])
        sums = [np.zeros_like(captured[place]) for place in taken]
        back.begin(())
        for iteration in range(len(kept) - 2, -1, -1):
            found = back([*kept[iteration], *captured, *grads], iteration)
            grads = found[: len(states)]
            for total, part in zip(sums, found[len(states) :], strict=True):
                xp.add(total, part, total)
        results = [*grads, *sums]
        outs = arrays[count:] or [None] * len(results)
        return tuple(xp.copy(np.asarray(result), out) for result, out in zip(results, outs, strict=True))

    return step


_MOST = Attribute(
    "maximum_iterations", AttributeKind.INT, None, "After how many it ends at the latest; none never.",
    optional=True, minimum=0,
)  # fmt: skip

_LOOP_ATTRIBUTES = (
    body_attribute("body", "What an iteration does: from the loop variables to their next values."),
    body_attribute("condition", "Whether another iteration follows."),
    _MOST,
)
declare(
    OpDeclaration(
        type="While",
        category=Category.CONTROL,
        symbol="↻",
        description="Runs a graph again and again as long as a condition holds.",
        formula=r"x \leftarrow f(x) \text{ while } c(x)",
        infer=_while,
        inputs=(
            InputPort("initial", variadic=True),
            captures("condition_inputs"),
            captures("body_inputs"),
            VARIABLES,
        ),
        outputs=(),
        attributes=_LOOP_ATTRIBUTES,
        kernel=_while_kernel,
        gradient=_while_gradient,
        default_name="while",
        stateful=True,
        free_dtype_inputs=("initial", "condition_inputs", "body_inputs", "variables"),
        outputs_for=_while_outputs,
        example="tf.while_loop(lambda i: i < 10, lambda i: i + 1, [0])",
    )
)
declare(
    OpDeclaration(
        type="WhileGradient",
        category=Category.INTERNAL,
        symbol="↺",
        description="Carries gradients back through the iterations of a While.",
        formula=r"\frac{\partial L}{\partial x_0}",
        infer=_while_backwards,
        inputs=(
            InputPort("initial", variadic=True),
            captures("condition_inputs"),
            captures("body_inputs"),
            InputPort("grads", variadic=True),
        ),
        outputs=(),
        attributes=(
            *_LOOP_ATTRIBUTES,
            body_attribute("gradient", "What goes back through one iteration."),
            Attribute("states", AttributeKind.AXES, (), "The loop variables that have gradients."),
            Attribute("taken", AttributeKind.AXES, (), "The captured tensors that have gradients."),
        ),
        kernel=_while_backwards_kernel,
        default_name="while_grad",
        stateful=True,
        free_dtype_inputs=("initial", "condition_inputs", "body_inputs", "grads"),
        outputs_for=lambda attributes: numbered("output", len(attributes["states"]) + len(attributes["taken"])),
        example="used by the gradient of While",
    )
)
