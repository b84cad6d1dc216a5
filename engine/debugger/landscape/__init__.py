"""The loss over a plane through the weights, and its curvature."""
