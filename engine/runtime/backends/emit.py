"""From instructions to a function that carries them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import setitem
from types import TracebackType
from typing import Any

import numpy as np

from . import numpy_namespace
from .instructions import Instruction

Step = Callable[[], None]

#: The file name that the code of a step bears in tracebacks.
_SOURCE = "<step>"
#: What is called with its result by name, because numpy wants it so.
_BY_NAME = {numpy_namespace.maximum: np.maximum, numpy_namespace.minimum: np.minimum}


def looping(instructions: Sequence[Instruction]) -> Step:
    """A function that carries out the instructions one after the other; ready at once."""
    calls = tuple((each.function, each.arguments) for each in instructions)

    def step() -> None:
        for function, arguments in calls:
            function(*arguments)

    return step


def straight_line(instructions: Sequence[Instruction]) -> Step:
    """The same as code without a loop: faster at each step, but Python compiles it for some 20 µs an instruction."""
    names: dict[str, Any] = {}
    known: dict[int, str] = {}

    def name(value: Any) -> str:
        if value is Ellipsis:
            return "..."
        if id(value) not in known:
            known[id(value)] = f"v{len(known)}"
            names[known[id(value)]] = value
        return known[id(value)]

    lines = ["def step():"]
    for each in instructions:
        arguments = [name(argument) for argument in each.arguments]
        if each.function is setitem:
            lines.append(f" {arguments[0]}[{arguments[1]}] = {arguments[2]}")
        elif each.function in _BY_NAME:
            *operands, out = arguments
            lines.append(f" {name(_BY_NAME[each.function])}({', '.join(operands)}, out={out})")
        else:
            lines.append(f" {name(each.function)}({', '.join(arguments)})")
    lines.append(" pass")
    exec(compile("\n".join(lines), _SOURCE, "exec"), names)
    step: Step = names["step"]
    return step


def failed_place(traceback: TracebackType | None, instructions: Sequence[Instruction]) -> int:
    """Which of the instructions raised the error that the traceback is of."""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == _SOURCE:
            return traceback.tb_lineno - 2
        if code is _LOOP_CODE:
            called = traceback.tb_frame.f_locals
            return next(
                place
                for place, each in enumerate(instructions)
                # Steps whose shapes vary have the same arguments: none.
                if each.arguments is called["arguments"] and each.function is called["function"]
            )
        traceback = traceback.tb_next
    raise AssertionError("the traceback is of no step")


_LOOP_CODE = looping([]).__code__
