"""Reading a condition: recursive descent over its words. Nothing in it is ever run as code.

condition   = conjunction { "or" conjunction }
conjunction = denial { "and" denial }
denial      = "not" denial | comparison
comparison  = sum { ("<" | "<=" | ">" | ">=" | "==" | "!=") sum }
sum         = product { ("+" | "-") product }
product     = signed { ("*" | "/") signed }
signed      = ("-" | "+") signed | power
power       = element [ "**" signed ]
element     = value { "[" integer { "," integer } "]" }
value       = number | name | function "(" condition { "," condition } ")" | "grad" node | "(" condition ")"
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...graph.suggest import nearest
from .terms import (
    FUNCTIONS,
    Calculation,
    Call,
    Comparison,
    Connection,
    Counter,
    Element,
    Negative,
    NodeGradient,
    NodeValue,
    Number,
    Opposite,
    Term,
)
from .tokens import ConditionError, Token, TokenKind, tokens

#: What can be asked of any run.
COUNTERS = ("epoch", "batch", "step", "loss")
_WORDS = frozenset({"and", "or", "not", "grad"})
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
#: Deeper brackets are refused.
_DEEPEST = 50


def parse(text: str, nodes: Sequence[str]) -> Term:
    """The condition as a tree. Raises ConditionError, a sentence with the column of the mistake.

    ``nodes`` are the names of the graph's nodes. Plain ``loss``, ``step`` … mean those of the run, whatever nodes are
    called; in backquotes a name is that of a node.
    """
    return _Parser(text, nodes).condition_alone()


class _Parser:
    def __init__(self, text: str, nodes: Sequence[str]) -> None:
        self._nodes = set(nodes)
        self._words = list(tokens(text, self._nodes | {*COUNTERS, *FUNCTIONS, *_WORDS}))
        self._place = 0
        self._depth = 0

    def condition_alone(self) -> Term:
        if len(self._words) == 1:
            raise ConditionError("Write a condition, for example loss < 0.1 or norm(grad W) > 10.", 1)
        term = self._condition()
        if self._next.kind is not TokenKind.END:
            raise self._unexpected("an operator, or nothing more")
        return term

    @property
    def _next(self) -> Token:
        return self._words[self._place]

    def _take(self) -> Token:
        token = self._next
        self._place += 1
        return token

    def _is_next(self, *texts: str) -> bool:
        return self._next.text in texts and self._next.kind in (TokenKind.SYMBOL, TokenKind.NAME)

    def _expect(self, symbol: str, why: str) -> None:
        if not self._is_next(symbol):
            raise self._unexpected(f"{symbol!r} {why}")
        self._take()

    def _unexpected(self, wanted: str) -> ConditionError:
        token = self._next
        found = "the condition ends" if token.kind is TokenKind.END else f"{token.text!r} stands"
        return ConditionError(f"Column {token.column}: {found} where {wanted} is needed.", token.column)

    def _condition(self) -> Term:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ConditionError(
                f"Column {self._next.column}: more than {_DEEPEST} brackets or signs in each other; write it shorter.",
                self._next.column,
            )
        term = self._connected("or", lambda: self._connected("and", self._denial))
        self._depth -= 1
        return term

    def _connected(self, word: str, part: Callable[[], Term]) -> Term:
        column = self._next.column
        terms = [part()]
        while self._is_next(word):
            self._take()
            terms.append(part())
        return terms[0] if len(terms) == 1 else Connection(word, tuple(terms), column)

    def _denial(self) -> Term:
        if not self._is_next("not"):
            return self._comparison()
        denials = []
        while self._is_next("not"):
            denials.append(self._take())
        term = self._comparison()
        return Opposite(term, denials[0].column) if len(denials) % 2 else Opposite(Opposite(term, 0), denials[0].column)

    def _comparison(self) -> Term:
        column = self._next.column
        terms, operators = [self._sum()], []
        while self._next.kind is TokenKind.SYMBOL and self._next.text in _COMPARISONS:
            operators.append(self._take().text)
            terms.append(self._sum())
        return Comparison(tuple(terms), tuple(operators), column) if operators else terms[0]

    def _sum(self) -> Term:
        return self._calculated(self._product, "+", "-")

    def _product(self) -> Term:
        return self._calculated(self._signed, "*", "/")

    def _calculated(self, part: Callable[[], Term], *operators: str) -> Term:
        term = part()
        while self._is_next(*operators):
            token = self._take()
            term = Calculation(token.text, term, part(), token.column)
        return term

    def _signed(self) -> Term:
        column, is_negative = self._next.column, False
        while self._is_next("-", "+"):
            is_negative ^= self._take().text == "-"
        term = self._power()
        if is_negative and isinstance(term, Number):
            return Number(-term.number, column)
        return Negative(term, column) if is_negative else term

    def _power(self) -> Term:
        base = self._element()
        if not self._is_next("**"):
            return base
        token = self._take()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ConditionError(f"Column {token.column}: too many powers of powers; write it shorter.", token.column)
        power = Calculation("**", base, self._signed(), token.column)
        self._depth -= 1
        return power

    def _element(self) -> Term:
        term = self._value()
        while self._is_next("["):
            column = self._take().column
            indices = [self._index()]
            while self._is_next(","):
                self._take()
                indices.append(self._index())
            self._expect("]", "after the indices of an element")
            term = Element(term, tuple(indices), column)
        return term

    def _index(self) -> int:
        sign = -1 if self._is_next("-") else 1
        if sign < 0:
            self._take()
        if self._next.kind is not TokenKind.NUMBER or not self._next.text.isdecimal():
            raise self._unexpected("a whole number as an index")
        return sign * int(self._take().text)

    def _value(self) -> Term:
        token = self._next
        if token.kind is TokenKind.NUMBER:
            return Number(float(self._take().text), token.column)
        if token.kind is TokenKind.QUOTED:
            return NodeValue(self._node(), token.column)
        if self._is_next("("):
            self._take()
            term = self._condition()
            self._expect(")", f"for the bracket in column {token.column}")
            return term
        if token.kind is not TokenKind.NAME or token.text in _WORDS - {"grad"}:
            raise self._unexpected("a number, a name or a bracket")
        follower = self._words[self._place + 1]
        is_called = follower.kind is TokenKind.SYMBOL and follower.text == "("
        if token.text == "grad" and (is_called or follower.kind in (TokenKind.NAME, TokenKind.QUOTED)):
            self._take()
            return self._gradient(token.column)
        if is_called:
            return self._call()
        if token.text in COUNTERS:
            return Counter(self._take().text, token.column)
        return NodeValue(self._node(), token.column)

    def _gradient(self, column: int) -> Term:
        """Behind ``grad``: a node's name, in brackets or not."""
        bracket = self._next if self._is_next("(") else None
        if bracket is not None:
            self._take()
        if self._next.kind not in (TokenKind.NAME, TokenKind.QUOTED):
            raise self._unexpected("the name of a node")
        term = NodeGradient(self._node(), column)
        if bracket is not None:
            self._expect(")", f"for the bracket in column {bracket.column}")
        return term

    def _call(self) -> Term:
        token = self._take()
        if token.text not in FUNCTIONS:
            raise ConditionError(
                f"Column {token.column}: there is no function {token.text!r}{_offer(token.text, list(FUNCTIONS))}.",
                token.column,
            )
        self._take()
        arguments = [self._condition()]
        while self._is_next(","):
            if token.text not in ("min", "max"):
                raise ConditionError(
                    f"Column {self._next.column}: {token.text} takes one value; close the bracket before the comma.",
                    self._next.column,
                )
            self._take()
            arguments.append(self._condition())
        self._expect(")", f"for the bracket of {token.text} in column {token.column}")
        return Call(token.text, tuple(arguments), token.column)

    def _node(self) -> str:
        token = self._take()
        if token.text not in self._nodes:
            known = sorted(self._nodes) if token.kind is TokenKind.QUOTED else [*COUNTERS, *sorted(self._nodes)]
            raise ConditionError(
                f"Column {token.column}: there is no node {token.text!r}{_offer(token.text, known)}.", token.column
            )
        return token.text


def _offer(name: str, known: Sequence[str]) -> str:
    """What could have been meant, as the end of a sentence."""
    near = nearest(name, known, 3, 0.5)
    if near:
        return f"; did you mean {' or '.join(near)}?"[:-1]
    return f"; there is {', '.join(known[:8])}{' …' if len(known) > 8 else ''}" if known else ""
