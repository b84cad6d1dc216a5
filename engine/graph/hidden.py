"""Variables that nobody placed: what operations keep from run to run for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .declaration import get_declaration
from .operation import Operation
from .spec import TensorSpec

if TYPE_CHECKING:
    from .graph import Graph


class HiddenVariables:
    """The Variables of a graph that are not among its operations: they are neither drawn nor saved.

    An optimizer that was placed by hand keeps its slots in them. Sessions initialise them by themselves.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._kept: dict[Operation, dict[tuple[Operation | None, str], Operation]] = {}
        self._all: set[Operation] = set()

    def __contains__(self, op: Operation) -> bool:
        return op in self._all

    def get(
        self, owner: Operation, partner: Operation | None, name: str, spec: TensorSpec, initial: float
    ) -> Operation:
        """What ``owner`` keeps under this name beside ``partner`` (None: for all): the same Variable every time.

        ``spec`` and the number that it is full of at first are brought up to date in one that is there already.
        """
        kept = self._kept.setdefault(owner, {})
        op = kept.get((partner, name))
        if op is None:
            declaration = get_declaration("Variable")
            assert declaration is not None
            place = owner.name if partner is None else f"{owner.name}/{partner.name}"
            op = Operation(self._graph, declaration, f"{place}/{name}", declaration.default_attributes(), owner.number)
            kept[partner, name] = op
            self._all.add(op)
        op.attributes |= {"dtype": spec.dtype, "initial_value": np.array(initial), "trainable": False}
        op.output.spec = spec
        return op

    def forget(self, op: Operation) -> None:
        """Gives up what ``op`` keeps, and what others keep beside it; for when it is removed."""
        gone = list(self._kept.pop(op, {}).values())
        for kept in self._kept.values():
            gone += [kept.pop(key) for key in list(kept) if key[0] is op]
        self._all.difference_update(gone)
