"""The line of the plot that names its series, takes them away, and has their past computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QSizePolicy, QToolButton, QWidget

from editor.icons import bind_icon
from editor.panels.plot_legend import line_sample
from editor.panels.section import clear_layout
from editor.panels.series_pen import series_pen
from editor.run.series_curves import Curve
from editor.tensor_text import series_text
from editor.theme import SPACE_M, SPACE_S, SPACE_XS, ThemeManager, set_style
from engine.graph.literals import format_number

Array = np.ndarray[Any, np.dtype[Any]]

#: Sample, cross and the spaces between them; and what is left of a name at the least.
_ENTRY_WIDTH = 68
_LEAST_NAME = 40


class SeriesLegend(QWidget):
    """Hidden while there is no series."""

    removed = Signal(object)
    """The Series that the person does not want to see any more."""

    def __init__(self, past: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._numbers: list[str] = []
        self._labels: list[QLabel] = []
        self._buttons: list[QToolButton] = []
        self._entries = QHBoxLayout()
        self._entries.setSpacing(SPACE_XS)
        self._past = QToolButton(self)
        self._past.setDefaultAction(past)
        self._past.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._past.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # As many entries as there are must not widen the panel.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        row.setContentsMargins(SPACE_M, 0, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addLayout(self._entries)
        row.addStretch(1)
        row.addWidget(self._past)
        ThemeManager.instance().changed.connect(self._begin_again)
        self.hide()

    def show_curves(self, curves: Sequence[Curve]) -> None:
        """Names these, each with its last number."""
        self.setVisible(bool(curves))
        names = [series_text(curve.series) for curve in curves]
        if names != self._names:
            self._names = names
            self._fill(curves)
        self._numbers = [_last_number(curve.values) for curve in curves]
        self._write()

    def _write(self) -> None:
        """Where there is little room, numbers are left out, then names elided; all is told on hover."""
        count = max(len(self._names), 1)
        room = (self.width() - self._past.sizeHint().width() - _ENTRY_WIDTH * count) // count
        for label, name, number in zip(self._labels, self._names, self._numbers, strict=True):
            metrics = label.fontMetrics()
            whole = f"{name} {number}".rstrip()
            fits = metrics.horizontalAdvance(whole) <= room
            text = whole if fits else metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, max(room, _LEAST_NAME))
            label.setText(text)
            label.setToolTip(whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write()

    def _begin_again(self) -> None:
        """The samples have other colours."""
        self._names = []

    def _fill(self, curves: Sequence[Curve]) -> None:
        clear_layout(self._entries)
        self._labels, self._buttons = [], []
        theme = ThemeManager.instance().theme
        for number, curve in enumerate(curves):
            sample, label, button = QLabel(self), QLabel(self), QToolButton(self)
            sample.setPixmap(line_sample(series_pen(number, theme), self.devicePixelRatio()))
            set_style(label, role="caption")
            bind_icon(button, "close", "muted")
            name = series_text(curve.series)
            button.setAccessibleName(self.tr("Remove {name}").format(name=name))
            button.setToolTip(self.tr("Remove: takes {name} off the plot").format(name=name))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, gone=curve.series: self.removed.emit(gone))
            for widget in (sample, label, button):
                self._entries.addWidget(widget)
            self._labels.append(label)
            self._buttons.append(button)

    def texts(self) -> list[str]:
        """What is told, in order."""
        return [label.toolTip() for label in self._labels]

    def remove_button(self, place: int) -> QToolButton:
        """The button that takes the series in this place away."""
        return self._buttons[place]


def _last_number(values: Array) -> str:
    """The last finite one; "" where there is none."""
    known = values[np.isfinite(values)]
    return format_number(known[-1], 4) if len(known) else ""
