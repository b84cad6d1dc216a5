"""Operations on texts. What they give is recorded from TensorFlow."""

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def value(tensor):
    with tf.Session() as session:
        found = session.run(tensor)
    return found.tolist() if isinstance(found, np.ndarray) else found


def test_numbers_as_texts():
    assert value(tf.as_string([1, 2])) == [b"1", b"2"]
    assert value(tf.as_string([1.5, -2.0, 1e10, float("nan")])) == [
        b"1.500000",
        b"-2.000000",
        b"10000000000.000000",
        b"nan",
    ]
    assert value(tf.as_string([True])) == [b"true"]
    assert value(tf.as_string(3.14159, precision=2)) == b"3.14"
    assert value(tf.as_string([1e10], shortest=True)) == [b"1e+10"]
    assert value(tf.as_string([1e10, 1.0], scientific=True)) == [b"1.000000e+10", b"1.000000e+00"]
    assert [value(tf.as_string(5, width=4, fill=fill)) for fill in ("", "0", "-")] == [b"   5", b"0005", b"5   "]


def test_texts_as_numbers():
    assert value(tf.string_to_number(["1", "2.5", " 3 ", "1e3"])) == [1.0, 2.5, 3.0, 1000.0]
    whole = tf.string_to_number("12", tf.int64)
    assert whole.dtype == tf.int64 and value(whole) == 12
    for text, dtype in (("x", tf.float32), ("1.5", tf.int32)):
        with pytest.raises(tf.errors.InvalidArgumentError, match="could not correctly convert string"):
            value(tf.string_to_number(text, dtype))


def test_texts_behind_each_other():
    assert value(tf.string_join(["a", ["b", "c"]], "-")) == [b"a-b", b"a-c"]
    table = [["a", "b"], ["c", "d"]]
    assert value(tf.reduce_join(table, 0)) == [b"ac", b"bd"]
    assert value(tf.reduce_join(table, [0, 1], separator="-")) == b"a-c-b-d"
    assert value(tf.reduce_join(table, [1, 0])) == value(tf.reduce_join(table)) == b"abcd"
    assert value(tf.reduce_join([["a", "b"]], 1, keep_dims=True)) == [[b"ab"]]
    with pytest.raises(ValueError, match="incompatible"):
        tf.string_join([["a"], ["b", "c"]])
    assert value(tf.constant("a") + np.array(["b", "c"])) == [b"ab", b"ac"]
    assert value(tf.equal(["a", "b"], "b")) == [False, True]


@pytest.mark.parametrize(
    ("split", "indices", "values", "shape"),
    [
        (lambda: tf.string_split(["a b  c", "", "d"]), [[0, 0], [0, 1], [0, 2], [2, 0]], b"abcd", [3, 3]),
        (lambda: tf.string_split(["a,b;c"], ",;"), [[0, 0], [0, 1], [0, 2]], b"abc", [1, 3]),
        (lambda: tf.string_split(["abc"], ""), [[0, 0], [0, 1], [0, 2]], b"abc", [1, 3]),
        (lambda: tf.strings.split(["a  b", "c"]), [[0, 0], [0, 1], [1, 0]], b"abc", [2, 2]),
    ],
)
def test_parts_of_texts(split, indices, values, shape):
    with tf.Session() as session:
        found = session.run(split())
    assert found.indices.tolist() == indices and b"".join(found.values) == values
    assert found.dense_shape.tolist() == shape


def test_empty_parts_may_be_kept():
    assert value(tf.string_split(["a b  c", "d"], skip_empty=False).values) == [b"a", b"b", b"", b"c", b"d"]


def test_pieces_and_lengths():
    assert value(tf.substr(["hello", "world"], 1, 3)) == [b"ell", b"orl"]
    assert value(tf.substr(["hello", "wor"], [1, 2], [3, 1])) == [b"ell", b"r"]
    assert value(tf.substr("hello", -3, 2)) == b"ll"
    with pytest.raises(tf.errors.InvalidArgumentError, match="pos 9 out of range"):
        value(tf.substr("hello", 9, 2))
    assert value(tf.strings.length(["a", "äb"])) == [1, 3]
    assert value(tf.strings.length(["äb"], unit="UTF8_CHAR")) == [2]


def test_letters_and_expressions():
    assert value(tf.string_strip([" a b\n"])) == [b"a b"]
    assert value(tf.strings.lower(["AÄ"])) == ["aÄ".encode()] and value(tf.strings.upper("aß")) == "Aß".encode()
    assert value(tf.regex_replace(["aab", "b"], "a+", r"<\0>")) == [b"<aa>b", b"b"]
    assert value(tf.regex_replace("abab", "(a)(b)", r"\2\1", replace_global=False)) == b"baab"
    assert value(tf.strings.regex_full_match(["abc", "ab"], "a.c")) == [True, False]
    with pytest.raises(tf.errors.InvalidArgumentError, match="Invalid pattern"):
        value(tf.regex_replace("a", "(", ""))


def test_letters_beyond_ascii_change_where_the_encoding_says_what_they_are():
    words = "ÄÉß Ab", "İ"
    expected = ["äéß ab".encode(), "i̇".encode()], ["ÄÉSS AB".encode(), "İ".encode()]
    assert value(tf.strings.lower(words, encoding="utf-8")) == expected[0]
    assert value(tf.strings.upper(words, encoding="utf-8")) == expected[1]
    assert value(tf.strings.lower(words)) == ["ÄÉß ab".encode(), "İ".encode()]
    with pytest.raises(ValueError, match="only utf8"):
        tf.strings.lower(words, encoding="latin1")


def test_ragged_tensors_are_refused():
    for split in (tf.string_split, tf.strings.split):
        with pytest.raises(ValueError, match="there are no ragged tensors"):
            split(["a b"], result_type="RaggedTensor")


def test_base64():
    assert value(tf.encode_base64(["hello?>"])) == [b"aGVsbG8_Pg"]
    assert value(tf.encode_base64("ab", pad=True)) == b"YWI="
    assert value(tf.decode_base64("aGVsbG8_Pg")) == b"hello?>"


def test_texts_whose_number_is_known_when_they_are_fed():
    fed = tf.placeholder(tf.string, [None])
    numbers = tf.string_to_number(tf.string_split(fed, ",").values)
    with tf.Session() as session:
        assert session.run(numbers, {fed: ["1,2", "3"]}).tolist() == [1.0, 2.0, 3.0]
        assert session.run(numbers, {fed: ["4"]}).tolist() == [4.0]
        assert session.run(tf.string_join([fed, fed]), {fed: ["x", "yz"]}).tolist() == [b"xx", b"yzyz"]


def test_bits_seen_as_other_numbers():
    assert value(tf.bitcast(tf.constant(1.0), tf.int32)) == 1065353216
    assert value(tf.bitcast(tf.constant([1, 2], tf.int64), tf.int32)) == [[1, 0], [2, 0]]
    assert value(tf.bitcast(tf.constant([[1, 2]]), tf.int64)) == [8589934593]
    assert tf.bitcast(tf.placeholder(tf.int64, [None]), tf.int32).shape.as_list() == [None, 2]
    with pytest.raises(ValueError, match="3 does not match 2"):
        tf.bitcast(tf.constant([1, 2, 3]), tf.int64)
    with pytest.raises(ValueError, match="Shape must be at least rank 1"):
        tf.bitcast(tf.constant(1), tf.int64)


def test_numpy_holds_texts_as_objects():
    assert tf.string.as_numpy_dtype is object
