"""Reusable blocks: definitions, and the name scopes of a graph that are their instances."""
