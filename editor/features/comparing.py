"""Comparing the document with another file, or with what of it is saved: both on one canvas."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog

from editor.actions import ActionText, make_action
from editor.errors import sentence_of, show_error
from editor.features.comparing_pane import ComparingPane
from editor.features.feature import Feature, Place, Workbench
from engine.formats.graph_file import load_graph_file, model_from_bytes, model_to_bytes
from engine.graph import EngineError

#: How long after an edit the documents are compared again, in milliseconds; edits in between wait together.
_DELAY = 200
#: Of the height of the canvas.
_SHARE = 0.6


class Comparing(Feature):
    """Shows what is different between a file and the document, and follows edits until it is closed."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        window, document = bench.window, bench.document
        #: The file that the document is compared with; None while nothing is.
        self.path: Path | None = None
        self.compare = make_action(
            window,
            ActionText(
                self.tr("&Compare with…"),
                self.tr("Shows another file and this document on one canvas, with what is different."),
            ),
            self.ask_and_compare,
            "compare",
            "Ctrl+Alt+D",
        )
        self.compare_saved = make_action(
            window,
            ActionText(
                self.tr("Compare with the saved &version"),
                self.tr("Shows what was changed since the document was saved."),
            ),
            self.compare_with_saved,
            "compare",
            "Ctrl+Alt+S",
        )
        self.close = make_action(
            window, ActionText(self.tr("Close the comparison"), self.tr("Shows the document alone.")), self.end, "close"
        )
        self.close.setVisible(False)
        self.add_actions(Place.FILE, self.compare, self.compare_saved, self.close)
        self.pane = ComparingPane(self.close, window)
        bench.middle.addWidget(self.pane)
        self.pane.hide()
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._timer.timeout.connect(lambda: self._show(keeps_view=True))
        document.edited.connect(self._grow_old)
        document.replaced.connect(self.end)
        document.location_changed.connect(self._update_enabled)
        self.pane.document.refused.connect(bench.status.show_refusal)
        self.pane.canvas.refused.connect(lambda reason, place: bench.status.show_refusal(reason))
        self._update_enabled()

    def ask_and_compare(self) -> None:
        """Asks for a file, and compares the document with it."""
        name, _ = QFileDialog.getOpenFileName(
            self.bench.window,
            self.tr("Compare with"),
            str(self.bench.settings.last_folder),
            self.tr("Chainrule graphs (*.graph *.png);;All files (*)"),
        )
        if name:
            self.compare_with(Path(name))

    def compare_with_saved(self) -> None:
        """Compares the document with its file."""
        if self.bench.document.path is not None:
            self.compare_with(self.bench.document.path)

    def compare_with(self, path: Path) -> None:
        """Shows what was done to a file to make the document of it, or says why that cannot be."""
        self.path = path
        if self._show(keeps_view=False):
            self.pane.list.setFocus()

    def end(self) -> None:
        """Shows the document alone."""
        self._timer.stop()
        self.path = None
        self.pane.hide()
        self.close.setVisible(False)

    def _show(self, keeps_view: bool) -> bool:
        bench, path = self.bench, self.path
        if path is None:
            return False
        try:
            before = load_graph_file(path)
            after = model_from_bytes(model_to_bytes(bench.document.model), bench.document.title)
        except (EngineError, OSError) as error:
            title = self.tr("Cannot compare with {name}").format(name=path.name)
            self.end()
            show_error(bench.window, title, sentence_of(error, path))
            return False
        if not self.pane.isVisibleTo(bench.window):
            height = bench.middle.height()
            self.pane.show()
            sizes = [0] * bench.middle.count()
            sizes[0] = round(height * (1 - _SHARE))
            sizes[bench.middle.indexOf(self.pane)] = round(height * _SHARE)
            bench.middle.setSizes(sizes)
            self.pane.canvas.set_motion_reduced(bench.canvas.camera.is_motion_reduced)
        self.close.setVisible(True)
        title = self.tr("{file} → {document}").format(file=path.name, document=bench.document.title)
        self.pane.show_comparison(before, after, title, keeps_view)
        return True

    def _grow_old(self) -> None:
        if self.path is not None:
            self._timer.start()

    def _update_enabled(self) -> None:
        self.compare_saved.setEnabled(self.bench.document.path is not None)
