"""Pictures of the graph: exported to files, and copied."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from editor.actions import ActionText, make_action
from editor.errors import sentence_of, show_error
from editor.export.dialog import ExportDialog
from editor.export.files import export_picture, image_of
from editor.export.picture import PictureOptions, picture_rect
from editor.features.feature import Feature, Place, Workbench
from editor.files.save_dialog import ask_where_to_save
from editor.theme import current_theme
from engine.graph import EngineError

#: How long the status bar says what was done, in milliseconds.
_TOLD_FOR = 5000


class Exporting(Feature):
    """Two actions: Export picture… and Copy as picture."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.export = make_action(
            bench.window,
            ActionText(
                self.tr("&Export picture…"),
                self.tr("Writes the whole graph, or what is selected, as a PNG, SVG or PDF file."),
            ),
            self.ask_and_export,
            "export",
            "Ctrl+Shift+E",
        )
        self.copy = make_action(
            bench.window,
            ActionText(
                self.tr("Copy as pict&ure"),
                self.tr("Copies a picture of the selected nodes, or of the whole graph, to the clipboard."),
            ),
            self.copy_picture,
            "image",
            "Ctrl+Alt+C",
        )
        self.add_actions(Place.FILE, self.export)
        self.add_actions(Place.EDIT, self.copy)
        bench.document.edited.connect(self._update_enabled)
        bench.document.replaced.connect(self._update_enabled)
        self._update_enabled()

    def _update_enabled(self) -> None:
        has_nodes = len(self.bench.document.graph) > 0
        self.export.setEnabled(has_nodes)
        self.copy.setEnabled(has_nodes)

    def ask_and_export(self) -> None:
        """Asks how the picture shall look and where it goes, and writes it."""
        bench = self.bench
        dialog = ExportDialog(bench.canvas.graph_scene, bench.canvas.selected_nodes(), bench.window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        begin = Path(bench.settings.last_folder) / f"{bench.document.title}{dialog.suffix}"
        ending = f"*{dialog.suffix}"
        filters = self.tr("Pictures ({ending});;All files (*)").format(ending=ending)
        path = ask_where_to_save(bench.window, self.tr("Export picture"), begin, filters)
        if path is not None:
            self.write(path, dialog)

    def write(self, path: Path, dialog: ExportDialog) -> None:
        """Writes what a dialog was answered, or says why that cannot be."""
        document = self.bench.document
        model = document.model_for_folder(path.absolute().parent)
        try:
            export_picture(self.bench.canvas.graph_scene, path, dialog.source, dialog.options, model, document.title)
        except (EngineError, OSError) as error:
            title = self.tr("Cannot export {name}").format(name=path.name)
            show_error(self.bench.window, title, sentence_of(error, path))
            return
        self.bench.status.showMessage(self.tr("Exported to {path}").format(path=path), _TOLD_FOR)

    def copy_picture(self) -> None:
        """Puts a picture of the selection, or of the whole graph, on the clipboard."""
        canvas = self.bench.canvas
        source = picture_rect(canvas.graph_scene, canvas.selected_nodes() or None)
        options = PictureOptions(current_theme())
        try:
            image = image_of(canvas.graph_scene, source, options)
        except EngineError as error:
            self.bench.status.show_refusal(str(error))
            return
        QGuiApplication.clipboard().setImage(image)
        self.bench.status.showMessage(self.tr("The picture is on the clipboard."), _TOLD_FOR)
