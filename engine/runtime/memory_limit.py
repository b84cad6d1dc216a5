"""Refusing what does not fit into memory before it is tried: the machine would slow to a crawl first."""

from __future__ import annotations

from ..graph import ResourceExhaustedError

#: Nothing smaller is looked at: it takes longer to ask how much memory is free than to fill that much.
SMALL = 1 << 26
#: Where Linux says how much memory a container may use, and how much it uses.
_CONTAINER = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current")


def available_bytes() -> int:
    """How much memory this process could take without others being moved to the disk."""
    import psutil  # late: only large plans ask

    available = int(psutil.virtual_memory().available)
    try:
        most, used = map(_number_in, _CONTAINER)
    except (OSError, ValueError):  # another system, or no limit
        return available
    return min(available, max(most - used, 0))


def _number_in(path: str) -> int:
    with open(path, encoding="ascii") as file:
        return int(file.read())


def require_memory(needed: int, what: str, node: str) -> None:
    """Raises ResourceExhaustedError when ``needed`` bytes are more than are free; ``what`` begins the sentence."""
    if needed < SMALL:
        return
    available = available_bytes()
    if needed > available:
        raise ResourceExhaustedError(
            f"OOM when allocating: {what} needs {size_text(needed)} of memory, and {size_text(available)} are free. "
            "Make it smaller: fewer rows at a time, or smaller layers.",
            node,
        )


def size_text(count: int) -> str:
    """A number of bytes as people read it."""
    size = float(count)
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:,.3g} GiB" if size < 1024 else f"{size / 1024:,.3g} TiB"
