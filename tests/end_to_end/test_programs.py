"""The example programs print on the engine what they print on TensorFlow.

What TensorFlow prints is recorded in tests/data/programs by record_programs.py; ``-m peers`` records it anew, with the
interpreter that runs the tests, and compares with that.
"""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest

from tests.end_to_end import record_programs
from tests.end_to_end.programs import NAMES, PROGRAMS, ran, words_and_numbers

RTOL, ATOL = 1e-4, 1e-6

#: Numbers that rounding errors of float32 have moved further, because training multiplies them.
LOOSER = {
    # The batch normalization of small batches divides by small deviations.
    "convolution_with_layers": 1e-3,
}


def assert_alike(name: str, printed: str, expected: str) -> None:
    words, numbers = words_and_numbers(printed)
    expected_words, expected_numbers = words_and_numbers(expected)
    assert words == expected_words, printed
    np.testing.assert_allclose(numbers, expected_numbers, rtol=LOOSER.get(name, RTOL), atol=ATOL)


@pytest.mark.parametrize("name", NAMES)
def test_it_prints_tensorflows_numbers(name: str) -> None:
    expected = (record_programs.PRINTED / f"{name}.txt").read_text(encoding="utf-8")
    assert len(words_and_numbers(expected)[1]) >= 8
    assert_alike(name, ran(name).printed, expected)


@pytest.mark.peers
@pytest.mark.parametrize("name", NAMES)
def test_it_prints_what_tensorflow_prints_now(name: str) -> None:
    pytest.importorskip("tensorflow.compat.v1")
    expected = record_programs.print_on_tensorflow(record_programs.PROGRAMS / f"{name}.py")
    assert_alike(name, ran(name).printed, expected)


def test_every_program_is_recorded_and_described() -> None:
    assert sorted(path.stem for path in record_programs.PRINTED.glob("*.txt")) == NAMES
    assert len(NAMES) >= 20
    readme = (record_programs.ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"`{name}`" not in readme] == []
    for path in PROGRAMS:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert len(re.findall(r"[.?](?:\s|$)", ast.get_docstring(tree) or "")) >= 2, path.name
        imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        assert "tensorflow" in imported
