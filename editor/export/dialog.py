"""Asking how an exported picture shall look, with a small picture of the answer."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from editor.canvas.scene import GraphScene
from editor.export.files import is_too_large, picture_size
from editor.export.picture import THEMES, PictureOptions, paint_graph, picture_rect
from editor.theme import SPACE_L, SPACE_M, SPACE_S, current_theme, set_style

_PREVIEW = QSize(420, 220)
_SCALES = (1.0, 2.0, 3.0, 4.0)


class ExportDialog(QDialog):
    """Which part, which kind of file, and how it looks. ``suffix`` and ``options`` are the answer."""

    def __init__(self, scene: GraphScene, selected: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export picture"))
        self._scene = scene
        self._selected = selected
        self.part = QComboBox(self)
        self.part.addItems([self.tr("The whole graph"), self.tr("Around the selected nodes")])
        self.part.setEnabled(bool(selected))
        self.kind = QComboBox(self)
        for text, suffix in (
            (self.tr("PNG, with the graph inside"), ".png"),
            (self.tr("SVG"), ".svg"),
            (self.tr("PDF"), ".pdf"),
        ):
            self.kind.addItem(text, suffix)
        self.colors = QComboBox(self)
        for text, name in (
            (self.tr("Light"), "light"),
            (self.tr("Dark"), "dark"),
            (self.tr("Light, high contrast"), "contrast_light"),
            (self.tr("Dark, high contrast"), "contrast_dark"),
        ):
            self.colors.addItem(text, name)
        self.colors.setCurrentIndex(self.colors.findData(current_theme().name))
        self.transparent = QCheckBox(self.tr("Transparent ground"), self)
        self.scale = QComboBox(self)
        for scale in _SCALES:
            self.scale.addItem("", scale)
        self.preview = QLabel(self)
        self.preview.setFixedSize(_PREVIEW)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setAccessibleName(self.tr("Preview"))
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        set_style(self.note, role="muted")
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Cancel, self)
        self.export = self.buttons.addButton(self.tr("Export…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.export.setDefault(True)
        set_style(self.export, primary=True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        for box in (self.part, self.kind, self.colors, self.scale):
            box.currentIndexChanged.connect(self._update)
        self.transparent.toggled.connect(self._update)
        self._update()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_M)
        form.setVerticalSpacing(SPACE_S)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, widget in (
            (self.tr("&What"), self.part),
            (self.tr("&Kind of file"), self.kind),
            (self.tr("&Colours"), self.colors),
            (self.tr("&Size"), self.scale),
        ):
            form.addRow(text, widget)
            widget.setAccessibleName(text.replace("&", ""))
        form.addRow("", self.transparent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.preview)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)

    # --- the answer ----------------------------------------------------------------------------------------------

    @property
    def suffix(self) -> str:
        """The ending of the file."""
        return str(self.kind.currentData())

    @property
    def source(self) -> QRectF:
        """The part of the scene that is to be seen."""
        return picture_rect(self._scene, self._selected if self.part.currentIndex() == 1 else None)

    @property
    def options(self) -> PictureOptions:
        return PictureOptions(
            THEMES[self.colors.currentData()], self.transparent.isChecked(), float(self.scale.currentData())
        )

    # --- showing it ----------------------------------------------------------------------------------------------

    def _update(self) -> None:
        source = self.source
        is_png = self.suffix == ".png"
        self.scale.setEnabled(is_png)
        for row, scale in enumerate(_SCALES):
            size = picture_size(source, scale)
            text = self.tr("{scale} × · {width} × {height} pixels")
            self.scale.setItemText(row, text.format(scale=f"{scale:g}", width=size.width(), height=size.height()))
        is_refused = is_png and is_too_large(picture_size(source, self.options.scale))
        self.export.setEnabled(not is_refused)
        if is_refused:
            note = self.tr("That is more than can be written. Choose a smaller size, or SVG or PDF.")
        elif is_png:
            note = self.tr("The picture can be opened again as the graph: drop it on the window.")
        else:
            note = self.tr("Sharp at every size. The graph itself is not inside; PNG pictures have it.")
        self.note.setText(note)
        self._paint_preview(source)

    def _paint_preview(self, source: QRectF) -> None:
        ratio = self.devicePixelRatio()
        picture = QPixmap(_PREVIEW * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self.options.theme.canvas if not self.options.is_transparent else Qt.GlobalColor.transparent)
        if not source.isEmpty():
            size = QSizeF(source.size()).scaled(QSizeF(_PREVIEW), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(QRectF(0, 0, _PREVIEW.width(), _PREVIEW.height()).center())
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_graph(self._scene, painter, target, source, self.options)
            painter.end()
        self.preview.setPixmap(picture)
