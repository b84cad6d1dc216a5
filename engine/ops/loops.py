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
    TensorSpec,
    declare,
)
from .bodies import VARIABLES, body_attribute, captures, either, grad_or_zeros, is_float, numbered, tensors_at
from .body_gradients import gradient_body


def _while(node: Inference) -> list[TensorSpec]:
    """The specs that stay as they are from iteration to iteration; a size that changes is unknown."""
    body, condition = node.attribute("body"), node.attribute("condition")
    present = node.specs("initial")
    captured = node.specs("body_inputs")
    if len(body.inputs) != len(present) + len(captured):
        return [TensorSpec(tensor.dtype, tensor.shape) for tensor in body.outputs]
    if condition.outputs:
        (test,) = condition.infer([*present, *node.specs("condition_inputs")])
        if test.dtype is not None and not test.dtype.is_bool:
            raise node.dtype_error(f"The condition of {node.op.name} gives {test.dtype.name}; compare it to something.")
    for _ in range(8):
        following = [either(a, b) for a, b in zip(present, body.infer([*present, *captured]), strict=True)]
        if [spec.shape for spec in following] == [spec.shape for spec in present]:
            break
        present = following
    return [TensorSpec(spec.dtype, spec.shape) for spec in present]


def _while_outputs(attributes: Mapping[str, Any]) -> list[OutputPort]:
    return numbered("output", len(attributes["body"].outputs))


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
    loop, xp, count = _Loop(k), k.xp, len(k.inputs)

    def step(*arrays: Any) -> Any:
        values: Any = ()
        for present in loop.states(arrays[:count]):
            values = present
        outs = arrays[count:] or [None] * len(values)
        return tuple(xp.copy(value, out) for value, out in zip(values, outs, strict=True))

    return step


def _while_gradient(op: Operation, *grads: Tensor | None) -> Sequence[Tensor | None]:
    """Backwards through the iterations: a node that runs the loop again, keeps its states and goes back."""
    initial, captured = tensors_at(op, "initial"), tensors_at(op, "body_inputs")
    states = [place for place, tensor in enumerate(initial) if is_float(tensor)]
    taken = [place for place, tensor in enumerate(captured) if is_float(tensor)]
    if not states:
        return [None] * len(op.inputs)
    if op.inputs_of("variables"):
        names = ", ".join(source.op.name for source in op.inputs_of("variables"))
        raise GraphError(f"{op.name} changes {names}, so no gradient goes back through it.", op.name)
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
