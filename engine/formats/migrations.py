"""Lifting what older versions wrote to the present format, one small step per version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

#: Changes the content of a file of one version into that of the next. It may change its argument.
Migration = Callable[[dict[str, Any]], dict[str, Any]]

#: The oldest version that was ever written.
FIRST_VERSION = 1

#: One step from each version to the next, beginning with the step from FIRST_VERSION. This only grows, and
#: tests/data keeps a file of every version.
MIGRATIONS: tuple[Migration, ...] = ()

#: The version that is written.
VERSION = FIRST_VERSION + len(MIGRATIONS)


def migrate(
    content: dict[str, Any],
    version: int,
    steps: Sequence[Migration] = MIGRATIONS,
    first_version: int = FIRST_VERSION,
) -> dict[str, Any]:
    """The content of a file of ``version`` as the newest version would have written it."""
    for step in steps[version - first_version :]:
        content = step(content)
    return content | {"version": first_version + len(steps)}
