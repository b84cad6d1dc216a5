"""A tensor as an image, or as tiles: channels of a feature map, filters of a convolution."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from editor.theme import SPACE_L, SPACE_M, SPACE_XS, TEXT_SMALL, Theme, ThemeManager, current_theme, font
from engine.graph.literals import format_number

Array = np.ndarray[Any, np.dtype[Any]]

_LARGEST_PIXEL = 16.0
_CAPTION_WIDTH = 216
#: Lines between tiles, in pixels of the image.
_GAP = 1


class TensorImage(QWidget):
    """Black is the least finite element, white the greatest; what is not finite has the error colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: Array = np.zeros((0, 0, 0, 1))
        self._image: tuple[Theme, QImage] | None = None
        self.setAccessibleName(self.tr("The tensor as an image"))
        ThemeManager.instance().changed.connect(self.update)

    def show_tiles(self, tiles: Array) -> None:
        """Shows [tiles, height, width, colours]; 1 colour is grey, 3 are red, green and blue, a 4th is opacity."""
        self._tiles = tiles
        self._image = None
        self.update()

    def image(self, theme: Theme) -> QImage:
        """The tiles side by side, about as wide as high."""
        if self._image is None or self._image[0] is not theme:
            self._image = (theme, _image_of(self._tiles, theme))
        return self._image[1]

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.surface)
        painter.setFont(font(TEXT_SMALL, tabular=True))
        painter.setPen(theme.muted)
        if not self._tiles.size:
            painter.end()
            return
        image = self.image(theme)
        is_wide = self.width() > 2 * self.height()
        room = QRectF(self.rect()).adjusted(SPACE_M, SPACE_M, -SPACE_M, -SPACE_M)
        room = room.adjusted(0, 0, -_CAPTION_WIDTH, 0) if is_wide else room.adjusted(0, 0, 0, -(SPACE_L + SPACE_XS))
        pixel = min(room.width() / image.width(), room.height() / image.height(), _LARGEST_PIXEL)
        target = QRectF(room.left(), room.top(), image.width() * pixel, image.height() * pixel)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, pixel < 1)
        painter.drawImage(target, image)
        finite = self._tiles[np.isfinite(self._tiles)]
        if finite.size:
            text = self.tr("black {least} · white {greatest}").format(
                least=format_number(finite.min(), 4), greatest=format_number(finite.max(), 4)
            )
            line = (
                QRectF(target.right() + SPACE_L, target.top(), _CAPTION_WIDTH, SPACE_L)
                if is_wide
                else QRectF(room.left(), target.bottom() + SPACE_XS, room.width(), SPACE_L)
            )
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, text)
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(320, 200)


def _image_of(tiles: Array, theme: Theme) -> QImage:
    count, height, width, colours = tiles.shape
    finite = np.isfinite(tiles)
    known = np.where(finite, tiles, 0.0)
    least, greatest = known.min(where=finite, initial=np.inf), known.max(where=finite, initial=-np.inf)
    # Halves, so that the range of the largest numbers does not overflow.
    span = greatest / 2 - least / 2 if least < greatest else 0.5
    levels = np.clip((known / 2 - (least if np.isfinite(least) else 0.0) / 2) / span * 255, 0, 255).astype(np.uint8)
    rgba = np.empty((count, height, width, 4), np.uint8)
    rgba[..., :3] = levels[..., :3] if colours >= 3 else levels[..., :1]
    rgba[..., 3] = levels[..., 3] if colours == 4 else 255
    error = theme.error
    rgba[~finite.all(axis=-1)] = (error.red(), error.green(), error.blue(), 255)
    columns = max(round(math.sqrt(count * height / width)), 1)
    rows = -(-count // columns)
    ground = theme.surface
    sheet = np.empty((rows * (height + _GAP) - _GAP, columns * (width + _GAP) - _GAP, 4), np.uint8)
    sheet[:] = (ground.red(), ground.green(), ground.blue(), 255)
    for place, tile in enumerate(rgba):
        top, left = place // columns * (height + _GAP), place % columns * (width + _GAP)
        sheet[top : top + height, left : left + width] = tile
    return QImage(
        sheet.tobytes(), sheet.shape[1], sheet.shape[0], 4 * sheet.shape[1], QImage.Format.Format_RGBA8888
    ).copy()
