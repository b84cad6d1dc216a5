"""The menu of the files that were opened last: a picture of each on hover, missing ones marked."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from editor.files.sketch_picture import sketch_pixmap
from editor.files.sketches import sketch_of_file
from editor.icons import bind_icon
from editor.settings import Settings

_PICTURE = QSize(240, 144)


class RecentMenu(QMenu):
    """Filled anew each time it is shown."""

    def __init__(self, settings: Settings, open_file: Callable[[Path], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Open &recent"))
        self.setToolTipsVisible(True)
        self._settings = settings
        self._open_file = open_file
        self.aboutToShow.connect(self._fill)
        self.hovered.connect(self._show_picture)

    def _fill(self) -> None:
        self.clear()
        pinned = self._settings.pinned_files
        for name in self._settings.remembered_files:
            path = Path(name)
            action = QAction(path.name.replace("&", "&&"), self)
            action.setData(name)
            action.setStatusTip(name)
            action.triggered.connect(lambda _=False, path=path: self._open_file(path))
            if name in pinned:
                bind_icon(action, "pin")
            if not path.exists():
                action.setText(self.tr("{name} (missing)").format(name=action.text()))
                action.setEnabled(False)
            self.addAction(action)
        if self.isEmpty():
            self.addAction(self.tr("No recent files")).setEnabled(False)
            return
        self.addSeparator()
        clear = self.addAction(self.tr("Clear recent files"), self._settings.clear_recent_files)
        clear.setStatusTip(self.tr("Takes all files that are not pinned off this list; the files themselves stay."))

    def _show_picture(self, action: QAction) -> None:
        """The tooltip comes a moment later; the picture is made only now."""
        name = action.data()
        if not isinstance(name, str) or not name:
            return
        picture = sketch_pixmap(sketch_of_file(Path(name)), _PICTURE, 1.0)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        picture.save(buffer, "PNG")
        data = base64.b64encode(bytes(buffer.data().data())).decode()
        action.setToolTip(f'<p>{escape(name)}</p><img src="data:image/png;base64,{data}">')
