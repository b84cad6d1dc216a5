"""When Python looks for reference cycles: seldom, and not among what stays.

A full search takes 0.2 s with the editor loaded and more with a large graph, in the middle of a drag as well as
anywhere. What is there once a document is open mostly stays as long as that; what is made after that is little.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

from editor.windows import Windows

#: From so many new objects on, the youngest are searched; so many searches of these make one of the next older.
_THRESHOLDS = (20_000, 20, 50)
#: How long after a document was opened what it is made of is set aside, in milliseconds.
_DELAY = 1_000


class GarbageWatch(QObject):
    """Sets aside what will stay, so that searches for cycles do not go through it."""

    def __init__(self, windows: Windows) -> None:
        super().__init__(windows)
        gc.set_threshold(*_THRESHOLDS)
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._timer.timeout.connect(gc.freeze)
        self._timer.start()
        # Documents come and go: those that went may be found when cycles are searched for next.
        windows.opened.connect(self._begin_again)
        windows.changed.connect(self._begin_again)

    def _begin_again(self, *_: object) -> None:
        gc.unfreeze()
        self._timer.start()
