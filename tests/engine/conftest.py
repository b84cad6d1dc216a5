"""What tests of the engine share: a graph of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import engine as tf


@pytest.fixture
def graph() -> Iterator[tf.Graph]:
    """A new graph, which is the default one for as long as the test runs."""
    with tf.Graph().as_default() as graph:
        yield graph
