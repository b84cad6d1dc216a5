"""tf.compat, and the switches of programs for tensorflow.compat.v1."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import engine as tf


def test_texts_and_bytes():
    assert tf.compat.as_bytes("ä") == tf.compat.as_bytes("ä".encode()) == "ä".encode()
    assert tf.compat.as_text("ä".encode()) == tf.compat.as_str("ä") == "ä"
    assert tf.compat.as_str_any(3) == "3" and tf.compat.as_str_any(b"x") == "x"
    assert tf.compat.path_to_str(Path("a") / "b") == str(Path("a/b")) and tf.compat.path_to_str(3) == 3
    for convert in (tf.compat.as_bytes, tf.compat.as_text):
        with pytest.raises(TypeError, match="Expected binary or unicode string, got 3"):
            convert(3)
    assert isinstance(np.int8(1), tf.compat.integral_types) and not isinstance(1.0, tf.compat.integral_types)
    assert isinstance(np.float32(1), tf.compat.real_types)


def test_version_1_is_the_library_itself():
    assert tf.compat.v1 is tf
    tf.compat.v1.disable_v2_behavior()
    tf.disable_eager_execution()
    tf.enable_resource_variables()
    assert not tf.executing_eagerly()
    with pytest.raises(ValueError, match=r"run them with tf\.Session"):
        tf.enable_eager_execution()
    with pytest.raises(AttributeError, match="v3"):
        _ = tf.compat.v3


def test_sizes_of_shapes():
    shape = tf.placeholder(tf.float32, [None, 3]).shape
    assert [tf.compat.dimension_value(size) for size in (shape[0], shape[1], 4, None)] == [None, 3, 4, None]
    assert tf.compat.dimension_value(tf.compat.dimension_at_index(shape, 1)) == 3
    assert tf.compat.dimension_at_index(tf.placeholder(tf.float32).shape, 1) is None
