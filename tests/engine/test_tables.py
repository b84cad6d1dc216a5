"""Tables, histograms, places in sorted rows, rows with places. Numbers are recorded from TensorFlow."""

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")


def value(tensor):
    with tf.Session() as session:
        return session.run(tensor)


def test_a_table_gives_the_places_of_words(tmp_path):
    words = ["emerson", "lake", "palmer"]
    (tmp_path / "words").write_text("\n".join(words) + "\n")
    table = tf.contrib.lookup.index_table_from_tensor(words, default_value=-5)
    bucket = tf.contrib.lookup.index_table_from_tensor(tf.constant(words), num_oov_buckets=1)
    lines = tf.contrib.lookup.index_table_from_file(str(tmp_path / "words"), vocab_size=2)
    back = tf.contrib.lookup.index_to_string_table_from_tensor(words)
    keys = tf.constant(["lake", "and", "palmer"])
    with tf.Session() as session:
        with pytest.raises(tf.errors.FailedPreconditionError, match="Table not initialized"):
            session.run(table.lookup(keys))
        session.run(tf.tables_initializer())
        assert session.run(table.lookup(keys)).tolist() == [1, -5, 2]
        assert session.run(bucket.lookup(keys)).tolist() == [1, 3, 2]
        assert session.run(lines.lookup(keys)).tolist() == [1, -1, -1]
        assert session.run(back.lookup(tf.constant([2, 7], tf.int64))).tolist() == [b"palmer", b"UNK"]
        assert session.run(table.size()) == 3


def test_files_of_numbers_and_of_words(tmp_path):
    (tmp_path / "numbers").write_text("7\n5\n")
    places = tf.contrib.lookup.index_table_from_file(str(tmp_path / "numbers"), key_dtype=tf.int64, name="places")
    words = tf.contrib.lookup.index_to_string_table_from_file(str(tmp_path / "numbers"), vocab_size=1)
    with tf.Session() as session:
        session.run(tf.tables_initializer())
        assert session.run(places.lookup(tf.constant([5, 7, 6], tf.int64))).tolist() == [1, 0, -1]
        assert session.run(words.lookup(tf.constant([0, 1], tf.int64))).tolist() == [b"7", b"UNK"]
    with pytest.raises(ValueError, match="leave out key_column_index"):
        tf.contrib.lookup.index_table_from_file(str(tmp_path / "numbers"), key_column_index=0)


def test_a_table_of_keys_and_values():
    initializer = tf.contrib.lookup.KeyValueTensorInitializer([1, 2], [0.5, 1.5], tf.int64, tf.float32)
    table = tf.lookup.StaticHashTable(initializer, -1.0)
    fed = tf.placeholder(tf.int64, [None])
    with tf.Session() as session:
        session.run(table.initializer)
        assert session.run(table.lookup(fed), {fed: [2, 3, 1]}).tolist() == [1.5, -1.0, 0.5]
    with pytest.raises(TypeError, match="Signature mismatch"):
        table.lookup(tf.constant(["a"]))


def test_a_table_in_a_pipeline():
    table = tf.contrib.lookup.index_table_from_tensor(["a", "b"])
    iterator = tf.data.Dataset.from_tensor_slices(["b", "a", "c"]).map(table.lookup).make_initializable_iterator()
    element = iterator.get_next()
    with tf.Session() as session:
        session.run([tf.tables_initializer()])
        session.run(iterator.initializer)
        assert [int(session.run(element)) for _ in range(3)] == [1, 0, -1]


def test_histograms():
    numbers = [-1.0, 0.0, 1.5, 2.0, 5.0, 15.0]
    assert value(tf.histogram_fixed_width(numbers, [0.0, 5.0], nbins=5)).tolist() == [2, 1, 1, 0, 2]
    assert tf.histogram_fixed_width(numbers, [0.0, 5.0]).shape.as_list() == [100]


def test_places_in_sorted_rows():
    rows = [1.0, 3.0, 3.0, 5.0]
    assert value(tf.searchsorted(rows, [0.0, 3.0, 6.0])).tolist() == [0, 1, 4]
    assert value(tf.searchsorted(rows, [0.0, 3.0, 6.0], side="right")).tolist() == [0, 3, 4]
    assert value(tf.searchsorted([[1, 3], [2, 4]], [[2], [4]])).tolist() == [[1], [1]]
    with pytest.raises(ValueError, match="side must be either"):
        tf.searchsorted(rows, [1.0], side="middle")


def test_tensors_that_are_there_together():
    variable = tf.Variable(1.0)
    first, none, second = tf.tuple([tf.constant(1.0), None, tf.constant(2)], control_inputs=[variable.assign(5.0)])
    assert none is None and first.name == "tuple/control_dependency:0"
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run([first, second]) == [1.0, 2]
        assert session.run(variable) == 5.0


def test_rows_with_places_become_the_whole_tensor():
    slices = tf.IndexedSlices(tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([1, 1]), tf.constant([3, 2]))
    assert value(tf.convert_to_tensor(slices)).tolist() == [[0, 0], [4, 6], [0, 0]]
    assert value(tf.multiply(slices, 2.0)).tolist()[1] == [8, 12]
    fetched = value(slices)
    assert fetched.indices.tolist() == [1, 1] and np.array_equal(fetched.values, [[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="Tensor conversion requested for IndexedSlices"):
        tf.convert_to_tensor(tf.IndexedSlices(tf.constant([[1.0, 2.0]]), tf.constant([1])))


def test_the_older_spellings_of_pipelines():
    data = tf.contrib.data
    dataset = tf.data.Dataset.range(5).apply(data.map_and_batch(lambda x: x * 2, 2))
    element = dataset.make_one_shot_iterator().get_next()
    whole = tf.data.Dataset.range(5).apply(data.batch_and_drop_remainder(2)).apply(data.unbatch())
    single = whole.make_one_shot_iterator().get_next()
    shuffled = tf.data.Dataset.range(3).apply(data.shuffle_and_repeat(3, 2, seed=1)).make_one_shot_iterator().get_next()
    with tf.Session() as session:
        assert [session.run(element).tolist() for _ in range(3)] == [[0, 2], [4, 6], [8]]
        assert [int(session.run(single)) for _ in range(4)] == [0, 1, 2, 3]
        assert sorted(int(session.run(shuffled)) for _ in range(6)) == [0, 0, 1, 1, 2, 2]
