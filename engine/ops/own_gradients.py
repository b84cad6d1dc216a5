"""Functions with gradients of their own: what they give is what they computed, what goes back a graph says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    Output,
    OutputPort,
    Tensor,
    TensorSpec,
    declare,
)
from ..graph.body import Body
from ..graph.inference import infer_specs
from ..graph.spec import UNKNOWN_SPEC
from ..graph.walk import postorder
from .bodies import body_attribute, captures, grads_or_zeros, numbered
from .wired import tensors_at


def _results(node: Inference) -> list[TensorSpec]:
    wired, count = node.specs("results"), node.attribute("count")
    if len(wired) > count:
        raise node.shape_error(
            f"{node.op.name} gives {count} results, but {len(wired)} are wired to it; take some away."
        )
    found = [TensorSpec(spec.dtype, spec.shape) for spec in wired]
    return [*found, *[UNKNOWN_SPEC] * (count - len(wired))]


def _outputs(attributes: Mapping[str, Any]) -> list[OutputPort]:
    return numbered("output", attributes["count"])


def _kernel(k: Any) -> Callable[..., Any]:
    xp, count, given = k.xp, k.attribute("count"), len(k.inputs)

    def step(*arrays: Any) -> Any:
        outs = arrays[given:] or [None] * count
        return tuple(xp.copy(array, out) for array, out in zip(arrays[:count], outs, strict=True))

    return step


def _gradient(op: Operation, *grads: Tensor | None) -> Sequence[Tensor | None]:
    """What the body makes of the gradients to the outputs; nothing goes back to the results themselves."""
    given = grads_or_zeros(op, grads)
    found = iter(_inlined(op.attributes["gradient"], op, [*given, *tensors_at(op, "gradient_inputs")]))
    reached = op.attributes["reached"]
    to_inputs = [next(found) if place in reached else None for place in range(len(op.inputs_of("inputs")))]
    none = [None] * len(op.inputs_of("results")), [None] * len(op.inputs_of("gradient_inputs"))
    return [*none[0], *to_inputs, *none[1]]


def _inlined(body: Body, op: Operation, inputs: Sequence[Tensor]) -> list[Tensor]:
    """The outputs of a body whose operations are added to the graph of ``op``."""
    graph = op.graph
    tensors: dict[Output, Output] = dict(zip(body.inputs, inputs, strict=True))
    given = {tensor.op for tensor in body.inputs}
    for inner in postorder([tensor.op for tensor in body.outputs], lambda each: each.graph.predecessors(each)):
        if inner in given:
            continue
        copy = graph.add_copy(
            inner, {port: [tensors[source] for source in sources] for port, sources in inner.connected_ports()}
        )
        copy.origin, copy.phase = op.origin or op, "backward"
        specs, _ = infer_specs(copy)
        for old, new, spec in zip(inner.outputs, copy.outputs, specs, strict=True):
            new.spec = spec
            tensors[old] = new
        tensors[inner.done] = copy.done
    return [tensors[output] for output in body.outputs]  # type: ignore[misc]


declare(
    OpDeclaration(
        type="WithGradient",
        category=Category.CONTROL,
        symbol="∂",
        description="Tensors whose gradients a graph of their own computes.",
        formula=r"y, \quad \bar{x} = g(\bar{y})",
        infer=_results,
        inputs=(InputPort("results", variadic=True), InputPort("inputs", variadic=True), captures("gradient_inputs")),
        outputs=(),
        attributes=(
            body_attribute("gradient", "From the gradients to the results, those to the inputs."),
            Attribute("count", AttributeKind.INT, 0, "How many results there are.", minimum=0, maximum=10_000),
            Attribute("reached", AttributeKind.AXES, (), "The inputs that gradients go to, counted from 0."),
        ),
        kernel=_kernel,
        gradient=_gradient,
        default_name="IdentityN",
        free_dtype_inputs=("results", "inputs", "gradient_inputs"),
        outputs_for=_outputs,
        example="tf.custom_gradient(f)(x)",
    )
)
