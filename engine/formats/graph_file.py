"""``.graph`` files, version 1: loading, saving, and pieces of a graph for the clipboard."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ..model import Frame, Model, Note
from .picture import graph_in_picture, is_picture
from .reading import read_model
from .storage import read_file, replace_file
from .writing import fragment_text, model_text


def load_graph_file(path: str | os.PathLike[str]) -> Model:
    """The model in a file, or in an exported PNG picture.

    Raises FileFormatError with a sentence when there is none that can be read.
    """
    file = Path(path)
    data = read_file(file)
    return read_model(graph_in_picture(data, file.name) if is_picture(data) else data, file.name)


def save_graph_file(model: Model, path: str | os.PathLike[str]) -> None:
    """Writes the model to a file, whole or not at all.

    Raises FileFormatError with a sentence when it cannot be saved; a file that was there is then as it was.
    """
    replace_file(Path(path), model_to_bytes(model))


def model_to_bytes(model: Model) -> bytes:
    """The model as the bytes of a file: the same model always gives the same bytes."""
    return model_text(model).encode()


def model_from_bytes(data: bytes, place: str) -> Model:
    """The model that the bytes of a file hold. ``place`` is what errors call it. Raises FileFormatError."""
    return read_model(data, place)


def fragment_to_text(model: Model, names: Iterable[str], areas: Iterable[Frame | Note] = ()) -> str:
    """The named nodes with their positions and data, the wires among them, and frames and notes.

    It is the text of a ``.graph`` file.
    """
    return fragment_text(model, names, areas)


def fragment_from_text(text: str) -> Model:
    """What :func:`fragment_to_text` wrote. Raises FileFormatError for any other text."""
    return read_model(text.encode(errors="replace"), "The clipboard")
