"""Speed, measured side by side. Each module is a program: ``python -m benchmarks.window --help``."""
