"""How the model fits its data: the hypothesis as a curve, or the decision regions of a classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from editor.icons import bind_icon
from editor.panels.elided_label import ElidedLabel
from editor.panels.empty_state import EmptyState
from editor.panels.fields import RefusalLabel
from editor.panels.landscape_words import figure
from editor.theme import SPACE_M, SPACE_S, SPACE_XS, Theme, ThemeManager, set_style
from engine.debugger.fit.fit import Answers, Points

if TYPE_CHECKING:
    from editor.panels.fit_plot import FitPlot

_COMBO_WIDTH = 168


class FitPanel(QWidget):
    """Says which node is wanted, and shows what it answers."""

    node_chosen = Signal(str)
    """The node to show; "" for the hypothesis."""
    shown = Signal()
    """The panel has come in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: Points | None = None
        self._answers: Answers | None = None
        self._plot: FitPlot | None = None
        self.empty = EmptyState("fit", "", self)
        self.refusal = RefusalLabel(self)
        self.refusal.setContentsMargins(SPACE_M, 0, SPACE_M, SPACE_S)
        self.node = QComboBox(self)
        self.node.setAccessibleName(self.tr("Node"))
        self.node.setToolTip(self.tr("Node: what is drawn; at first the node that the loss compares with the labels"))
        self.node.setFixedWidth(_COMBO_WIDTH)
        self.node.activated.connect(lambda: self.node_chosen.emit(self.node.currentText()))
        self.what = QLabel(self)
        set_style(self.what, role="muted")
        self.legend = QLabel(self)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.reading = ElidedLabel("", Qt.TextElideMode.ElideRight, self)
        self.all_button = QToolButton(self)
        bind_icon(self.all_button, "zoom_fit")
        self.all_button.setAccessibleName(self.tr("All data"))
        self.all_button.setToolTip(self.tr("All data: shows the whole of the data"))
        self.all_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.all_button.clicked.connect(lambda: self.plot.show_all())
        tools = QHBoxLayout()
        tools.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        tools.setSpacing(SPACE_S)
        tools.addWidget(self.node)
        tools.addWidget(self.what)
        tools.addWidget(self.legend)
        tools.addWidget(self.reading, 1)
        tools.addWidget(self.all_button)
        self._body = QStackedLayout()
        self._body.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(tools)
        layout.addWidget(self.refusal)
        layout.addLayout(self._body, 1)
        ThemeManager.instance().changed.connect(self._dress)
        self.clear()

    def _dress(self, theme: Theme) -> None:
        self._fill_legend()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    @property
    def plot(self) -> FitPlot:
        """The plot, made when it is first asked for: its library takes half a second to import."""
        if self._plot is None:
            from editor.panels.fit_plot import FitPlot

            self._plot = FitPlot(self)
            self._body.addWidget(self._plot)
            self._plot.pointed.connect(self._read)
        return self._plot

    @property
    def points(self) -> Points | None:
        """The data that are drawn."""
        return self._points

    def clear(self) -> None:
        """Shows that there is nothing to fit yet."""
        self._points = self._answers = None
        self.node.clear()
        self.node.setEnabled(False)
        self.what.setText("")
        self.legend.setText("")
        self.all_button.setEnabled(False)
        self.refusal.say("")
        self.empty.label.setText(self.tr("The data and the model's answers to them appear here. Press Run."))
        self._body.setCurrentWidget(self.empty)

    def show_refusal(self, sentence: str) -> None:
        """Shows why there is no fit, or not that of the node that was chosen."""
        if self._points is None:
            self.empty.label.setText(sentence)
            self._body.setCurrentWidget(self.empty)
        else:
            self.refusal.say(sentence)

    def show_fit(self, points: Points | None, answers: Answers) -> None:
        """Draws the answers, with the data where these are other ones (None: the same)."""
        if points is not None:
            self._points = points
            self.node.clear()
            self.node.addItems(points.candidates)
            self.node.setEnabled(True)
            self.all_button.setEnabled(True)
        if self._points is None:
            return
        self.node.setCurrentText(answers.hypothesis)
        self.refusal.say("")
        self.what.setText(self._what(self._points, answers))
        self._body.setCurrentWidget(self.plot)
        self.plot.show_fit(self._points, answers)
        self._answers = answers
        self._fill_legend()

    def _fill_legend(self) -> None:
        """Says which mark and colour is which class."""
        if self._answers is None or self._answers.classes is None:
            self.legend.setText("")
            return
        from editor.panels.fit_plot import SYMBOL_TEXTS, class_color

        theme = ThemeManager.instance().theme
        count = self._answers.class_count
        marks = [(SYMBOL_TEXTS[at % len(SYMBOL_TEXTS)], class_color(theme, at).name()) for at in range(count)]
        self.legend.setText(
            "&nbsp;&nbsp; ".join(
                f"<span style='color:{color}'>{mark}</span> {at}" for at, (mark, color) in enumerate(marks)
            )
        )

    def _what(self, points: Points, answers: Answers) -> str:
        if len(points.inputs) == 1:
            text = self.tr("Curve over {input}, and {label} of {count} rows")
            if answers.is_probability:
                text = self.tr("Probability over {input}, and {label} of {count} rows")
            return text.format(input=points.inputs[0], label=points.label, count=points.count)
        text = self.tr("Values over {inputs}, and {count} rows")
        if answers.classes is not None:
            text = self.tr("Regions of {classes} classes over {inputs}, and {count} rows")
        inputs = ", ".join(points.inputs)
        return text.format(classes=answers.class_count, inputs=inputs, count=points.count)

    def _read(self, pointed: tuple[tuple[float, ...], float, int | None] | None) -> None:
        if pointed is None or self._points is None:
            self.reading.set_text("")
            return
        inputs, value, number = pointed
        named = ", ".join(f"{name} {figure(x)}" for name, x in zip(self._points.inputs, inputs, strict=True))
        text = self.tr("{inputs}: {value}")
        if number is not None:
            text = self.tr("{inputs}: class {number}, probability {value}")
        self.reading.set_text(text.format(inputs=named, number=number, value=figure(value)))
