"""Gradients against central differences in float64."""
