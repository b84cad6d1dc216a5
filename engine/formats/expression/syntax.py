"""From text to statements: Python's grammar, of which a few parts have a meaning here."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from textwrap import dedent

from ...graph import EngineError

#: Longer texts are refused unread, in characters.
LONGEST_EXPRESSION = 20_000
_EXAMPLE = "y = relu(x @ W + b)"


class ExpressionError(EngineError):
    """What is wrong with an expression, and where: ``line`` and ``column`` count from 1."""

    def __init__(self, sentence: str, line: int, column: int) -> None:
        super().__init__(f"Line {line}, column {column}: {sentence}")
        self.sentence = sentence
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Statement:
    """``names = value``, or a value alone."""

    names: tuple[str, ...]
    value: ast.expr


class Source:
    """A text with its statements; it knows where in the text each part stands."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST_EXPRESSION:
            raise ExpressionError(
                f"the text is {len(text):,} characters long; an expression may have {LONGEST_EXPRESSION:,}.", 1, 1
            )
        # What stands before all lines alike, and empty lines before them, are no part of it.
        bare = dedent(text)
        self._lines = bare.strip("\n").rstrip().splitlines()
        self._first_line = len(bare) - len(bare.lstrip("\n"))
        self._indent = max((len(line) for line in text.splitlines()), default=0) - max(
            (len(line) for line in bare.splitlines()), default=0
        )
        self.tree = self._parsed("\n".join(self._lines))
        self.statements = [self._statement(node) for node in self.tree.body]

    def error(self, node: ast.AST, sentence: str) -> ExpressionError:
        """The error that something is wrong with a part of the text."""
        line = getattr(node, "lineno", 1)
        start = getattr(node, "col_offset", 0)
        # Python counts bytes.
        column = len(self._lines[line - 1].encode()[:start].decode(errors="ignore")) if self._lines else 0
        return ExpressionError(sentence, line + self._first_line, column + 1 + self._indent)

    def names(self) -> list[str]:
        """Every name in the text, with the dots in it and without, in a fixed order."""
        found: dict[str, None] = {}
        for node in ast.walk(self.tree):
            name = self.dotted_name(node)
            if name is not None:
                found[name] = None
        return sorted(found)

    def dotted_name(self, node: ast.AST) -> str | None:
        """``tf.nn.relu`` as it is written; None for what is no name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None

    def text_of(self, node: ast.AST) -> str:
        """A part of the text as a person wrote it, cut where it is long."""
        text = ast.get_source_segment("\n".join(self._lines), node) or ""
        return text if len(text) <= 40 else f"{text[:39]}…"

    def _parsed(self, text: str) -> ast.Module:
        try:
            with warnings.catch_warnings():
                # "1 is" and the like are refused below, in our words.
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except SyntaxError as error:
            line, column = (error.lineno or 1) + self._first_line, max(error.offset or 1, 1) + self._indent
            if error.msg.startswith("Exceeds the limit"):
                raise ExpressionError(
                    "a number has too many digits; write it with an exponent.", line, column
                ) from None
            raise ExpressionError(f"{_sentence(error.msg)} Write it like {_EXAMPLE}.", line, column) from None
        except ValueError:
            raise ExpressionError("there is a character that cannot stand in a text; take it out.", 1, 1) from None
        except (RecursionError, MemoryError):
            raise ExpressionError("it is nested too deeply; name its parts on lines of their own.", 1, 1) from None
        if not tree.body:
            raise ExpressionError(f"there is no expression; write one like {_EXAMPLE}.", 1, 1)
        return tree

    def _statement(self, node: ast.stmt) -> Statement:
        if isinstance(node, ast.Expr):
            return Statement((), node.value)
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
            if all(isinstance(part, ast.Name) for part in parts):
                return Statement(tuple(part.id for part in parts if isinstance(part, ast.Name)), node.value)
            raise self.error(target, "only a name can stand before =.")
        raise self.error(node, f"only expressions and lines like {_EXAMPLE} can be read.")


def _sentence(message: str) -> str:
    return f"{message[:1].lower()}{message[1:].rstrip('.')}."
