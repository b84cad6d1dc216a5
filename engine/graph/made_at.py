"""Which line of a program made an operation, for errors to name."""

from __future__ import annotations

import os
import sys

#: Frames in files that begin so are the engine's own.
_ENGINE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def calling_line() -> tuple[str, int] | None:
    """The file and line of the innermost call from outside the engine; None when there is none."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_ENGINE):
        frame = frame.f_back  # type: ignore[assignment]
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)
