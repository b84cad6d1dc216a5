"""Pictures of boxes as they were painted last: to move them on the screen, they need not be painted again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from itertools import count

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

#: How much memory all pictures may take, in bytes.
_MOST_BYTES = 96 * 2**20
#: Nearer, with more pixels for each unit of the scene, boxes are few and their pictures large: none are kept.
MOST_SCALE = 2.0


class BoxPictures:
    """Keeps pictures by the numbers of their boxes; those that were painted longest ago are forgotten first."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[int, tuple[Hashable, QPixmap]] = OrderedDict()
        self._bytes = 0
        self._numbers = count()

    def new_number(self) -> int:
        """The number of another box."""
        return next(self._numbers)

    def find(self, number: int, look: Hashable) -> QPixmap | None:
        """The picture of a box, if it was painted as it looks now."""
        known = self._pictures.get(number)
        if known is None or known[0] != look:
            return None
        self._pictures.move_to_end(number)
        return known[1]

    def keep(self, number: int, look: Hashable, picture: QPixmap) -> None:
        self.forget(number)
        self._pictures[number] = look, picture
        self._bytes += _size_of(picture)
        while self._bytes > _MOST_BYTES:
            _, (_, oldest) = self._pictures.popitem(last=False)
            self._bytes -= _size_of(oldest)

    def forget(self, number: int) -> None:
        """The box looks otherwise now."""
        known = self._pictures.pop(number, None)
        if known is not None:
            self._bytes -= _size_of(known[1])


#: Those of all views: the memory is one.
PICTURES = BoxPictures()


def _size_of(picture: QPixmap) -> int:
    return picture.width() * picture.height() * 4


def rendered(bounds: QRectF, scale: float, ratio: float, render: Callable[[QPainter], None]) -> QPixmap:
    """What ``render`` paints within these bounds, on a transparent ground.

    ``scale`` is pixels of the screen for each unit of the scene, ``ratio`` those for each pixel of the widget.
    """
    size = bounds.size() * scale
    picture = QPixmap(QSize(int(size.width()) + 2, int(size.height()) + 2))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    zoom = QTransform.fromScale(scale / ratio, scale / ratio)
    painter.setWorldTransform(zoom.translate(-bounds.left(), -bounds.top()))
    render(painter)
    painter.end()
    return picture
