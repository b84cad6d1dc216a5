"""What can be recovered of one document, on a card: picture, name, when it was like that."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from editor.files.sketch_picture import sketch_pixmap
from editor.panels.elided_label import ElidedLabel
from editor.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, ThemeManager, set_style
from engine.formats.journal import Recovered
from engine.formats.sketch import Sketch, sketch_of
from engine.graph import FileFormatError

_PICTURE = QSize(144, 88)


class RecoveryCard(QFrame):
    """Its buttons say what the person wants; the dialog does it."""

    recover_wanted = Signal()
    discard_wanted = Signal()

    def __init__(self, found: Recovered, parent: QWidget) -> None:
        super().__init__(parent)
        self.found = found
        set_style(self, role="card")
        self._sketch = _sketch(found)
        path = Path(found.header.path) if found.header.path else None
        name = self.tr("Untitled, never saved") if path is None else path.name
        self._picture = QLabel(self)
        title = ElidedLabel(name, Qt.TextElideMode.ElideMiddle, self)
        set_style(title, role="heading")
        place = ElidedLabel("" if path is None else str(path.parent), Qt.TextElideMode.ElideMiddle, self)
        set_style(place, role="caption")
        facts = QLabel(self._facts(), self)
        facts.setWordWrap(True)
        set_style(facts, role="muted")
        self.recover = QPushButton(self.tr("Recover"), self)
        set_style(self.recover, primary=True)
        self.recover.setToolTip(self.tr("Opens it as it was, not saved yet; the file stays as it is."))
        self.recover.setAccessibleName(self.tr("Recover {name}").format(name=name))
        self.discard = QPushButton(self.tr("Discard"), self)
        self.discard.setToolTip(self.tr("Gives these edits up for good; the file stays as it is."))
        self.discard.setAccessibleName(self.tr("Discard the edits of {name}").format(name=name))
        self.recover.clicked.connect(self.recover_wanted)
        self.discard.clicked.connect(self.discard_wanted)
        self._lay_out(title, place, facts)
        ThemeManager.instance().changed.connect(self._show_picture)
        self._show_picture()

    def _lay_out(self, title: QWidget, place: QWidget, facts: QWidget) -> None:
        words = QVBoxLayout()
        words.setSpacing(SPACE_XS)
        for widget in (title, place, facts):
            words.addWidget(widget)
        words.addStretch(1)
        buttons = QVBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self.recover)
        buttons.addWidget(self.discard)
        buttons.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        layout.setSpacing(SPACE_L)
        layout.addWidget(self._picture)
        layout.addLayout(words, 1)
        layout.addLayout(buttons)

    def _facts(self) -> str:
        found = self.found
        moment = QDateTime.fromSecsSinceEpoch(int(found.time))
        when = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
        facts = [self.tr("Nodes: {count}").format(count=0 if self._sketch is None else self._sketch.count)]
        facts.append(self.tr("Edits since it was saved: {count}").format(count=found.edits))
        facts.append(self.tr("Last edit: {when}").format(when=when))
        if found.is_damaged:
            facts.append(self.tr("The journal is damaged after that; it will be kept aside."))
        if _was_saved_since(found):
            facts.append(self.tr("The file was changed after that."))
        return "\n".join(facts)

    def _show_picture(self) -> None:
        self._picture.setPixmap(sketch_pixmap(self._sketch, _PICTURE, self.devicePixelRatio()))


def _sketch(found: Recovered) -> Sketch | None:
    try:
        return None if found.data is None else sketch_of(found.data, found.path.name)
    except FileFormatError:
        return None


def _was_saved_since(found: Recovered) -> bool:
    try:
        saved = Path(found.header.path).stat().st_mtime if found.header.path else 0.0
    except OSError:
        return False
    return datetime.fromtimestamp(saved) > datetime.fromtimestamp(found.time)
