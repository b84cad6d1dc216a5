"""Stepping through a training run, forwards and back, and looking at what it computes."""
