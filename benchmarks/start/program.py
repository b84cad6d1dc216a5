"""Runs one of the programs beside it: ``python benchmarks/start/program.py NAME``.

The project's root has to be on Python's path. Prints the last loss and the process's peak of memory in bytes (0 where
the system does not tell), so that whoever started it need not watch it.
"""

import importlib
import sys


def _peak_bytes() -> int:
    try:
        with open("/proc/self/status") as status:
            return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except OSError:
        return 0


if __name__ == "__main__":
    loss = importlib.import_module(f"benchmarks.start.{sys.argv[1]}").loss
    print(float(loss), _peak_bytes())
