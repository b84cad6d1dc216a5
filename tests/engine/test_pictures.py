"""PNG files, read and written. What conversions give is recorded from TensorFlow; files are made by hand."""

import struct
import zlib

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def value(tensor):
    with tf.Session() as session:
        return session.run(tensor)


PIXELS = (np.arange(24) * 10 % 256).astype(np.uint8).reshape(2, 4, 3)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(head, data, *others):
    body = chunk(b"IHDR", struct.pack(">IIBBBBB", *head)) + b"".join(others) + chunk(b"IDAT", zlib.compress(data))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def paeth(a, b, c):
    return min((abs(a + b - c - one), place, one) for place, one in enumerate((a, b, c)))[2]


def filtered(picture, kind):
    """Rows as differences, by the definition of the filter."""
    height, width, channels = picture.shape
    flat = picture.reshape(height, -1).astype(int)
    data = bytearray()
    for y in range(height):
        data.append(kind)
        for x in range(width * channels):
            left = flat[y, x - channels] if x >= channels else 0
            up = flat[y - 1, x] if y else 0
            corner = flat[y - 1, x - channels] if y and x >= channels else 0
            guess = (0, left, up, (left + up) // 2, paeth(left, up, corner))[kind]
            data.append((flat[y, x] - guess) % 256)
    return bytes(data)


@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_rows_written_with_every_filter_are_read(kind, channels):
    picture = np.random.default_rng(kind).integers(0, 256, (5, 7, channels)).astype(np.uint8)
    file = png((7, 5, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0), filtered(picture, kind))
    assert np.array_equal(value(tf.image.decode_png(file)), picture)


def test_what_is_written_is_read():
    file = value(tf.image.encode_png(PIXELS))
    picture = tf.image.decode_png(file)
    assert picture.dtype == tf.uint8 and picture.shape.as_list() == [None, None, None]
    assert np.array_equal(value(picture), PIXELS)
    assert tf.image.decode_png(file, channels=3).shape.as_list() == [None, None, 3]
    floats = value(tf.image.decode_image(file, dtype=tf.float32))
    assert np.allclose(floats, PIXELS / 255, atol=1e-6)


def test_channels_are_converted():
    file = value(tf.image.encode_png(PIXELS))
    grey = value(tf.image.decode_png(file, channels=1))
    assert grey[:, :, 0].tolist() == [[8, 38, 68, 98], [128, 158, 188, 218]]
    alpha = value(tf.image.decode_png(file, channels=4))
    assert alpha[0].tolist() == [[0, 10, 20, 255], [30, 40, 50, 255], [60, 70, 80, 255], [90, 100, 110, 255]]
    file = value(tf.image.encode_png(PIXELS[:, :, :1]))
    assert value(tf.image.decode_png(file)).shape == (2, 4, 1)
    assert value(tf.image.decode_png(file, channels=3))[0].tolist() == [[0] * 3, [30] * 3, [60] * 3, [90] * 3]


def test_palettes_few_bits_and_many():
    colours = chunk(b"PLTE", bytes([1, 2, 3, 4, 5, 6]))
    found = value(tf.image.decode_png(png((3, 1, 1, 3, 0, 0, 0), bytes([0, 0b01000000]), colours)))
    assert found.tolist() == [[[1, 2, 3], [4, 5, 6], [1, 2, 3]]]
    found = value(tf.image.decode_png(png((3, 1, 2, 0, 0, 0, 0), bytes([0, 0b00011100]))))
    assert found[0, :, 0].tolist() == [0, 85, 255]
    wide = png((2, 1, 16, 0, 0, 0, 0), bytes([0, 1, 2, 3, 4]))
    assert value(tf.image.decode_png(wide, dtype=tf.uint16))[0, :, 0].tolist() == [258, 772]
    assert value(tf.image.decode_png(wide))[0, :, 0].tolist() == [1, 3]


@pytest.mark.parametrize("file", [b"abc", png((3, 1, 8, 0, 0, 0, 1), b"\0abc"), png((9, 9, 8, 0, 0, 0, 0), b"\0abc")])
def test_other_files_are_refused(file):
    with pytest.raises(tf.errors.InvalidArgumentError, match="Unknown image file format"):
        value(tf.image.decode_png(file))


def test_pythons_float_means_float32():
    assert tf.placeholder(float).dtype == tf.float32
