"""What the editor remembers between starts: a typed layer over QSettings.

    settings = Settings()
    settings.appearance = Appearance.DARK

A value that cannot be read (a file edited by hand, an older version) counts as not set.
"""

from enum import StrEnum
from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QByteArray, QSettings

from editor.theme import Appearance
from engine.training.history import DEFAULT_MEMORY

ORGANIZATION = "Chainrule"
APPLICATION = "Chainrule"
RECENT_FILES_LIMIT = 10
PROBED_FILES_LIMIT = 50

#: Node, output, "value" or "gradient", and where the card stands beside the node.
ProbeRow = tuple[str, int, Literal["value", "gradient"], float, float]
#: Bytes; less would hold hardly a moment of a larger model.
LEAST_HISTORY_MEMORY = 1 << 20
#: How large everything is shown; 1 is as the system has it.
SCALES = (0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
#: 1 is as fast as everything else that moves.
ANIMATION_SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class Key(StrEnum):
    """Every key that is stored; no other module names one."""

    APPEARANCE = "appearance"
    RECENT_FILES = "files/recent"
    PINNED_FILES = "files/pinned"
    LAST_FOLDER = "files/last_folder"
    OPEN_FILES = "files/open"
    REOPENS_FILES = "files/reopen"
    WINDOW_GEOMETRY = "window/geometry"
    WINDOW_STATE = "window/state"
    SCALE = "scale"
    REDUCED_MOTION = "reduced_motion"
    LANGUAGE = "language"
    PROBES = "probes"
    HISTORY_MEMORY = "run/history_memory"
    VALUES_ON_WIRES = "canvas/values_on_wires"
    GRADIENTS_ON_WIRES = "canvas/gradients_on_wires"
    MINIMAP = "canvas/minimap"
    ANIMATION = "canvas/animation"
    SNAP_TO_GRID = "canvas/snap_to_grid"
    SNAP_TO_NEIGHBOURS = "canvas/snap_to_neighbours"
    ANIMATION_SPEED = "canvas/animation_speed"
    RECENT_COMMANDS = "commands/recent"
    SHORTCUTS = "commands/shortcuts"
    PALETTE_FAVOURITES = "palette/favourites"
    PALETTE_USE = "palette/use"
    PALETTE_GROUPS = "palette/groups"


class Settings:
    """The stored choices as typed properties. Assigning stores at once; None forgets."""

    def __init__(self, store: QSettings | None = None) -> None:
        """`store` is for tests and portable installations; without it, the person's own settings."""
        self._store = store if store is not None else QSettings(ORGANIZATION, APPLICATION)

    @property
    def appearance(self) -> Appearance:
        try:
            return Appearance(self._text(Key.APPEARANCE) or Appearance.SYSTEM)
        except ValueError:
            return Appearance.SYSTEM

    @appearance.setter
    def appearance(self, appearance: Appearance) -> None:
        self._write(Key.APPEARANCE, appearance.value)

    @property
    def recent_files(self) -> list[str]:
        """Absolute paths, the last opened first; at most ten, and only those that still exist."""
        return [path for path in self._stored_recent_files() if Path(path).exists()]

    def add_recent_file(self, path: str | Path) -> None:
        """Puts `path` first. Files that cannot be found now are kept: a drive may come back."""
        newest = str(Path(path).absolute())
        others = [other for other in self._stored_recent_files() if other != newest]
        self._write(Key.RECENT_FILES, [newest, *others][:RECENT_FILES_LIMIT])

    @property
    def remembered_files(self) -> list[str]:
        """Absolute paths: the pinned files in the order of pinning, then the others, the last opened first.

        Those that cannot be found now are among them.
        """
        pinned = self.pinned_files
        return pinned + [path for path in self._stored_recent_files() if path not in pinned]

    @property
    def pinned_files(self) -> list[str]:
        """Absolute paths of files that stay in the list however many others are opened."""
        return self._list(Key.PINNED_FILES)

    def pin_file(self, path: str | Path, is_pinned: bool) -> None:
        name = str(Path(path).absolute())
        others = [other for other in self.pinned_files if other != name]
        self._write(Key.PINNED_FILES, ([*others, name] if is_pinned else others) or None)

    def forget_file(self, path: str | Path) -> None:
        """Takes a file off the list; the file itself stays."""
        name = str(Path(path).absolute())
        self.pin_file(name, False)
        self._write(Key.RECENT_FILES, [other for other in self._stored_recent_files() if other != name] or None)

    def clear_recent_files(self) -> None:
        """Takes all but the pinned files off the list."""
        self._write(Key.RECENT_FILES, None)

    @property
    def open_files(self) -> list[str]:
        """Absolute paths of the files that were open when the program ended last, and are still there."""
        return [path for path in self._list(Key.OPEN_FILES) if Path(path).exists()]

    @open_files.setter
    def open_files(self, paths: list[str]) -> None:
        self._write(Key.OPEN_FILES, paths or None)

    @property
    def reopens_files(self) -> bool:
        """Whether the program opens them again when it starts."""
        return self._flag(Key.REOPENS_FILES) is True

    @reopens_files.setter
    def reopens_files(self, is_wanted: bool) -> None:
        self._write(Key.REOPENS_FILES, is_wanted)

    @property
    def last_folder(self) -> str:
        """Where file dialogs begin: the folder used last if it is still there, else the home folder."""
        folder = self._text(Key.LAST_FOLDER)
        return folder if folder and Path(folder).is_dir() else str(Path.home())

    @last_folder.setter
    def last_folder(self, folder: str | Path) -> None:
        self._write(Key.LAST_FOLDER, str(Path(folder).absolute()))

    @property
    def window_geometry(self) -> QByteArray | None:
        """As QWidget.saveGeometry() gave it."""
        return self._bytes(Key.WINDOW_GEOMETRY)

    @window_geometry.setter
    def window_geometry(self, geometry: QByteArray | None) -> None:
        self._write(Key.WINDOW_GEOMETRY, geometry)

    @property
    def window_state(self) -> QByteArray | None:
        """Toolbars and docks, as QMainWindow.saveState() gave them."""
        return self._bytes(Key.WINDOW_STATE)

    @window_state.setter
    def window_state(self, state: QByteArray | None) -> None:
        self._write(Key.WINDOW_STATE, state)

    @property
    def scale(self) -> float:
        """How large everything is shown: one of SCALES. Qt takes it over at the start."""
        try:
            scale = float(self._text(Key.SCALE))
        except ValueError:
            return 1.0
        return scale if scale in SCALES else 1.0

    @scale.setter
    def scale(self, scale: float) -> None:
        self._write(Key.SCALE, scale)

    @property
    def reduced_motion(self) -> bool | None:
        """Whether things jump instead of moving; None follows the system."""
        return self._flag(Key.REDUCED_MOTION)

    @reduced_motion.setter
    def reduced_motion(self, reduced: bool | None) -> None:
        self._write(Key.REDUCED_MOTION, reduced)

    @property
    def values_on_wires(self) -> bool:
        """Whether wires show the values that flow along them."""
        return self._flag(Key.VALUES_ON_WIRES) is not False

    @values_on_wires.setter
    def values_on_wires(self, shown: bool) -> None:
        self._write(Key.VALUES_ON_WIRES, shown)

    @property
    def gradients_on_wires(self) -> bool:
        """Whether wires show the gradients that flow back along them."""
        return self._flag(Key.GRADIENTS_ON_WIRES) is not False

    @gradients_on_wires.setter
    def gradients_on_wires(self, shown: bool) -> None:
        self._write(Key.GRADIENTS_ON_WIRES, shown)

    @property
    def minimap(self) -> bool:
        """Whether the whole graph is shown small in a corner of the canvas."""
        return self._flag(Key.MINIMAP) is not False

    @minimap.setter
    def minimap(self, shown: bool) -> None:
        self._write(Key.MINIMAP, shown)

    @property
    def animation(self) -> bool:
        """Whether tensors flow along wires as a run is stepped through."""
        return self._flag(Key.ANIMATION) is not False

    @animation.setter
    def animation(self, is_on: bool) -> None:
        self._write(Key.ANIMATION, is_on)

    @property
    def snap_to_grid(self) -> bool:
        """Whether what is dragged stands on the grid."""
        return self._flag(Key.SNAP_TO_GRID) is not False

    @snap_to_grid.setter
    def snap_to_grid(self, is_on: bool) -> None:
        self._write(Key.SNAP_TO_GRID, is_on)

    @property
    def snap_to_neighbours(self) -> bool:
        """Whether what is dragged clings to its neighbours."""
        return self._flag(Key.SNAP_TO_NEIGHBOURS) is not False

    @snap_to_neighbours.setter
    def snap_to_neighbours(self, is_on: bool) -> None:
        self._write(Key.SNAP_TO_NEIGHBOURS, is_on)

    @property
    def animation_speed(self) -> float:
        """How fast they flow: one of ANIMATION_SPEEDS."""
        try:
            speed = float(self._text(Key.ANIMATION_SPEED))
        except ValueError:
            return 1.0
        return speed if speed in ANIMATION_SPEEDS else 1.0

    @animation_speed.setter
    def animation_speed(self, speed: float) -> None:
        self._write(Key.ANIMATION_SPEED, speed)

    @property
    def language(self) -> str | None:
        """A locale name such as "ko" or "de_AT"; None follows the system."""
        return self._text(Key.LANGUAGE) or None

    @language.setter
    def language(self, language: str | None) -> None:
        self._write(Key.LANGUAGE, language)

    @property
    def history_memory(self) -> int:
        """Bytes that the history of runs may take."""
        try:
            return max(int(self._text(Key.HISTORY_MEMORY)), LEAST_HISTORY_MEMORY)
        except ValueError:
            return DEFAULT_MEMORY

    @history_memory.setter
    def history_memory(self, memory: int) -> None:
        self._write(Key.HISTORY_MEMORY, str(memory))

    @property
    def recent_commands(self) -> list[str]:
        """Keys of the commands that were chosen in the command palette, the last first."""
        try:
            return msgspec.json.decode(self._text(Key.RECENT_COMMANDS), type=list[str])
        except msgspec.MsgspecError:
            return []

    @recent_commands.setter
    def recent_commands(self, keys: list[str]) -> None:
        self._write(Key.RECENT_COMMANDS, msgspec.json.encode(keys).decode())

    @property
    def shortcuts(self) -> dict[str, list[str]]:
        """The shortcuts that the person gave to commands, by the key of the command; as Qt's portable text."""
        try:
            return msgspec.json.decode(self._text(Key.SHORTCUTS), type=dict[str, list[str]])
        except msgspec.MsgspecError:
            return {}

    @shortcuts.setter
    def shortcuts(self, shortcuts: dict[str, list[str]]) -> None:
        self._write(Key.SHORTCUTS, msgspec.json.encode(shortcuts).decode())

    @property
    def palette_favourites(self) -> list[str]:
        """Keys of the palette's entries, in the person's order."""
        try:
            return msgspec.json.decode(self._text(Key.PALETTE_FAVOURITES), type=list[str])
        except msgspec.MsgspecError:
            return []

    @palette_favourites.setter
    def palette_favourites(self, keys: list[str]) -> None:
        self._write(Key.PALETTE_FAVOURITES, msgspec.json.encode(keys).decode())

    @property
    def palette_use(self) -> dict[str, float]:
        """How much each entry of the palette was used, by its key; the one used last stands at the end."""
        try:
            return msgspec.json.decode(self._text(Key.PALETTE_USE), type=dict[str, float])
        except msgspec.MsgspecError:
            return {}

    @palette_use.setter
    def palette_use(self, scores: dict[str, float]) -> None:
        self._write(Key.PALETTE_USE, msgspec.json.encode(scores).decode())

    @property
    def palette_groups(self) -> dict[str, bool]:
        """The headings in the palette that the person folded or unfolded, and whether they are open."""
        try:
            return msgspec.json.decode(self._text(Key.PALETTE_GROUPS), type=dict[str, bool])
        except msgspec.MsgspecError:
            return {}

    @palette_groups.setter
    def palette_groups(self, groups: dict[str, bool]) -> None:
        self._write(Key.PALETTE_GROUPS, msgspec.json.encode(groups).decode())

    def probes(self, path: str | Path) -> list[ProbeRow]:
        """The probes that were pinned in a document when it was open last."""
        return self._stored_probes().get(str(Path(path).absolute()), [])

    def set_probes(self, path: str | Path, rows: list[ProbeRow]) -> None:
        """Keeps a document's probes; those of the documents that were changed longest ago are forgotten."""
        stored, key = self._stored_probes(), str(Path(path).absolute())
        if rows == stored.pop(key, []):
            return
        if rows:
            stored[key] = rows
        kept = dict(list(stored.items())[-PROBED_FILES_LIMIT:])
        self._write(Key.PROBES, msgspec.json.encode(kept).decode())

    def _stored_probes(self) -> dict[str, list[ProbeRow]]:
        try:
            return msgspec.json.decode(self._text(Key.PROBES), type=dict[str, list[ProbeRow]])
        except msgspec.MsgspecError:
            return {}

    def _stored_recent_files(self) -> list[str]:
        return self._list(Key.RECENT_FILES)

    def _list(self, key: Key) -> list[str]:
        value = self._store.value(key.value)
        # An INI file gives a list of one back as a plain string.
        entries = value if isinstance(value, list) else [value]
        return [entry for entry in entries if isinstance(entry, str) and entry]

    def _text(self, key: Key) -> str:
        value = self._store.value(key.value)
        return "" if value is None or isinstance(value, (list, QByteArray)) else str(value)

    def _flag(self, key: Key) -> bool | None:
        # An INI file gives "true", the registry a number or a bool.
        return {"true": True, "1": True, "false": False, "0": False}.get(self._text(key).lower())

    def _bytes(self, key: Key) -> QByteArray | None:
        value = self._store.value(key.value)
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def _write(self, key: Key, value: object) -> None:
        if value is None:
            self._store.remove(key.value)
        else:
            self._store.setValue(key.value, value)
