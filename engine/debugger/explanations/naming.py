"""How the numbers of a training step are called: by the person's nodes, and gradients by what they are gradients to."""

from __future__ import annotations

from typing import Any

from ...graph import Tensor
from ..observed_step import ObservedStep
from .latex import name_of, number, subscripted
from .reason import Element, Index, Kind, python_value


class Naming:
    """Names for the tensors of one step."""

    def __init__(self, step: ObservedStep) -> None:
        self._step = step
        self.loss = step.loss.op.node_name
        #: The variable that an update sets to a tensor: a slot of an optimizer, mostly.
        self.next_value_of = {op.inputs[1]: op.inputs[0] for op in step.operations if op.type == "Assign"}
        #: The tensor that each gradient is the gradient to: the one nearest to the loss where several have the same.
        self.gradient_of: dict[Tensor, Tensor] = {}
        for op in step.graph.get_operations():
            if op.phase == "forward":
                for tensor in op.outputs:
                    gradient = step.gradient(tensor)
                    if gradient is not None and gradient.op.phase != "forward":
                        self.gradient_of[gradient] = tensor

    def title(self, tensor: Tensor) -> str:
        """The node's name, with the port where it has several; of the next value of a variable, "next" and its name.

        The lowered operation's own name where it stands alone.
        """
        variable = self.next_value_of.get(tensor)
        if variable is not None and not self._is_own(tensor):
            return f"next {self.title(variable)}"
        op = tensor.op
        name = op.node_name if self._is_own(tensor) else op.name
        return name if len(op.outputs) == 1 else f"{name}.{tensor.port}"

    def _is_own(self, tensor: Tensor) -> bool:
        """Whether it is what stands in the step for a tensor of the person's graph."""
        origin, place = tensor.op.origin, tensor.value_index
        return (
            origin is not None and place < len(origin.outputs) and self._step.lowered(origin.outputs[place]) is tensor
        )

    def element(self, tensor: Tensor, index: Index, value: Any, kind: Kind = Kind.VALUE) -> Element:
        """The element of a tensor, or the gradient to it."""
        forward = tensor if kind is Kind.GRADIENT else self.gradient_of.get(tensor)
        label, latex = self._labels(tensor if forward is None else forward, index, forward is not None)
        return Element(tensor.name, index, kind, python_value(value), label, latex, tensor.op.node_name)

    def _latex(self, tensor: Tensor, title: str, index: Index) -> str:
        if self._is_own(tensor):
            return subscripted(name_of(title), index)
        # What stands for no node of the person's is long to call: in a formula by the last part of its name.
        short = name_of(title.rpartition("/")[2].removeprefix("next "))
        return subscripted(f"{short}'" if tensor in self.next_value_of else short, index)

    def latex_of(self, element: Element) -> str:
        """The element itself in LaTeX, also where its gradient is meant."""
        return self._labels(self._step.graph.get_tensor_by_name(element.tensor), element.index, False)[1]

    def _labels(self, tensor: Tensor, index: Index, is_gradient: bool) -> tuple[str, str]:
        title = self.title(tensor)
        place = f"[{', '.join(map(str, index))}]" if index else ""
        latex = self._latex(tensor, title, index)
        if not is_gradient:
            return title + place, latex
        return f"∂{self.loss}/∂{title}{place}", rf"\frac{{\partial {name_of(self.loss)}}}{{\partial {latex}}}"


def numbers_of(elements: tuple[Element, ...]) -> str:
    """The product of the elements' values in LaTeX."""
    return r" \cdot ".join(number(element.value, in_product=True) for element in elements)
