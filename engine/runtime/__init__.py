"""From a program to numbers: sessions, variables, backends."""

from .session import Session

__all__ = ["Session"]
