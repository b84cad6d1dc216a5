"""The graph that each example program builds opens in the editor, can be read there, and is kept as it is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.app import build_window
from editor.document import Document
from editor.scopes import Scopes
from editor.settings import Settings
from editor.window import MainWindow
from engine.graph import Severity
from tests.end_to_end.programs import NAMES, ran
from tests.engine.same_model import contents

#: Scopes that must be there as blocks, by program: layers, cells, and what the program itself calls so.
BLOCKS = {
    "bidirectional_rnn": {"logits"},
    "convolution": {"conv1", "conv2", "fc", "readout"},
    "convolution_with_layers": {"block1", "block2", "dense", "logits"},
    "gan": {"generator", "discriminator", "discriminator_1", "losses"},
    "gradient_clipping": {"hidden", "output"},
    "lstm": {"sum"},
    "polynomial_regression": {"term_0", "term_3", "loss"},
    "xor_network": {"layer1", "layer2", "cost"},
}

#: What a program says as it runs, and its graph does not: the data, and what is trained.
NOT_IN_A_GRAPH = ("It has no data", "There are several optimizers")


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, name: str) -> Iterator[MainWindow]:
    """The editor's window with the program's graph."""
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window = build_window(app, ran(name).graph, settings)
    window.resize(1500, 950)
    with qtbot.waitExposed(window):
        window.show()
    QApplication.processEvents()
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


def test_its_graph_opens_and_is_kept(window: MainWindow, name: str, tmp_path: Path) -> None:
    document, scene = window.document, window.canvas.graph_scene
    document.check_now()
    errors = [problem.message for problem in document.problems if problem.severity is Severity.ERROR]
    assert [message for message in errors if not message.startswith(NOT_IN_A_GRAPH)] == []

    # Metrics are numbers, and no data sets or texts.
    metrics = window.inspector.run_settings.metrics.model()
    for row in range(metrics.rowCount()):
        dtype = document.operation(metrics.index(row, 0).data()).output.dtype
        assert dtype.is_number or dtype.is_bool

    # Everything has its place, blocks stand for the scopes, and nothing lies on something else: neither folded …
    assert set(document.model.positions) == set(document.names())
    scopes = Scopes(document.names())
    assert BLOCKS.get(name, set()) <= set(scopes.names)
    assert sorted(item.name for item in scene.shown()) == _folded_names(scopes)
    _assert_apart(window)

    # … nor unfolded.
    document.set_folded(sorted(scopes.names), False)
    QApplication.processEvents()
    assert sorted(item.name for item in scene.shown()) == sorted(document.names())
    _assert_apart(window)

    kept = tmp_path / "kept.graph"
    document.save(kept)
    again = Document()
    again.open(kept)
    assert contents(again.model) == contents(document.model)
    first = kept.read_bytes()
    again.save(kept)
    assert kept.read_bytes() == first


def _folded_names(scopes: Scopes) -> list[str]:
    """What shows after opening: the outermost scopes as blocks, and the nodes in none; a block is never alone."""
    shown = scopes.by_name[""]
    if not shown.nodes and len(shown.scopes) == 1:
        shown = scopes.by_name[shown.scopes[0]]
    return sorted([*shown.nodes, *shown.scopes])


def _assert_apart(window: MainWindow) -> None:
    # A node may be called like a scope, so names alone don't tell them apart.
    pairs = combinations(window.canvas.graph_scene.shown(), 2)
    assert [(a.name, b.name) for a, b in pairs if a.box.intersects(b.box)] == []
