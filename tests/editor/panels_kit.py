"""What the tests of the panels share: the tutorial's document and a run that computes nothing by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from editor.document import Document
from editor.run.controller import RunController
from editor.run.history import RunHistory, ValueRow
from engine.model import TypedValues

Array = np.ndarray[Any, np.dtype[Any]]


class RecordedRun(RunController):
    """A run whose numbers the test says; it trains nothing."""

    def __init__(self, document: Document | None = None) -> None:
        super().__init__(document or Document())
        self.questions: list[tuple[list[str], dict[str, str | Array]]] = []

    def begin(self, metric_names: Sequence[str] = ()) -> None:
        self._intake.history = RunHistory("cost", metric_names)

    def add(self, records: Sequence[Sequence[float]], rows: Sequence[ValueRow] = ()) -> None:
        self.history.append_records(np.array(records, np.float64).reshape(-1, self.history.record_width))
        self.history.append_rows(rows)
        self.history_grown.emit()

    def ask(self, names: Sequence[str], feeds: Mapping[str, str | Array]) -> None:
        self.questions.append((list(names), dict(feeds)))


def tutorial_document() -> Document:
    """W * x + b, its cost and an optimizer, with data."""
    document = Document()
    for op_type, name, attributes in (
        ("Placeholder", "x", {}),
        ("Placeholder", "y", {}),
        ("Variable", "W", {"initial_value": "[1]"}),
        ("Variable", "b", {"initial_value": "[1]"}),
        ("Multiply", "product", {}),
        ("Add", "hypothesis", {}),
        ("Subtract", "error", {}),
        ("Square", "square", {}),
        ("ReduceMean", "cost", {}),
        ("GradientDescent", "train", {"learning_rate": 0.1}),
    ):
        document.add_node(op_type, (0.0, 0.0), name, attributes)
    for source, target, port in (
        ("W", "product", "x"),
        ("x", "product", "y"),
        ("product", "hypothesis", "x"),
        ("b", "hypothesis", "y"),
        ("hypothesis", "error", "x"),
        ("y", "error", "y"),
        ("error", "square", "x"),
        ("square", "cost", "x"),
        ("cost", "train", "loss"),
    ):
        verdict = document.connect(source, "output", target, port)
        assert verdict, verdict.reason
    document.set_data("x", TypedValues("1, 2, 3, 4"))
    document.set_data("y", TypedValues("5, 8, 11, 14"))
    return document


def show(qtbot: QtBot, widget: QWidget, width: int = 320, height: int = 600) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.activateWindow()


def retype(widget: QWidget, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
    """Clicks into a field, types over what is there and presses ``end``."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(widget, Qt.Key.Key_Delete)
    QTest.keyClicks(widget, text)
    if end is not None:
        QTest.keyClick(widget, end)


def collect(signal: Any) -> list[Any]:
    """What a signal with one argument sends from now on."""
    sent: list[Any] = []
    receive: Callable[[Any], None] = sent.append
    signal.connect(receive)
    return sent
