"""Branches: ``If`` runs one of two bodies.

What a body takes from the graph around it is wired to the operation like any other input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..graph import (
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    OutputPort,
    Tensor,
    TensorSpec,
    declare,
)
from .bodies import VARIABLES, body_attribute, captures, either, grads_or_zeros, is_float, numbered
from .body_gradients import gradient_body
from .wired import tensors_at


def _if(node: Inference) -> list[TensorSpec]:
    node.require("predicate", lambda dtype: dtype.is_bool, "a bool")
    if not node.spec("predicate").shape.is_compatible_with(()):
        raise node.shape_error(f"{node.op.name} decides by one bool, but {node.describe('predicate')}; reduce it.")
    branches = [node.attribute(branch).infer(node.specs(f"{branch}_inputs")) for branch in ("then", "else")]
    for index, (one, other) in enumerate(zip(*branches, strict=True)):
        if None not in (one.dtype, other.dtype) and one.dtype is not other.dtype:
            raise node.dtype_error(
                f"Outputs of true_fn and false_fn must have the same type: output {index} of {node.op.name} is "
                f"{one.dtype} in one and {other.dtype} in the other; put a Cast into one."
            )
    return [either(one, other) for one, other in zip(*branches, strict=True)]


def _if_outputs(attributes: Mapping[str, Any]) -> list[OutputPort]:
    return numbered("output", len(attributes["then"].outputs))


def _if_kernel(k: Any) -> Callable[..., Any]:
    op = k.op
    bodies = {True: k.body("then"), False: k.body("else")}
    taken = {True: len(op.inputs_of("then_inputs")), False: len(op.inputs_of("else_inputs"))}
    count = len(k.inputs)
    xp = k.xp

    def step(predicate: Any, *arrays: Any) -> Any:
        holds = bool(predicate)
        first = 0 if holds else taken[True]
        body = bodies[holds]
        body.begin(())
        results = body(arrays[first : first + taken[holds]], 0)
        outs = arrays[count - 1 :] or [None] * len(results)
        return tuple(xp.copy(result, out) for result, out in zip(results, outs, strict=True))

    return step


def _if_gradient(op: Operation, *grads: Tensor | None) -> Sequence[Tensor | None]:
    """The same branch backwards: an If whose bodies compute the gradients to what each body took."""
    given = grads_or_zeros(op, grads)
    used = [place for place, output in enumerate(op.outputs) if is_float(output)]
    inputs = {branch: tensors_at(op, f"{branch}_inputs") for branch in ("then", "else")}
    floats = [tensor for branch in ("then", "else") for tensor in inputs[branch] if is_float(tensor)]
    if not floats:
        return [None] * len(op.inputs)
    bodies = {}
    for branch, other in (("then", "else"), ("else", "then")):
        body = op.attributes[branch]
        bodies[branch] = gradient_body(
            body,
            op.graph,
            used,
            [place for place, tensor in enumerate(inputs[branch]) if is_float(tensor)],
            before=[t for t in inputs["then"] if is_float(t)] if branch == "else" else (),
            behind=[t for t in inputs[other] if is_float(t)] if branch == "then" else (),
        )
    seeds = [given[place] for place in used]
    node = op.graph.create(
        "If",
        {
            "predicate": op.inputs[0],
            "then_inputs": [*inputs["then"], *seeds, *bodies["then"].others],
            "else_inputs": [*inputs["else"], *seeds, *bodies["else"].others],
        },
        {"then": bodies["then"].body, "else": bodies["else"].body},
    )
    found = iter(node.outputs)
    return [
        None,
        *(next(found) if is_float(tensor) else None for tensor in (*inputs["then"], *inputs["else"])),
        *[None] * len(op.inputs_of("variables")),
    ]


declare(
    OpDeclaration(
        type="If",
        category=Category.CONTROL,
        symbol="⋎",
        description="Runs one of two graphs, as a condition says.",
        formula=r"\begin{cases} f(x) & \text{predicate} \\ g(x) & \text{else} \end{cases}",
        infer=_if,
        inputs=(InputPort("predicate"), captures("then_inputs"), captures("else_inputs"), VARIABLES),
        outputs=(),
        attributes=(
            body_attribute("then", "What runs when the condition holds."),
            body_attribute("else", "What runs when it does not."),
        ),
        kernel=_if_kernel,
        gradient=_if_gradient,
        default_name="cond",
        stateful=True,
        free_dtype_inputs=("predicate", "then_inputs", "else_inputs", "variables"),
        outputs_for=_if_outputs,
        example="tf.cond(x > 0, lambda: x, lambda: -x)",
    )
)
