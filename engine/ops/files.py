"""Operations that read and write files."""

from __future__ import annotations

import glob
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..graph import (
    Category,
    Inference,
    InputPort,
    NotFoundError,
    OpDeclaration,
    TensorShape,
    TensorSpec,
    declare,
)
from ..graph.dtypes import string


def _texts(node: Inference, *ports: str) -> None:
    for port in ports:
        node.require(port, lambda dtype: dtype.is_string, "string")


def _file_spec(node: Inference) -> TensorSpec:
    _texts(node, "filename")
    return TensorSpec(string, TensorShape(()))


def _written(node: Inference) -> list[TensorSpec]:
    _texts(node, "filename", "contents")
    return []


def _found(node: Inference) -> TensorSpec:
    _texts(node, "pattern")
    return TensorSpec(string, TensorShape([None]))


def _read_kernel(k: Any) -> Callable[..., Any]:
    xp = k.xp

    def step(filename: Any, out: Any = None) -> Any:
        name = bytes(filename[()]).decode("utf-8")
        try:
            content = Path(name).read_bytes()
        except OSError as error:
            raise NotFoundError(f"{name}; {error.strerror} (at {k.op.node_name})", k.op.node_name) from None
        return xp.copy(np.array(content, object), out)

    return step


def _write_kernel(k: Any) -> Callable[..., Any]:
    def step(filename: Any, contents: Any) -> Any:
        path = Path(bytes(filename[()]).decode("utf-8"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents[()])
        except OSError as error:
            raise NotFoundError(f"{path}; {error.strerror} (at {k.op.node_name})", k.op.node_name) from None
        return ()

    return step


def _matching_kernel(k: Any) -> Callable[..., Any]:
    def step(pattern: Any) -> Any:
        found: set[str] = set()
        for one in pattern.reshape(-1):
            found.update(name for name in glob.glob(one.decode("utf-8")) if Path(name).exists())
        return np.array([name.encode("utf-8") for name in sorted(found)], object)

    return step


declare(
    OpDeclaration(
        type="ReadFile",
        category=Category.INTERNAL,
        symbol="▤",
        description="The content of a file as a text.",
        formula="f",
        infer=_file_spec,
        inputs=(InputPort("filename"),),
        kernel=_read_kernel,
        default_name="ReadFile",
        stateful=True,
        free_dtype_inputs=("filename",),
        example='tf.read_file("data.csv")',
    )
)
declare(
    OpDeclaration(
        type="WriteFile",
        category=Category.INTERNAL,
        symbol="✎",
        description="Writes a text into a file.",
        formula="f \\leftarrow x",
        infer=_written,
        inputs=(InputPort("filename"), InputPort("contents")),
        outputs=(),
        kernel=_write_kernel,
        default_name="WriteFile",
        stateful=True,
        gives_step=True,
        free_dtype_inputs=("filename", "contents"),
        example='tf.write_file("out.txt", text)',
    )
)
declare(
    OpDeclaration(
        type="MatchingFiles",
        category=Category.INTERNAL,
        symbol="*",
        description="The paths of the files that fit patterns, in alphabetical order.",
        formula="f_1, f_2, \\dots",
        infer=_found,
        inputs=(InputPort("pattern"),),
        kernel=_matching_kernel,
        default_name="MatchingFiles",
        stateful=True,
        free_dtype_inputs=("pattern",),
        example='tf.matching_files("images/*.png")',
    )
)
