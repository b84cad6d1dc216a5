"""From a graph to a program: prune to the fetches, lower to primitive operations, schedule."""

from .program import LoweredStep, Program, compile_lowered, compile_program

__all__ = ["LoweredStep", "Program", "compile_lowered", "compile_program"]
