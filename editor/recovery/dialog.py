"""What can be recovered after a crash, a card for each document."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from editor.recovery.card import RecoveryCard
from editor.theme import SPACE_L, SPACE_M, set_style
from engine.formats.journal import Recovered

_WIDTH = 640
#: So many cards are seen at once; further ones are scrolled to.
_SEEN = 3


class RecoveryDialog(QDialog):
    """Each card goes when it is recovered or discarded; what is left when the dialog closes is offered again later."""

    def __init__(
        self,
        found: Sequence[Recovered],
        recover: Callable[[Recovered], bool],
        discard: Callable[[Recovered], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._recover = recover
        self._discard = discard
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Recover unsaved edits"))
        heading = QLabel(self.tr("Some edits were not saved"), self)
        set_style(heading, role="title")
        words = QLabel(
            self.tr(
                "Chainrule ended before they could be saved. What is recovered opens as it was, not saved yet; the "
                "files stay as they are until you save."
            ),
            self,
        )
        words.setWordWrap(True)
        set_style(words, role="muted")
        self.cards: list[RecoveryCard] = []
        inside = QWidget(self)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_M)
        for each in found:
            rows.addWidget(self._card(each, inside))
        rows.addStretch(1)
        area = QScrollArea(self)
        area.setAccessibleName(self.tr("Documents with unsaved edits"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        height = self.cards[0].sizeHint().height() if self.cards else 0
        area.setMinimumHeight(min(len(self.cards), _SEEN) * (height + SPACE_M))
        buttons = QDialogButtonBox(self)
        self.all = QPushButton(self.tr("Recover all"), self)
        self.later = QPushButton(self.tr("Later"), self)
        self.later.setToolTip(self.tr("Keeps what is left; it is offered again at the next start."))
        buttons.addButton(self.all, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.later, QDialogButtonBox.ButtonRole.RejectRole)
        # The box shows what it is given.
        self.all.setVisible(len(self.cards) > 1)
        self.all.clicked.connect(self._recover_all)
        self.later.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        for widget in (heading, words):
            layout.addWidget(widget)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)
        self.resize(_WIDTH, self.sizeHint().height())
        if self.cards:
            self.cards[0].recover.setDefault(True)
            self.cards[0].recover.setFocus()

    def _card(self, found: Recovered, parent: QWidget) -> RecoveryCard:
        card = RecoveryCard(found, parent)
        card.recover_wanted.connect(lambda: self._try(card))
        card.discard_wanted.connect(lambda: self._give_up(card))
        self.cards.append(card)
        return card

    def _try(self, card: RecoveryCard) -> None:
        if self._recover(card.found):
            self._take_away(card)

    def _give_up(self, card: RecoveryCard) -> None:
        self._discard(card.found)
        self._take_away(card)

    def _recover_all(self) -> None:
        for card in list(self.cards):
            self._try(card)

    def _take_away(self, card: RecoveryCard) -> None:
        self.cards.remove(card)
        card.hide()
        card.deleteLater()
        self.all.setVisible(len(self.cards) > 1)
        if not self.cards:
            self.accept()
