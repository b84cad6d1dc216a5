"""The machine's kind and the date, as they stand beside what was measured."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime


def machine() -> str:
    """For example "2 cores, Linux x86_64, Python 3.11.7"."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def today() -> str:
    return datetime.now(UTC).date().isoformat()
