"""Which keys commands have: their own, or those that a person gave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from PySide6.QtGui import QKeySequence

from editor.actions import describe_again
from editor.commanding.commands import Command
from editor.settings import Settings

#: Keys as they are stored and exported, the same on every system.
_PORTABLE = QKeySequence.SequenceFormat.PortableText


class KeyFileError(ValueError):
    """A file of keys that cannot be read; the message is a sentence that says why."""


class KeyMap:
    """The keys of a window's commands. What was changed is kept in the settings, by command."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.commands: list[Command] = []
        self._own: dict[str, list[str]] = {}

    def take(self, commands: Iterable[Command]) -> None:
        """Takes commands in with the keys that they have of their own, and gives them those of the settings."""
        for command in commands:
            if command.key not in self._own:
                self._own[command.key] = _texts(command.action.shortcuts())
                self.commands.append(command)
        self.apply()

    def apply(self) -> None:
        """Gives every command its keys as the settings have them now."""
        changed = self._settings.shortcuts
        for command in self.commands:
            wanted = changed.get(command.key, self._own[command.key])
            if _texts(command.action.shortcuts()) != wanted:
                command.action.setShortcuts([_sequence(text) for text in wanted])
                describe_again(command.action)

    def keys_of(self, command: Command) -> list[QKeySequence]:
        return [_sequence(text) for text in self._settings.shortcuts.get(command.key, self._own[command.key])]

    def is_changed(self, command: Command) -> bool:
        """Whether a command has other keys than its own."""
        return command.key in self._settings.shortcuts

    def holder(self, keys: QKeySequence, without: Command | None = None) -> Command | None:
        """The command that has these keys."""
        wanted = keys.toString(_PORTABLE)
        return next((each for each in self.commands if each != without and wanted in self._texts_of(each)), None)

    def assign(self, command: Command, keys: QKeySequence) -> None:
        """Gives a command these keys alone; whoever has them loses them."""
        holder = self.holder(keys, command)
        changed = self._settings.shortcuts
        text = keys.toString(_PORTABLE)
        if holder is not None:
            changed[holder.key] = [each for each in self._texts_of(holder) if each != text]
        changed[command.key] = [text]
        self._store(changed)

    def clear(self, command: Command) -> None:
        """Leaves a command without keys."""
        self._store(self._settings.shortcuts | {command.key: []})

    def reset(self, command: Command) -> None:
        """Gives a command its own keys again; whoever has them now loses them."""
        changed = self._settings.shortcuts
        changed.pop(command.key, None)
        for text in self._own[command.key]:
            holder = self.holder(_sequence(text), command)
            if holder is not None:
                changed[holder.key] = [each for each in self._texts_of(holder) if each != text]
        self._store(changed)

    def reset_all(self) -> None:
        """Gives every command its own keys again."""
        self._store({})

    def export(self) -> bytes:
        """What was changed, as a file to keep or to hand on."""
        content = {"format": "chainrule.keys", "keys": self._settings.shortcuts}
        return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"

    def read(self, data: bytes) -> None:
        """Takes over what :meth:`export` wrote, in the place of what was changed here.

        Raises KeyFileError for anything else, with nothing changed.
        """
        try:
            file = msgspec.json.decode(data, type=_KeyFile)
        except (msgspec.DecodeError, RecursionError) as error:
            raise KeyFileError(f"That is no file of keys: {error}. Choose one that was exported here.") from None
        if file.format != "chainrule.keys":
            raise KeyFileError('That is no file of keys: it does not say "format": "chainrule.keys".')
        for key, texts in file.keys.items():
            for text in texts:
                if not text or _sequence(text).toString(_PORTABLE) != text:
                    raise KeyFileError(f"{text!r}, the key of {key}, is no key; mend the file.")
        self._store(file.keys)

    def _texts_of(self, command: Command) -> list[str]:
        return self._settings.shortcuts.get(command.key, self._own[command.key])

    def _store(self, changed: Mapping[str, list[str]]) -> None:
        # What is as it would be anyway is no change.
        kept = {key: texts for key, texts in changed.items() if self._own.get(key) != texts}
        self._settings.shortcuts = kept
        self.apply()


class _KeyFile(msgspec.Struct):
    format: str
    keys: dict[str, list[str]]


def _texts(sequences: Iterable[QKeySequence]) -> list[str]:
    return [sequence.toString(_PORTABLE) for sequence in sequences if not sequence.isEmpty()]


def _sequence(text: str) -> QKeySequence:
    return QKeySequence.fromString(text, _PORTABLE)
