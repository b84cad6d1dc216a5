"""Sizes of static shapes, as TensorFlow 1 programs calculate with them."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from engine.graph.dimension import Dimension, UnknownDimension


def test_a_known_size_is_a_number_with_a_value():
    size = tf.placeholder(tf.float32, [None, 28, 3]).shape[1]
    assert (size.value, int(size), size == 28, size * 2, 2 * size, size // 3, size % 5) == (28, 28, True, 56, 56, 9, 3)
    assert isinstance(size * size, Dimension)
    assert (str(size), repr(size), f"{size}") == ("28", "Dimension(28)", "28")
    assert np.zeros(size).shape == (28,)
    assert list(range(size))[-1] == 27
    assert tf.zeros([size, size + 1]).shape.as_list() == [28, 29]


def test_an_unknown_size_stays_unknown():
    shape = tf.placeholder(tf.float32, [None, 3]).get_shape()
    size = shape[0]
    assert isinstance(size, UnknownDimension)
    assert size.value is None
    assert ((size * 2).value, (3 + size).value, (shape[1] * size).value) == (None, None, None)
    assert (str(size), repr(size)) == ("?", "Dimension(None)")
    assert [each.value for each in shape] == [None, 3]
    assert tf.placeholder(tf.float32, [size, shape[1]]).shape.as_list() == [None, 3]
    with pytest.raises(TypeError, match="the size is not known"):
        int(size)
    assert size.merge_with(4).value == 4
    with pytest.raises(ValueError, match="not compatible"):
        shape[1].merge_with(4)


def test_flattening_as_programs_write_it():
    x = tf.placeholder(tf.float32, [None, 7, 7, 64])
    dims = x.get_shape()
    flat = tf.reshape(x, [-1, dims[1] * dims[2] * dims[3]])
    assert flat.shape.as_list() == [None, 7 * 7 * 64]
    assert dims[1:4].num_elements() == 7 * 7 * 64
    assert np.prod(dims.as_list()[1:]) == 7 * 7 * 64
    assert tf.Dimension(3) == 3
    assert repr(dims[1:3]) == "TensorShape([Dimension(7), Dimension(7)])"
