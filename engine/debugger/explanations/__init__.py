"""Why this number? The elements that an element of a tensor, or of a gradient, was made of, and by how much."""

from .explain import explain
from .reason import Element, ElementReason, How, Kind, Term

__all__ = ["Element", "ElementReason", "How", "Kind", "Term", "explain"]
