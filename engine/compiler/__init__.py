"""From a graph to a program: prune to the fetches, lower to primitive operations, schedule."""

from .program import Program, compile_program

__all__ = ["Program", "compile_program"]
