"""What is different between two graphs: nodes, wires, data and settings, not lines of text."""

from .difference import Difference, FieldChange, NodeChange, WireName, compare
from .report import Entry, Mark, entries, report_lines
from .union import Union, unite

__all__ = [
    "Difference",
    "Entry",
    "FieldChange",
    "Mark",
    "NodeChange",
    "Union",
    "WireName",
    "compare",
    "entries",
    "report_lines",
    "unite",
]
