"""Offers repairs over the canvas, and carries out the one that is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from editor.canvas.repair_card import RepairCard
from editor.commands import ApplyRepair, ProposedWire
from editor.commands.wire_checks import repairs_for
from editor.document import Document
from editor.theme import ThemeManager
from engine.graph import EngineError
from engine.repairs import Repair, repairs_of_node


class Repairs(QObject):
    """Knows the repairs that the card offers; whatever changes the document takes them back."""

    #: Why a repair could not be carried out.
    refused = Signal(str)

    def __init__(self, document: Document, view: QWidget, theme_manager: ThemeManager) -> None:
        super().__init__(view)
        self._document = document
        self.card = RepairCard(view, theme_manager)
        self._repairs: Sequence[Repair] = ()
        self._wire: ProposedWire | None = None
        self.card.chosen.connect(self._carry_out)
        document.undo_stack.indexChanged.connect(self.card.hide)
        document.replaced.connect(self.card.hide)

    def offer_for_wire(self, wire: ProposedWire, reason: str, point: QPoint) -> bool:
        """Offers what would make a refused wire legal; False where nothing would."""
        return self._offer(reason, repairs_for(self._document, wire), wire, point)

    def offer_for_node(self, name: str, point: QPoint) -> bool:
        """Offers what would mend a node whose inputs do not fit; False where nothing would."""
        op = self._document.operation(name)
        reason = "" if op.problem is None else op.problem.message
        return self._offer(reason, repairs_of_node(op), None, point)

    def _offer(self, reason: str, repairs: Sequence[Repair], wire: ProposedWire | None, point: QPoint) -> bool:
        if not repairs or not self._document.may_change:
            return False
        self._repairs, self._wire = repairs, wire
        self.card.offer(reason, [repair.sentence for repair in repairs], point)
        return True

    def _carry_out(self, number: int) -> None:
        repair, wire = self._repairs[number], self._wire
        self._repairs = ()
        try:
            self._document.do(ApplyRepair(self._document, repair, wire))
        except EngineError as error:
            self.refused.emit(str(error))
