"""Conditions on a training run: ``loss < 0.1``, ``norm(grad W) > 10``, ``epoch == 37 and W[0, 1] < 0``.

``epoch``, ``batch`` and ``step`` count from 0; ``loss`` is that of the mini-batch before its update. A node's name is
its value in that step (a variable's: after the update; a metric's: after the last epoch), ``grad NAME`` the gradient
of the loss to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import IntEnum

import numpy as np

from ...graph import Graph
from .parser import COUNTERS, parse
from .terms import Calculation, Call, Counter, Missing, NodeGradient, NodeValue, Readings, every_term, truth
from .tokens import ConditionError, TokenKind, tokens


class Need(IntEnum):
    """What a condition must know, by how much it costs."""

    #: Only where the run stands: known before a step is made.
    POSITION = 0
    #: The loss, variables and metrics, which the fast plan leaves behind.
    RESULTS = 1
    #: Values and gradients within a step: each step is observed.
    STEP = 2


class Condition:
    """A condition that has been read. Raises ConditionError when it cannot be, naming what a graph does not have."""

    def __init__(self, text: str, graph: Graph, metrics: Collection[str] = ()) -> None:
        self.text = text
        self._term = parse(text, [op.name for op in graph.get_operations()])
        #: The nodes whose values it reads.
        self.nodes = frozenset(term.node for term in every_term(self._term) if isinstance(term, NodeValue))
        #: Whether it calculates: numpy then has to be told to say nothing of overflows.
        self._calculates = any(isinstance(term, (Calculation, Call)) for term in every_term(self._term))
        need = Need.POSITION
        for term in every_term(self._term):
            if isinstance(term, NodeGradient):
                need = Need.STEP
                _require_value(graph, term.node, term.column)
            elif isinstance(term, NodeValue):
                _require_value(graph, term.node, term.column)
                is_kept = term.node in metrics or graph.operation(term.node).type == "Variable"
                need = max(need, Need.RESULTS if is_kept else Need.STEP)
            elif isinstance(term, Counter) and term.name == "loss":
                need = max(need, Need.RESULTS)
        #: When it can be checked.
        self.need = need

    def holds(self, readings: Readings) -> bool | None:
        """Whether it holds; None while a value that it reads does not exist.

        Raises ConditionError for what only the values show: no such element, many numbers where one is needed.
        """
        try:
            if not self._calculates:
                return truth(self._term, readings)
            with np.errstate(all="ignore"):
                return truth(self._term, readings)
        except Missing:
            return None


def with_renamed(text: str, old: str, new: str, nodes: Collection[str]) -> str:
    """A condition in which a node has another name; as it is where it cannot be read. ``nodes`` has the old name."""
    try:
        words = list(tokens(text, {*nodes, *COUNTERS}))
    except ConditionError:
        return text
    is_plain = re.fullmatch(r"[^\W\d]\w*", new) is not None and new not in (*COUNTERS, "and", "or", "not", "grad")
    written = new if is_plain else f"`{new}`"
    for word in reversed(words):
        start, length = word.column - 1, len(word.text)
        if word.text != old or (word.kind is TokenKind.NAME and old in COUNTERS):
            continue
        if word.kind is TokenKind.QUOTED:
            text = f"{text[:start]}`{new}`{text[start + length + 2 :]}"
        elif word.kind is TokenKind.NAME:
            text = f"{text[:start]}{written}{text[start + length :]}"
    return text


def _require_value(graph: Graph, node: str, column: int) -> None:
    op = graph.operation(node)
    dtype = op.output.dtype if op.outputs else None
    if not op.outputs or (dtype is not None and dtype.numpy.kind not in "fiub"):
        raise ConditionError(
            f"Column {column}: {node} ({op.type}) gives no number; name a node that does.", column, node
        )
