"""The words of a condition such as ``norm(grad W) > 10``, each with the column at which it stands."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from enum import Enum, auto
from typing import NamedTuple

from ...graph import EngineError

#: Longer conditions are refused; no person writes one.
LONGEST = 500


class ConditionError(EngineError, ValueError):
    """A condition that cannot be read or has no value; ``column`` is where, counted from 1."""

    def __init__(self, message: str, column: int, node: str | None = None) -> None:
        super().__init__(message, node)
        self.column = column


class TokenKind(Enum):
    """What a word of a condition is."""

    NUMBER = auto()
    NAME = auto()
    #: A name in backquotes, which is always that of a node.
    QUOTED = auto()
    SYMBOL = auto()
    END = auto()


class Token(NamedTuple):
    kind: TokenKind
    text: str
    column: int


_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?!\w)")
_NAME = re.compile(r"[^\W\d][\w.]*(?:/[^\W\d][\w.]*)*")
_SYMBOL = re.compile(r"\*\*|<=|>=|==|!=|[-+*/()<>\[\],]")


def tokens(text: str, known: Container[str]) -> Iterator[Token]:
    """The words of ``text``; the last one is the END.

    ``known`` are the names that exist: ``a/b`` is the node of that name where there is one, and else a division.
    Raises ConditionError for what is no word.
    """
    if len(text) > LONGEST:
        raise ConditionError(f"A condition has at most {LONGEST} characters; this one has {len(text)}.", LONGEST)
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        token = _token_at(text, place, known)
        yield token
        place += len(token.text) + (2 if token.kind is TokenKind.QUOTED else 0)
    yield Token(TokenKind.END, "", len(text) + 1)


def _token_at(text: str, place: int, known: Container[str]) -> Token:
    column = place + 1
    if text[place] == "`":
        end = text.find("`", place + 1)
        if end < 0:
            raise ConditionError(f"The backquote in column {column} is not closed; put another one behind it.", column)
        return Token(TokenKind.QUOTED, text[place + 1 : end], column)
    for kind, pattern in ((TokenKind.NUMBER, _NUMBER), (TokenKind.NAME, _NAME), (TokenKind.SYMBOL, _SYMBOL)):
        found = pattern.match(text, place)
        if found:
            word = found[0] if kind is not TokenKind.NAME else _longest_known(found[0], known)
            return Token(kind, word, column)
    raise ConditionError(f"Column {column}: {_unreadable(text[place:])}", column)


def _longest_known(word: str, known: Container[str]) -> str:
    """The longest beginning of ``a/b/c`` that is a name; all of it where none is, to be named in the refusal."""
    parts = word.split("/")
    for count in range(len(parts), 0, -1):
        name = "/".join(parts[:count])
        if name in known:
            return name
    return word


def _unreadable(rest: str) -> str:
    if rest[0] == "=":
        return "a single = says nothing here; write == to compare."
    if rest.startswith("&"):
        return "write 'and' instead of &."
    if rest.startswith("|"):
        return "write 'or' instead of |."
    if rest[0] == "!":
        return "write 'not' instead of !."
    if rest[0] == "^":
        return "write ** for a power."
    if rest[0].isdigit():
        return f"{rest.split(maxsplit=1)[0]!r} is no number; put a space or an operator into it."
    return f"{rest[0]!r} has no meaning in a condition; write something like loss < 0.1."
