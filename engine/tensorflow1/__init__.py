"""The names that TensorFlow 1 programs use: thin fronts to the engine's operations."""
