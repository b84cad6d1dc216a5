"""tf.data: what programs read from input pipelines. The orders of shuffle are recorded from TensorFlow."""

import numpy as np
import pytest

import engine as tf
from engine.tensorflow1.python_io import TFRecordWriter

pytestmark = pytest.mark.usefixtures("graph")

D = tf.data.Dataset


def read(dataset, limit=100):
    element = dataset.make_one_shot_iterator().get_next()
    found = []
    with tf.Session() as session:
        while len(found) < limit:
            try:
                found.append(session.run(element))
            except tf.errors.OutOfRangeError:
                break
    return found


def numbers(dataset, limit=100):
    return [np.asarray(value).tolist() for value in read(dataset, limit)]


def test_shuffle_gives_the_order_that_tensorflow_gives():
    assert numbers(D.range(10).shuffle(4, seed=3)) == [0, 3, 2, 1, 4, 7, 6, 5, 8, 9]
    assert numbers(D.range(6).shuffle(100, seed=3).repeat(3)) == [0, 1, 2, 3, 4, 5, 0, 4, 1, 5, 3, 2, 2, 4, 5, 3, 0, 1]
    fixed = D.range(6).shuffle(3, seed=3, reshuffle_each_iteration=False).repeat(2)
    assert numbers(fixed) == [2, 0, 3, 5, 1, 4, 2, 0, 3, 5, 1, 4]
    assert numbers(D.range(6).repeat(2).shuffle(4, seed=7)) == [0, 4, 2, 3, 5, 0, 1, 3, 2, 4, 1, 5]


def test_an_iterator_that_is_initialised_again_begins_with_the_first_order():
    iterator = D.range(10).shuffle(5, seed=7).repeat(2).batch(10).make_initializable_iterator()
    rows = iterator.get_next()
    with tf.Session() as sess:
        for _ in range(2):
            sess.run(iterator.initializer)
            assert sess.run(rows).tolist() == [2, 4, 0, 3, 8, 1, 6, 5, 7, 9]
            assert sess.run(rows).tolist() == [4, 0, 3, 7, 2, 6, 1, 8, 9, 5]


def test_the_graphs_seed_decides_the_order_of_shuffle():
    tf.set_random_seed(42)
    assert numbers(D.range(8).shuffle(8)) == [6, 0, 3, 5, 4, 1, 7, 2]


def test_shuffle_without_a_seed_gives_every_element_once_a_pass():
    found = numbers(D.range(20).shuffle(7).repeat(2))
    assert sorted(found[:20]) == sorted(found[20:]) == list(range(20))


def test_batches_keep_the_form_of_elements():
    dataset = D.from_tensor_slices(({"a": np.arange(5), "b": np.eye(5, dtype=np.float32)}, ["p", "q", "r", "s", "t"]))
    assert dataset.output_types == ({"a": tf.int64, "b": tf.float32}, tf.string)
    assert dataset.batch(2).output_shapes[0]["b"].as_list() == [None, 5]
    assert dataset.batch(2, drop_remainder=True).output_shapes[1].as_list() == [2]
    features, names = read(dataset.batch(2))[2]
    assert features["a"].tolist() == [4] and names.tolist() == [b"t"]
    assert features["b"].tolist() == [[0, 0, 0, 0, 1]]
    assert len(read(dataset.batch(2, drop_remainder=True))) == 2


def test_functions_of_elements_use_what_lies_outside():
    tf.set_random_seed(1)
    factor = tf.constant(10, tf.int64)
    assert numbers(D.range(4).map(lambda x: x * factor)) == [0, 10, 20, 30]
    pairs = D.zip((D.range(3), D.range(5, 8))).map(lambda a, b: {"sum": a + b})
    assert [int(each["sum"]) for each in read(pairs)] == [5, 7, 9]
    assert numbers(D.range(6).filter(lambda x: tf.equal(x % 2, 1))) == [1, 3, 5]


def test_what_a_variable_holds_when_the_iterator_is_initialised_is_what_functions_see():
    factor = tf.Variable(3, dtype=tf.int64)
    iterator = D.range(3).map(lambda x: x * factor).make_initializable_iterator()
    element = iterator.get_next()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(iterator.initializer)
        assert [session.run(element) for _ in range(3)] == [0, 3, 6]


def test_interleave_takes_turns():
    def twice(x):
        return D.from_tensors(x).repeat(3)

    # Recorded from TensorFlow.
    assert numbers(D.range(4).interleave(twice, cycle_length=2, block_length=2)) == [0, 0, 1, 1, 0, 1, 2, 2, 3, 3, 2, 3]
    assert numbers(D.range(3).flat_map(lambda x: D.range(x))) == [0, 0, 1]


def test_padded_batch_fills_up_to_the_longest():
    rows = D.range(1, 4).map(lambda n: (tf.fill([n], n), tf.as_string(n) if hasattr(tf, "as_string") else n))
    filled, _ = read(
        rows.padded_batch(3, ([None], []), (tf.constant(-1, tf.int64), "" if hasattr(tf, "as_string") else 0))
    )[0]
    assert filled.tolist() == [[1, -1, -1], [2, 2, -1], [3, 3, 3]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="Attempted to pad to a smaller size"):
        read(D.range(1, 4).map(lambda n: tf.fill([n], n)).padded_batch(3, [2]))


def test_elements_of_different_shapes_make_no_batch():
    with pytest.raises(tf.errors.InvalidArgumentError, match="Cannot batch tensors with different shapes"):
        read(D.range(1, 4).map(lambda n: tf.fill([n], n)).batch(3))


def test_counting_skipping_sharding_and_enumerating():
    assert numbers(D.range(10).skip(2).take(3)) == [2, 3, 4]
    assert numbers(D.range(10).shard(3, 1)) == [1, 4, 7]
    assert numbers(D.range(2).repeat(), 5) == [0, 1, 0, 1, 0]
    assert numbers(D.range(2).concatenate(D.range(5, 9, 2))) == [0, 1, 5, 7]
    assert [tuple(map(int, each)) for each in read(D.range(7, 9).enumerate(start=4))] == [(4, 7), (5, 8)]
    assert numbers(D.range(3).cache().repeat(2)) == [0, 1, 2, 0, 1, 2]
    assert numbers(D.range(0).repeat()) == []


def test_a_list_that_a_function_returns_is_several_tensors():
    assert read(D.range(2).map(lambda x: [x, tf.cast(x, tf.float32) / 2])) == [(0, 0.0), (1, 0.5)]


def test_a_one_shot_iterator_takes_nothing_that_is_fed():
    with pytest.raises(ValueError, match="Cannot capture a placeholder"):
        D.from_tensor_slices(tf.placeholder(tf.float32, [3])).make_one_shot_iterator()


def test_random_numbers_in_a_function_are_tensorflows():
    tf.set_random_seed(3)
    found = numbers(D.range(3).map(lambda x: tf.random_uniform([], seed=1)))
    assert np.allclose(found, [0.7780691385269165, 0.2570493221282959, 0.5984177589416504], rtol=1e-6)


def test_reduce_gives_the_last_state():
    total = D.range(5).reduce(np.int64(0), lambda state, x: state + x)
    pair = D.range(5).reduce((np.int64(0), 1.0), lambda state, x: (state[0] + 1, state[1] * 2.0))
    with tf.Session() as session:
        assert session.run(total) == 10
        assert session.run(pair) == (5, 32.0)


def test_a_generator_is_called_anew_for_each_pass():
    calls = []

    def generate(limit):
        calls.append(limit)
        for number in range(limit):
            yield [number] * number, {"name": str(number)}

    dataset = D.from_generator(generate, (tf.int32, {"name": tf.string}), ([None], {"name": []}), args=(3,)).repeat(2)
    found = read(dataset)
    assert [first.tolist() for first, _ in found] == [[], [1], [2, 2]] * 2
    assert found[1][1]["name"] == b"1" and len(calls) == 2


def test_a_generator_that_yields_another_shape_is_refused():
    dataset = D.from_generator(lambda: iter([[1, 2]]), tf.int32, [3])
    with pytest.raises(tf.errors.InvalidArgumentError, match="shape"):
        read(dataset)


def test_lines_records_and_parts_of_files(tmp_path):
    (tmp_path / "one.txt").write_bytes(b"a,1\r\nb,2\n\nlast")
    (tmp_path / "two.txt").write_bytes(b"second\n")
    names = [str(tmp_path / "one.txt"), str(tmp_path / "two.txt")]
    assert read(tf.data.TextLineDataset(names)) == [b"a,1", b"b,2", b"", b"last", b"second"]
    files = D.list_files(str(tmp_path / "*.txt"), shuffle=False)
    assert read(files) == [name.encode() for name in names]
    assert read(files.flat_map(lambda name: tf.data.TextLineDataset(name).skip(1))) == [b"b,2", b"", b"last"]
    with TFRecordWriter(str(tmp_path / "r")) as writer:
        writer.write(b"x")
        writer.write(b"")
    assert read(tf.data.TFRecordDataset(str(tmp_path / "r"))) == [b"x", b""]
    (tmp_path / "parts").write_bytes(b"HHaabbccF")
    parts = tf.data.FixedLengthRecordDataset(str(tmp_path / "parts"), 2, header_bytes=2, footer_bytes=1)
    assert read(parts) == [b"aa", b"bb", b"cc"]
    with pytest.raises(tf.errors.NotFoundError, match="No such file or directory"):
        read(tf.data.TextLineDataset(str(tmp_path / "none")))


def test_an_initializable_iterator_reads_what_is_fed_when_it_is_initialised():
    x = tf.placeholder(tf.float32, [None, 2])
    iterator = tf.data.make_initializable_iterator(D.from_tensor_slices(x).batch(2))
    element = iterator.get_next()
    assert element.shape.as_list() == [None, 2]
    with tf.Session() as session:
        with pytest.raises(tf.errors.FailedPreconditionError, match="iterator has not been initialized"):
            session.run(element)
        for rows in (3, 2):
            data = np.arange(rows * 2).reshape(rows, 2)
            session.run(iterator.initializer, {x: data})
            data[:] = -1
            assert session.run(element).tolist() == [[0, 1], [2, 3]]


def test_one_iterator_for_several_data_sets():
    iterator = tf.data.Iterator.from_structure(tf.int64, [])
    first, second = iterator.make_initializer(D.range(2)), iterator.make_initializer(D.range(10, 12))
    element = iterator.get_next()
    with tf.Session() as session:
        session.run(first)
        assert session.run(element) == 0
        session.run(second)
        assert [session.run(element), session.run(element)] == [10, 11]
    with pytest.raises(TypeError, match="Expected output types"):
        iterator.make_initializer(D.from_tensors(1.0))


def test_a_handle_chooses_the_iterator():
    training, test = D.range(3).repeat().make_one_shot_iterator(), D.range(7, 9).make_initializable_iterator()
    handle = tf.placeholder(tf.string, [])
    element = tf.data.Iterator.from_string_handle(handle, D.range(1).output_types, D.range(1).output_shapes).get_next()
    with tf.Session() as session:
        one, other = session.run(training.string_handle()), session.run(test.string_handle())
        session.run(test.initializer)
        found = [session.run(element, {handle: which}) for which in (one, other, one, other, one, one)]
    assert found == [0, 7, 1, 8, 2, 0]


def test_the_end_is_an_error_and_stays_one():
    element = D.range(1).make_one_shot_iterator().get_next()
    with tf.Session() as session:
        session.run(element)
        for _ in range(2):
            with pytest.raises(tf.errors.OutOfRangeError, match=r"^End of sequence"):
                session.run(element)


def test_two_sessions_read_on_their_own():
    element = D.range(5).make_one_shot_iterator().get_next()
    with tf.Session() as one, tf.Session() as other:
        assert [one.run(element), one.run(element), other.run(element)] == [0, 1, 0]


def test_tensors_of_one_element_come_from_one_run():
    x, y = D.zip((D.range(3), D.range(10, 13))).make_one_shot_iterator().get_next()
    total = x + y
    with tf.Session() as session:
        assert [session.run([x, y, total]) for _ in range(3)] == [[0, 10, 10], [1, 11, 12], [2, 12, 14]]


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="not compatible"):
        D.from_tensor_slices((np.zeros(2), np.zeros(3)))
    with pytest.raises(TypeError, match="Dataset"):
        D.range(2).flat_map(lambda x: x)
    with pytest.raises(ValueError, match="scalar boolean"):
        D.range(2).filter(lambda x: x)
    with pytest.raises(TypeError, match="callable"):
        D.from_generator([1], tf.int32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="batch_size must be greater than zero"):
        read(D.range(2).batch(0))


def test_a_graph_with_a_pipeline_and_queues_is_written_as_a_graph_def():
    producer = tf.train.string_input_producer(["a"])
    _, line = tf.TextLineReader().read(producer)
    tf.train.batch(tf.decode_csv(line, [[0.0], [0.0]]), 2)
    D.from_tensor_slices(tf.placeholder(tf.float32, [None, 2])).map(
        lambda x: x
    ).make_initializable_iterator().get_next()
    nodes = {node.name: node for node in tf.get_default_graph().as_graph_def().node}
    assert nodes["MapDataset"].attr["T"].type == 21  # DT_VARIANT
    assert nodes["IteratorGetNext"].attr["dtype"].type == 1
