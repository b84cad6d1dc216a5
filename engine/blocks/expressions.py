"""The rules by which attributes inside a block follow from its parameters and from the sizes at its ports.

An expression is a number, a text, the name of a parameter, ``size("port", axis)``, ``rank("port")``, or made of these
with ``+ - * / // **``, ``sqrt``, ``min``, ``max``, ``range`` and lists. It is data: it is taken apart here, never run
by Python, and nothing else can be written in it.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from ..graph import GraphError

LONGEST = 300
#: Powers beyond this, and lists longer than it, are nothing that a shape or a scale would need.
_MOST = 64


class Ports(Protocol):
    """What is known of what is wired to a block."""

    def rank(self, port: str) -> int | None:
        """How many axes it has."""

    def size(self, port: str, axis: int) -> int | None:
        """How long it is along an axis."""


class UnknownSizeError(Exception):
    """The value depends on a size that is not known (yet)."""


def _divide(first: float, second: float) -> float:
    if second == 0:
        raise UnknownSizeError
    return first / second


def _floor_divide(first: float, second: float) -> float:
    if second == 0:
        raise UnknownSizeError
    return first // second


def _power(first: float, second: float) -> float:
    if abs(second) > _MOST or (first == 0 and second < 0) or (first < 0 and second != int(second)):
        raise UnknownSizeError
    return float(first**second) if not isinstance(second, int) or second < 0 else first**second


def _root(value: float) -> float:
    if value < 0:
        raise UnknownSizeError
    return math.sqrt(value)


def _counted(stop: float) -> list[int]:
    if not 0 <= stop <= _MOST:
        raise UnknownSizeError
    return list(range(int(stop)))


_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _divide,
    ast.FloorDiv: _floor_divide,
    ast.Pow: _power,
}
_FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "sqrt": (1, _root),
    "min": (2, min),
    "max": (2, max),
    "range": (1, _counted),
}


def check_expression(text: str, parameters: Mapping[str, Any]) -> None:
    """Raises GraphError with a sentence for what is no expression over these parameters."""
    _check(_parsed(text), text, parameters)


def evaluate(text: str, parameters: Mapping[str, Any], ports: Ports) -> Any:
    """The value of an expression. In a list, None stands for what is not known.

    Raises UnknownSizeError where the whole is not known, GraphError for what is no expression.
    """
    try:
        return _value(_parsed(text), parameters, ports)
    except (TypeError, OverflowError):
        raise GraphError(f"{text!r} mixes numbers with something else; mend the block's rule.") from None


def asks_ports(text: str) -> bool:
    """Whether the value depends on what is wired to the block."""
    return any(isinstance(node, ast.Call) and _name(node) in ("size", "rank") for node in ast.walk(_parsed(text)))


def only_name(text: str) -> str | None:
    """The parameter that an expression is, when it is nothing else."""
    body = _parsed(text)
    return body.id if isinstance(body, ast.Name) else None


def with_port_renamed(text: str, old: str, new: str) -> str:
    """The expression once a port has another name."""
    _parsed(text)
    body = ast.parse(text, mode="eval").body  # one of its own: the parsed ones are kept
    for node in ast.walk(body):
        if isinstance(node, ast.Call) and _name(node) in ("size", "rank"):
            node.args = [
                ast.Constant(new) if isinstance(arg, ast.Constant) and arg.value == old else arg for arg in node.args
            ]
    return ast.unparse(body)


@lru_cache(maxsize=1024)
def _parsed_once(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise GraphError(f"The rule {text[:40]!r}… of a block is too long; a rule has at most {LONGEST} characters.")
    try:
        body = _parsed_once(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise GraphError(f'{text!r} is no rule of a block; write for example [size("input", -1), units].') from None
    return body


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) and not call.keywords else ""


def _refusal(text: str, what: str) -> GraphError:
    return GraphError(f"{text!r} is no rule of a block: {what}.")


def _check(node: ast.expr, text: str, parameters: Mapping[str, Any]) -> None:
    match node:
        case ast.Constant(value) if isinstance(value, bool | int | float | str):
            return
        case ast.Name(name):
            if name not in parameters:
                raise _refusal(text, f"the block has no parameter {name!r}")
        case ast.List(elements) if len(elements) <= _MOST:
            for element in elements:
                _check(element, text, parameters)
        case ast.UnaryOp(ast.USub(), operand):
            _check(operand, text, parameters)
        case ast.BinOp(left, sign, right) if type(sign) in _OPERATORS:
            _check(left, text, parameters)
            _check(right, text, parameters)
        case ast.Call(_, arguments):
            name = _name(node)
            if name in ("size", "rank"):
                if len(arguments) != (2 if name == "size" else 1) or not _is_port(arguments[0]):
                    raise _refusal(text, f'{name} is written {name}("input"{", -1" if name == "size" else ""})')
                for argument in arguments[1:]:
                    _check(argument, text, parameters)
            elif name in _FUNCTIONS and len(arguments) == _FUNCTIONS[name][0]:
                for argument in arguments:
                    _check(argument, text, parameters)
            else:
                raise _refusal(text, "it calls what is not there; there are size, rank, sqrt, min, max and range")
        case _:
            raise _refusal(text, "only numbers, parameters, lists, + - * / // ** and a few functions can stand in it")


def _is_port(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _value(node: ast.expr, parameters: Mapping[str, Any], ports: Ports) -> Any:
    match node:
        case ast.Constant(value):
            return value
        case ast.Name(name) if name in parameters:
            return parameters[name]
        case ast.List(elements):
            return [_element(element, parameters, ports) for element in elements]
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand, parameters, ports)
        case ast.BinOp(left, sign, right) if type(sign) in _OPERATORS:
            first, second = (_value(side, parameters, ports) for side in (left, right))
            if not all(isinstance(side, int | float) for side in (first, second)):
                raise TypeError
            return _OPERATORS[type(sign)](first, second)
        case ast.Call(_, [ast.Constant(str(port)), *rest]) if _name(node) in ("size", "rank"):
            found = ports.size(port, int(_value(rest[0], parameters, ports))) if rest else ports.rank(port)
            if found is None:
                raise UnknownSizeError
            return found
        case ast.Call(_, arguments) if _name(node) in _FUNCTIONS:
            return _FUNCTIONS[_name(node)][1](*(_value(argument, parameters, ports) for argument in arguments))
        case _:
            raise GraphError(f"{ast.unparse(node)!r} cannot stand in a rule of a block; mend the rule.")


def _element(node: ast.expr, parameters: Mapping[str, Any], ports: Ports) -> Any:
    try:
        return _value(node, parameters, ports)
    except UnknownSizeError:
        return None
