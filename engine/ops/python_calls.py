"""Operations that step outside the graph: they call a Python function, print, or stop the run.

A function is kept in this process only, under a name that no file can know: reading a file never leads to a call.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    Operation,
    OutputPort,
    Tensor,
    TensorSpec,
    as_dtype,
    declare,
)
from .bodies import numbered
from .rules import X, anything, floating

_FUNCTIONS: dict[str, Callable[..., Any]] = {}


def register_function(function: Callable[..., Any]) -> str:
    """Keeps a function for PyFunc. Returns the name under which the operation finds it."""
    name = f"{getattr(function, '__name__', 'function')}-{uuid.uuid4().hex}"
    _FUNCTIONS[name] = function
    return name


def registered_function(name: str, node: str) -> Callable[..., Any]:
    """The function that is kept under a name. Raises InvalidArgumentError when this process has none."""
    function = _FUNCTIONS.get(name)
    if function is None:
        raise InvalidArgumentError(
            f"{node} calls the Python function {name.split('-')[0]!r}, which is not there: a file holds only its "
            "name. Run the program that made the graph.",
            node,
        )
    return function


def _dtypes(attributes: Mapping[str, Any]) -> list[Any]:
    return [as_dtype(word.strip()) for word in attributes["dtypes"].split(",") if word.strip()]


def _called(node: Inference) -> list[TensorSpec]:
    return [TensorSpec(dtype) for dtype in _dtypes(node.op.attributes)]


def _call_kernel(k: Any) -> Callable[..., Any]:
    name, node = k.attribute("function"), k.op.node_name
    dtypes = _dtypes(k.op.attributes)

    def step(*arrays: Any) -> Any:
        function = registered_function(name, node)
        found = function(*(np.array(array) if array.ndim else array[()] for array in arrays))
        if len(dtypes) == 0:
            return ()
        results = list(found) if isinstance(found, list | tuple) and len(dtypes) > 1 else [found]
        if isinstance(found, list | tuple) and len(dtypes) == 1 and len(found) == 1:
            results = [found[0]]
        if len(results) != len(dtypes):
            raise InvalidArgumentError(
                f"{node}: pyfunc returned {len(results)} values, but expects {len(dtypes)}; return as many as Tout "
                "names.",
                node,
            )
        return tuple(np.asarray(value, dtype.numpy) for value, dtype in zip(results, dtypes, strict=True))

    return step


def _summary(array: Any, limit: int | None) -> str:
    """Elements as TensorFlow prints them: the first few, axis by axis in brackets, then three dots."""
    array = np.asarray(array)
    most = array.size if limit is None or limit < 0 else limit
    if array.ndim == 0:
        return _word(array[()])
    left = [most]

    def text(part: Any) -> str:
        if part.ndim == 1:
            shown = part[: left[0]]
            left[0] -= len(shown)
            return "[" + " ".join(_word(item) for item in shown) + ("..." if len(shown) < len(part) else "") + "]"
        pieces = []
        for row in part:
            if left[0] <= 0:
                pieces.append("...")
                break
            pieces.append(text(row))
        return "[" + "".join(pieces) + "]"

    return text(array)


def _word(item: Any) -> str:
    if isinstance(item, bytes):
        return item.decode("utf-8", "replace")
    if isinstance(item, np.bool_ | bool):
        return str(int(item))
    return f"{item:.9g}" if isinstance(item, np.floating) else str(item)


def _print_kernel(k: Any) -> Callable[..., Any]:
    xp, message, limit, first = k.xp, k.attribute("message"), k.attribute("summarize"), k.attribute("first_n")
    count = len(k.inputs)
    done = k.resource(("printed", k.op.origin or k.op), lambda: [0])

    def step(x: Any, *arrays: Any) -> Any:
        if first is None or first < 0 or done[0] < first:
            done[0] += 1
            texts = [_summary(array, limit) for array in arrays[: count - 1]]
            shown = [text if text.startswith("[") else f"[{text}]" for text in texts]
            print(f"{message}{''.join(shown)}", file=sys.stderr, flush=True)
        return xp.copy(x, *arrays[count - 1 :])

    return step


def _pass_back(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    return [grad, *[None] * (len(op.inputs) - 1)]


def _assert_kernel(k: Any) -> Callable[..., Any]:
    node, limit = k.op.node_name, k.attribute("summarize")

    def step(condition: Any, *arrays: Any) -> Any:
        if not np.all(condition):
            shown = " ".join(f"[{_summary(array, limit)}]".replace("[[", "[").replace("]]", "]") for array in arrays)
            raise InvalidArgumentError(f"assertion failed: {shown} (at {node})", node)
        return ()

    return step


def _asserted(node: Inference) -> list[TensorSpec]:
    node.require("condition", lambda dtype: dtype.is_bool, "a bool")
    return []


def _check_kernel(k: Any) -> Callable[..., Any]:
    xp, message, node = k.xp, k.attribute("message"), k.op.node_name

    def step(x: Any, out: Any = None) -> Any:
        if not np.isfinite(x).all():
            kinds = [word for word, found in (("Inf", np.isinf(x).any()), ("NaN", np.isnan(x).any())) if found]
            raise InvalidArgumentError(
                f"{message} : Tensor had {' and '.join(kinds)} values (at {node}); look at what it is computed from.",
                node,
            )
        return xp.copy(x, out)

    return step


_DATA = InputPort("data", optional=True, variadic=True)
_SUMMARIZE = Attribute(
    "summarize", AttributeKind.INT, 3, "How many elements of each tensor; none for all.", optional=True
)

declare(
    OpDeclaration(
        type="PyFunc",
        category=Category.INTERNAL,
        symbol="py",
        description="Calls a Python function with the values of tensors.",
        formula=r"f(x_1, x_2, \dots)",
        infer=_called,
        inputs=(InputPort("inputs", optional=True, variadic=True),),
        outputs=(OutputPort("output_0"),),
        attributes=(
            Attribute("function", AttributeKind.TEXT, "", "The name of the function, as this process knows it."),
            Attribute("dtypes", AttributeKind.TEXT, "float32", "The dtypes of what it returns, for example [float32]"),
        ),
        kernel=_call_kernel,
        default_name="PyFunc",
        stateful=True,
        free_dtype_inputs=("inputs",),
        outputs_for=lambda attributes: numbered("output", len(_dtypes(attributes))),
        example="tf.py_func(function, [x], tf.float32)",
    )
)
declare(
    OpDeclaration(
        type="Print",
        category=Category.ARRAY,
        symbol="✍",
        description="Passes its input on and prints tensors whenever it runs.",
        formula="x",
        infer=anything,
        inputs=(X, _DATA),
        attributes=(
            Attribute("message", AttributeKind.TEXT, "", "What is printed before the values."),
            Attribute("first_n", AttributeKind.INT, None, "How often it prints; none for always.", optional=True),
            _SUMMARIZE,
        ),
        kernel=_print_kernel,
        gradient=_pass_back,
        default_name="Print",
        stateful=True,
        free_dtype_inputs=("data",),
        example="tf.Print(x, [x])",
    )
)
declare(
    OpDeclaration(
        type="Assert",
        category=Category.LOGIC,
        symbol="!",
        description="Stops the run when a condition does not hold.",
        formula=r"c",
        infer=_asserted,
        inputs=(InputPort("condition"), _DATA),
        outputs=(),
        attributes=(_SUMMARIZE,),
        kernel=_assert_kernel,
        default_name="Assert",
        stateful=True,
        gives_step=True,
        free_dtype_inputs=("condition", "data"),
        example="tf.Assert(x > 0, [x])",
    )
)
declare(
    OpDeclaration(
        type="CheckNumerics",
        category=Category.LOGIC,
        symbol="∞?",
        description="Passes its input on, and stops the run when it holds NaN or infinity.",
        formula="x",
        infer=floating,
        inputs=(X,),
        attributes=(Attribute("message", AttributeKind.TEXT, "", "What the error begins with."),),
        kernel=_check_kernel,
        gradient=_pass_back,
        default_name="CheckNumerics",
        stateful=True,
        example='tf.check_numerics(x, "x")',
    )
)
