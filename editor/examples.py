"""The graphs that come with the program. Nothing is written beside them: they may lie in a folder of the system."""

from __future__ import annotations

from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "resources" / "examples"


def is_example(path: Path) -> bool:
    return path.resolve().is_relative_to(EXAMPLES)
