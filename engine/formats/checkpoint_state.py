"""The file ``checkpoint`` beside the checkpoints of a folder: which there are, and which is the latest.

It is the text form of TensorFlow's message ``tensorflow/python/training/checkpoint_state.proto``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from ..encoding.message import Field, Fields, Message
from .storage import replace_file


class CheckpointState(Message):
    """The latest checkpoint of a folder, all that are kept, and when each was made."""

    FIELDS: ClassVar[Fields] = {
        "model_checkpoint_path": Field(1, "string"),
        "all_model_checkpoint_paths": Field(2, "string", repeated=True),
        "all_model_checkpoint_timestamps": Field(3, "double", repeated=True),
        "last_preserved_timestamp": Field(4, "double"),
    }


_LINE = re.compile(r"""\s*(\w+)\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([-+.\w]+))\s*(?:\#.*)?""")
_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def read_checkpoint_state(path: Path) -> CheckpointState | None:
    """What the file says; None when there is none. Raises ValueError when it is something else."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    state = CheckpointState()
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        field = CheckpointState.FIELDS.get(found[1]) if found else None
        if found is None or field is None:
            raise ValueError(f"{path} is no list of checkpoints: {line.strip()[:80]!r} stands in it.")
        if field.kind == "string":
            value: str | float = _unquoted(found[2] if found[2] is not None else found[3] or "")
        else:
            value = float(found[4])
        if field.repeated:
            getattr(state, found[1]).append(value)
        else:
            setattr(state, found[1], value)
    return state


def write_checkpoint_state(path: Path, state: CheckpointState) -> None:
    """Replaces the file. Raises FileFormatError when that cannot be done."""
    replace_file(path, str(state).encode())


def _unquoted(text: str) -> str:
    """The text that a quoted one stands for: octal and hexadecimal escapes are bytes of UTF-8."""

    def plain(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] in "01234567":
            return chr(int(code, 8) & 0xFF)
        if code[0] == "x" and len(code) > 1:
            return chr(int(code[1:], 16))
        return _LETTERS.get(code, code)

    encoded = text.encode().decode("latin-1")
    return _ESCAPE.sub(plain, encoded).encode("latin-1").decode(errors="replace")
