"""Files: what is read from them and written to them. Nothing here runs code that a file brings along."""

from .graph_file import (
    fragment_from_text,
    fragment_to_text,
    load_graph_file,
    model_from_bytes,
    model_to_bytes,
    save_graph_file,
)
from .program import save_graph

__all__ = [
    "fragment_from_text",
    "fragment_to_text",
    "load_graph_file",
    "model_from_bytes",
    "model_to_bytes",
    "save_graph",
    "save_graph_file",
]
