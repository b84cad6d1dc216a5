"""Ranking commands, and nodes to go to, by what a person types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from editor.adding.search import match_text, matched_letters
from editor.commanding.commands import Command

#: In front of the name of a node that one wants to go to.
NODE_SIGN = "@"


@dataclass(frozen=True)
class Row:
    """Something that can be chosen in the command palette."""

    title: str
    #: Under the title: where it stands in the menus, and what it does.
    description: str
    #: At the right: its shortcuts.
    keys: str
    do: Callable[[], object]
    #: What it is remembered by once it was chosen; "" is not remembered.
    key: str = ""
    is_enabled: bool = True
    #: Of something that is on or off.
    is_on: bool | None = None
    #: The places of the matched letters in the title.
    letters: tuple[int, ...] = ()


def command_rows(commands: Iterable[Command], text: str, recent: Sequence[str]) -> list[Row]:
    """The commands that are meant, the best first; of equal ones those used last, then as they stand in the menus.

    Every word has to be found in the title, the place in the menus or what the command does.
    """
    words = text.split()
    found: list[tuple[tuple[int, int, int, int], Row]] = []
    for place, command in enumerate(commands):
        rank = _rank(command, text.strip(), words)
        if rank is None:
            continue
        used = recent.index(command.key) if command.key in recent else len(recent)
        can_be_done = command.action.isEnabled()
        row = Row(
            command.title,
            " · ".join(part for part in (command.place, command.help) if part),
            command.keys,
            command.action.trigger,
            command.key,
            can_be_done,
            command.action.isChecked() if command.action.isCheckable() else None,
            matched_letters(command.title, text),
        )
        found.append(((rank, not can_be_done, used, place), row))
    return [row for _, row in sorted(found, key=lambda each: each[0])]


def _rank(command: Command, text: str, words: Sequence[str]) -> int | None:
    """Lower is better; None when it is not meant."""
    if not words:
        return 0
    whole = match_text(command.title, text)
    if whole is not None:
        return 2 * int(whole)
    ranks = []
    for word in words:
        title = match_text(command.title, word)
        beside = match_text(f"{command.place} {command.help}", word)
        if title is not None:
            ranks.append(2 * int(title))
        elif beside is not None and beside.name != "SUBSEQUENCE":
            ranks.append(2 * int(beside) + 1)
        else:
            return None
    return max(ranks) + 2


def node_rows(names: Iterable[str], types: Callable[[str], str], text: str, go: Callable[[str], object]) -> list[Row]:
    """The nodes whose names are meant, the best first."""
    word = text.strip()
    ranked = [(match_text(name, word) if word else 0, len(name), name) for name in names]
    found = sorted((match, length, name) for match, length, name in ranked if match is not None)
    return [
        Row(name, types(name), "", lambda name=name: go(name), letters=matched_letters(name, word))  # type: ignore[misc]
        for _, _, name in found
    ]
