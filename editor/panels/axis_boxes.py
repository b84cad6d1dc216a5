"""The two boxes that say over which plane a loss landscape is drawn."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from editor.theme import SPACE_XS
from engine.debugger.landscape.data import Axes, RandomAxes, ScalarAxes, TrajectoryAxes
from engine.debugger.landscape.parameters import Scalar

#: Where in the first box the random directions stand, and after a line the scalars.
_RANDOM, _FIRST_SCALAR = 1, 3
_WIDTH = 168


class AxisBoxes(QWidget):
    """Two scalars, or directions of the run, for which the second box has nothing to say."""

    chosen = Signal()
    """The person has chosen another plane: ``axes`` says which."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = 0
        self._scalars: tuple[Scalar, ...] = ()
        #: Whether the person has chosen, so that other scalars must not choose something else.
        self._is_chosen = False
        self.first, self.second = QComboBox(self), QComboBox(self)
        for combo, name in ((self.first, self.tr("First axis")), (self.second, self.tr("Second axis"))):
            combo.setAccessibleName(name)
            combo.setToolTip(self.tr("{name}: an element of a variable, or directions of the run").format(name=name))
            combo.setFixedWidth(_WIDTH)
            combo.activated.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_XS)
        row.addWidget(self.first)
        row.addWidget(self.second)
        self.show_scalars((), 0)

    def show_scalars(self, scalars: tuple[Scalar, ...], size: int) -> None:
        """Offers the elements that training changes, of ``size`` in all; what was chosen stays chosen if it can."""
        if scalars and scalars == self._scalars:
            return
        chosen = (self.first.currentText(), self.second.currentText()) if self._is_chosen else ("", "")
        self._scalars = scalars
        names = [str(scalar) for scalar in scalars]
        self.first.clear()
        self.second.clear()
        self.first.addItems([self.tr("Trajectory"), self.tr("Random directions")])
        self.second.addItems(names)
        if scalars:
            self.first.insertSeparator(_RANDOM + 1)
            self.first.addItems(names)
        # Two scalars are a plane already; more of them have the one that contains the path.
        self._choose_text(self.first, chosen[0], _FIRST_SCALAR if size == 2 else 0)
        self._choose_text(self.second, chosen[1], min(1, len(scalars) - 1))
        self._enable_second()

    @staticmethod
    def _choose_text(combo: QComboBox, text: str, otherwise: int) -> None:
        place = combo.findText(text) if text else -1
        combo.setCurrentIndex(otherwise if place < 0 else place)

    def clear(self) -> None:
        """Offers no scalars, and forgets what was chosen: for another document."""
        self._is_chosen = False
        self.show_scalars((), 0)

    def _enable_second(self) -> None:
        self.second.setEnabled(self.first.currentIndex() >= _FIRST_SCALAR)

    @property
    def axes(self) -> Axes:
        """The plane that is chosen."""
        place = self.first.currentIndex()
        if place >= _FIRST_SCALAR:
            return ScalarAxes(self._scalars[place - _FIRST_SCALAR], self._scalars[self.second.currentIndex()])
        return RandomAxes(self._seed) if place == _RANDOM else TrajectoryAxes()

    def _choose(self) -> None:
        self._is_chosen = True
        if self.first.currentIndex() == _RANDOM:
            self._seed += 1
        self._enable_second()
        self.chosen.emit()
