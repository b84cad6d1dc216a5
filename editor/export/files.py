"""Writing pictures of a graph: whole or not at all, the kind by the ending of the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from editor.canvas.scene import GraphScene
from editor.export.picture import PictureOptions, paint_graph
from engine.formats.picture import picture_with_graph
from engine.formats.storage import replace_file
from engine.graph import EngineError
from engine.model import Model

#: Larger pictures take more memory than they are worth, and other programs do not open them.
MOST_PIXELS = 200_000_000
LONGEST_SIDE = 30_000
#: PDF pages have no longer side, in points (72 an inch); the screen's pixels are 96 an inch.
LONGEST_PAGE = 14_400.0
_POINTS = 72 / 96
#: So fine that everything is painted in full detail, however small the page has to make it.
_PDF_RESOLUTION = 1200


def picture_size(source: QRectF, scale: float) -> QSize:
    """Width and height of a PNG picture in pixels."""
    return (source.size() * scale).toSize()


def is_too_large(size: QSize) -> bool:
    """Whether a PNG picture has more pixels than are written."""
    return size.width() * size.height() > MOST_PIXELS or max(size.width(), size.height()) > LONGEST_SIDE


def image_of(scene: GraphScene, source: QRectF, options: PictureOptions) -> QImage:
    """The picture as an image. Raises EngineError when it would be too large."""
    size = picture_size(source, options.scale)
    if is_too_large(size):
        text = QCoreApplication.translate(
            "Export",
            "The picture would be {width} × {height} pixels. Choose a smaller scale, or export it as SVG or PDF.",
        )
        raise EngineError(text.format(width=size.width(), height=size.height()))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    paint_graph(scene, painter, QRectF(image.rect()), source, options)
    painter.end()
    return image


def export_picture(
    scene: GraphScene, path: Path, source: QRectF, options: PictureOptions, model: Model, title: str
) -> None:
    """Writes a picture of a part of a scene; ``model`` is put into a PNG picture, to be opened from it again.

    Raises EngineError with a sentence when it cannot be written; a file that was there is then as it was.
    """
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        text = QCoreApplication.translate("Export", "{name} is no picture; let its name end in .png, .svg or .pdf.")
        raise EngineError(text.format(name=path.name))
    if source.isEmpty():
        raise EngineError(QCoreApplication.translate("Export", "There are no nodes to be exported; add some first."))
    replace_file(path, write(scene, source, options, model, title))


def _png(scene: GraphScene, source: QRectF, options: PictureOptions, model: Model, title: str) -> bytes:
    buffer = _open_buffer()
    image_of(scene, source, options).save(buffer, "PNG")  # type: ignore[call-overload]
    return picture_with_graph(bytes(buffer.data().data()), model)


def _svg(scene: GraphScene, source: QRectF, options: PictureOptions, model: Model, title: str) -> bytes:
    buffer = _open_buffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setTitle(title)
    generator.setDescription(QCoreApplication.translate("Export", "A computational graph, drawn by Chainrule."))
    # So that other programs show it in the size that it has on the screen.
    generator.setResolution(96)
    area = QRectF(0, 0, source.width(), source.height())
    generator.setSize(area.size().toSize())
    generator.setViewBox(area)
    painter = QPainter(generator)
    paint_graph(scene, painter, area, source, options)
    painter.end()
    return bytes(buffer.data().data())


def _pdf(scene: GraphScene, source: QRectF, options: PictureOptions, model: Model, title: str) -> bytes:
    """One page, as large as the graph at 100 % or as pages can be."""
    buffer = _open_buffer()
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Chainrule")
    writer.setResolution(_PDF_RESOLUTION)
    share = min(1.0, LONGEST_PAGE / (max(source.width(), source.height()) * _POINTS))
    points = QSizeF(source.size() * _POINTS * share)
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "graph", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    paint_graph(scene, painter, QRectF(0, 0, writer.width(), writer.height()), source, options)
    painter.end()
    return bytes(buffer.data().data())


def _open_buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.setData(QByteArray())
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


Writer = Callable[[GraphScene, QRectF, PictureOptions, Model, str], bytes]
#: By the ending of the file.
WRITERS: dict[str, Writer] = {".png": _png, ".svg": _svg, ".pdf": _pdf}
