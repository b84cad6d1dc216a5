"""Boxes in images, cut out, drawn and picked as TensorFlow does it (values recorded from it)."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from tests.engine.helpers import wave

pytestmark = pytest.mark.usefixtures("graph")


TWO = [[0.1, 0.2, 0.7, 0.9], [-0.2, 0.5, 1.3, 0.4]]
THREE = [*TWO, [0.0, 0.0, 1.0, 1.0]]


@pytest.mark.parametrize(
    ("boxes", "which", "size", "rest", "expected"),
    [
        (THREE, [1, 0, 1], [3, 2], {}, [0.82697642, 1.9499702]),
        (TWO, [1, 0], [1, 4], {"extrapolation_value": 0.5}, [0.53635846, -1.020016]),
        (TWO, [1, 0], [4, 3], {"method": "nearest"}, [-1.9534114, -8.4077625]),
    ],
)
@pytest.mark.parametrize("is_known", [True, False])
def test_parts_of_images_and_their_gradients(boxes, which, size, rest, expected, is_known):
    x = tf.placeholder(tf.float32, [2, 5, 6, 2] if is_known else None)
    y = tf.image.crop_and_resize(x, boxes, which, size if is_known else tf.constant(size), **rest)
    whole = [len(boxes), *size, 2]
    if is_known:
        assert y.shape.as_list() == whole
    gradient = tf.gradients(y * wave(*whole, step=0.37), x)[0]
    found = tf.Session().run([y, gradient], {x: wave(2, 5, 6, 2)})
    assert found[1].shape == (2, 5, 6, 2)
    sums = [np.sum(value * wave(*value.shape, step=0.23)) for value in found]
    np.testing.assert_allclose(sums, expected, rtol=1e-4)


def test_gradients_to_the_boxes():
    boxes = tf.constant(THREE)
    y = tf.image.crop_and_resize(tf.constant(wave(2, 5, 6, 2), tf.float32), boxes, [1, 0, 1], [3, 2])
    gradient = tf.gradients(y * wave(3, 3, 2, 2, step=0.37), boxes)[0]
    expected = [[4.6666455, 0, -3.760623, 2.763445], [-4.564472, -1.1366162, -4.564472, 0], [0, 0, 0, 0]]
    np.testing.assert_allclose(tf.Session().run(gradient), expected, rtol=1e-4, atol=1e-6)


def test_gradients_to_boxes_are_what_differences_say():
    images = np.random.default_rng(4).normal(size=(1, 6, 7, 3))
    sides = np.array([[0.13, 0.21, 0.77, 0.93]], np.float32)
    for size in ([3, 4], [1, 2], [2, 1]):
        boxes = tf.placeholder(tf.float32, [1, 4])
        total = tf.reduce_sum(tf.square(tf.image.crop_and_resize(tf.constant(images, tf.float32), boxes, [0], size)))
        session = tf.Session()
        (slopes,) = session.run(tf.gradients(total, boxes), {boxes: sides})
        for side in range(4):
            step = np.zeros((1, 4), np.float32)
            step[0, side] = 2e-3
            ends = [session.run(total, {boxes: sides + sign * step}) for sign in (1, -1)]
            np.testing.assert_allclose(slopes[0, side], (ends[0] - ends[1]) / 4e-3, rtol=2e-2, atol=2e-2)


@pytest.mark.parametrize(
    ("boxes", "shape", "expected"),
    [
        (
            [[[0.1, 0.2, 0.5, 0.9], [0.0, 0.0, 1.0, 1.0]], [[-0.5, 0.3, 0.8, 1.4], [0.9, 0.1, 0.2, 0.8]]],
            (2, 6, 7, 3),
            -3.219771,
        ),
        ([[[0.1, 0.2, 0.5, 0.9], [0.0, 0.0, 1.0, 1.0]]], (1, 6, 7, 1), 6.0379981),
        ([[[0.1, 0.2, 0.5, 0.9], [0.0, 0.0, 1.0, 1.0]]], (1, 6, 7, 4), 12.848207),
    ],
)
def test_drawn_boxes(boxes, shape, expected):
    images = wave(*shape).astype(np.float32)
    value = tf.Session().run(tf.image.draw_bounding_boxes(images, boxes))
    np.testing.assert_allclose(np.sum(value * wave(*shape, step=0.23)), expected, rtol=1e-4)


def test_boxes_in_colours_that_are_given():
    drawn = tf.image.draw_bounding_boxes(tf.zeros([1, 3, 3, 3]), [[[0, 0, 1, 1]]], colors=[[0.25, 0.5, 0.75]])
    value = tf.Session().run(drawn)[0]
    assert value[1, 1].tolist() == [0, 0, 0]
    assert value[0, 1].tolist() == [0.25, 0.5, 0.75]
    assert (value != 0).any(-1).sum() == 8


BOXES = [
    [0.55, 0.71, 0.98, 1.28], [0.29, 0.51, 0.57, 0.74], [0.89, 0.9, 1.23, 1.56], [0.13, 0.21, 0.81, 0.71],
    [0.05, 0.44, 0.69, 1.05], [0.03, 0.46, 0.36, 0.61], [0.65, 0.28, 1.14, 0.71], [0.68, 0.59, 0.99, 0.83],
    [0.02, 0.56, 0.37, 0.94], [0.26, 0.42, 0.52, 0.69], [0.28, 0.69, 0.66, 1.31], [0.44, 0.16, 0.89, 0.43],
]  # fmt: skip
SCORES = [0.28, 0.45, 0.21, 0.2, 0.51, 0.09, 0.48, 0.36, 0.71, 0.75, 0.69, 0.69]


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ((5,), [9, 8, 10, 11, 4]),
        ((12, 0.2), [9, 8, 10, 11, 6, 7, 0, 2, 5]),
        ((12, 0.9), [9, 8, 10, 11, 4, 6, 1, 7, 0, 2, 3, 5]),
        ((12, 0.3, 0.4), [9, 8, 10, 11, 6]),
    ],
)
def test_picked_boxes(rest, expected):
    picked = tf.image.non_max_suppression(BOXES, SCORES, *rest)
    assert picked.shape.as_list() == [None]
    value = tf.Session().run(picked)
    assert value.dtype == np.int32
    assert value.tolist() == expected


def test_what_does_not_fit_is_refused():
    image = tf.zeros([1, 2, 2, 1])
    with pytest.raises(ValueError, match=r"not in: .bilinear., .nearest."):
        tf.image.crop_and_resize(image, [[0, 0, 1, 1]], [0], [1, 1], method="bicubic")
    with pytest.raises(ValueError, match="Dimensions must be equal, but are 2 and 1"):
        tf.image.crop_and_resize(image, tf.zeros([2, 4]), [0], [1, 1])
    with pytest.raises(ValueError, match="Dimensions must be equal, but are 12 and 4"):
        tf.image.non_max_suppression(BOXES, SCORES[:4], 3)
    session = tf.Session()
    with pytest.raises(tf.errors.OutOfRangeError, match="box_index has values outside"):
        session.run(tf.image.crop_and_resize(image, tf.zeros([2, 4]), [0, 3], [1, 1]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="iou_threshold must be in"):
        session.run(tf.image.non_max_suppression(BOXES, SCORES, 3, 1.5))
