"""``import tensorflow`` gives the engine, with the submodules that programs import."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.graph import DataError
from engine.tensorflow1 import mnist

ROOT = Path(__file__).resolve().parents[2]


def run(program: str) -> str:
    """What a program prints in a process of its own, with the engine standing in for TensorFlow."""
    code = f"import engine; engine.install_as('tensorflow')\n{program}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_program_imports_tensorflow_and_its_submodules():
    printed = run(
        """
import tensorflow as tf, tensorflow.compat.v1 as v1
from tensorflow.python.framework import ops
from tensorflow.python.ops import array_ops, math_ops
from tensorflow.python.framework.ops import reset_default_graph
from tensorflow.python.util import nest
from tensorflow.python.client import device_lib
import tensorflow.train
import engine
ops.reset_default_graph()
x = tf.constant([1.0, 2.0])
with tf.Session() as sess:
    print(sess.run(array_ops.reshape(math_ops.multiply(x, x), [2, 1])).tolist())
print(tf.Session is engine.Session is v1.Session, tf.nn.relu is engine.nn.relu, nest.flatten([1, [2]]))
print(device_lib.list_local_devices()[0].device_type, tf.train.GradientDescentOptimizer.__name__)
"""
    )
    assert printed == "[[1.0], [4.0]]\nTrue True [1, 2]\nCPU GradientDescentOptimizer\n"


def test_what_is_not_there_is_said():
    printed = run(
        """
import tensorflow as tf
try:
    tf.placeholdr
except AttributeError as error:
    print(error)
try:
    import tensorflow.nonsense
except ModuleNotFoundError as error:
    print(error)
"""
    )
    first, second = printed.splitlines()
    assert first.startswith("module 'tensorflow' has no attribute 'placeholdr'; there is placeholder")
    assert second == "No module named 'tensorflow.nonsense'"


def test_a_module_that_is_there_already_is_left_alone():
    code = "import sys, types; sys.modules['tensorflow'] = types.ModuleType('tensorflow')\nimport engine\n"
    code += "try: engine.install_as('tensorflow')\nexcept RuntimeError as error: print(error)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "has been imported already" in done.stdout


def idx(kind: int, array: np.ndarray) -> bytes:
    return b"".join(int(n).to_bytes(4, "big") for n in (kind, *array.shape)) + array.tobytes()


def test_mnist_files_are_read_where_they_are(tmp_path):
    images = np.arange(12 * 784, dtype=np.uint32).astype(np.uint8).reshape(12, 28, 28)
    labels = (np.arange(12) % 10).astype(np.uint8)
    for prefix in ("train", "t10k"):
        (tmp_path / f"{prefix}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(2051, images)))
        (tmp_path / f"{prefix}-labels-idx1-ubyte").write_bytes(idx(2049, labels))
    data = mnist.input_data.read_data_sets(str(tmp_path), one_hot=True, validation_size=2)
    assert (data.train.num_examples, data.validation.num_examples, data.test.num_examples) == (10, 2, 12)
    np.testing.assert_allclose(data.test.images, images.reshape(12, 784) / 255, rtol=1e-6)
    np.testing.assert_array_equal(data.test.labels, np.eye(10)[labels])
    first = data.train.next_batch(6, shuffle=False)
    second = data.train.next_batch(6, shuffle=False)
    np.testing.assert_array_equal(np.concatenate([first[0], second[0][:4]]), data.train.images)
    np.testing.assert_array_equal(second[0][4:], data.train.images[:2])
    assert data.train.epochs_completed == 1
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(b"nonsense")
    with pytest.raises(DataError, match="is no MNIST file"):
        mnist.read_data_sets(str(tmp_path))


def test_fake_data_are_ones(tmp_path):
    for one_hot, label in ((False, 0), (True, [1] + [0] * 9)):
        data = mnist.read_data_sets(str(tmp_path), fake_data=True, one_hot=one_hot)
        assert data.train.num_examples == data.test.num_examples == 10000
        images, labels = data.train.next_batch(3, fake_data=True)
        assert images.tolist() == [[1] * 784] * 3
        assert labels.tolist() == [label] * 3


def test_bundled_digits_stand_in(tmp_path, capsys):
    data = mnist.read_data_sets(str(tmp_path), seed=1)
    assert "There are no MNIST files in" in capsys.readouterr().err
    assert data.train.images.shape == (1200, 784)
    assert data.train.images.dtype == np.float32
    assert 0.9 < data.train.images.max() <= 1
    assert set(data.test.labels) == set(range(10))
    images, labels = data.train.next_batch(1200)
    again = mnist.read_data_sets(str(tmp_path), seed=1).train.next_batch(1200)
    np.testing.assert_array_equal(images, again[0])
    np.testing.assert_array_equal(labels, again[1])
