"""``import engine`` loads what a graph needs; everything else comes when a program names it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine.ops.families import FAMILIES

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
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_an_import_loads_neither_the_window_nor_what_is_optional_or_heavy():
    loaded = {name.partition(".")[0] for name in loaded_by("import engine")}
    assert loaded.isdisjoint(NOT_LOADED)
    assert not any(name.startswith("editor") for name in loaded)


def test_beyond_numpy_an_import_costs_the_engines_own_modules():
    loaded = loaded_by("import engine")
    beyond = loaded - loaded_by("import numpy, dataclasses, threading")
    others = {name for name in beyond if name.partition(".")[0] != "engine"}
    # base64 is what files need for bytes; from Python 3.13 on it is not among what numpy has loaded.
    assert others <= {"__future__", "base64", "binascii", "heapq", "_heapq", "struct", "_struct"}
    assert len(beyond) < 60
    lazy = ("engine.runtime", "engine.compiler", "engine.tensorflow1.nn", "engine.formats", "engine.encoding")
    assert loaded.isdisjoint(lazy)


#: The tutorial's regression, from the placeholders to the end of the training.
REGRESSION = """
import engine as tf
x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
W, b = tf.Variable([1], dtype=tf.float32), tf.Variable([1], dtype=tf.float32)
cost = tf.reduce_mean(tf.square(W * x + b - y))
train = tf.train.GradientDescentOptimizer(learning_rate=0.1).minimize(cost)
session = tf.Session()
session.run(tf.global_variables_initializer())
for epoch in range(100):
    session.run([train, cost], feed_dict={x: [1, 2, 3, 4], y: [5, 8, 11, 14]})
"""


def test_a_regression_loads_the_families_of_its_operations_and_no_others():
    families = {name.rpartition(".")[2] for name in loaded_by(REGRESSION) if name.startswith("engine.ops.")}
    assert families & set(FAMILIES) == {"arithmetic", "broadcast", "optimizers", "reductions", "sources", "state"}


def test_beyond_numpy_a_regression_loads_nothing_for_files_pictures_random_numbers_or_networkx():
    loaded = loaded_by(REGRESSION) - loaded_by("import numpy")
    assert {name.partition(".")[0] for name in loaded}.isdisjoint(
        {*NOT_LOADED, "networkx", "json", "pathlib", "secrets", "shutil", "tempfile"}
    )
    assert loaded.isdisjoint({"numpy.random", "numpy.fft", "importlib.resources"})
    names = {name.removeprefix("engine.") for name in loaded if name.startswith("engine.")}
    assert not any(name.startswith(("formats", "encoding", "training", "model", "installation")) for name in names)
    assert {name for name in names if name.startswith("tensorflow1.train.")} == {
        f"tensorflow1.train.{module}" for module in ("optimizer", "optimizers", "slots")
    }
    assert names.isdisjoint({f"tensorflow1.{module}" for module in ("nn", "summary", "layers", "data", "queues")})


def test_networkx_comes_with_its_first_use():
    assert "networkx" in loaded_by("import engine\nassert engine.get_default_graph().nx.number_of_nodes() == 0")


def test_a_program_that_only_computes_loads_nothing_optional():
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
    assert loaded.isdisjoint(NOT_LOADED)
