"""The parent's side of a contender's process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class ContenderFailedError(Exception):
    """A contender's process ended when it should have answered; the message has the end of what it printed."""


class ContenderProcess:
    """A contender in a process of its own, which computes only while it is asked to measure."""

    def __init__(self, key: str, name: str, environment: Mapping[str, str]) -> None:
        self.name = name
        self._key = key
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.contender", key, name],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        try:
            #: Of the first steps, each as a list of numbers.
            self.losses: list[list[float]] = self._answer()["losses"]
        except BaseException:
            self.close()
            raise

    def measure(self, steps: int) -> float:
        """What the contender measures over so many steps."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{steps}\n")
        self._process.stdin.flush()
        return float(self._answer()["measured"])

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            end = "\n".join(self._errors.read().splitlines()[-15:])
            raise ContenderFailedError(f"{self._key}: {self.name} ended with {self._process.returncode}.\n{end}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                stream.close()

    def __enter__(self) -> ContenderProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
