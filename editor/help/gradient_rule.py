"""An operation's gradient rule in one line for each input: the graph that the rule builds, written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

from editor.adding.scratch import source_declaration
from editor.help.port_limits import port_limits
from engine.graph import (
    DType,
    EngineError,
    Graph,
    OpDeclaration,
    Operation,
    PortKind,
    Tensor,
    TensorShape,
    TensorSpec,
    float32,
    get_declaration,
)

#: What the gradient to the output is called.
GRADIENT = "g"
#: A rule that takes more letters is told in words only.
_LONGEST = 140
#: The inputs that rules are asked about; operations differ in what they take.
_SHAPES = ((2, 3), (2, 2), (3,), (2, 8, 8, 3), (3, 3, 3, 3), (2, 8, 3), (2, 4, 4, 4, 3), (), None)
_MOST_TRIES = 400
_INFIX = {"Add": "+", "Subtract": "−", "Multiply": "·", "Divide": "/", "Pow": "^"}
#: Only sums up what broadcasting spread, or spreads what was summed up.
_SHAPE_ONLY = {"SumToShapeOf": 0, "ReshapeLike": 0, "ExpandReduced": 0}


@cache
def gradient_rules(op_type: str) -> Mapping[str, str | None]:
    """What flows back to each input that is wired: a formula of ``g``, the inputs and the output.

    None stands for an input that a gradient flows to by a rule too long to be read; one that none flows to is left
    out. Empty for an operation without a rule.
    """
    declaration = get_declaration(op_type)
    if declaration is None or declaration.gradient is None:
        return {}
    for op, sources in _examples(declaration):
        rules = _rules_of(op, sources)
        if rules is not None:
            return rules
    return {port.name: None for port in declaration.required_inputs if port.kind is not PortKind.STEP}


def _examples(declaration: OpDeclaration) -> Iterator[tuple[Operation, Mapping[Tensor, str]]]:
    """The operation with inputs of its liking, and what each of them is called."""
    ports = [port for port in declaration.required_inputs if port.kind is not PortKind.STEP]
    dtypes = [_dtype(declaration, index) for index in range(len(ports))]
    tries = sorted(product(range(len(_SHAPES)), repeat=len(ports)), key=lambda shapes: len(set(shapes)))
    for shapes in tries[:_MOST_TRIES]:
        graph = Graph()
        sources: dict[Tensor, str] = {}
        wired: dict[str, Any] = {}
        for port, dtype, shape in zip(ports, dtypes, shapes, strict=True):
            spec = TensorSpec(dtype, TensorShape(_SHAPES[shape]))
            source = graph.add(source_declaration(spec, port.kind)).outputs[0]
            sources[source] = port.name
            wired[port.name] = [source] if port.variadic else source
        try:
            yield graph.create(declaration, wired), sources
        except (EngineError, ValueError, TypeError):
            continue


def _dtype(declaration: OpDeclaration, index: int) -> DType:
    port = [port for port in declaration.required_inputs if port.kind is not PortKind.STEP][index]
    dtypes = port_limits(declaration, port).dtypes
    return dtypes[0] if dtypes else float32


def _rules_of(op: Operation, sources: Mapping[Tensor, str]) -> dict[str, str | None] | None:
    """None where the rule says nothing of inputs like these."""
    graph = op.graph
    names = dict(sources)
    gradients = []
    try:
        with graph.as_default():
            for number, output in enumerate(op.outputs, start=1):
                gradient = graph.add(source_declaration(output.spec, PortKind.TENSOR)).outputs[0]
                names[gradient] = GRADIENT if len(op.outputs) == 1 else f"{GRADIENT}{number}"
                gradients.append(gradient)
            assert op.declaration.gradient is not None
            found: Sequence[Tensor | None] = op.declaration.gradient(op, *gradients)
    except Exception:  # rules raise as they like where a shape is not one that they know
        return None
    names.update((output, output.port) for output in op.outputs)
    rules: dict[str, str | None] = {}
    for source, back in zip(op.inputs, found, strict=False):
        if isinstance(back, Tensor):
            text = _written(back, names)
            rules[sources[source]] = text if len(text) <= _LONGEST else None
    return rules


def _written(tensor: Tensor, names: Mapping[Tensor, str], inside: bool = False) -> str:
    if tensor in names:
        return names[tensor]
    op = tensor.op
    if op.type == "Constant":
        value = op.attributes["value"]
        return f"{value.item():g}" if value.size == 1 and value.dtype.kind in "iuf" else op.type
    if op.type in _SHAPE_ONLY:
        return _written(op.inputs[_SHAPE_ONLY[op.type]], names, inside)
    if op.type in _INFIX:
        text = f" {_INFIX[op.type]} ".join(_written(source, names, True) for source in op.inputs)
        return f"({text})" if inside else text
    if op.type == "Negative":
        return f"−{_written(op.inputs[0], names, True)}"
    given = [_written(source, names) for source in op.inputs]
    for name, value in op.attributes.items():
        attribute = op.declaration.attribute(name)
        if attribute is not None and not attribute.same(value, attribute.default):
            given.append(f"{name}={_short(value)}")
    return f"{op.type}({', '.join(given)})"


def _short(value: Any) -> str:
    return str(value.item()) if hasattr(value, "item") and getattr(value, "size", 0) == 1 else str(value)
