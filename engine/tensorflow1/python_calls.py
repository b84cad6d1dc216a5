"""Python functions and printing inside a graph, under TensorFlow's names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import Operation, Tensor, as_dtype
from ..ops.python_calls import register_function
from .build import create, tensor_of

__all__ = [
    "Print",
    "numpy_function",
    "print",
    "py_func",
    "py_function",
]


def py_func(
    func: Callable[..., Any], inp: Sequence[Any], Tout: Any, stateful: bool = True, name: str | None = None
) -> Any:
    """``func`` called with the values of ``inp`` as numpy arrays whenever the graph runs.

    ``Tout`` is a dtype, or a list of them where the function returns several values: then a list of tensors comes
    back. Their shapes are not known; ``set_shape`` tells them. No gradient goes through it.
    """
    several = isinstance(Tout, list | tuple)
    dtypes = [as_dtype(dtype) for dtype in (Tout if several else [Tout])]
    attributes = {"function": register_function(func), "dtypes": ", ".join(dtype.name for dtype in dtypes)}
    op = create("PyFunc", {"inputs": list(inp)}, attributes, name)
    if not dtypes:
        return op
    return list(op.outputs) if several else op.output


def numpy_function(
    func: Callable[..., Any], inp: Sequence[Any], Tout: Any, stateful: bool = True, name: str | None = None
) -> Any:
    """As :func:`py_func`."""
    return py_func(func, inp, Tout, stateful, name)


py_function = numpy_function


def Print(
    input_: Any,
    data: Sequence[Any],
    message: str | None = None,
    first_n: int | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> Tensor:
    """``input_`` itself; whenever it is computed, ``message`` and ``data`` are printed to the standard error stream."""
    attributes = {"message": message or "", "first_n": first_n, "summarize": 3 if summarize is None else summarize}
    return create("Print", {"x": input_, "data": list(data)}, attributes, name).output


def print(*inputs: Any, **options: Any) -> Operation:
    """An operation that prints values and texts to the standard error stream, separated by spaces."""
    shown = [text if isinstance(text, str) else None for text in inputs]
    message = " ".join(text for text in shown if text is not None)
    data = [value for value, text in zip(inputs, shown, strict=True) if text is None]
    attributes = {"message": f"{message} " if message and data else message, "summarize": options.get("summarize", 3)}
    return create("Print", {"x": tensor_of(0), "data": data}, attributes, options.get("name")).output.op
