"""Images: sizes, parts, turns and colours as TensorFlow has them (values recorded from it)."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from tests.engine.helpers import wave

pytestmark = pytest.mark.usefixtures("graph")


def measured(function, *shape):
    """The shape of a function's result, its weighed sum, and that of its gradient."""
    x = tf.placeholder(tf.float32, shape)
    y = function(x)
    gradient = tf.gradients(y * wave(*y.shape.as_list(), step=0.37), x)[0]
    with tf.Session() as session:
        values = session.run([y, gradient], {x: wave(*shape)})
    return list(values[0].shape), [float(np.sum(value * wave(*value.shape, step=0.23))) for value in values]


#: A call, the shape of x, and what TensorFlow gives: the result's shape, its weighed sum and its gradient's.
RECORDED = {
    "image.resize_images(x, [5, 7])": ((2, 3, 4, 2), [2, 5, 7, 2], [4.3071091, -3.3637541]),
    "image.resize_images(x, (2, 3), align_corners=True)": ((2, 4, 5, 1), [2, 2, 3, 1], [0.88837405, -2.6448986]),
    "image.resize_images(x, [5, 3], image.ResizeMethod.NEAREST_NEIGHBOR)": (
        (3, 4, 2),
        [5, 3, 2],
        [1.2269015, 4.6256607],
    ),
    "image.resize_images(x, [6, 7], method=1, align_corners=True)": (
        (1, 3, 4, 2),
        [1, 6, 7, 2],
        [-0.62643476, -0.85039023],
    ),
    "image.resize_images(x, [5, 7], method=2)": ((2, 3, 4, 2), [2, 5, 7, 2], [5.1313807, -2.7575801]),
    "image.resize_bicubic(x, [2, 6], align_corners=True)": ((1, 4, 5, 2), [1, 2, 6, 2], [-0.75717924, 2.5731462]),
    "image.resize_images(x, [8, 8], image.ResizeMethod.BICUBIC)": ((3, 4, 2), [8, 8, 2], [1.8112955, 1.0206878]),
    "image.sobel_edges(x)": ((2, 3, 4, 2), [2, 3, 4, 2, 2], [22.837673, -12.590896]),
    "image.resize_bilinear(x, [6, 8])": ((1, 3, 4, 2), [1, 6, 8, 2], [2.7866398, -0.11539969]),
    "image.resize_nearest_neighbor(x, [6, 8])": ((1, 3, 4, 2), [1, 6, 8, 2], [-0.056285835, -1.1346535]),
    "image.resize_images(x, [8, 8], preserve_aspect_ratio=True)": (
        (1, 3, 4, 2),
        [1, 6, 8, 2],
        [2.7866398, -0.11539969],
    ),
    "image.flip_left_right(x)": ((3, 4, 2), [3, 4, 2], [-0.73405165, -1.5686951]),
    "image.flip_up_down(x)": ((3, 4, 2), [3, 4, 2], [2.2438022, -0.91621159]),
    "image.transpose_image(x)": ((3, 4, 2), [4, 3, 2], [5.0663784, -0.15221685]),
    "image.per_image_standardization(x)": ((3, 4, 2), [3, 4, 2], [-0.80563679, -1.2028723]),
    "image.rgb_to_grayscale(x)": ((2, 3, 4, 3), [2, 3, 4, 1], [0.39060927, 1.356808]),
    "image.grayscale_to_rgb(x)": ((3, 4, 1), [3, 4, 3], [18.587466, -0.29461059]),
    "image.crop_to_bounding_box(x, 1, 0, 2, 3)": ((4, 4, 2), [2, 3, 2], [2.4821143, 2.9210009]),
    "image.pad_to_bounding_box(x, 1, 0, 6, 5)": ((4, 4, 2), [6, 5, 2], [-0.2077015, -3.6858917]),
    "image.resize_image_with_crop_or_pad(x, 3, 7)": ((6, 4, 2), [3, 7, 2], [0.49386294, 0.60797522]),
    "image.central_crop(x, 0.5)": ((7, 6, 2), [5, 4, 2], [8.2493521, -12.881655]),
    "image.adjust_brightness(x, 0.5)": ((4, 3, 2), [4, 3, 2], [-0.18095082, -0.74398719]),
    "tf.space_to_depth(x, 2)": ((2, 4, 6, 3), [2, 2, 3, 12], [-1.3070266, 2.9504496]),
    "tf.depth_to_space(x, block_size=2)": ((2, 2, 3, 8), [2, 4, 6, 2], [-5.3120141, -2.0199762]),
    "tf.extract_image_patches(x, [1, 2, 3, 1], [1, 2, 1, 1], [1, 1, 1, 1], 'VALID')": (
        (2, 5, 5, 2),
        [2, 2, 3, 12],
        [11.508416, -9.8734097],
    ),
    "tf.extract_image_patches(x, ksizes=[1, 3, 3, 1], strides=[1, 2, 2, 1], rates=[1, 2, 2, 1], padding='SAME')": (
        (1, 6, 5, 2),
        [1, 3, 3, 18],
        [-4.1103278, -4.2759782],
    ),
}


@pytest.mark.parametrize("call", RECORDED)
def test_values_and_gradients_are_tensorflows(call):
    shape, result, sums = RECORDED[call]
    found_shape, found = measured(lambda x: eval(call, {"tf": tf, "image": tf.image, "x": x}), *shape)
    assert found_shape == result
    np.testing.assert_allclose(found, sums, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("call", "shape", "expected"),
    [
        ("image.resize_images(x, [2, 3], image.ResizeMethod.AREA)", (2, 5, 7, 1), 0.17853666),
        ("image.resize_area(x, [6, 4], align_corners=True)", (1, 5, 7, 2), 1.6540475),
        ("image.resize_area(x, [6, 8])", (1, 4, 3, 2), -1.1464897),
        ("image.rot90(x)", (3, 4, 2), -3.8749993),
        ("image.rot90(x, tf.constant(-2))", (3, 4, 2), -0.41508171),
    ],
)
def test_values_are_tensorflows(call, shape, expected):
    y = eval(call, {"tf": tf, "image": tf.image, "x": tf.constant(wave(*shape), tf.float32)})
    value = tf.Session().run(y)
    assert value.dtype == np.float32
    np.testing.assert_allclose(np.sum(value * wave(*value.shape, step=0.23)), expected, rtol=1e-4)


def test_areas_of_a_single_pixel_are_all_of_it():
    pixels = tf.image.resize_area(np.float32([[[[1], [2], [3]]]]), [4, 3], align_corners=True)
    np.testing.assert_array_equal(tf.Session().run(pixels)[0, :, :, 0], [[1, 2, 3]] * 4)


def test_turned_images_have_the_sizes_that_every_turn_leaves():
    assert tf.image.rot90(tf.zeros([4, 4, 3])).shape.as_list() == [4, 4, 3]
    assert tf.image.rot90(tf.zeros([3, 4, 3])).shape.as_list() == [None, None, 3]
    assert tf.image.rot90(tf.zeros([2, 3, 4, 3])).shape.as_list() == [2, None, None, 3]


def test_flips_by_chance_are_others_in_every_run_and_for_each_image():
    one, many = tf.constant(wave(3, 4, 2)), tf.constant(np.tile(wave(3, 4, 2), [40, 1, 1, 1]))
    left, upside = tf.image.random_flip_left_right(one), tf.image.random_flip_up_down(many)
    assert left.shape.as_list() == [3, 4, 2]
    as_is, flipped = wave(3, 4, 2), wave(3, 4, 2)[:, ::-1]
    with tf.Session(seed=2) as session:
        seen = [session.run(left) for _ in range(30)]
        batch = session.run(upside)
    assert {bool((image == as_is).all()) for image in seen} == {True, False}
    assert all((image == as_is).all() or (image == flipped).all() for image in seen)
    turned = [bool((image == as_is[::-1]).all()) for image in batch]
    assert 5 < sum(turned) < 35
    assert all(is_turned or (image == as_is).all() for is_turned, image in zip(turned, batch, strict=True))


def test_whole_numbers_keep_their_dtype_or_become_floats():
    image = tf.constant(np.arange(12).reshape(2, 2, 3), tf.uint8)
    assert tf.image.resize_images(image, [4, 4]).dtype == tf.float32
    assert tf.image.resize_images(image, [4, 4], method=1).dtype == tf.uint8
    assert tf.image.resize_images(image, [2, 2]) is image
    floats = tf.image.convert_image_dtype(image, tf.float32)
    session = tf.Session()
    np.testing.assert_allclose(session.run(floats).ravel(), np.arange(12) / 255, rtol=1e-6)
    np.testing.assert_array_equal(session.run(tf.image.convert_image_dtype(floats, tf.uint8)), session.run(image))
    assert session.run(tf.image.rgb_to_grayscale(image)).dtype == np.uint8
    assert session.run(tf.image.random_brightness(image, 0.0)).tolist() == np.arange(12).reshape(2, 2, 3).tolist()


def test_sizes_that_are_computed():
    x = tf.placeholder(tf.float32, [None, None, None, 4])
    size = tf.placeholder(tf.int32, [2])
    y = tf.image.resize_bilinear(x, size)
    assert y.shape.as_list() == [None, None, None, 4]
    blocks = tf.depth_to_space(x, 2)
    assert blocks.shape.as_list() == [None, None, None, 1]
    values = wave(1, 2, 3, 4)
    found = tf.Session().run([y, blocks, tf.space_to_depth(blocks, 2)], {x: values, size: [4, 5]})
    assert found[0].shape == (1, 4, 5, 4)
    assert found[1].shape == (1, 4, 6, 1)
    np.testing.assert_allclose(found[2], values, rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: tf.image.resize_images(tf.zeros([3, 4]), [2, 2]), "'images' must have either 3 or 4 dimensions"),
        (lambda: tf.image.crop_to_bounding_box(tf.zeros([3, 4, 1]), 2, 0, 2, 2), "2 \\+ 2 must be <= 3"),
        (lambda: tf.image.pad_to_bounding_box(tf.zeros([3, 4, 1]), 2, 0, 4, 4), "does not fit into 4 by 4"),
        (lambda: tf.space_to_depth(tf.zeros([1, 3, 4, 1]), 2), "must be evenly divisible by 2 but is 3"),
        (lambda: tf.image.central_crop(tf.zeros([3, 4, 1]), 0.0), "central_fraction must be within"),
    ],
)
def test_errors_say_what_does_not_fit(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_changes_from_pixel_to_pixel():
    values = np.sin(np.arange(24.0)).reshape(2, 3, 4, 1).astype(np.float32)
    x = tf.constant(values)
    found = tf.Session().run(
        [tf.image.total_variation(x), tf.image.total_variation(x[0]), *tf.image.image_gradients(x)]
    )
    whole = [np.abs(np.diff(each, axis=0)).sum() + np.abs(np.diff(each, axis=1)).sum() for each in values]
    np.testing.assert_allclose(found[0], whole, rtol=1e-5)
    np.testing.assert_allclose(found[1], whole[0], rtol=1e-5)
    np.testing.assert_allclose(found[2], np.diff(values, axis=1, append=values[:, -1:]), rtol=1e-6)
    np.testing.assert_allclose(found[3], np.diff(values, axis=2, append=values[:, :, -1:]), rtol=1e-6)
    with pytest.raises(ValueError, match="must be either 3 or 4-dimensional"):
        tf.image.total_variation(tf.zeros([2, 2]))


def test_distances_of_images_in_decibels_and_gamma():
    one = np.sin(np.arange(24.0)).reshape(2, 3, 4, 1).astype(np.float32)
    other = np.cos(np.arange(24.0)).reshape(2, 3, 4, 1).astype(np.float32)
    coarse = [(each * 100 + 100).astype(np.uint8) for each in (one, other)]
    gamma = tf.image.adjust_gamma(np.abs(one[0]), 2.0, 3.0)
    found = tf.Session().run([tf.image.psnr(one, other, max_val=1.0), tf.image.psnr(*coarse, 255), gamma])
    np.testing.assert_allclose(found[0], [0.23713292, 0.09995627], atol=2e-6)
    np.testing.assert_allclose(found[1], [8.37863, 8.222162], rtol=1e-5)
    np.testing.assert_allclose(found[2], 3 * one[0] ** 2, rtol=1e-5)


def test_whole_numbers_keep_to_their_range_when_brightness_and_contrast_change():
    image = tf.constant(np.array([[[[10, 250, 0], [240, 30, 7]]]], np.uint8))
    signed = tf.constant(np.array([[[[1000, 25000, 0], [24000, 3000, 700]]]], np.int16))
    made = [
        tf.image.adjust_brightness(image, 0.1),
        tf.image.adjust_brightness(image, -0.1),
        tf.image.adjust_contrast(image, 3.0),
        tf.image.adjust_contrast(signed, 2.0),
    ]
    with tf.Session() as session:
        found = [array.reshape(-1).tolist() for array in session.run(made)]
    # Recorded from TensorFlow.
    assert found == [
        [35, 255, 25, 255, 55, 32],
        [0, 224, 0, 214, 4, 0],
        [0, 255, 0, 255, 0, 14],
        [-10500, 32767, -350, 32767, -8000, 1050],
    ]
