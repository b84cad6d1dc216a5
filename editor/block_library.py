"""The blocks that are there in every document: the starter library, and what the person keeps in a folder of their own.

Each block is a ``.graph`` file that holds its definition, and those of the blocks inside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal

from engine.blocks.definition import Definition
from engine.formats.blocks import check_definition_name, holds
from engine.formats.graph_file import load_graph_file
from engine.formats.storage import replace_file
from engine.formats.writing import definition_library_text, needed_definitions
from engine.graph import FileFormatError

STARTER_FOLDER = Path(__file__).resolve().parent.parent / "resources" / "blocks"
#: The order in which the starter library stands in the palette; others come behind.
_ORDER = ("Dense", "Conv2D", "MaxPool", "Dropout", "BatchNorm", "Softmax classifier", "Mean squared error")


def personal_folder() -> Path:
    """Where this person's blocks are kept on this system."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)) / "blocks"


class BlockLibrary(QObject):
    """Reads and writes the files of a folder; a file that cannot be read is named and passed over."""

    changed = Signal()
    """There are other blocks than before."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        #: The person's blocks by name, each with the definitions that it needs.
        self.personal: dict[str, Mapping[str, Definition]] = {}
        #: A sentence for each file that could not be read.
        self.problems: list[str] = []
        self.read()

    @property
    def starter(self) -> Mapping[str, Mapping[str, Definition]]:
        return starter_blocks()

    def read(self) -> None:
        """Reads the folder again."""
        self.personal, self.problems = {}, []
        for path in _files_in(self.folder):
            try:
                name, definitions = _read_block(path)
            except FileFormatError as error:
                self.problems.append(str(error))
            else:
                self.personal[name] = definitions
        self.changed.emit()

    def save(self, name: str, definitions: Mapping[str, Definition]) -> str:
        """Keeps a block, with the definitions that it needs, and returns what it is called in the library.

        One that is there already with other content keeps its name: the new one gets another. Raises FileFormatError
        with a sentence when it cannot be written; the library is then as it was.
        """
        check_definition_name(name)
        needed = needed_definitions(definitions, [name])
        free, number = name, 2
        while free in self.personal and self.personal[free] != _renamed(needed, name, free):
            free, number = f"{name} {number}", number + 1
        text = definition_library_text(_renamed(needed, name, free))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileFormatError(
                f"The library {self.folder} could not be made: {error.strerror}. Choose another place for it."
            ) from None
        replace_file(self.folder / f"{free}.graph", text.encode())
        self.read()
        return free

    def delete(self, name: str) -> None:
        """Takes a block out of the library. Raises FileFormatError when its file cannot be deleted."""
        path = self.folder / f"{name}.graph"
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise FileFormatError(f"{path} could not be deleted: {error.strerror}. Look at its permissions.") from None
        self.read()

    def import_file(self, path: Path) -> list[str]:
        """Keeps the blocks of a ``.graph`` file and returns their names. Raises FileFormatError for one without any."""
        definitions = load_graph_file(path).definitions
        if not definitions:
            raise FileFormatError(f"{path.name} holds no blocks; choose another file.")
        inner = {needed for each in definitions.values() for needed in each.needed()}
        outermost = [name for name in definitions if name not in inner]
        if not outermost or any(holds(definitions, name, name) for name in definitions):
            raise FileFormatError(f"{path.name} has a block that holds itself; choose another file.")
        return [self.save(name, definitions) for name in outermost]


def _renamed(definitions: Mapping[str, Definition], old: str, new: str) -> dict[str, Definition]:
    return {new if name == old else name: each for name, each in definitions.items()}


@cache
def starter_blocks() -> Mapping[str, Mapping[str, Definition]]:
    """The blocks that come with the program."""
    blocks = dict(_read_block(path) for path in _files_in(STARTER_FOLDER))
    return {name: blocks[name] for name in sorted(blocks, key=_place)}


def _place(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER)), name


def _files_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".graph" and not path.name.startswith("."))
    except OSError:
        return []


def _read_block(path: Path) -> tuple[str, Mapping[str, Definition]]:
    """The block that a file is named after, and its definitions. Raises FileFormatError for a file without it."""
    definitions = load_graph_file(path).definitions
    if path.stem not in definitions:
        raise FileFormatError(f"{path} holds no block called {path.stem}; it is left out of the library.")
    if any(holds(definitions, name, name) for name in definitions):
        raise FileFormatError(f"{path} has a block that holds itself; it is left out of the library.")
    return path.stem, definitions
