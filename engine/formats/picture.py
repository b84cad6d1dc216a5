"""Pictures of a graph that have the graph itself inside."""

from __future__ import annotations

from pathlib import Path

from ..encoding.png import DamagedPictureError
from ..encoding.png_text import SIGNATURE, text_in, with_text
from ..graph import FileFormatError
from ..model import Model
from .storage import MAX_BYTES
from .writing import model_text

#: What the text in the picture is called.
_KEYWORD = "chainrule.graph"


def is_picture(data: bytes) -> bool:
    """Whether these are the bytes of a PNG file."""
    return data.startswith(SIGNATURE)


def is_picture_file(path: Path) -> bool:
    """Whether a file is a PNG picture. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return is_picture(file.read(len(SIGNATURE)))


def picture_with_graph(picture: bytes, model: Model) -> bytes:
    """A PNG picture with the text of a ``.graph`` file in it. Raises FileFormatError when it cannot be written."""
    try:
        return with_text(picture, _KEYWORD, model_text(model))
    except DamagedPictureError as error:
        raise FileFormatError(f"The graph cannot be put into the picture: {error}. Export it again.") from None


def graph_in_picture(picture: bytes, place: str) -> bytes:
    """The bytes of the ``.graph`` file in a PNG picture; ``place`` is what errors call the picture.

    Raises FileFormatError for a picture without a graph, or a damaged one.
    """
    try:
        text = text_in(picture, _KEYWORD, MAX_BYTES)
    except DamagedPictureError as error:
        raise FileFormatError(
            f"{place} is a picture that cannot be read for a graph: {error}. Get it again, or export it anew."
        ) from None
    if text is None:
        raise FileFormatError(
            f"{place} is a picture without a graph in it. Those that Chainrule exports as PNG have it, as long as no "
            "other program saves them again; choose a .graph file."
        )
    return text.encode()
