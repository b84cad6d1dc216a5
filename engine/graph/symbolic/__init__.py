"""Symbolic dimensions: names for unknown sizes, and what follows from them over the whole graph.

The rules of the operations know numbers only. They are asked for several concrete sizes in the place of each symbol;
expressions are fitted to what they answer, and sizes that they want to be equal become one.
"""
