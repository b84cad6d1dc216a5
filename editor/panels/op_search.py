"""Finding operations by what a person types: names, TensorFlow's spelling, words of the description."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum

from engine.graph import Category, OpDeclaration

OpFilter = Callable[[OpDeclaration], bool]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_TENSORFLOW_NAME = re.compile(r"\btf\.([\w.]+)")


class Match(IntEnum):
    """How well a text matches, the best first."""

    EXACT = 0
    PREFIX = 1
    WORD_START = 2
    SUBSTRING = 3
    SUBSEQUENCE = 4


def search(declarations: Iterable[OpDeclaration], query: str, accepts: OpFilter | None = None) -> list[OpDeclaration]:
    """The operations that ``query`` finds, the best first; with an empty query all of them, family by family.

    Internal operations, those whose bodies only programs build, and those that ``accepts`` refuses are left out.
    """
    offered = [
        declaration
        for declaration in declarations
        if declaration.category is not Category.INTERNAL
        and not declaration.has_bodies
        and (accepts is None or accepts(declaration))
    ]
    words = query.split()
    if not words:
        families = list(Category)
        return sorted(offered, key=lambda op: families.index(op.category))
    ranked = [(rank, len(op.type), op.type, op) for op in offered if (rank := _rank(op, words)) is not None]
    return [op for *_, op in sorted(ranked, key=lambda entry: entry[:3])]


def _rank(declaration: OpDeclaration, words: Sequence[str]) -> int | None:
    """Lower is better; None when the operation does not match. Each word may match a text of its own."""
    whole = _rank_of_word(declaration, "".join(words))
    if whole is not None or len(words) == 1:
        return whole
    ranks = [_rank_of_word(declaration, word) for word in words]
    found = [rank for rank in ranks if rank is not None]
    # Behind everything that matches as a whole in the same way.
    return max(found) + 1 if len(found) == len(ranks) else None


def _rank_of_word(declaration: OpDeclaration, word: str) -> int | None:
    if word == declaration.symbol:
        return 0
    names = [declaration.type, declaration.default_name, *_TENSORFLOW_NAME.findall(declaration.example)]
    # A name's rank counts double, so that the description's fit in between: a word that begins in the
    # description comes before letters scattered over a name.
    ranks = [4 * match for name in names if (match := match_text(name, word)) is not None]
    described = match_text(declaration.description, word)
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
