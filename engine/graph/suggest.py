"""What could have been meant by a name that does not exist."""

from __future__ import annotations

from collections.abc import Sequence


def nearest_first(name: str, known: Sequence[str], cutoff: float = 0.4) -> list[str]:
    """All of ``known``, those that are spelled like ``name`` before the others."""
    near = nearest(name, known, len(known), cutoff)
    return [*near, *(other for other in known if other not in near)]


def nearest(name: str, known: Sequence[str], limit: int, cutoff: float) -> list[str]:
    """Those of ``known`` that are spelled like ``name``, the nearest first, at most ``limit``."""
    import difflib  # late: only errors need it

    return difflib.get_close_matches(name, known, n=limit, cutoff=cutoff) if known else []


def instead(name: str, known: Sequence[str], limit: int = 8) -> str:
    """What could be written instead of ``name``, nearest first, as the end of a sentence without its full stop."""
    if not known:
        return "; it has none"
    offered = nearest(name, known, limit, 0.5) if limit < len(known) else nearest_first(name, known, 0.5)
    return f"; there is {', '.join(offered)}" if offered else "; look at its spelling"
