"""Fixtures that several tests of the editor ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from editor.document import Document
from tests.editor.canvas_kit import Canvas
from tests.editor.panels_kit import RecordedRun, tutorial_document


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
