"""Sums of what several steps give to one gradient, as one operation on all of their rows.

The gradient to the weights of a recurrent network is the sum of a matrix product for each step, xₜᵀ gₜ. With the rows
of all steps below each other that is one product: no sum, and a size at which the matrix library is faster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...graph import Graph, Operation, Output, Tensor
from ..draft import Draft

#: With fewer terms there is little to gain.
FEWEST_TERMS = 3
#: These sum the rows of their first input; the second gives the shape.
_ROW_SUMS = frozenset({"SumToShapeOf", "BiasAddGrad"})


def gather_terms(draft: Draft, order: Sequence[Operation]) -> None:
    """Rewrites sums with several terms that are products, or sums, over rows."""
    uses: Counter[Output] = Counter(tensor for op in order for tensor in op.inputs)
    uses.update(draft.fetches)
    joined: dict[tuple[Tensor, ...], Tensor] = {}
    inner: set[Operation] = set()
    for op in reversed(order):
        if op.type != "Add" or op in inner or op.control_inputs:
            continue
        terms = _terms(op, uses, inner)
        if len(terms) >= FEWEST_TERMS:
            _rewrite(draft, op, terms, uses, joined)


def _terms(top: Operation, uses: Counter[Output], inner: set[Operation]) -> list[Tensor]:
    """What a nest of additions adds, where nothing else takes a sum within it."""
    terms: list[Tensor] = []
    waiting = list(top.inputs)
    while waiting:
        tensor = waiting.pop()
        op = tensor.op
        is_inner = op.type == "Add" and uses[tensor] == 1 and tensor.shape == top.output.shape
        if is_inner and not op.control_inputs:
            inner.add(op)
            waiting += op.inputs
        else:
            terms.append(tensor)
    return terms


def _rewrite(
    draft: Draft,
    top: Operation,
    terms: Sequence[Tensor],
    uses: Counter[Output],
    joined: dict[tuple[Tensor, ...], Tensor],
) -> None:
    graph, shape = draft.graph, top.output.shape
    own = [term for term in terms if uses[term] == 1 and not term.op.control_inputs and term.shape == shape]
    products = [term for term in own if _is_product_over_rows(term.op)]
    sums = [term for term in own if _is_sum_of_rows(term.op)]
    left = [term for term in terms if term not in products and term not in sums]
    with graph.origin(top, top.phase):
        found: list[Tensor] = []
        if len(products) >= FEWEST_TERMS:
            x = _below_each_other(graph, [term.op.inputs[0] for term in products], joined)
            y = _below_each_other(graph, [term.op.inputs[1] for term in products], joined)
            found.append(graph.apply("MatMul", x, y, transpose_a=True))
        else:
            left += products
        if len(sums) >= FEWEST_TERMS:
            first = sums[0].op
            rows = _below_each_other(graph, [term.op.inputs[0] for term in sums], joined)
            found.append(graph.apply(first.type, rows, first.inputs[1], **first.attributes))
        else:
            left += sums
        if not found:
            return
        total, *others = [*found, *left]
        for other in others:
            total = graph.apply("Add", total, other)
    draft.replace_value(top.output, total)


def _below_each_other(graph: Graph, parts: Sequence[Tensor], joined: dict[tuple[Tensor, ...], Tensor]) -> Tensor:
    key = tuple(parts)
    if key not in joined:
        joined[key] = graph.create("Concat", {"values": parts}, {"axis": 0}).output
    return joined[key]


def _is_product_over_rows(op: Operation) -> bool:
    """Whether it is xᵀ y of two matrices, small enough that copying their rows costs less than adding products."""
    if op.type != "MatMul" or not op.attributes["transpose_a"] or op.attributes["transpose_b"]:
        return False
    x, y = (tensor.shape for tensor in op.inputs)
    if x.rank != 2 or y.rank != 2 or not (x.is_known and y.is_known):
        return False
    (rows, columns_x), (_, columns_y) = x.known(), y.known()
    return rows * (columns_x + columns_y) <= 3 * columns_x * columns_y


def _is_sum_of_rows(op: Operation) -> bool:
    if op.type not in _ROW_SUMS or op.attributes.get("data_format", "NHWC") != "NHWC":
        return False
    x, result = op.inputs[0].shape, op.output.shape
    return x.is_known and result.is_known and x.rank == 2 and result.rank == 1 and x.known()[1] == result.known()[0]
