"""The process of one contender: ``python -m benchmarks.contender KEY NAME``.

It takes the first steps and writes their losses as a line of JSON to standard output. Then it waits: for each line it
reads, a number of steps, it runs so many and writes what it measured. What libraries print goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import numpy as np

from .catalogue import workload


def main() -> None:
    key, name = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    chosen = workload(key)
    contender = chosen.contender(name)
    step = contender.build()
    losses = [_numbers(step()) for _ in range(chosen.checked_steps)]
    print(json.dumps({"losses": losses}), file=answers)
    for line in sys.stdin:
        print(json.dumps({"measured": contender.measure(step, int(line))}), file=answers)


def _numbers(loss: Any) -> list[float]:
    numbers: list[float] = np.asarray(loss, np.float64).ravel().tolist()
    return numbers


if __name__ == "__main__":
    main()
