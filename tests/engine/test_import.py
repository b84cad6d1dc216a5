"""``import engine`` loads what a graph needs; everything else comes when a program names it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: What an import of the engine does not load: the window, optional packages, heavy parts of the standard library.
NOT_LOADED = (
    *("PySide6", "shiboken6", "pyqtgraph", "jax", "onnx", "onnxruntime", "tensorflow", "torch", "matplotlib", "pandas"),
    *(
        "PIL",
        "msgspec",
        "tqdm",
        "google",
        "http",
        "unittest",
        "asyncio",
        "multiprocessing",
        "concurrent",
        "cProfile",
    ),
)


def loaded_by(statement: str) -> set[str]:
    """The modules that a fresh process has after a statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_an_import_loads_neither_the_window_nor_what_is_optional_or_heavy():
    loaded = {name.partition(".")[0] for name in loaded_by("import engine")}
    assert loaded.isdisjoint(NOT_LOADED)
    assert not any(name.startswith("editor") for name in loaded)


def test_beyond_numpy_and_networkx_an_import_costs_the_engines_own_modules():
    loaded = loaded_by("import engine")
    beyond = loaded - loaded_by("import numpy, networkx")
    others = {name for name in beyond if name.partition(".")[0] not in ("engine", "json", "_json")}
    # From Python 3.13 on neither numpy nor networkx has loaded base64, which files need for bytes.
    assert others <= {"__future__", "base64"}
    assert len(beyond) < 60
    lazy = ("engine.runtime", "engine.compiler", "engine.tensorflow1.nn", "engine.formats", "engine.encoding")
    assert loaded.isdisjoint(lazy)


def test_a_program_that_only_computes_loads_what_checkpoints_need_and_nothing_optional():
    program = """
import engine as tf
x = tf.placeholder("float", [None, 2])
W = tf.Variable(tf.random_normal([2, 1]))
loss = tf.reduce_mean(tf.square(tf.nn.relu(tf.matmul(x, W))))
train = tf.train.AdamOptimizer(0.1).minimize(loss)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    session.run([train, loss], {x: [[1, 2]]})
"""
    loaded = {name.partition(".")[0] for name in loaded_by(program)}
    assert loaded.isdisjoint(set(NOT_LOADED) - {"msgspec"})
