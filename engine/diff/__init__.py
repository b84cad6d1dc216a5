"""What is different between two graphs: nodes, wires, data and settings, not lines of text."""

from .difference import Difference, FieldChange, NodeChange, WireName, compare
from .report import report_lines

__all__ = ["Difference", "FieldChange", "NodeChange", "WireName", "compare", "report_lines"]
