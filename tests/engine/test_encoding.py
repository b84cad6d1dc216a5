"""Protocol buffers, checksums, record files and pictures: bytes that other programs wrote and read."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.encoding.crc32c import crc32c, masked, masked_crc32c
from engine.encoding.example import Example, Feature, Features, Int64List
from engine.encoding.png import encode_png
from engine.encoding.records import DamagedRecordError, framed, read_records
from engine.encoding.summary import Event, Summary
from engine.encoding.wire import decode_varint, encode_varint

quick = settings(max_examples=30, deadline=None, derandomize=True)


def bitwise(data: bytes) -> int:
    """The checksum by its definition, a bit at a time."""
    state = 0xFFFFFFFF
    for byte in data:
        state ^= byte
        for _ in range(8):
            state = state >> 1 ^ (0x82F63B78 if state & 1 else 0)
    return state ^ 0xFFFFFFFF


def test_checksums_of_the_standard():
    """RFC 3720, appendix B.4."""
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c(bytes(range(32))) == 0x46DD794E
    assert crc32c(b"123456789") == 0xE3069283


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 9001, 70_001])
def test_long_data_has_the_checksum_of_its_bits(size):
    data = np.random.default_rng(size).integers(0, 256, size).astype(np.uint8).tobytes()
    assert crc32c(data) == bitwise(data)


def test_masked_checksums():
    assert masked(0) == 0xA282EAD8
    assert masked(0x8A9136AA) == ((0x8A9136AA >> 15 | 0x8A9136AA << 17 & 0xFFFFFFFF) + 0xA282EAD8) & 0xFFFFFFFF


@quick
@given(st.integers(-(2**63), 2**64 - 1))
def test_varints_come_back(value):
    data = encode_varint(value)
    assert decode_varint(b"x" + data + b"y", 1) == (value % 2**64, 1 + len(data))


def test_a_summary_has_the_bytes_that_tensorflow_gives():
    """Recorded from tf.Summary(...).SerializeToString() of TensorFlow."""
    summary = Summary(value=[Summary.Value(tag="loss", simple_value=0.25), Summary.Value(tag="zero", simple_value=0)])
    assert summary.SerializeToString() == bytes.fromhex("0a0b0a046c6f7373150000803e0a0b0a047a65726f1500000000")
    assert Summary.FromString(summary.SerializeToString()) == summary


def test_an_event_has_the_bytes_that_protobuf_gives():
    event = Event(wall_time=1.5, step=-1, summary=Summary(value=[Summary.Value(tag="a", simple_value=2.0)]))
    expected = "09000000000000f83f10ffffffffffffffffff012a0a0a080a01611500000040"
    assert event.SerializeToString().hex() == expected
    back = Event.FromString(bytes.fromhex(expected))
    assert back.step == -1 and back.wall_time == 1.5 and back.summary.value[0].simple_value == 2.0
    assert back.WhichOneof("what") == "summary"


def test_messages_behave_as_generated_ones_do():
    summary = Summary()
    value = summary.value.add(tag="accuracy")
    value.simple_value = 0.1
    assert summary.value[0].simple_value == float(np.float32(0.1))
    assert value.HasField("simple_value") and not value.HasField("histo")
    value.histo.bucket.extend([1, 2])
    other = Summary()
    other.CopyFrom(summary)
    assert other == summary and other is not summary
    assert str(Summary(value=[Summary.Value(tag="x", simple_value=0.1)])) == (
        'value {\n  tag: "x"\n  simple_value: 0.1\n}\n'
    )
    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        summary.colour = 3
    with pytest.raises(ValueError, match="has no 'colour' field"):
        Summary(colour=3)
    with pytest.raises(TypeError, match="expected one of: float, int"):
        value.simple_value = "much"
    with pytest.raises(TypeError, match="expected one of: int"):
        Int64List(value=[1.5])


def test_setting_one_of_several_clears_the_others():
    feature = Feature(int64_list=Int64List(value=[3]))
    feature.float_list.value.append(1.0)
    read = Feature.FromString(feature.SerializeToString())
    assert read.int64_list.value == [] and read.float_list.value == [1.0]


def test_an_example_keeps_its_features_by_name():
    example = Example(features=Features(feature={"size": Feature(int64_list=Int64List(value=[1, -2, 300]))}))
    example.features.feature["name"].bytes_list.value.append(b"\x00\xff")
    back = Example.FromString(example.SerializeToString())
    assert back.features.feature["size"].int64_list.value == [1, -2, 300]
    assert back.features.feature["name"].bytes_list.value == [b"\x00\xff"]
    # Recorded from TensorFlow: one feature, so that the order of the map does not matter.
    one = Example(features=Features(feature={"size": Feature(int64_list=Int64List(value=[1, -2, 300]))}))
    assert one.SerializeToString().hex() == "0a1b0a190a0473697a6512111a0f0a0d01feffffffffffffffff01ac02"


@quick
@given(st.binary(max_size=40))
def test_bytes_that_hold_no_message_are_a_value_error(data):
    try:
        event = Event.FromString(data)
    except ValueError:
        return
    assert Event.FromString(event.SerializeToString()) == event


def test_records_come_back_and_damage_is_found():
    payloads = [b"", b"first", bytes(5000)]
    data = b"".join(framed(payload) for payload in payloads)
    assert list(read_records(io.BytesIO(data))) == payloads
    assert framed(b"first")[:8] == struct.pack("<Q", 5)
    assert framed(b"first")[-4:] == struct.pack("<I", masked_crc32c(b"first"))
    with pytest.raises(DamagedRecordError, match="truncated record at 0"):
        list(read_records(io.BytesIO(framed(b"first")[:-1])))
    endless = struct.pack("<Q", 2**63)
    with pytest.raises(DamagedRecordError, match="truncated record at 0"):
        list(read_records(io.BytesIO(endless + struct.pack("<I", masked_crc32c(endless)))))
    damaged = bytearray(data)
    damaged[30] ^= 1
    with pytest.raises(DamagedRecordError, match="corrupted record at 16"):
        list(read_records(io.BytesIO(damaged)))


@pytest.mark.parametrize(("channels", "colour"), [(1, 0), (3, 2), (4, 6)])
def test_a_picture_is_a_png_file_with_its_pixels(channels, colour):
    pixels = np.random.default_rng(0).integers(0, 256, (3, 5, channels)).astype(np.uint8)
    data = encode_png(pixels)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, place = {}, 8
    while place < len(data):
        length = struct.unpack(">I", data[place : place + 4])[0]
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        assert struct.unpack(">I", data[place + 8 + length : place + 12 + length])[0] == zlib.crc32(kind + body)
        chunks[kind] = body
        place += 12 + length
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (5, 3, 8, colour, 0, 0, 0)
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(3, 1 + 5 * channels)
    assert not rows[:, 0].any()
    np.testing.assert_array_equal(rows[:, 1:].reshape(pixels.shape), pixels)
