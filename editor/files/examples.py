"""The graphs that come with the program. Nothing is written beside them: they may lie in a folder of the system."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"


def is_example(path: Path) -> bool:
    return path.resolve().is_relative_to(EXAMPLES)


@dataclass(frozen=True)
class Example:
    path: Path
    title: str
    #: What is to be seen in it, in one line.
    line: str


def examples() -> list[Example]:
    """Those with a description first, in the order in which one learns from them."""
    tr = QCoreApplication.translate
    known = {
        "linear_regression": (
            tr("Examples", "Linear regression"),
            tr("Examples", "The tutorial: a line through four points, found by gradient descent."),
        ),
        "xor": (
            tr("Examples", "XOR with a hidden layer"),
            tr("Examples", "What one layer cannot learn, two can."),
        ),
        "digits": (
            tr("Examples", "Handwritten digits"),
            tr("Examples", "Classifies small pictures with one hidden layer and softmax."),
        ),
    }
    paths = sorted(EXAMPLES.glob("*.graph"), key=lambda path: [*known, path.stem].index(path.stem))
    return [Example(path, *known.get(path.stem, (path.stem.replace("_", " ").capitalize(), ""))) for path in paths]
