"""A picture that has the graph inside: what was put in comes out, and nothing else is taken for it."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.encoding.png import DamagedPictureError, decode_png, encode_png
from engine.encoding.png_text import text_in, with_text
from engine.formats import load_graph_file, model_from_bytes, model_to_bytes
from engine.formats.picture import graph_in_picture, picture_with_graph
from engine.graph import FileFormatError

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"
PICTURE = encode_png(np.arange(60, dtype=np.uint8).reshape(4, 5, 3))
LONGEST = 10_000


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(body: bytes) -> bytes:
    """The picture with an iTXt chunk of these bytes."""
    return PICTURE[:-12] + chunk(b"iTXt", body) + PICTURE[-12:]


@given(st.text(st.characters(codec="utf-8")))
def test_a_text_comes_out_as_it_was_put_in(text):
    picture = with_text(PICTURE, "key", text)
    assert text_in(picture, "key", LONGEST) == text
    assert text_in(picture, "ke", LONGEST) is None
    assert np.array_equal(decode_png(picture), decode_png(PICTURE))


def test_a_second_text_takes_the_place_of_the_first():
    picture = with_text(with_text(with_text(PICTURE, "a", "1"), "b", "2"), "a", "3")
    assert (text_in(picture, "a", LONGEST), text_in(picture, "b", LONGEST)) == ("3", "2")
    assert picture.count(b"iTXt") == 2


def test_a_text_that_another_program_left_uncompressed_is_read():
    assert text_in(with_chunk(b"key\0\0\0en\0\0hello"), "key", LONGEST) == "hello"


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (b"GIF89a", "it is no PNG file"),
        (PICTURE[:-1], "it is cut off"),
        (PICTURE[:20], "it is cut off"),
        (PICTURE.replace(b"IDAT", b"iDAT"), "a checksum in it is wrong"),
        (with_chunk(b"key\0"), "the text in it is damaged"),
        (with_chunk(b"key\0\7\0\0\0x"), "the text in it is damaged"),
        (with_chunk(b"key\0\1\0\0\0not zlib"), "the text in it is damaged"),
        (with_chunk(b"key\0\1\0\0\0" + zlib.compress(b"x" * 500)[:-4]), "the text in it is cut off"),
        (with_chunk(b"key\0\1\0\0\0" + zlib.compress(bytes(50_000_000))), "the text in it is longer than 10000 bytes"),
        (with_chunk(b"key\0\0\0\0\0\xff"), "the text in it is no UTF-8"),
    ],
)
def test_what_is_damaged_is_told(picture, sentence):
    if picture.startswith(b"\x89PNG") and b"iTXt" not in picture:
        with pytest.raises(DamagedPictureError, match=sentence):
            with_text(picture, "key", "text")
    with pytest.raises(DamagedPictureError, match=sentence):
        text_in(picture, "key", LONGEST)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.graph")), ids=lambda path: path.stem)
def test_the_graph_in_a_picture_is_the_document_byte_for_byte(path, tmp_path):
    model = load_graph_file(path)
    picture = picture_with_graph(PICTURE, model)
    assert graph_in_picture(picture, "a picture") == model_to_bytes(model)
    file = tmp_path / "graph.png"
    file.write_bytes(picture)
    assert model_to_bytes(load_graph_file(file)) == model_to_bytes(model)


def test_pictures_without_a_graph_are_refused_with_a_sentence(tmp_path):
    file = tmp_path / "holiday.png"
    file.write_bytes(PICTURE)
    with pytest.raises(FileFormatError, match=r"^holiday\.png is a picture without a graph in it\."):
        load_graph_file(file)
    file.write_bytes(PICTURE[:30])
    with pytest.raises(FileFormatError, match=r"^holiday\.png is a picture that cannot be read for a graph: it is cut"):
        load_graph_file(file)
    file.write_bytes(with_text(PICTURE, "chainrule.graph", '{"format": "chainrule.graph"'))
    with pytest.raises(FileFormatError, match=r"^holiday\.png ends in the middle of the graph"):
        load_graph_file(file)
    with pytest.raises(FileFormatError, match=r"no JSON|no graph|ends in"):
        model_from_bytes(b"{", "a file")
