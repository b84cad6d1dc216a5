"""Finding entries by what a person types: names, TensorFlow's spelling, words of the description."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum

from editor.adding.entry import PaletteEntry

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")


class Match(IntEnum):
    """How well a text matches, the best first."""

    EXACT = 0
    PREFIX = 1
    WORD_START = 2
    SUBSTRING = 3
    SUBSEQUENCE = 4


def search(entries: Iterable[PaletteEntry], query: str) -> list[PaletteEntry]:
    """The entries that ``query`` finds, the best first; with an empty query all of them, as they stand."""
    words = query.split()
    if not words:
        return list(entries)
    ranked = [
        (rank, len(entry.title), entry.title, entry) for entry in entries if (rank := _rank(entry, words)) is not None
    ]
    return [entry for *_, entry in sorted(ranked, key=lambda found: found[:3])]


def _rank(entry: PaletteEntry, words: Sequence[str]) -> int | None:
    """Lower is better; None when the entry does not match. Each word may match a text of its own."""
    whole = _rank_of_word(entry, "".join(words))
    if whole is not None or len(words) == 1:
        return whole
    ranks = [_rank_of_word(entry, word) for word in words]
    found = [rank for rank in ranks if rank is not None]
    # Behind everything that matches as a whole in the same way.
    return max(found) + 1 if len(found) == len(ranks) else None


def _rank_of_word(entry: PaletteEntry, word: str) -> int | None:
    if word == entry.symbol:
        return 0
    names = (entry.title, *entry.names)
    # A name's rank counts double, so that the description's fit in between: a word that begins in the
    # description comes before letters scattered over a name.
    ranks = [4 * match for name in names if (match := match_text(name, word)) is not None]
    described = match_text(entry.description, word)
    if described is not None and described < Match.SUBSEQUENCE:
        ranks.append(4 * max(described, Match.WORD_START) + 2)
    return min(ranks, default=None)


def match_text(text: str, word: str) -> Match | None:
    """How ``word`` matches ``text``, upper and lower case, spaces and underscores aside; None when it does not."""
    wanted = _squeezed(word)
    bare = _squeezed(text)
    if not wanted or not bare:
        return None
    if bare == wanted:
        return Match.EXACT
    if bare.startswith(wanted):
        return Match.PREFIX
    pieces = [piece.lower() for piece in _WORD.findall(text)]
    if any("".join(pieces[start:]).startswith(wanted) for start in range(len(pieces))):
        return Match.WORD_START
    if wanted in bare:
        return Match.SUBSTRING
    letters = iter(bare)
    if all(letter in letters for letter in wanted):
        return Match.SUBSEQUENCE
    return None


def _squeezed(text: str) -> str:
    return re.sub(r"[\s_.\-]+", "", text).lower()
