"""The desktop editor: a Qt window on the engine's graphs, their training and their gradients."""
