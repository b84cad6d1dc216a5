"""What nodes may be called."""

from __future__ import annotations

import re

from .errors import GraphError

_VALID_NAME = re.compile(r"[^\W_.][\w.\-/]*|[.][\w.\-/]*|[\w][\w.\-/]*")


def check_name(name: str) -> None:
    """Raises GraphError unless ``name`` can be the name of a node."""
    if not name or len(name) > 500 or not _VALID_NAME.fullmatch(name):
        raise GraphError(
            f"{name!r} is not a valid scope name: begin with a letter, a digit or a dot, and use letters, digits, "
            "and _ . - / only."
        )
