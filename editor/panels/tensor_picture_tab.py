"""The tab that shows a tensor as an image: as what it is read, and which one of several."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from editor.panels.section import narrow_combo
from editor.panels.tensor_image import TensorImage
from editor.theme import SPACE_M, SPACE_S
from engine.debugger.tensors.images import Picture, Reading, choices, readings
from engine.debugger.tensors.statistics import TensorStatistics

Array = np.ndarray[Any, np.dtype[Any]]


_TOOLS_WIDTH = 216


class TensorPictureTab(QWidget):
    """Shows what :func:`readings` says a shape can be."""

    excerpt_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape: tuple[int, ...] | None = None
        self.image = TensorImage(self)
        self.reading = QComboBox(self)
        self.reading.setAccessibleName(self.tr("Read as"))
        self.reading.setToolTip(self.tr("Read as: what the axes of the tensor mean"))
        narrow_combo(self.reading)
        self.number = QSpinBox(self)
        self.number.setAccessibleName(self.tr("Number of the image"))
        self.number.setToolTip(self.tr("Number: which of the images is shown"))
        self.number.setWrapping(True)
        self.reading.setFixedWidth(_TOOLS_WIDTH)
        self.number.setFixedWidth(_TOOLS_WIDTH)
        tools = QVBoxLayout()
        tools.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        tools.setSpacing(SPACE_S)
        tools.addWidget(self.reading)
        tools.addWidget(self.number)
        tools.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(tools)
        layout.addWidget(self.image, 1)
        self.reading.currentIndexChanged.connect(self._follow_reading)
        self.number.valueChanged.connect(self.excerpt_changed)

    def set_shape(self, shape: tuple[int, ...]) -> bool:
        """Offers what a tensor of this shape can be read as. Returns whether that is anything."""
        found = readings(shape)
        if shape != self._shape:
            self._shape = shape
            with QSignalBlocker(self.reading):
                self.reading.clear()
                for each in found:
                    self.reading.addItem(self._name_of(each), each)
            self._fit_numbers()
        return bool(found)

    def excerpt(self) -> Picture | None:
        """What is to be fetched; None for what is no image."""
        reading = self.reading.currentData()
        return Picture(reading, self.number.value()) if isinstance(reading, Reading) else None

    def show_excerpt(self, figures: TensorStatistics, excerpt: Picture, tiles: Array) -> None:
        self.image.show_tiles(tiles)

    def clear(self) -> None:
        self.image.show_tiles(np.zeros((0, 0, 0, 1)))

    def _follow_reading(self) -> None:
        self._fit_numbers()
        self.excerpt_changed.emit()

    def _fit_numbers(self) -> None:
        reading = self.reading.currentData()
        count = choices(self._shape, reading) if self._shape and isinstance(reading, Reading) else 1
        with QSignalBlocker(self.number):
            self.number.setRange(0, count - 1)
            self.number.setSuffix(self.tr(" of {count}").format(count=count))
        self.number.setVisible(count > 1)

    def _name_of(self, reading: Reading) -> str:
        return {
            Reading.IMAGE: self.tr("Image"),
            Reading.BATCH: self.tr("One of several images"),
            Reading.CHANNELS: self.tr("Channels of one image"),
            Reading.FILTERS: self.tr("Filters of an input channel"),
            Reading.ROWS: self.tr("A row as a square image"),
        }[reading]
