"""What is written on nodes and wires, and what their tooltips say."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from editor.tensor_text import name_text
from engine.debugger.tensors.tensor_name import TensorName
from engine.graph import Attribute, AttributeKind, NodeKind, Operation, Problem, Tensor, TensorShape
from engine.graph.broadcasting import Broadcast, broadcasts_of
from engine.graph.literals import format_array, format_number
from engine.graph.symbolic.dimensions import written_sizes

Array = np.ndarray[Any, np.dtype[Any]]

#: Constants with at most this many elements show their value instead of their shape.
_SHOWN_ELEMENTS = 3


def shape_text(shape: TensorShape) -> str:
    """``[?, 3]``, the word "scalar", or "" for an unknown rank."""
    if shape.dims is None:
        return ""
    if not shape.dims:
        return QCoreApplication.translate("NodeText", "scalar")
    return f"[{', '.join('?' if size is None else str(size) for size in shape.as_written())}]"


def tensor_shape_text(tensor: Tensor) -> str:
    """As :func:`shape_text`, with the names of sizes: ``[B, 3]``."""
    sizes = written_sizes(tensor)
    return f"[{', '.join(sizes)}]" if sizes else shape_text(tensor.spec.shape)


def shortened_shape(text: str) -> str:
    """The text of a shape with an ellipsis in the place of each size that is calculated: ``[B, …, …, 8]``."""
    if not text.startswith("["):
        return text
    return f"[{', '.join('…' if ' ' in size else size for size in text[1:-1].split(', '))}]"


def tensor_spec_text(tensor: Tensor) -> str:
    """``[B, 3] float32``, as far as it is known."""
    dtype = tensor.spec.dtype
    return " ".join(part for part in (tensor_shape_text(tensor), dtype.name if dtype else "") if part)


def details(op: Operation) -> str:
    """What matters of an operation's attributes: ``[?, 3] float32``, ``0.1``, ``axis 1``; whether it is muted."""
    if op.is_muted:
        return QCoreApplication.translate("NodeText", "muted")
    if op.kind is NodeKind.CONSTANT:
        value: Array = op.attributes["value"]
        if value.size <= _SHOWN_ELEMENTS:
            return format_array(value, 4)
    kinds = {attribute.kind for attribute in op.declaration.attributes}
    if {AttributeKind.SHAPE, AttributeKind.DTYPE} <= kinds and op.outputs:
        return tensor_spec_text(op.output)
    return " ".join(_attribute_text(op, attribute) for attribute in op.declaration.attributes).strip()


def _attribute_text(op: Operation, attribute: Attribute) -> str:
    """An attribute in a word or two; "" where it has its default or a wire takes its place."""
    value = op.attributes[attribute.name]
    if any(port.attribute == attribute.name and op.inputs_of(port.name) for port in op.declaration.inputs):
        return ""
    if attribute.kind is AttributeKind.DTYPE:
        return str(value.name)
    if attribute.kind is AttributeKind.SHAPE:
        return shape_text(value)
    if attribute.kind is AttributeKind.FLOAT and attribute.name == "learning_rate":
        return format_number(value, 4)
    if attribute.kind is AttributeKind.GRAPH or value is None or attribute.same(value, attribute.default):
        return ""
    label = attribute.name.replace("_", " ")
    if attribute.kind is AttributeKind.BOOL:
        return label if value else QCoreApplication.translate("NodeText", "not {name}").format(name=label)
    if attribute.kind is AttributeKind.AXES:
        return f"{label} {', '.join(str(axis) for axis in value)}"
    if attribute.kind is AttributeKind.FLOAT:
        return f"{label} {format_number(value, 4)}"
    return f"{label} {value}"


def value_text(value: Array) -> str:
    """An array with all its digits; the middle of a large one left out."""
    if value.ndim == 0:
        return format_number(value[()])
    return np.array2string(
        value, separator=", ", threshold=64, edgeitems=3, max_line_width=88, formatter={"float_kind": format_number}
    )


class ValueAge(enum.Enum):
    """What a value belongs to."""

    PRESENT = enum.auto()
    EARLIER_STEP = enum.auto()
    #: The graph before an edit.
    BEFORE_EDIT = enum.auto()


def node_tooltip(
    op: Operation, value: Array | None, age: ValueAge, problems: Sequence[Problem], sizes: Sequence[str] = ()
) -> str:
    """Name, what the operation does, what is known of its result, its value, and what is wrong with it.

    ``sizes`` say what the named sizes of its result are.
    """
    parts = [f"<b>{escape(op.name)}</b> &nbsp;{escape(op.type)}"]
    parts.append(escape(QCoreApplication.translate("Operation", op.declaration.description)))
    known = [text for tensor in op.outputs if (text := tensor_spec_text(tensor))]
    if known:
        parts.append(QCoreApplication.translate("NodeText", "Gives {spec}").format(spec=escape(", ".join(known))))
    parts += [escape(line) for line in sizes]
    if value is not None:
        headings = {
            ValueAge.PRESENT: QCoreApplication.translate("NodeText", "Value {shape}"),
            ValueAge.EARLIER_STEP: QCoreApplication.translate("NodeText", "Value {shape}, from an earlier step"),
            ValueAge.BEFORE_EDIT: QCoreApplication.translate("NodeText", "Value {shape}, from before the last change"),
        }
        text = escape(value_text(value)).replace("\n", "<br>").replace(" ", "&nbsp;")
        parts.append(f"{escape(headings[age].format(shape=shape_text(TensorShape(value.shape))))}<br>{text}")
    if op.is_muted:
        parts.append(QCoreApplication.translate("NodeText", "Muted: it passes an input on. M lets it compute again."))
    if op.declaration.has_bodies:
        parts.append(QCoreApplication.translate("NodeText", "Double-click or Enter shows its body."))
    parts += [f"<b>{escape(problem.message)}</b>" for problem in problems]
    return "<br>".join(f"<span>{part}</span>" for part in parts)


def port_tooltip(op: Operation, port: str, is_input: bool) -> str:
    """A port's name and what is known of the tensor at it."""
    if is_input:
        declared = op.declaration.input_port(port)
        sources = op.inputs_of(port)
        specs = [tensor_spec_text(source) for source in sources if isinstance(source, Tensor)]
        note = (
            ""
            if specs or declared is None or not declared.optional
            else QCoreApplication.translate("NodeText", "may stay empty")
        )
        repeated = [_broadcast_text(op, each) for each in broadcasts_of(op) if each.port == port]
        return _join(f"<b>{escape(port)}</b>", *specs, note, *repeated)
    output = op.output_named(port)
    return _join(f"<b>{escape(port)}</b>", tensor_spec_text(output) if isinstance(output, Tensor) else "")


def _broadcast_text(op: Operation, broadcast: Broadcast) -> str:
    text = QCoreApplication.translate("NodeText", "{shape} is broadcast to {result}")
    source, dimensions = op.input(broadcast.port), op.graph.dimensions
    if source is None or dimensions is None:
        return text.format(shape=broadcast.shape, result=broadcast.result)
    return text.format(
        shape=dimensions.written_as(source, broadcast.shape), result=dimensions.written_as(op.output, broadcast.result)
    )


def inner_port_tooltip(op: Operation, port: str, is_input: bool) -> str:
    """A port of a node in a folded block, with the node."""
    return f"{escape(op.name)} &nbsp;{port_tooltip(op, port, is_input)}"


def scope_tooltip(
    name: str,
    count: int,
    is_folded: bool,
    contents: str = "",
    value: Array | None = None,
    problems: Sequence[Problem] = (),
) -> str:
    """A scope's name, what is in it, what comes out of it, what is wrong in it, and how it is folded or unfolded."""
    nodes = QCoreApplication.translate("NodeText", "%n nodes", "", count)
    parts = [f"<b>{escape(name)}</b> &nbsp;{escape(contents or nodes)}"]
    if value is not None:
        parts.append(QCoreApplication.translate("NodeText", "Gives {spec}").format(spec=_value_spec(value)))
    parts += [f"{escape(problem.node)}: <b>{escape(problem.message)}</b>" for problem in problems]
    parts.append(
        QCoreApplication.translate("NodeText", "Double-click or Enter shows its nodes.")
        if is_folded
        else QCoreApplication.translate("NodeText", "Double-click or Enter folds it into one block.")
    )
    return "<br>".join(f"<span>{part}</span>" for part in parts)


def _value_spec(value: Array) -> str:
    return escape(f"{shape_text(TensorShape(value.shape))} {value.dtype}")


def wire_tooltip(source: Operation, source_port: str, target: str, target_port: str, sizes: Sequence[str] = ()) -> str:
    """Where a wire leads, what is known of the tensor on it, and what its named sizes are."""
    output = source.output_named(source_port)
    ends = f"<b>{escape(source.name)}</b> → <b>{escape(target)}</b> {escape(target_port)}"
    text = _join(ends, tensor_spec_text(output) if isinstance(output, Tensor) else "")
    return "<br>".join([text, *map(escape, sizes)])


def _join(*parts: str) -> str:
    return " &nbsp;".join(part for part in parts if part)


def probe_tooltip(tensor: TensorName) -> str:
    """Which tensor a probe shows, and what can be done with it."""
    help_text = QCoreApplication.translate(
        "NodeText", "Double-click looks at the tensor; drag moves the probe, its cross removes it."
    )
    return f"<b>{escape(name_text(tensor))}</b><br>{escape(help_text)}"
