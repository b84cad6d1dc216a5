"""Finding entries by what a person types: names, TensorFlow's spelling, words of the description."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

from editor.adding.entry import PaletteEntry

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
#: More than there are names and descriptions.
_KEPT = 8192
_IGNORED = re.compile(r"[\s_.\-]")


class Match(IntEnum):
    """How well a text matches, the best first."""

    EXACT = 0
    PREFIX = 1
    WORD_START = 2
    SUBSTRING = 3
    SUBSEQUENCE = 4


@dataclass(frozen=True)
class Finding:
    """An entry that was found, and by what."""

    entry: PaletteEntry
    #: The other name that matched better than the title; "" for none.
    alias: str = ""
    #: The places of the matched letters in the alias, or else in the title.
    letters: tuple[int, ...] = ()


#: What decides between entries that match equally well; the least comes first.
Preference = Callable[[PaletteEntry], Any]


def search(entries: Iterable[PaletteEntry], query: str, preference: Preference) -> list[Finding]:
    """What ``query`` finds, the best first: exact, prefix, word, substring, letters in order.

    Entries that match in the same way stand in the order of ``preference``, then the shorter title first. An empty
    query finds all of them, in the order of ``preference`` and then as they stand.
    """
    words = query.split()
    if not words:
        return [Finding(entry) for entry in sorted(entries, key=preference)]
    ranked = [
        (found[0], preference(entry), len(entry.title), entry.title, found[1])
        for entry in entries
        if (found := _find(entry, words)) is not None
    ]
    return [finding for *_, finding in sorted(ranked, key=lambda found: found[:4])]


def _find(entry: PaletteEntry, words: Sequence[str]) -> tuple[int, Finding] | None:
    """A rank, lower is better, and how it was found; None when it was not. Each word may match a text of its own."""
    whole = _find_word(entry, "".join(words))
    if whole is not None or len(words) == 1:
        return whole
    each = [found for word in words if (found := _find_word(entry, word)) is not None]
    if len(each) < len(words):
        return None
    letters = {letter for _, finding in each if not finding.alias for letter in finding.letters}
    # Behind everything that matches as a whole in the same way.
    return max(rank for rank, _ in each) + 1, Finding(entry, letters=tuple(sorted(letters)))


def _find_word(entry: PaletteEntry, word: str) -> tuple[int, Finding] | None:
    word = word.removeprefix("tf.") or word
    if word == entry.symbol:
        return 0, Finding(entry)
    # A name's rank counts several times, so that the description's fit in between: a word that begins in the
    # description comes before letters scattered over a name. Of two that match equally, the title says more.
    found: list[tuple[int, Finding]] = []
    match = match_text(entry.title, word)
    is_in_title = match is not None and match < Match.SUBSEQUENCE
    titled = Finding(entry, letters=matched_letters(entry.title, word))
    if match is not None:
        found.append((6 * match, titled))
    for name in entry.names:
        match = match_text(name, word)
        if match is not None:
            # Where the title shows the letters together, it need not be told by which other name it was found.
            shown = Finding(entry, name, matched_letters(name, word)) if not is_in_title else titled
            found.append((6 * match + 2, shown))
    described = match_text(entry.description, word)
    if described is not None and described < Match.SUBSEQUENCE:
        found.append((6 * max(described, Match.WORD_START) + 4, Finding(entry)))
    return min(found, key=lambda one: one[0], default=None)


def match_text(text: str, word: str) -> Match | None:
    """How ``word`` matches ``text``, upper and lower case, spaces and underscores aside; None when it does not."""
    wanted, bare = _squeezed(word), _squeezed(text)
    if not wanted or not bare:
        return Match.EXACT if word and word == text else None
    if bare == wanted:
        return Match.EXACT
    if bare.startswith(wanted):
        return Match.PREFIX
    if _word_start(text, wanted) is not None:
        return Match.WORD_START
    if wanted in bare:
        return Match.SUBSTRING
    letters = iter(bare)
    return Match.SUBSEQUENCE if all(letter in letters for letter in wanted) else None


def matched_letters(text: str, word: str) -> tuple[int, ...]:
    """The places in ``text`` of the letters that make :func:`match_text` match; () when it does not."""
    match = match_text(text, word)
    wanted = _squeezed(word)
    if match is None or not wanted:
        return ()
    places = [place for place, letter in enumerate(text) if not _IGNORED.match(letter)]
    bare = _squeezed(text)
    if match is Match.SUBSEQUENCE:
        chosen, at = [], -1
        for letter in wanted:
            at = bare.index(letter, at + 1)
            chosen.append(places[at])
        return tuple(chosen)
    start = _word_start(text, wanted) if match is Match.WORD_START else None
    first = bare.index(wanted) if start is None else places.index(start)
    return tuple(places[first : first + len(wanted)])


def _word_start(text: str, wanted: str) -> int | None:
    """Where a word begins from which on the letters are the wanted ones."""
    return next((start for start, rest in _from_words_on(text) if rest.startswith(wanted)), None)


@lru_cache(_KEPT)
def _from_words_on(text: str) -> list[tuple[int, str]]:
    """Where each word begins, and the letters from there on."""
    return [(piece.start(), _squeezed(text[piece.start() :])) for piece in _WORD.finditer(text)]


@lru_cache(_KEPT)
def _squeezed(text: str) -> str:
    return _IGNORED.sub("", text).lower()
