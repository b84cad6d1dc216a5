"""An activation function that is chosen by an attribute; it is lowered to the operation of that name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import Attribute, AttributeKind, Category, Inference, OpDeclaration, Operation, Tensor, TensorSpec, declare
from ..graph.declaration import get_declaration
from .rules import X, anything
from .stand_ins import FUNCTIONS


def _chosen(function: str) -> OpDeclaration:
    declaration = get_declaration(FUNCTIONS[function])
    assert declaration is not None
    return declaration


def _infer(node: Inference) -> TensorSpec:
    if node.attribute("function") != "none":
        node.require_float("x")
    return anything(node)


def _kernel(k: Any) -> Callable[..., Any]:
    kernel = _chosen(k.attribute("function")).kernel
    assert kernel is not None
    return kernel(k)


def _gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    gradient = _chosen(op.attributes["function"]).gradient
    assert gradient is not None
    return gradient(op, grad)


declare(
    OpDeclaration(
        type="Activation",
        category=Category.ACTIVATION,
        symbol="f",
        description="One of the common activation functions, as its attribute says.",
        formula="f(x)",
        infer=_infer,
        inputs=(X,),
        attributes=(
            Attribute(
                "function",
                AttributeKind.CHOICE,
                "relu",
                "Which function; none passes its input on unchanged.",
                choices=tuple(FUNCTIONS),
            ),
        ),
        kernel=_kernel,
        gradient=_gradient,
        default_name="Activation",
        example="tf.nn.relu(x)",
    )
)
