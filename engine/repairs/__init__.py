"""What would make a wire legal that is refused for its shape or dtype, or a node right that has such a problem."""

from .candidates import candidates
from .find import repairs_of_node, repairs_of_wire
from .repair import AttributeChange, ChangeAttributes, InsertNode, Repair, WireEnd

__all__ = [
    "AttributeChange",
    "ChangeAttributes",
    "InsertNode",
    "Repair",
    "WireEnd",
    "candidates",
    "repairs_of_node",
    "repairs_of_wire",
]
