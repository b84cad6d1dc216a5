"""What is wrong with a graph, as sentences tied to the node they are about."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Severity(enum.Enum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a sentence, and the node (and port) where a person can mend it."""

    message: str
    #: The name of the node, or "" for what concerns the whole document.
    node: str = ""
    port: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.node}: {self.message}" if self.node else self.message
