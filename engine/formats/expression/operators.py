"""What Python's operators mean between tensors, and what to write where they mean nothing."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

#: Tensors have these operators themselves.
BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
#: The operation that compares.
COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "Less",
    ast.LtE: "LessEqual",
    ast.Gt: "Greater",
    ast.GtE: "GreaterEqual",
    ast.Eq: "Equal",
    ast.NotEq: "NotEqual",
}
#: By what tensors cannot do, a sentence that says what to write.
INSTEAD: Mapping[type[ast.expr], str] = {
    ast.BoolOp: "and, or and not do not work on tensors; write & and |, with brackets around comparisons.",
    ast.IfExp: "if and else do not work on tensors; write where(condition, x, y).",
    ast.Lambda: "functions cannot be written here.",
    ast.ListComp: "loops cannot be written here.",
    ast.Await: "only expressions like relu(x @ W + b) can be read.",
}
