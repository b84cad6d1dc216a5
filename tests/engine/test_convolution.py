"""Convolutions, pooling and biases as TensorFlow has them: values recorded from it, static shapes, errors."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from tests.engine.helpers import wave, weighed

pytestmark = pytest.mark.usefixtures("graph")


def measured(function, *shapes):
    """The shape of a function's result, and what it and the gradients of its weighed sum are, in one number each."""
    xs = [tf.constant(wave(*shape, step=0.7 + 0.2 * i)) for i, shape in enumerate(shapes)]
    y = function(*xs)
    loss = tf.reduce_sum(y * tf.constant(wave(*y.shape.as_list(), step=0.37)))
    with tf.Session() as session:
        gradients = session.run(tf.gradients(loss, xs))
        return y.shape.as_list(), [float(session.run(loss)), *map(weighed, gradients)]


#: A call, the shapes of its inputs, and what TensorFlow gives: the result's shape, its and its gradients' weighed sums.
RECORDED = {
    "nn.conv2d(x, f, [1, 1, 1, 1], 'SAME')": (
        [(2, 5, 6, 3), (3, 2, 3, 4)],
        [2, 5, 6, 4],
        [0.0957995235731, -1.1617958375, 7.95371383812],
    ),
    "nn.conv2d(x, f, strides=[1, 2, 2, 1], padding='SAME')": (
        [(2, 5, 6, 3), (3, 2, 3, 4)],
        [2, 3, 3, 4],
        [1.08708391955, -2.02861262023, 5.64144919617],
    ),
    "nn.conv2d(x, filter=f, strides=2, padding='VALID', use_cudnn_on_gpu=False)": (
        [(2, 5, 6, 3), (3, 2, 3, 4)],
        [2, 2, 3, 4],
        [-0.782343596379, -0.299481711278, -1.89571553137],
    ),
    "nn.conv2d(x, filters=f, strides=[1, 2], padding='VALID')": (
        [(1, 5, 6, 2), (2, 2, 2, 3)],
        [1, 4, 3, 3],
        [-0.821435408771, -0.164741780102, -2.50175352592],
    ),
    "nn.conv2d(input=x, filters=f, strides=[1, 3, 2, 1], padding=[[0, 0], [1, 2], [0, 3], [0, 0]])": (
        [(2, 5, 4, 2), (3, 3, 2, 2)],
        [2, 2, 3, 2],
        [-7.46773160867, 0.916439082341, 0.984798313807],
    ),
    "nn.conv2d(x, f, [1, 1, 1, 1], 'SAME', False, 'NHWC', [1, 1, 1, 1], 'named')": (
        [(1, 4, 4, 1), (5, 5, 1, 2)],
        [1, 4, 4, 2],
        [-9.97464195692, -0.596979166671, -15.3528871683],
    ),
    "nn.conv2d_transpose(x, f, [2, 7, 9, 3], [1, 2, 2, 1])": (
        [(2, 4, 5, 4), (3, 3, 3, 4)],
        [2, 7, 9, 3],
        [-3.13815993099, -1.10029923954, -0.554482678609],
    ),
    "nn.conv2d_transpose(x, f, [2, 8, 10, 3], strides=[1, 2, 2, 1], padding='SAME')": (
        [(2, 4, 5, 4), (5, 5, 3, 4)],
        [2, 8, 10, 3],
        [-4.23917438253, -3.48051156405, 12.6077353118],
    ),
    "nn.conv2d_transpose(value=x, filter=f, output_shape=[2, 9, 11, 3], strides=2, padding='VALID')": (
        [(2, 4, 5, 4), (3, 3, 3, 4)],
        [2, 9, 11, 3],
        [-3.65717865085, 1.0498012547, -3.35799338308],
    ),
    "nn.conv2d_transpose(x, f, [2, 10, 11, 3], 2, 'VALID')": (
        [(2, 4, 5, 4), (3, 3, 3, 4)],
        [2, 10, 11, 3],
        [-0.956606212275, 1.48836070646, -0.715036099779],
    ),
    "nn.conv1d(x, f, 2, 'SAME')": ([(2, 7, 3), (3, 3, 4)], [2, 4, 4], [0.761160520826, 1.84072225646, 3.57135786963]),
    "nn.conv1d(x, f, stride=1, padding='VALID')": (
        [(2, 7, 3), (3, 3, 4)],
        [2, 5, 4],
        [2.22259936293, 4.22986502393, 1.02457118589],
    ),
    "nn.conv1d(value=x, filters=f, stride=[1, 2, 1], padding='SAME')": (
        [(2, 6, 3), (3, 3, 4)],
        [2, 3, 4],
        [-0.238610042905, 0.441389336888, -0.634135545236],
    ),
    "nn.conv3d(x, f, [1, 1, 1, 1, 1], 'SAME')": (
        [(1, 3, 4, 5, 2), (2, 3, 2, 2, 3)],
        [1, 3, 4, 5, 3],
        [2.60417621904, -3.18171593083, 3.92846987499],
    ),
    "nn.conv3d(x, f, strides=[1, 2, 1, 2, 1], padding='VALID')": (
        [(2, 4, 4, 5, 2), (2, 3, 2, 2, 3)],
        [2, 2, 2, 2, 3],
        [-0.712884606101, 20.061935495, -2.16145541756],
    ),
    "nn.atrous_conv2d(x, f, 2, 'SAME')": (
        [(2, 7, 6, 2), (3, 3, 2, 3)],
        [2, 7, 6, 3],
        [-5.38264001186, -0.858792425124, -32.3216984585],
    ),
    "nn.atrous_conv2d(x, f, rate=2, padding='VALID')": (
        [(2, 7, 6, 2), (3, 3, 2, 3)],
        [2, 3, 2, 3],
        [2.28296527705, -1.74983520599, -15.4545832995],
    ),
    "nn.convolution(x, f, 'VALID', strides=[2, 1])": (
        [(2, 5, 6, 3), (3, 2, 3, 4)],
        [2, 2, 5, 4],
        [-1.30735089906, 4.75204116561, -0.26395426651],
    ),
    "nn.convolution(x, f, padding='SAME', dilation_rate=[2, 2])": (
        [(2, 5, 6, 3), (3, 2, 3, 4)],
        [2, 5, 6, 4],
        [3.34213452871, 3.95388620444, 23.2587714322],
    ),
    "nn.convolution(x, f, 'SAME')": (
        [(2, 7, 3), (3, 3, 4)],
        [2, 7, 4],
        [-1.65532788426, -1.44828611125, -1.16756528425],
    ),
    "nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')": (
        [(2, 5, 6, 3)],
        [2, 3, 3, 3],
        [0.398442343163, -0.056438480375],
    ),
    "nn.max_pool(x, ksize=[1, 3, 2, 1], strides=[1, 1, 2, 1], padding='VALID')": (
        [(2, 5, 6, 3)],
        [2, 3, 3, 3],
        [0.484599707223, -0.151614062817],
    ),
    "nn.max_pool(x, 3, 2, 'SAME')": ([(2, 5, 6, 3)], [2, 3, 3, 3], [0.605354676394, 0.126016597976]),
    "nn.avg_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')": (
        [(2, 5, 6, 3)],
        [2, 3, 3, 3],
        [-0.722910576262, 1.15156988964],
    ),
    "nn.avg_pool(value=x, ksize=[1, 3, 3, 1], strides=[1, 2, 1, 1], padding='SAME')": (
        [(2, 5, 6, 3)],
        [2, 3, 6, 3],
        [0.253284080673, 23.1788085819],
    ),
    "nn.avg_pool(x, [3, 2], 2, 'VALID')": ([(2, 5, 6, 3)], [2, 2, 3, 3], [-0.577927230054, 0.714402071019]),
    "nn.pool(x, [2, 3], 'MAX', 'VALID')": ([(2, 5, 6, 3)], [2, 4, 4, 3], [3.2418194105, -0.633832780394]),
    "nn.pool(x, [2, 2], 'AVG', 'SAME', strides=[2, 2])": (
        [(2, 5, 6, 3)],
        [2, 3, 3, 3],
        [-0.722910576262, 1.15156988964],
    ),
    "nn.pool(x, [3], 'AVG', 'SAME', strides=[2])": ([(2, 6, 3)], [2, 3, 3], [-0.187610641514, -0.0417810214233]),
    "nn.max_pool1d(x, 2, 2, 'SAME')": ([(2, 5, 3)], [2, 3, 3], [1.96481016718, -4.50256594891]),
    "nn.bias_add(x, f)": ([(2, 3, 4), (4,)], [2, 3, 4], [4.50646801113, 12.6813386482, 3.68627666424]),
    "nn.bias_add(x, f, data_format='NCHW')": (
        [(2, 3, 4, 2), (3,)],
        [2, 3, 4, 2],
        [0.406077661563, 24.8000665545, 0.899729793592],
    ),
}


@pytest.mark.parametrize("call", RECORDED)
def test_values_and_gradients_are_tensorflows(call):
    shapes, shape, sums = RECORDED[call]
    found_shape, found = measured(lambda *xs: eval(call, {"nn": tf.nn, "wave": wave, "x": xs[0], "f": xs[-1]}), *shapes)
    assert found_shape == shape
    np.testing.assert_allclose(found, sums, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("shape", "call", "expected"),
    [
        ([None, 28, 28, 1], lambda x: tf.nn.conv2d(x, np.zeros([5, 5, 1, 6]), [1, 2, 2, 1], "SAME"), [None, 14, 14, 6]),
        ([None, None, 28, 1], lambda x: tf.nn.conv2d(x, np.zeros([5, 5, 1, 6]), 1, "VALID"), [None, None, 24, 6]),
        (None, lambda x: tf.nn.conv2d(x, np.zeros([5, 5, 1, 6]), 1, "VALID"), [None, None, None, 6]),
        ([None, 1, 28, 28], lambda x: tf.nn.conv2d(x, np.zeros([5, 5, 1, 6]), 1, "VALID", True, "NCHW"),
         [None, 6, 24, 24]),
        ([None, None, None, 3], lambda x: tf.nn.max_pool(x, 2, 2, "SAME"), [None, None, None, 3]),
        (None, lambda x: tf.nn.max_pool(x, 2, 2, "SAME"), [None, None, None, None]),
        ([None, 7, 7, None], lambda x: tf.nn.avg_pool(x, 3, 2, "SAME"), [None, 4, 4, None]),
        ([None, None], lambda x: tf.nn.bias_add(x, np.zeros([4])), [None, 4]),
        ([None, 7, 7, 8], lambda x: tf.nn.conv2d_transpose(x, np.zeros([3, 3, 4, 8]), [-1, 14, 14, 4], 2),
         [None, 14, 14, 4]),
    ],
)  # fmt: skip
def test_static_shapes_with_unknown_sizes(shape, call, expected):
    assert call(tf.placeholder(tf.float64, shape)).shape.as_list() == expected


def test_a_transposed_convolution_takes_its_batch_from_the_value():
    x = tf.placeholder(tf.float32, [None, 4, 4, 2])
    w = tf.constant(np.ones([3, 3, 1, 2], np.float32))
    y = tf.nn.conv2d_transpose(x, w, [None, 8, 8, 1], strides=[1, 2, 2, 1])
    assert tf.Session().run(y, {x: np.ones([5, 4, 4, 2])}).shape == (5, 8, 8, 1)
    assert tf.nn.conv2d_transpose(x, w, None, 2).shape.as_list() == [None, 8, 8, 1]
    assert tf.nn.conv2d_transpose(x, w, None, 2, "VALID").shape.as_list() == [None, 9, 9, 1]
    with pytest.raises(ValueError, match="a convolution of that has the size 5 along axis 1"):
        tf.nn.conv2d_transpose(x, w, [None, 9, 9, 1], 2)


def test_a_transposed_convolution_takes_its_shape_from_a_tensor():
    x = tf.placeholder(tf.float64, [None, 4, 4, 2])
    shape = tf.placeholder(tf.int32, [4])
    w = tf.constant(wave(3, 3, 1, 2))
    y = tf.nn.conv2d_transpose(x, w, shape, strides=[1, 2, 2, 1])
    assert y.shape.as_list() == [None, None, None, 1]
    value, gradient = tf.Session().run([y, tf.gradients(y, x)[0]], {x: wave(2, 4, 4, 2), shape: [2, 7, 8, 1]})
    assert value.shape == (2, 7, 8, 1)
    (expected,) = tf.Session().run([tf.nn.conv2d(np.ones([2, 7, 8, 1]), w, 2, "SAME")])
    np.testing.assert_allclose(gradient, expected)
    assert tf.nn.conv2d_transpose(x, w, tf.constant([3, 8, 8, 1]), 2).shape.as_list() == [3, 8, 8, 1]


def test_channels_first_gives_what_channels_last_gives():
    x, f = wave(2, 5, 6, 3), wave(3, 2, 3, 4)
    last = tf.nn.max_pool(tf.nn.conv2d(x, f, 1, "SAME"), 2, 2, "VALID")
    turned = tf.nn.conv2d(np.moveaxis(x, -1, 1), f, [1, 1, 1, 1], "SAME", data_format="NCHW")
    first = tf.nn.max_pool(turned, [1, 1, 2, 2], [1, 1, 2, 2], "VALID", data_format="NCHW")
    found, expected = tf.Session().run([first, last])
    np.testing.assert_allclose(np.moveaxis(found, 1, -1), expected)


def test_the_gradient_of_a_tie_goes_to_the_first_position():
    x = tf.constant(np.ones([1, 4, 4, 1], np.float32))
    gradient = tf.gradients(tf.nn.max_pool(x, 2, 2, "VALID"), x)[0]
    assert tf.Session().run(gradient)[0, :, :, 0].tolist() == [[1, 0, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
    overlapping = tf.gradients(tf.nn.max_pool(x, 3, 1, "SAME"), x)[0]
    assert tf.Session().run(overlapping)[0, :, :, 0].tolist() == [
        [4, 2, 2, 0], [2, 1, 1, 0], [2, 1, 1, 0], [0, 0, 0, 0]
    ]  # fmt: skip


def test_float32_stays_float32_and_integers_have_maxima():
    x = tf.constant(wave(1, 4, 4, 1).astype(np.float32))
    assert tf.nn.conv2d(x, np.ones([2, 2, 1, 1]), 1, "SAME").dtype == tf.float32
    whole = tf.constant(np.arange(16).reshape(1, 4, 4, 1), "int32")
    assert tf.Session().run(tf.nn.max_pool(whole, 2, 2, "SAME")).ravel().tolist() == [5, 7, 13, 15]


def test_a_batch_of_none_and_batches_that_change():
    x = tf.placeholder(tf.float32, [None, 6, 6, 2])
    f = tf.Variable(wave(3, 3, 2, 4).astype(np.float32))
    y = tf.nn.max_pool(tf.nn.conv2d(x, f, 1, "SAME"), 2, 2, "SAME")
    gradient = tf.gradients(y, f)[0]
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    values = wave(300, 6, 6, 2).astype(np.float32)
    whole, many = session.run([y, gradient], {x: values})
    parts = [session.run([y, gradient], {x: part}) for part in np.split(values, [0, 1, 100])]
    np.testing.assert_allclose(np.concatenate([part for part, _ in parts]), whole, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(sum(part for _, part in parts), many, rtol=1e-3, atol=1e-3)
    assert parts[0][0].shape == (0, 3, 3, 4)
    assert not parts[0][1].any()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: tf.nn.conv2d(tf.placeholder(tf.float32, [None, 28, 28, 3]), np.zeros([3, 3, 4, 8]), 1, "SAME"),
            "Dimensions must be equal, but are 3 and 4 for 'Conv2D' (op: 'Conv2D') with input shapes: [?,28,28,3], "
            "[3,3,4,8].",
        ),
        (
            lambda: tf.nn.conv2d(tf.zeros([1, 3, 3, 1]), np.zeros([5, 5, 1, 1]), 1, "VALID"),
            "Negative dimension size caused by subtracting 5 from 3 for 'Conv2D' (op: 'Conv2D') with input shapes: "
            "[1,3,3,1], [5,5,1,1].",
        ),
        (
            lambda: tf.nn.conv2d(tf.zeros([28, 28, 1]), np.zeros([5, 5, 1, 1]), 1, "VALID"),
            "Shape must be rank 4 but is rank 3 for 'Conv2D' (op: 'Conv2D') with input shapes: [28,28,1], [5,5,1,1].",
        ),
        (
            lambda: tf.nn.max_pool(tf.zeros([1, 3, 3, 1]), 4, 1, "VALID"),
            "Negative dimension size caused by subtracting 4 from 3 for 'MaxPool' (op: 'MaxPool') with input shapes: "
            "[1,3,3,1].",
        ),
        (
            lambda: tf.nn.bias_add(tf.zeros([2, 3]), tf.zeros([4])),
            "Dimensions must be equal, but are 3 and 4 for 'BiasAdd' (op: 'BiasAdd') with input shapes: [2,3], [4].",
        ),
        (lambda: tf.nn.conv2d(tf.zeros([1, 3, 3, 1]), np.zeros([1, 1, 1, 1]), [1, 1, 1], "SAME"),
         "strides should be of length 1, 2 or 4 but was 3"),
        (lambda: tf.nn.conv2d(tf.zeros([1, 3, 3, 1]), np.zeros([1, 1, 1, 1]), [2, 1, 1, 1], "SAME"),
         "Current implementation does not yet support strides in the batch and depth dimensions"),
        (lambda: tf.nn.conv2d(tf.zeros([1, 3, 3, 1]), np.zeros([1, 1, 1, 1]), 1, "same as before"),
         "padding: 'SAME AS BEFORE' is not one of SAME, VALID, EXPLICIT"),
        (lambda: tf.nn.conv2d(tf.zeros([1, 3, 3, 1]), np.zeros([1, 1, 1, 1]), 1),
         "padding is missing"),
    ],
)  # fmt: skip
def test_errors_begin_with_tensorflows_words(call, words):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        call()
    assert str(caught.value).startswith(words)


def test_places_of_the_largest_elements():
    x = tf.constant(wave(2, 3, 4, 2).astype(np.float32))
    largest, places = tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    assert places.dtype == tf.int64
    gradient = tf.gradients(largest, x)[0]
    plain = tf.nn.max_pool(x, 2, 2, "SAME")
    found, at, back, expected, expected_back = tf.Session().run(
        [largest, places, gradient, plain, tf.gradients(plain, x)[0]]
    )
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(back, expected_back)
    assert at.ravel().tolist() == PLACES


#: Recorded from TensorFlow.
PLACES = [2, 11, 12, 13, 18, 19, 20, 21, 2, 3, 14, 5, 16, 17, 22, 23]


def test_the_gradients_of_a_convolution_by_name():
    x, f, g = (tf.constant(wave(*shape)) for shape in ((2, 5, 6, 3), (3, 2, 3, 4), (2, 3, 3, 4)))
    y = tf.nn.conv2d(x, f, [1, 2, 2, 1], "SAME")
    expected = tf.gradients(y, [x, f], grad_ys=[g])
    to_x = tf.nn.conv2d_backprop_input([2, 5, 6, 3], f, g, [1, 2, 2, 1], "SAME")
    to_f = tf.nn.conv2d_backprop_filter(x, tf.shape(f), g, strides=[1, 2, 2, 1], padding="SAME")
    session = tf.Session()
    for found, wanted in zip(session.run([to_x, to_f]), session.run(expected), strict=True):
        np.testing.assert_allclose(found, wanted)


def test_pooling_under_its_later_names():
    x = tf.constant(wave(1, 4, 4, 2))
    session = tf.Session()
    for later, name in ((tf.nn.max_pool2d, "max_pool"), (tf.nn.avg_pool2d, "avg_pool")):
        found, expected = session.run([later(x, 2, 2, "VALID"), getattr(tf.nn, name)(x, [1, 2, 2, 1], 2, "VALID")])
        np.testing.assert_array_equal(found, expected)
