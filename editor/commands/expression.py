"""Adding the nodes of an expression, and whatever else a text from the clipboard stands for."""

from __future__ import annotations

from engine.formats.expression import ExpressionError, fragment_from_expression
from engine.formats.graph_file import fragment_from_text
from engine.formats.structure import FORMAT
from engine.graph import EngineError

from .command import Host
from .edits import Position
from .paste import PasteNodes
from .words import paste_words, translate

#: Longer texts on the clipboard are not looked at, in characters.
LONGEST_CLIPBOARD = 64 * 1024 * 1024
_LONGEST_WORDS = 32


class AddExpression(PasteNodes):
    """Adds the nodes of an expression, wired to those of the document that it names.

    ``position`` is where their middle comes to lie. Raises ExpressionError for a text that is no expression.
    """

    def __init__(self, host: Host, text: str, position: Position) -> None:
        fragment = fragment_from_expression(text, host.model.graph)
        line = " ".join(text.split())
        shown = line if len(line) <= _LONGEST_WORDS else f"{line[: _LONGEST_WORDS - 1]}…"
        words = translate("Commands", "Add {expression}").format(expression=shown)
        super().__init__(host, fragment.model, None, position, lambda names: words, fragment.outside)


def paste_text(host: Host, text: str, pointer: Position | None, free_place: Position) -> PasteNodes:
    """The command that adds what a text stands for: nodes that were copied, or an expression.

    At the pointer; where that is elsewhere, nodes are put beside what they were copied from, and those of an
    expression at ``free_place``. Raises EngineError with a sentence for any other text.
    """
    if not text.strip():
        raise EngineError(translate("Commands", "The clipboard holds no text; copy nodes or an expression first."))
    if len(text) > LONGEST_CLIPBOARD:
        raise EngineError(
            translate(
                "Commands", "The clipboard holds {size} million characters; open such a graph from a file."
            ).format(size=len(text) // 1_000_000)
        )
    if FORMAT in text or text.lstrip().startswith("{"):
        return PasteNodes(host, fragment_from_text(text), None, pointer, paste_words)
    try:
        return AddExpression(host, text, pointer or free_place)
    except ExpressionError as error:
        sentence = translate("Commands", "The clipboard holds neither nodes nor an expression. {reason}")
        raise EngineError(sentence.format(reason=error)) from None
