"""However a program is carried out, it gives the same bits; and what is simplified gives what is written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine as tf
from engine.formats import load_graph_file
from engine.training.run import TrainingRun
from tests.end_to_end.programs import NAMES, PROGRAMS, ROOT, ran
from tests.engine.differential.compare import differences
from tests.engine.large_programs import LargeStep
from tests.engine.trained_programs import TrainingStep
from tests.engine.variants import VARIANTS, as_written, bits, observed, small_is_large
from tests.engine.writing_programs import WritingProgram

EXAMPLES = ROOT / "resources" / "examples"
#: Relative to the largest number of a value.
TOLERANCE = {np.dtype(np.float32): 1e-4, np.dtype(np.float64): 1e-10}


def assert_same_bits(run: Callable[[], Any]) -> None:
    found = {}
    for name, variant in VARIANTS.items():
        with variant():
            found[name] = bits(run())
    first, *others = found.items()
    for name, values in others:
        assert values == first[1], f"{name} gives other bits than {first[0]}"


def assert_as_written(run: Callable[[], Any]) -> None:
    """The numbers of a step that is not simplified, within rounding errors."""
    with observed():
        simplified = list(flat(run()))
    with as_written():
        written = list(flat(run()))
    assert len(simplified) == len(written)
    for ours, plain in zip(simplified, written, strict=True):
        assert differences(plain, ours, TOLERANCE.get(np.asarray(ours).dtype, 0.0)) == ""


def flat(values: Any) -> Iterator[Any]:
    if isinstance(values, list | tuple):
        for value in values:
            yield from flat(value)
    else:
        yield values


# --- 1,000 random programs --------------------------------------------------------------------------------------------


def check_random_programs(seeds: range) -> None:
    """In every other one blocks of a few elements and few bytes count as large."""
    trained = 0
    for seed in seeds:
        with tf.Graph().as_default(), small_is_large() if seed % 2 else nullcontext():
            step = TrainingStep(seed)
            trained += bool(step.update)
            try:
                assert_same_bits(step.run)
                assert_as_written(lambda step=step: step.run(1))
            except AssertionError as error:
                raise AssertionError(f"Program {seed} ({[call.function for call in step.program.calls]})") from error
    assert trained >= len(seeds) / 3, "too few of the programs are trained"


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_random_programs(first):
    check_random_programs(range(first, first + 20))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(200, 1000, 50))
def test_more_random_programs(first):
    check_random_programs(range(first, first + 50))


def check_large_program(seed: int) -> None:
    with tf.Graph().as_default():
        step = LargeStep(seed)
        assert_same_bits(step.run)
        assert_as_written(lambda: step.run(1))


@pytest.mark.parametrize("seed", range(12))
def test_random_programs_on_large_arrays(seed):
    check_large_program(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12, 100))
def test_more_random_programs_on_large_arrays(seed):
    check_large_program(seed)


def check_writing_programs(seeds: range) -> None:
    """One in ten is on arrays that are large as they are."""
    for seed in seeds:
        with tf.Graph().as_default(), small_is_large() if seed % 10 else nullcontext():
            program = WritingProgram(seed, (3, 4) if seed % 10 else (300, 500))
            try:
                assert_same_bits(program.run)
                assert_as_written(program.run)
            except AssertionError as error:
                raise AssertionError(f"Program {seed}") from error


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_random_programs_that_write_variables(first):
    check_writing_programs(range(first, first + 20))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(60, 500, 40))
def test_more_random_programs_that_write_variables(first):
    check_writing_programs(range(first, first + 40))


# --- models -----------------------------------------------------------------------------------------------------------


def classifier() -> tuple[Any, Any]:
    """Large enough for the learning rate to be part of the gradient from its start."""
    x, y = tf.placeholder(tf.float32, [None, 300]), tf.placeholder(tf.int64, [None])
    hidden = tf.layers.dense(x, 300, tf.nn.relu)
    logits = tf.layers.dense(hidden, 10)
    loss = tf.losses.sparse_softmax_cross_entropy(y, logits) + 1e-3 * tf.reduce_mean(tf.nn.softmax(logits) ** 2)
    generator = np.random.default_rng(1)
    return loss, {x: generator.normal(size=(64, 300)), y: generator.integers(0, 10, 64)}


def entropy() -> tuple[Any, Any]:
    """Labels that are made of the softmax that the loss's gradient needs too."""
    x = tf.placeholder(tf.float32, [None, 5])
    logits = tf.layers.dense(x, 4)
    own = tf.nn.softmax_cross_entropy_with_logits_v2(labels=tf.nn.softmax(logits), logits=logits)
    return tf.reduce_mean(own), {x: np.random.default_rng(2).normal(size=(6, 5))}


def recurrent() -> tuple[Any, Any]:
    """Unrolled, with the products of all steps as one."""
    x = tf.placeholder(tf.float32, [4, 9, 3])
    outputs, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(8), x, dtype=tf.float32)
    loss = tf.reduce_mean(tf.square(outputs)) + tf.reduce_mean(tf.square(tf.layers.dense(state.h, 2) - 1.0))
    return loss, {x: np.random.default_rng(3).normal(size=(4, 9, 3))}


def convolutional() -> tuple[Any, Any]:
    x, y = tf.placeholder(tf.float32, [None, 28, 28, 1]), tf.placeholder(tf.int64, [None])
    hidden = tf.layers.max_pooling2d(tf.layers.conv2d(x, 6, 5, activation=tf.nn.relu), 2, 2)
    hidden = tf.layers.max_pooling2d(tf.layers.conv2d(hidden, 12, 5, activation=tf.nn.relu), 2, 2)
    logits = tf.layers.dense(tf.layers.dropout(tf.layers.flatten(hidden), training=True), 10)
    generator = np.random.default_rng(4)
    feeds = {x: generator.normal(size=(32, 28, 28, 1)), y: generator.integers(0, 10, 32)}
    return tf.losses.sparse_softmax_cross_entropy(y, logits), feeds


@pytest.mark.parametrize("model", [classifier, entropy, recurrent, convolutional])
@pytest.mark.parametrize("optimizer", [tf.train.GradientDescentOptimizer, tf.train.AdamOptimizer])
def test_models(model, optimizer):
    with tf.Graph().as_default():
        tf.set_random_seed(7)
        loss, feeds = model()
        update = optimizer(0.01).minimize(loss)
        gradients = tf.gradients(loss, tf.trainable_variables())

        def run(steps: int = 3) -> Any:
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                found = [session.run([loss, gradients, update], feeds) for _ in range(steps)]
                return [found, session.run(tf.global_variables())]

        assert_same_bits(run)
        assert_as_written(lambda: run(1))


# --- examples ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.graph")))
def test_example_graphs(name):
    def run() -> Any:
        training = TrainingRun(load_graph_file(EXAMPLES / f"{name}.graph"), EXAMPLES)
        losses = [training.train_epoch() for _ in range(5)]
        return [losses, list(training.values().values()), list(training.metrics().values())]

    assert_same_bits(run)
    assert_as_written(run)


#: Runs a program by the command, in the ways of this name.
_COMMAND = """
import sys
from engine.command_line import main
from tests.engine.variants import VARIANTS
with VARIANTS[sys.argv[1]]():
    sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", NAMES)
def test_example_programs_print_the_same(name: str, variant: str, tmp_path: Path) -> None:
    program = next(path for path in PROGRAMS if path.stem == name)
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, variant, "run", str(program), "--graph", str(tmp_path / "made.graph")],
        cwd=tmp_path,
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ran(name).printed
