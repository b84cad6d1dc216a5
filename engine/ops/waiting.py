"""What an operation raises that has to wait for another thread."""

from __future__ import annotations

from ..graph import EngineError


class QueueWaitsError(EngineError):
    """A queue is full, or has too little, and only another thread can change that."""
