"""What placeholders are fed: typed values, CSV columns and NumPy arrays, cast and checked."""

import os
import re
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.graph import DataError, Graph, bool_, float32, float64, int32, int64
from engine.model import CsvColumns, NumpyArray, TypedValues
from engine.training.csv_file import describe_csv
from engine.training.data import cast_array, load_source
from engine.training.numpy_file import ArrayDescription, describe_numpy
from engine.training.paths import moved_source, relative_path, resolve_path


def placeholder(shape="unknown", dtype="float32", name="x"):
    return Graph().add("Placeholder", name, {"shape": shape, "dtype": dtype})


def refusal(source, op=None, folder=None) -> str:
    with pytest.raises(DataError) as caught:
        load_source(source, op or placeholder(), folder)
    assert caught.value.node == "x"
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def csv(tmp_path):
    """Writes a CSV file and loads columns of it."""

    def load(text, *columns, op=None, as_matrix=False, encoding="utf-8"):
        path = tmp_path / "prices.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return load_source(CsvColumns("prices.csv", columns, as_matrix), op or placeholder(dtype="float64"), tmp_path)

    return load


@pytest.fixture
def csv_refusal(csv):
    def refuse(*arguments, **keywords) -> str:
        with pytest.raises(DataError) as caught:
            csv(*arguments, **keywords)
        return str(caught.value)

    return refuse


# --- typed -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5.0),
        ("1, 2, 3", [1.0, 2.0, 3.0]),
        ("0 1; 1 0", [[0.0, 1.0], [1.0, 0.0]]),
        ("[[1.5], [2]]", [[1.5], [2.0]]),
    ],
)
def test_typed_values_take_the_dtype_of_the_placeholder(text, expected):
    np.testing.assert_array_equal(load_source(TypedValues(text), placeholder()), np.float32(expected), strict=True)


def test_typed_values_that_are_none():
    assert refusal(TypedValues("1, two")) == "'two' is not a number; write for example 0.1 or 1e-3."
    assert "at least one number" in refusal(TypedValues("  "))


# --- dtypes ------------------------------------------------------------------------------------------------------


def test_whole_floats_become_integers():
    op = placeholder(dtype="int32")
    np.testing.assert_array_equal(load_source(TypedValues("1.0, 2e3"), op), np.int32([1, 2000]), strict=True)


@pytest.mark.parametrize("text", ["1, 2.5", "1, nan", "1, inf", "1, 2147483648", "1, -2147483649"])
def test_other_numbers_do_not_become_integers(text):
    sentence = refusal(TypedValues(text), placeholder(dtype="int32"))
    assert re.match(r"The typed values, row 2 of the numbers: .* is no whole number that int32 holds;", sentence)


def test_the_ends_of_int64():
    top = 2**63 - 1
    np.testing.assert_array_equal(cast_array(np.array([top, -top - 1]), int64), [top, -top - 1])
    with pytest.raises(DataError):
        cast_array(np.array([2.0**63]), int64)
    assert cast_array(np.array([-(2.0**63)]), int64)[0] == -top - 1
    with pytest.raises(DataError):
        cast_array(np.array([2**63], np.uint64), int64)


def test_only_0_and_1_become_booleans():
    np.testing.assert_array_equal(cast_array(np.array([0.0, 1.0]), bool_), [False, True], strict=True)
    with pytest.raises(DataError, match="neither 0 nor 1"):
        cast_array(np.array([0, 2]), bool_)


def test_booleans_become_numbers():
    np.testing.assert_array_equal(cast_array(np.array([True, False]), float32), np.float32([1, 0]), strict=True)


def test_a_number_too_large_for_float32_is_refused_and_infinity_is_not():
    with pytest.raises(DataError, match=r"1e\+39 is too large for float32"):
        cast_array(np.array([1e39]), float32)
    np.testing.assert_array_equal(cast_array(np.array([np.inf, np.nan]), float32), np.float32([np.inf, np.nan]))


@given(
    st.lists(st.floats() | st.integers(-(2**64), 2**64).map(float)), st.sampled_from([float32, float64, int32, int64])
)
def test_a_cast_keeps_every_number_or_is_refused(numbers, dtype):
    given_numbers = np.array(numbers, np.float64)
    try:
        cast = cast_array(given_numbers, dtype)
    except DataError:
        assert dtype is not float64
        return
    assert cast.dtype == dtype.numpy
    rounded = given_numbers.astype(np.float32).astype(np.float64) if dtype is float32 else given_numbers
    np.testing.assert_array_equal(cast.astype(np.float64), rounded)


# --- shapes ------------------------------------------------------------------------------------------------------


def test_a_shape_that_does_not_fit_is_said_with_both_shapes_and_what_to_do():
    sentence = refusal(TypedValues("1 2 3; 4 5 6"), placeholder("[?, 2]"))
    assert sentence == (
        "Cannot feed value of shape (2, 3) for Placeholder 'x', which has shape (?, 2). Change the placeholder's shape "
        "or the data."
    )
    assert "semicolons" in refusal(TypedValues("1, 2, 3"), placeholder("[?, 1]"))


def test_a_column_for_a_matrix_is_told_how_to_become_one(csv, csv_refusal):
    assert "Take the column as a matrix" in csv_refusal("1\n2\n", "1", op=placeholder("[?, 1]"))
    assert csv("1\n2\n", "1", op=placeholder("[?, 1]"), as_matrix=True).shape == (2, 1)


# --- CSV ---------------------------------------------------------------------------------------------------------


HOUSES = "size,rooms,price\n50,2,100.5\n80,3,1.5e2\n"


def test_columns_by_name_in_the_order_asked_for(csv):
    np.testing.assert_array_equal(csv(HOUSES, "price", "size"), [[100.5, 50], [150, 80]])


def test_one_column_is_a_vector_and_no_column_means_all(csv):
    np.testing.assert_array_equal(csv(HOUSES, "rooms"), [2, 3])
    assert csv(HOUSES).shape == (2, 3)


def test_columns_by_number(csv):
    np.testing.assert_array_equal(csv(HOUSES, "2"), [2, 3])
    np.testing.assert_array_equal(csv("1,2\n3,4\n", "2"), [2, 4])


def test_a_name_that_is_a_number_goes_before_the_number(csv):
    np.testing.assert_array_equal(csv("year,2,1\n5,6,7\n", "2"), [6])
    np.testing.assert_array_equal(csv("year,2,1\n5,6,7\n", "1"), [7])
    np.testing.assert_array_equal(csv("year,2,1\n5,6,7\n", "3"), [7])


@pytest.mark.parametrize(
    "text",
    [
        "a;b\n1;2\n3;4\n",
        "a\tb\r\n1\t2\r\n3\t4",
        "a,b\r1,2\r3,4\r",
        "\ufeffa,b\n1,2\n3,4\n",
        "\n\na,b\n\n1,2\n  ,\n3,4\n\n",
        '"a","b"\n"1","2"\n"3","4"\n',
        "a, b\n1, 2\n3, 4\n",
        'a,b,"note, with a comma"\n1,2,3\n3,4,5\n',
        '"a";"b"\n1;2\n3;4',
        "a,b\n1,2\n3,4,,\n",
    ],
)
def test_spellings_of_the_same_table(csv, text):
    np.testing.assert_array_equal(csv(text, "a", "b"), [[1, 2], [3, 4]])


def test_words_that_are_numbers(csv):
    np.testing.assert_array_equal(csv("a,b\n1,true\n2,False\n,\n3,nan\n", "b"), [1, 0, np.nan])


def test_a_cell_with_a_line_break_does_not_shift_the_rows(csv_refusal):
    text = 'size,note\n1,"two\nlines"\n2,one\nn/a,one\n'
    assert csv_refusal(text, "size") == "prices.csv, row 4, column 'size': 'n/a' is not a number."


def test_blank_rows_count_as_spreadsheets_count_them(csv_refusal):
    assert csv_refusal("size\n1\n\nx\n", "size") == "prices.csv, row 4, column 'size': 'x' is not a number."


@pytest.mark.parametrize(
    ("text", "columns", "sentence"),
    [
        ("a,b\n1,n/a\n", ["b"], "prices.csv, row 2, column 'b': 'n/a' is not a number."),
        ("1,2\n1,x\n", ["2"], "prices.csv, row 2, column 2: 'x' is not a number."),
        ("a;b\n1;2,5\n", ["b"], "prices.csv, row 2, column 'b': '2,5' is not a number; write decimals with a point."),
        ("a,b\n1,\n", ["b"], "prices.csv, row 2, column 'b': the cell is empty; fill in a number, or nan."),
        (
            "a,b\n1,2\n1\n",
            ["b"],
            "prices.csv, row 3, column 'b': the row ends before it, with 1 of 2 cells; complete it.",
        ),
        ("a,size\n1,2\n", ["sise"], "prices.csv has no column 'sise'; it has size, a."),
        ("1,2\n3,4\n", ["7"], "prices.csv has no column '7'; it has 1, 2."),
        ("a,a\n1,2\n", ["a"], "prices.csv has 2 columns called 'a'; name the one you want by its number."),
        ("", ["a"], "prices.csv is empty; choose a file with rows of numbers."),
        ("\n \n,,\n", ["a"], "prices.csv is empty; choose a file with rows of numbers."),
        ("a,b\n", ["a"], "prices.csv has a header row and no data under it; add rows."),
        (b"a\n\xff\xfe\n", ["a"], "prices.csv is no text in UTF-8 (byte 3); save it as CSV in UTF-8."),
    ],
)
def test_what_is_wrong_in_a_table_is_said_with_its_place(csv_refusal, text, columns, sentence):
    assert csv_refusal(text, *columns) == sentence


def test_a_quotation_mark_that_never_closes(csv_refusal):
    assert "quotation mark" in csv_refusal('a\n1\n"' + "1\n" * 100_000, "a")


def test_a_long_clean_table(csv):
    numbers = np.arange(200_000).reshape(20_000, 10) / 8
    text = "\n".join(",".join(map(str, row)) for row in numbers.tolist())
    np.testing.assert_array_equal(csv(text), numbers)


def test_describing_a_table(tmp_path):
    path = tmp_path / "houses.csv"
    path.write_text(HOUSES + "90,4\n")
    description = describe_csv(path, preview_rows=1)
    assert description.columns == ("size", "rooms", "price")
    assert description.has_header
    assert description.row_count == 3
    assert description.first_rows == (("50", "2", "100.5"),)
    path.write_text("1;2\n3;4\n")
    assert describe_csv(path).columns == ("1", "2")
    assert not describe_csv(path).has_header


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text('",;\t\n\r 1a.-', max_size=80).map(str.encode))
def test_any_bytes_as_a_table_are_read_or_refused_in_a_sentence(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    try:
        array = load_source(CsvColumns(str(path), ()), placeholder(dtype="float64"))
    except DataError as error:
        sentence = str(error)
    else:
        sentence = path.name
        assert len(array) == describe_csv(path).row_count
    assert path.name in sentence


# --- NumPy -------------------------------------------------------------------------------------------------------


@pytest.fixture
def arrays(tmp_path):
    np.save(tmp_path / "one.npy", np.array([[1, 2], [3, 4]], np.uint8))
    np.savez(tmp_path / "two.npz", images=np.zeros((3, 4)), labels=np.array([1, 2, 3]))
    np.savez_compressed(tmp_path / "single.npz", only=np.arange(3.0))
    np.save(tmp_path / "objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "objects.npz", bad=np.array([None], dtype=object), good=np.ones(2))
    np.save(tmp_path / "complex.npy", np.array([1j]))
    np.save(tmp_path / "text.npy", np.array(["a"]))
    np.save(tmp_path / "named.npy", np.zeros(2, [("a", float), ("b", int)]))
    (tmp_path / "noise.npy").write_bytes(b"\x93NUMPY\x01\x00nonsense")
    (tmp_path / "empty.npy").write_bytes(b"")
    (tmp_path / "empty.npz").write_bytes(b"PK\x05\x06" + b"\0" * 18)
    (tmp_path / "hello.npy").write_text("hello")
    (tmp_path / "half.npz").write_bytes((tmp_path / "two.npz").read_bytes()[:300])
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,), }"
    (tmp_path / "huge.npy").write_bytes(b"\x93NUMPY\x01\x00" + bytes([len(header) + 1, 0]) + header + b"\n")
    return tmp_path


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (NumpyArray("one.npy"), [[1, 2], [3, 4]]),
        (NumpyArray("two.npz", "labels"), [1, 2, 3]),
        (NumpyArray("single.npz"), [0, 1, 2]),
        (NumpyArray("objects.npz", "good"), [1, 1]),
    ],
)
def test_arrays_of_files(arrays, source, expected):
    np.testing.assert_array_equal(load_source(source, placeholder(), arrays), np.float32(expected), strict=True)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (NumpyArray("two.npz"), "two.npz holds several arrays; choose one of images, labels."),
        (NumpyArray("two.npz", "label"), "two.npz holds no array 'label'; it holds labels, images."),
        (NumpyArray("one.npy", "a"), "one.npy holds one array without a name; leave the key 'a' out."),
        (NumpyArray("objects.npy"), "objects.npy holds Python objects, or is no NumPy file; save numbers with np.save"),
        (NumpyArray("objects.npz", "bad"), "objects.npz holds Python objects"),
        (NumpyArray("complex.npy"), "complex.npy is an array of complex128; only numbers and booleans can be fed"),
        (NumpyArray("text.npy"), "text.npy is an array of <U1; only numbers"),
        (NumpyArray("named.npy"), "named.npy is an array of "),
        (NumpyArray("noise.npy"), "noise.npy is no NumPy file, or is damaged"),
        (NumpyArray("empty.npy"), "empty.npy is no NumPy file, or is damaged"),
        (NumpyArray("empty.npz"), "empty.npz holds no arrays; choose another file."),
        (NumpyArray("hello.npy"), "hello.npy holds Python objects, or is no NumPy file"),
        (NumpyArray("half.npz", "images"), "half.npz is no NumPy file, or is damaged"),
        (NumpyArray("huge.npy"), "huge.npy "),
        (NumpyArray("gone.npy"), "There is no file "),
        (NumpyArray("."), ""),
        (NumpyArray(""), "No data file is chosen; choose one."),
        (CsvColumns("gone.csv", ()), "There is no file "),
        (CsvColumns("a\0b", ()), ""),
        (CsvColumns(".", ()), ""),
    ],
)
def test_what_no_file_gives_is_said_in_a_sentence(arrays, source, sentence):
    said = refusal(source, folder=arrays)
    assert said.startswith(sentence)
    assert said.endswith(".")


def test_nothing_pickled_is_run(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "was run"),))

    np.save(tmp_path / "bomb.npy", np.array([Bomb()], dtype=object), allow_pickle=True)
    refusal(NumpyArray("bomb.npy"), folder=tmp_path)
    assert describe_numpy(tmp_path / "bomb.npy")[0].dtype == "object"
    assert not (tmp_path / "was run").exists()


def test_describing_arrays(arrays):
    assert describe_numpy(arrays / "one.npy") == (ArrayDescription("", (2, 2), "uint8"),)
    assert describe_numpy(arrays / "two.npz") == (
        ArrayDescription("images", (3, 4), "float64"),
        ArrayDescription("labels", (3,), "int64"),
    )
    assert describe_numpy(arrays / "objects.npz")[0].dtype == "object"


@pytest.mark.parametrize("name", ["noise.npy", "empty.npy", "hello.npy", "half.npz"])
def test_describing_what_is_no_array(arrays, name):
    with pytest.raises(DataError, match=name):
        describe_numpy(arrays / name)


def test_an_archive_with_something_else_in_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(DataError, match=r"a\.npz"):
        describe_numpy(tmp_path / "a.npz")
    assert refusal(NumpyArray("a.npz", "readme.txt"), folder=tmp_path).startswith("a.npz, 'readme.txt' is no array")


def test_an_archive_whose_contents_would_lie_before_its_start(tmp_path):
    path = tmp_path / "damaged.npz"
    np.savez(path, a=np.arange(6.0))
    content = bytearray(path.read_bytes())
    directory_offset = slice(len(content) - 6, len(content) - 2)  # in the last record of a zip file
    start = int.from_bytes(content[directory_offset], "little")
    content[directory_offset] = (start + 1000).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(DataError, match="is damaged"):
        describe_numpy(path)
    with pytest.raises(DataError, match="is damaged"):
        load_source(NumpyArray(str(path), "a"), placeholder())


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_damage_of_an_archive_is_read_or_refused_in_a_sentence(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.npz"
    np.savez_compressed(path, a=np.arange(6.0), b=np.eye(2))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    said = []
    for read in (lambda: load_source(NumpyArray(str(path), "a"), placeholder()), lambda: describe_numpy(path)):
        try:
            read()
        except DataError as error:
            said.append(str(error))
    assert all("damaged.npz" in sentence for sentence in said)


# --- paths -------------------------------------------------------------------------------------------------------


def test_paths_are_relative_to_the_document_with_forward_slashes(tmp_path):
    document, data = tmp_path / "graphs", tmp_path / "data" / "a.csv"
    assert relative_path(data, document) == "../data/a.csv"
    assert resolve_path("../data/a.csv", document) == document / "../data/a.csv"
    assert relative_path(data, None) == data.as_posix()
    assert resolve_path(str(data), document) == data


def test_a_document_that_moves_finds_its_data_again(tmp_path):
    source = CsvColumns("data/a.csv", ("1",))
    moved = moved_source(source, tmp_path, tmp_path / "copies")
    assert moved == CsvColumns("../data/a.csv", ("1",))
    assert moved_source(moved, tmp_path / "copies", tmp_path) == source
    assert moved_source(source, tmp_path, tmp_path) is source


def test_a_document_saved_for_the_first_time_names_its_data_relatively(tmp_path):
    absolute = NumpyArray((tmp_path / "a.npy").as_posix())
    assert moved_source(absolute, None, tmp_path) == NumpyArray("a.npy")
    assert moved_source(absolute, tmp_path / "before", tmp_path) == absolute
    assert moved_source(TypedValues("1"), None, tmp_path) == TypedValues("1")
