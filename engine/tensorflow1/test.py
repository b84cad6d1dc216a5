"""``tf.test``: what tests of TensorFlow 1 programs lean on."""

from __future__ import annotations

import tempfile
import unittest
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np

from ..graph import Graph, OpError, get_default_graph, reset_default_graph
from ..runtime import Session

__all__ = [
    "TestCase",
    "get_temp_dir",
    "gpu_device_name",
    "is_built_with_cuda",
    "is_gpu_available",
    "main",
    "mock",
]


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: Any = None) -> bool:
    """Whether there is a GPU to compute on: there is none."""
    return False


def gpu_device_name() -> str:
    """The name of the GPU: empty, there is none."""
    return ""


def is_built_with_cuda() -> bool:
    """Whether GPUs can be computed on: they cannot."""
    return False


def get_temp_dir() -> str:
    """A folder for the test's files."""
    return tempfile.mkdtemp()


def main(argv: Any = None) -> None:
    """Runs the tests of the program."""
    unittest.main(argv=argv)


class TestCase(unittest.TestCase):
    """A test with a graph and sessions of its own."""

    __test__ = False

    def setUp(self) -> None:
        super().setUp()
        reset_default_graph()

    def get_temp_dir(self) -> str:
        return get_temp_dir()

    @contextmanager
    def session(self, graph: Graph | None = None, config: Any = None, **others: Any) -> Iterator[Session]:
        """A with block with a session."""
        with Session(graph=graph or get_default_graph(), config=config) as session:
            yield session

    cached_session = session

    def test_session(self, *arguments: Any, **others: Any) -> Any:
        """The old spelling of :meth:`session`."""
        if self.id().endswith(".test_session"):
            self.skipTest("Not a test.")
        return self.session(*arguments, **others)

    def evaluate(self, tensors: Any) -> Any:
        """The values of tensors in the default session."""
        return get_default_graph().evaluate(tensors)

    def _value(self, given: Any) -> Any:
        return given.eval() if hasattr(given, "eval") else given

    def assertAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Fails when two arrays differ."""
        np.testing.assert_array_equal(self._value(a), self._value(b), msg or "")

    def assertAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None) -> None:
        """Fails when two arrays (or dicts and lists of arrays) differ by more than a tolerance."""
        if isinstance(a, Mapping):
            self.assertEqual(set(a), set(b), msg)
            for key in a:
                self.assertAllClose(a[key], b[key], rtol, atol, msg)
            return
        np.testing.assert_allclose(self._value(a), self._value(b), rtol=rtol, atol=atol, err_msg=msg or "")

    def assertNear(self, f1: float, f2: float, err: float, msg: str | None = None) -> None:
        """Fails when two numbers differ by more than ``err``."""
        self.assertLessEqual(abs(f1 - f2), err, msg)

    def assertArrayNear(self, farray1: Any, farray2: Any, err: float, msg: str | None = None) -> None:
        """Fails when two numbers of two lists differ by more than ``err``."""
        self.assertEqual(len(farray1), len(farray2), msg)
        for first, second in zip(farray1, farray2, strict=True):
            self.assertNear(float(first), float(second), err, msg)

    def assertShapeEqual(self, np_array: Any, tf_tensor: Any, msg: str | None = None) -> None:
        """Fails when an array has another shape than a tensor."""
        self.assertEqual(list(np_array.shape), tf_tensor.get_shape().as_list(), msg)

    def assertRaisesOpError(self, expected_err_re_or_predicate: Any) -> Any:
        """A with block that fails unless an error of the running graph with this text is raised."""
        return self.assertRaisesRegex(OpError, expected_err_re_or_predicate)
