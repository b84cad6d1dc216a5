"""Shapes, dtypes, numbers as typed, and attributes."""

from __future__ import annotations

import json
import pickle
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, mutually_broadcastable_shapes

from engine.graph import (
    DTYPES,
    SCALAR_SHAPE,
    UNKNOWN_SHAPE,
    Attribute,
    AttributeKind,
    AttributeValueError,
    DTypeError,
    ShapeError,
    TensorShape,
    as_dtype,
    as_shape,
    broadcast_shapes,
    float32,
    float64,
    int32,
    int64,
)
from engine.graph.attributes import INLINE_ELEMENTS, array_from_json, array_to_json, parse_shape
from engine.graph.convert import constant_array
from engine.graph.literals import format_array, format_number, parse_array

unhurried = settings(deadline=None, derandomize=True, max_examples=60)
shapes_in_part = st.none() | st.lists(st.none() | st.integers(0, 5), max_size=4)


def test_shapes_are_shown_as_in_tensorflow():
    assert [str(TensorShape(dims)) for dims in (None, [], [3], [None, 2])] == ["<unknown>", "()", "(3,)", "(?, 2)"]
    assert repr(TensorShape([None, 2])) == "TensorShape([Dimension(None), Dimension(2)])"


def test_a_shape_answers_what_programs_ask():
    shape = TensorShape([None, 3, 2])
    assert (shape.rank, shape.ndims, len(shape), shape[1], list(shape)) == (3, 3, 3, 3, [None, 3, 2])
    assert shape[1:] == [3, 2]
    assert shape.as_list() == [None, 3, 2]
    assert shape.num_elements() is None
    assert not shape.is_fully_defined()
    assert TensorShape([2, 3]).num_elements() == 6
    assert TensorShape([2, 3]).known() == (2, 3)
    assert SCALAR_SHAPE.num_elements() == 1
    assert shape.concatenate([4]) == [None, 3, 2, 4]
    assert UNKNOWN_SHAPE.concatenate([4]) == UNKNOWN_SHAPE
    assert UNKNOWN_SHAPE[0].value is None
    assert UNKNOWN_SHAPE[1:] == UNKNOWN_SHAPE
    assert as_shape(5) == [5]
    assert TensorShape([-1]) == [None]
    assert len({TensorShape([1, 2]), TensorShape((1, 2))}) == 1
    assert TensorShape([2]) != "no shape"


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: TensorShape([-2]), "A dimension cannot be -2"),
        (lambda: UNKNOWN_SHAPE.as_list(), "as_list"),
        (lambda: len(UNKNOWN_SHAPE), "unknown rank"),
        (lambda: TensorShape([None]).known(), "not fully known"),
        (lambda: UNKNOWN_SHAPE.known(), "not known"),
        (lambda: TensorShape([2]).merge_with([3]), r"\(2,\) and \(3,\) are not compatible"),
        (lambda: broadcast_shapes(TensorShape([2, 3]), TensorShape([2, 4])), "Incompatible shapes"),
    ],
)
def test_shapes_that_are_refused(ask, words):
    with pytest.raises(ShapeError, match=words):
        ask()


@unhurried
@given(shapes_in_part, shapes_in_part)
def test_merging_knows_what_both_know(first, second):
    a, b = TensorShape(first), TensorShape(second)
    assert a.is_compatible_with(b) == b.is_compatible_with(a)
    assert a.merge_with(a) == a
    assert a.merge_with(UNKNOWN_SHAPE) == a
    if a.is_compatible_with(b):
        merged = a.merge_with(b)
        assert merged == b.merge_with(a)
        assert merged.merge_with(a) == merged


@unhurried
@given(mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=3), st.data())
def test_broadcasting_of_partly_known_shapes_allows_what_happens(drawn, data):
    """What numpy gives for the whole shapes is compatible with what is said of the shapes known in part."""
    known = [TensorShape(shape) for shape in drawn.input_shapes]
    assert broadcast_shapes(*known) == drawn.result_shape
    hidden = [TensorShape([data.draw(st.sampled_from([size, None])) for size in shape]) for shape in drawn.input_shapes]
    assert broadcast_shapes(*hidden).is_compatible_with(drawn.result_shape)
    assert broadcast_shapes(known[0], UNKNOWN_SHAPE) == UNKNOWN_SHAPE


def test_dtypes():
    assert [as_dtype(name) for name in ("float", "double", "int32", "int64", "bool")] == [
        float32, float64, int32, int64, DTYPES[4],
    ]  # fmt: skip
    assert as_dtype(np.float32) is float32
    assert as_dtype(float) is float32
    assert float32 == "float32" == float32
    assert float32 == np.float32
    assert float32 != "int32"
    assert float32 is not None
    assert repr(float32) == "tf.float32"
    assert pickle.loads(pickle.dumps(float32)) is float32
    assert [dtype.name for dtype in DTYPES if dtype.is_floating] == ["float32", "float64", "float16"]
    assert [dtype.name for dtype in DTYPES if dtype.is_integer and not dtype.is_unsigned] == [
        "int32", "int64", "int8", "int16",
    ]  # fmt: skip
    assert as_dtype(str) == as_dtype(np.dtype("U3")) == as_dtype("string")
    assert (as_dtype("uint8").min, as_dtype("uint8").max, as_dtype("int16").size) == (0, 255, 2)
    for wrong in (None, "complex64", "nonsense", np.dtype("M8[s]")):
        with pytest.raises(DTypeError, match="is not a dtype; use one of float32, float64, int32, int64, bool"):
            as_dtype(wrong)


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (1, int32),
        (1.5, float32),
        (True, "bool"),
        ([1, 2**40], int64),
        ([], float32),
        (np.array([1.5]), float64),
        (np.float32(1), float32),
        (np.array([1]), int64),
    ],
)
def test_values_get_tensorflows_dtype(value, dtype):
    array, found = constant_array(value)
    assert found == dtype
    assert array.dtype == found.numpy


def test_values_that_make_no_tensor():
    for value in (["text", 1], [1, [2, 3]], object(), None):
        with pytest.raises(DTypeError, match="Cannot make a tensor"):
            constant_array(value)
    with pytest.raises(DTypeError, match=r"Expected int32, got 1\.5"):
        constant_array(1.5, int32)
    assert constant_array(2.0, int32)[0] == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", 3),
        ("-1.5e-3", -0.0015),
        ("1, 2, 3", [1, 2, 3]),
        ("1 2 3", [1, 2, 3]),
        ("[1, 2]", [1, 2]),
        ("[1 2]", [1, 2]),
        ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ("[1, 2], [3, 4]", [[1, 2], [3, 4]]),
        ("(1, 2), (3, 4),", [[1, 2], [3, 4]]),
        ("1 2; 3 4", [[1, 2], [3, 4]]),
        ("1 2\n;3 4;", [[1, 2], [3, 4]]),
        ("true, false", [True, False]),
        ("nan", np.nan),
        ("inf, -inf", [np.inf, -np.inf]),
        (".5", 0.5),
        ("[]", []),
        ("+7", 7),
    ],
)
def test_numbers_as_typed(text, expected):
    np.testing.assert_array_equal(parse_array(text), np.array(expected))


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "abc", "1e999", "-1e999",
        "1, x", "[1, 2", "1]]", "[[1], [2, 3]]", "1; 2 3", "__import__('os')", "1_000", "[1; 2]",
        "1e5x", "9" * 400, "[" * 5000, "1 + 1", "None", "0x10", "- 1", "1,,2", '"1"', "{}",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_a_sentence(text):
    with pytest.raises(AttributeValueError) as caught:
        parse_array(text)
    assert caught.value.message.endswith(".")


@unhurried
@given(st.text(alphabet="0123456789.,;[]() -+einfatrus\n", max_size=30))
def test_any_text_gives_an_array_or_a_sentence(text):
    with suppress(AttributeValueError):
        assert parse_array(text).dtype.kind in "iufb"


real_arrays = st.sampled_from([np.float32, np.float64, np.int32, np.int64, np.bool_]).flatmap(
    lambda dtype: arrays(dtype, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
)


@unhurried
@given(real_arrays)
def test_arrays_survive_a_file_bit_for_bit(array):
    back = array_from_json(json.loads(json.dumps(array_to_json(array))))
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    if array.dtype.kind == "f":
        np.testing.assert_array_equal(back, array)
        np.testing.assert_array_equal(np.signbit(back)[~np.isnan(array)], np.signbit(array)[~np.isnan(array)])
    else:
        assert back.tobytes() == array.tobytes()


def test_large_arrays_are_written_as_bytes():
    array = np.random.default_rng(0).normal(size=INLINE_ELEMENTS + 1)
    data = json.loads(json.dumps(array_to_json(array)))
    assert "base64" in data
    assert array_from_json(data).tobytes() == array.tobytes()


@pytest.mark.parametrize(
    "data",
    [
        None, [], "x", {}, {"dtype": "float32"}, {"dtype": "object", "shape": [], "values": [1]},
        {"dtype": "float32", "shape": [2], "values": [1]}, {"dtype": "float32", "shape": [-1], "values": [1]},
        {"dtype": "float32", "shape": [1], "values": [[1]]}, {"dtype": "float32", "shape": [1], "values": [None]},
        {"dtype": "float32", "shape": [1], "base64": "!!"}, {"dtype": "float32", "shape": [2], "base64": "AAAA"},
        {"dtype": "int32", "shape": [1], "values": ["x"]}, {"dtype": "float32", "shape": 3, "values": [1]},
        {"dtype": "int32", "shape": [1], "values": [10**30]},
    ],
)  # fmt: skip
def test_broken_arrays_in_files_are_refused(data):
    with pytest.raises((AttributeValueError, DTypeError)):
        array_from_json(data)


def test_numbers_are_shown_as_python_shows_them():
    assert format_array(np.array([0.1, 2], np.float32)) == "[0.1, 2. ]"
    assert format_array(np.array([[1, 2], [3, 4]])) == "[[1, 2], [3, 4]]"
    assert format_array(np.array(0.1, np.float32)) == "0.1"
    assert format_number(1 / 3, 4) == "0.3333"
    assert format_number(7, 2) == "7"
    assert "..." in format_array(np.arange(5000))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[?, 3]", [None, 3]),
        ("2, 10", [2, 10]),
        ("2 × 10".replace(" ", ""), [2, 10]),
        ("[]", []),
        ("()", []),
        ("unknown", None),
        ("", None),
        ("-1, None", [None, None]),
        ("(3,)", [3]),
    ],
)
def test_shapes_as_typed(text, expected):
    assert parse_shape(text) == TensorShape(expected)


KINDS = [
    (Attribute("n", AttributeKind.FLOAT, 0.1, "."), ["0.5", 1, np.float32(2)], ["x", None, [1]]),
    (Attribute("n", AttributeKind.INT, 1, "."), ["3", 2.0, np.int64(4)], [1.5, "x", True, None, "1.5", float("inf")]),
    (Attribute("n", AttributeKind.INT, None, ".", optional=True), [None, "", "none", 3], ["x"]),
    (Attribute("n", AttributeKind.BOOL, True, "."), [True, "false", "True", np.bool_(True)], [1, "yes", None]),
    (Attribute("n", AttributeKind.TEXT, "", "."), ["", " as typed "], [1, None]),
    (Attribute("n", AttributeKind.CHOICE, "a", ".", choices=("a", "b")), ["b"], ["c", 1]),
    (Attribute("n", AttributeKind.DTYPE, float32, "."), ["int32", np.float64], ["x", None]),
    (Attribute("n", AttributeKind.SHAPE, UNKNOWN_SHAPE, "."), ["[?, 3]", [1, None], None, 3, ()], ["x", 1.5, [-2]]),
    (Attribute("n", AttributeKind.AXES, None, ".", optional=True), ["0, 1", 1, [0, -1], None, ()], ["x", 1.5, [None]]),
    (
        Attribute("n", AttributeKind.ARRAY, np.array(0.0), "."),
        ["1, 2", [[1]], 3, np.ones(2)],
        ["x", [1, "a"], [[1], 2]],
    ),
]


@pytest.mark.parametrize(("attribute", "good", "bad"), KINDS, ids=lambda x: getattr(x, "kind", None) and x.kind.value)
def test_attribute_values(attribute, good, bad):
    for value in good:
        stored = attribute.convert(value)
        assert attribute.same(attribute.convert(stored), stored)
        assert attribute.same(attribute.from_json(json.loads(json.dumps(attribute.to_json(stored)))), stored)
    for value in bad:
        with pytest.raises(AttributeValueError, match=r"^n: "):
            attribute.convert(value)


def test_attribute_bounds():
    attribute = Attribute("rate", AttributeKind.FLOAT, 0.1, ".", minimum=0, maximum=1)
    assert attribute.convert(1) == 1
    with pytest.raises(AttributeValueError, match=r"rate: -0.1 is too small; use at least 0\."):
        attribute.convert(-0.1)
    with pytest.raises(AttributeValueError, match="too large"):
        attribute.convert("2")
    for endless in ("1e400", "inf", "nan", float("nan")):
        with pytest.raises(AttributeValueError, match=r"rate: .* is not a finite number"):
            attribute.convert(endless)


@pytest.mark.parametrize("text", ["[2", "2]", "(2]", "[2)", "[", "[[2]]", "2;3"])
def test_a_shape_with_odd_brackets_is_refused(text):
    with pytest.raises(AttributeValueError, match="is not a shape; write for example"):
        parse_shape(text)
