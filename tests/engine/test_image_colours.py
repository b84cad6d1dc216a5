"""Hue and saturation as TensorFlow has them (values recorded from it) and as the standard library's colorsys does."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest

import engine as tf
from tests.engine.helpers import wave

pytestmark = pytest.mark.usefixtures("graph")


@pytest.mark.parametrize(
    ("call", "shape", "expected"),
    [
        ("image.rgb_to_hsv(abs(x))", (3, 4, 3), 4.8462634),
        ("image.hsv_to_rgb(abs(x))", (3, 4, 3), 2.8124701),
        ("image.adjust_hue(x, 0.1)", (3, 4, 3), -0.58695571),
        ("image.adjust_hue(abs(x), -0.3)", (2, 3, 4, 3), 3.8250391),
        ("image.adjust_saturation(x, 0.5)", (3, 4, 3), 1.1389304),
        ("image.adjust_saturation(abs(x), 2.0)", (2, 3, 4, 3), 3.6900483),
    ],
)
def test_values_are_tensorflows(call, shape, expected):
    y = eval(call, {"image": tf.image, "x": tf.constant(wave(*shape), tf.float32)})
    assert y.shape.as_list() == list(shape)
    value = tf.Session().run(y)
    assert value.dtype == np.float32
    np.testing.assert_allclose(np.sum(value * wave(*shape, step=0.23)), expected, rtol=1e-4)


def test_colours_there_and_back():
    colours = np.concatenate([np.random.default_rng(2).uniform(size=(50, 3)), np.eye(3), 1 - np.eye(3), np.eye(3) * 0])
    there = tf.image.rgb_to_hsv(tf.constant(colours))
    found = tf.Session().run([there, tf.image.hsv_to_rgb(there)])
    np.testing.assert_allclose(found[0], [colorsys.rgb_to_hsv(*each) for each in colours], atol=1e-12)
    np.testing.assert_allclose(found[1], colours, atol=1e-12)


def test_whole_numbers_stay_whole():
    image = (np.arange(18) * 13).astype(np.uint8).reshape(2, 3, 3)
    calls = [
        tf.image.adjust_hue(image, 0.2),
        tf.image.adjust_saturation(image, 1.5),
        tf.image.adjust_saturation(image, 0),
    ]
    hue, more, grey = tf.Session().run(calls)
    assert hue.dtype == np.uint8
    expected = [18, 0, 26, 57, 39, 65, 96, 78, 104, 135, 117, 143, 174, 156, 182, 213, 195, 221]
    np.testing.assert_array_equal(hue.ravel(), expected)
    expected = [0, 13, 26, 26, 45, 65, 65, 84, 104, 104, 123, 143, 143, 162, 182, 182, 201, 221]
    np.testing.assert_array_equal(more.ravel(), expected)
    np.testing.assert_array_equal(grey, np.repeat(image.max(-1, keepdims=True), 3, -1))


def test_changes_by_chance_are_others_in_every_run():
    image = tf.constant(np.random.default_rng(5).uniform(size=(2, 3, 3)), tf.float32)
    changed = [tf.image.random_hue(image, 0.2), tf.image.random_saturation(image, 0.5, 1.5)]
    session = tf.Session()
    first, second = (session.run([image, *changed]) for _ in range(2))
    assert all(not np.allclose(one, other) for one, other in zip(first[1:], second[1:], strict=True))
    for one in first[1:]:
        # Neither change touches the largest of the three channels.
        np.testing.assert_allclose(one.max(-1), first[0].max(-1), rtol=1e-5)


def test_what_does_not_fit_is_refused():
    image = tf.zeros([2, 2, 3])
    for call, words in (
        (lambda: tf.image.random_hue(image, 0.7), "max_delta must be <= 0.5."),
        (lambda: tf.image.random_hue(image, -0.7), "max_delta must be non-negative."),
        (lambda: tf.image.random_saturation(image, -1, 2), "lower must be non-negative."),
        (lambda: tf.image.random_saturation(image, 2, 1), "upper must be > lower."),
        (lambda: tf.image.rgb_to_hsv(tf.zeros([2, 2, 4])), "Dimension must be 3 but is 4"),
    ):
        with pytest.raises(ValueError, match=words):
            call()
