"""Fixtures that several tests of the editor ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.document import Document
from tests.editor.canvas_kit import Canvas
from tests.editor.panels_kit import RecordedRun, tutorial_document
from tests.editor.steps_kit import Steps
from tests.editor.wire_kit import Stepper


@pytest.fixture
def canvas(qapp: QApplication) -> Iterator[Canvas]:
    canvas = Canvas()
    yield canvas
    canvas.assert_shows_document()
    canvas.view.close()
    canvas.view.deleteLater()


@pytest.fixture
def document() -> Document:
    """The tutorial's graph with its data."""
    return tutorial_document()


@pytest.fixture
def run() -> RecordedRun:
    return RecordedRun()


@pytest.fixture
def steps(qtbot: QtBot) -> Iterator[Steps]:
    steps = Steps(tutorial_document(), qtbot)
    yield steps
    steps.controller.stop()
    QCoreApplication.processEvents()


@pytest.fixture
def stepper(qapp: QApplication, tmp_path: Path) -> Iterator[Stepper]:
    stepper = Stepper(tmp_path)
    yield stepper
    stepper.canvas.view.close()
    stepper.canvas.view.deleteLater()
