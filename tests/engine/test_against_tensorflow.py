"""Random programs give the same numbers, gradients and static shapes on TensorFlow's own 1.x API and on the engine.

``python -m pytest -m peers tests/engine/test_against_tensorflow.py`` compares 5,000 programs from each of two seeds;
it needs the extra ``peers``. What real TensorFlow gave for some of them is recorded, and checked without it.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import engine
from engine.graph.attributes import array_from_json, array_to_json
from tests.engine.differential.compare import differences, is_steady, run, tolerance_of
from tests.engine.differential.programs import Built, Program, draw_program

RECORDED = Path(__file__).parent / "recorded" / "random_programs.json.gz"
PROGRAMS = 5000
BLOCK = 500


@pytest.fixture(scope="module")
def tensorflow() -> ModuleType:
    tf: ModuleType = pytest.importorskip("tensorflow.compat.v1")
    tf.disable_v2_behavior()
    return tf


def on_tensorflow(tf: ModuleType, program: Program) -> tuple[Built, list[Any], list[Any]] | None:
    """What TensorFlow gives; None where it cannot build its own gradients (softmax of an unknown rank)."""
    tf.reset_default_graph()
    try:
        return run(tf, program)
    except TypeError as error:
        if "unsupported operand type(s) for -: 'NoneType' and 'int'" in str(error):
            return None
        raise


def mismatches(program: Program, static: list[Any], expected: list[Any]) -> list[str]:
    """How the engine differs from static shapes (None for an unknown rank) and values of TensorFlow."""
    engine.reset_default_graph()
    built, results, gradients = run(engine, program)
    found = [
        f"of call {place} {program.calls[place].function} less is known: {shape} and {tensor.shape}"
        for place, (shape, tensor) in enumerate(zip(static, built.tensors[len(program.shapes) :], strict=True))
        if tensor.shape.merge_with(shape) != tensor.shape
    ]
    tolerance = tolerance_of(built)
    pairs = zip(expected, [*results, *gradients], strict=True)
    wrong = [text for theirs, ours in pairs if (text := differences(theirs, ours, tolerance))]
    engine.reset_default_graph()
    return found + (wrong if wrong and is_steady(program) else [])


def static_shapes(built: Built, program: Program) -> list[Any]:
    return [
        None if tensor.shape.rank is None else tensor.shape.as_list() for tensor in built.tensors[len(program.shapes) :]
    ]


@pytest.mark.peers
@pytest.mark.parametrize("first", [*range(0, PROGRAMS, BLOCK), *range(10**6, 10**6 + PROGRAMS, BLOCK)])
def test_values_gradients_and_static_shapes(tensorflow: ModuleType, first: int) -> None:
    used: Counter[str] = Counter()
    for seed in range(first, first + BLOCK):
        program = draw_program(seed)
        theirs = on_tensorflow(tensorflow, program)
        if theirs is None:
            continue
        built, results, gradients = theirs
        used.update(call.function for call in program.calls)
        assert mismatches(program, static_shapes(built, program), [*results, *gradients]) == [], f"program {seed}"
    assert len(used) > 100


def recorded() -> list[dict[str, Any]]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as file:
        return json.load(file)  # type: ignore[no-any-return]


def test_what_tensorflow_gave() -> None:
    """Values, gradients and static shapes recorded from TensorFlow 2.21 in its 1.x mode."""
    entries = recorded()
    assert len(entries) >= 300
    for entry in entries:
        program = Program.from_json(entry["program"])
        expected = [None if value is None else array_from_json(value) for value in entry["values"]]
        expected = [value if value is None or value.ndim else value[()] for value in expected]
        assert mismatches(program, entry["static"], expected) == [], f"program {program.seed}"


def record(tf: ModuleType, seeds: range) -> None:
    """Writes what TensorFlow gives for the programs of these seeds to the recorded file."""
    entries = []
    for seed in seeds:
        program = draw_program(seed)
        theirs = on_tensorflow(tf, program)
        if theirs is None or not is_steady(program):
            continue
        built, results, gradients = theirs
        values = [None if value is None else array_to_json(np.asarray(value)) for value in [*results, *gradients]]
        entries.append({"program": program.to_json(), "static": static_shapes(built, program), "values": values})
    with gzip.GzipFile(RECORDED, "wb", mtime=0) as file:
        file.write(json.dumps(entries).encode())


if __name__ == "__main__":
    import tensorflow.compat.v1 as _tf

    _tf.disable_v2_behavior()
    record(_tf, range(7_000_000, 7_000_450))
