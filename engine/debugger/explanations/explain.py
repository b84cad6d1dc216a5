"""Why a number of a training step is what it is."""

from __future__ import annotations

from ...compiler.writes import WRITES
from ...graph import Tensor
from ..observed_step import ObservedStep
from .chain_rule import explain_gradient
from .dependence import explain_dependence
from .elementwise import explain_elementwise
from .families import ELEMENTWISE, FROM_SHAPES, SAME_PLACE, SUMS, SUMS_OF_PRODUCTS
from .functions import SHARES, explain_function
from .inquiry import Inquiry
from .naming import Naming
from .products import explain_products
from .reason import ElementReason, Index, Kind
from .sums import explain_same_place, explain_sum
from .updates import explain_update, writing_operation


def explain(step: ObservedStep, tensor: Tensor, index: Index, kind: Kind = Kind.VALUE) -> ElementReason:
    """Why an element of a lowered tensor of the step, or the gradient of the loss to it, has its value.

    Raises InvalidArgumentError, with a sentence, where that is not computed yet, where there is no such element, and
    where no gradient flows.
    """
    naming = Naming(step)
    if kind is Kind.GRADIENT:
        return explain_gradient(step, naming, tensor, index)
    if tensor.op.type == "Variable":
        return _explain_variable(step, naming, tensor, index, kind)
    return _explain_result(Inquiry(step, naming, tensor, index))


def _explain_variable(step: ObservedStep, naming: Naming, variable: Tensor, index: Index, kind: Kind) -> ElementReason:
    """By the update of this step, once it is done; before, the variable has what earlier steps have left in it."""
    writing = writing_operation(step.operations, step.done, variable)
    inquiry = Inquiry(step, naming, variable, index)
    if writing is None or kind is Kind.BEFORE:
        if writing is not None:
            before = Inquiry(step, naming, writing.outputs[0], index).values[0]
            inquiry.element = naming.element(variable, index, before[index], kind)
        return inquiry.given(
            f"{variable.op.node_name} is a variable: the step began with the value that the step before has left in "
            "it, or its initial value. Step back, or on to the update, to see it change."
        )
    update = Inquiry(step, naming, writing.outputs[0], index)
    update.element = inquiry.element
    return explain_update(update)


def _explain_result(inquiry: Inquiry) -> ElementReason:
    op = inquiry.op
    if op.type in ("Placeholder", "Constant"):
        source = "fed from the data of this mini-batch" if op.type == "Placeholder" else "a constant of the graph"
        return inquiry.given(f"{op.node_name} is {source}.")
    if op.type in FROM_SHAPES or not op.inputs:
        return inquiry.given(f"{op.type} computes it from shapes and settings, not from other numbers.")
    if op.type in WRITES:
        return explain_update(inquiry)
    if op.type in SAME_PLACE:
        return explain_same_place(inquiry)
    if op.type in ELEMENTWISE:
        return explain_elementwise(inquiry)
    if op.type in SHARES:
        return SHARES[op.type](inquiry)
    found = explain_products(inquiry) if op.type in SUMS_OF_PRODUCTS else None
    if found is None and op.type in SUMS and inquiry.value.dtype.kind in "fiub":
        found = explain_sum(inquiry)
    return found or explain_function(inquiry) or explain_dependence(inquiry)
