"""Ways to run a program: numpy today."""
