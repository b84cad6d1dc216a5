"""``main.py export FILE -o PICTURE``: draws a graph without a window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from editor.canvas.scene import GraphScene
from editor.document import Document
from editor.errors import sentence_of
from editor.export.files import WRITERS, export_picture
from editor.export.picture import THEMES, PictureOptions, picture_rect
from editor.theme import Appearance, ThemeManager
from engine.graph import EngineError


def main(argv: Sequence[str]) -> int:
    """Does what the command line asks for and returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="main.py export",
        description="Draw a graph as a picture. A PNG picture has the graph inside and can be opened again.",
        epilog="Example: main.py export regression.graph -o regression.svg --theme dark",
        allow_abbrev=False,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a .graph file")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="PICTURE", help=f"a file that ends in {', '.join(WRITERS)}"
    )
    parser.add_argument("--theme", choices=sorted(THEMES), default="light", help="its colours (light)")
    parser.add_argument("--transparent", action="store_true", help="leave out the ground behind the graph")
    parser.add_argument(
        "--scale", type=_scale, default=2.0, metavar="N", help="pixels of a PNG for each of the graph (2)"
    )
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as error:  # argparse has printed the help or what is wrong with the usage.
        return int(error.code or 0)
    app = QApplication.instance() or QApplication(["chainrule"])
    assert isinstance(app, QApplication)
    ThemeManager.instance().set_appearance(Appearance.LIGHT)
    document = Document()
    try:
        document.open(arguments.file)
        scene = GraphScene(document)
        options = PictureOptions(THEMES[arguments.theme], arguments.transparent, arguments.scale)
        model = document.model_for_folder(arguments.output.absolute().parent)
        title = arguments.file.stem
        export_picture(scene, arguments.output, picture_rect(scene), options, model, title)
    except (EngineError, OSError) as error:
        print(f"{arguments.file}: {sentence_of(error, arguments.output)}", file=sys.stderr)
        return 1
    return 0


def _scale(text: str) -> float:
    scale = float(text)
    if not 0.01 <= scale <= 100:
        raise argparse.ArgumentTypeError(f"{text} is no scale; use 0.01 to 100")
    return scale
