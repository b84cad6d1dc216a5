"""Queues, readers, batches. The orders, keys and numbers are recorded from TensorFlow."""

import gzip
import threading
import zlib

import numpy as np
import pytest

import engine as tf
from engine.tensorflow1.python_io import TFRecordWriter

pytestmark = pytest.mark.usefixtures("graph")


@pytest.fixture
def names(tmp_path):
    for place in range(2):
        (tmp_path / f"f{place}").write_bytes(b"h\na%d\nb%d\n" % (place, place))
    return [str(tmp_path / f"f{place}") for place in range(2)]


def read(tensors, limit=20):
    """What runs give until the data ends."""
    found = []
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        with pytest.raises(tf.errors.OutOfRangeError, match="is closed and has insufficient elements"):
            for _ in range(limit):
                found.append(session.run(tensors))
        coordinator.request_stop()
        coordinator.join(threads)
    return found


def once(names, **options):
    return tf.train.string_input_producer(names, num_epochs=1, **{"shuffle": False, **options})


def test_lines_come_with_the_file_and_their_number(names):
    found = read(tf.TextLineReader(skip_header_lines=1).read(once(names)))
    expected = [(f":{line}", text) for text, line in (("a0", 2), ("b0", 3), ("a1", 2), ("b1", 3))]
    assert [(key.decode()[-2:], value.decode()) for key, value in found] == expected


def test_other_readers(names, tmp_path):
    whole = read(tf.WholeFileReader().read(once(names)))
    assert whole == [(names[0].encode(), b"h\na0\nb0\n"), (names[1].encode(), b"h\na1\nb1\n")]
    assert read(tf.IdentityReader().read(once(["x", "y"]))) == [(b"x", b"x"), (b"y", b"y")]
    fixed = read(tf.FixedLengthRecordReader(2, header_bytes=2).read(once(names[:1])))
    assert [value for _, value in fixed] == [b"a0", b"\nb", b"0\n"] and fixed[1][0].endswith(b"f0:1")
    with TFRecordWriter(str(tmp_path / "r")) as writer:
        writer.write(b"abc")
        writer.write(b"de")
    records = read(tf.TFRecordReader().read(once([str(tmp_path / "r")])))
    assert [(key.rpartition(b":")[2], value) for key, value in records] == [(b"0", b"abc"), (b"19", b"de")]


@pytest.mark.parametrize(("kind", "squeeze"), [("ZLIB", zlib.compress), ("GZIP", gzip.compress)])
def test_readers_of_compressed_files(tmp_path, kind, squeeze):
    place = str(tmp_path / "r")
    options = tf.python_io.TFRecordOptions(kind)
    with TFRecordWriter(place, options) as writer:
        writer.write(b"abc")
        writer.write(b"de")
    records = read(tf.TFRecordReader(options=options).read(once([place])))
    assert [(key.rpartition(b":")[2], value) for key, value in records] == [(b"0", b"abc"), (b"19", b"de")]
    (tmp_path / "f").write_bytes(squeeze(b"aabbc"))
    fixed = read(tf.FixedLengthRecordReader(2, footer_bytes=1, encoding=kind).read(once([str(tmp_path / "f")])))
    assert [value for _, value in fixed] == [b"aa", b"bb"]


def test_a_reader_takes_several_records_at_once(names):
    reader = tf.TextLineReader()
    found = read(reader.read_up_to(once(names), 2)[1])
    assert [part.tolist() for part in found] == [[b"h", b"a0"], [b"b0"], [b"h", b"a1"], [b"b1"]]


def test_each_epoch_has_tensorflows_order():
    for seed, expected in ((1, b"ceadbcdaeb"), (5, b"becadcdbea")):
        with tf.Graph().as_default():
            producer = tf.train.string_input_producer(list("abcde"), seed=seed, num_epochs=2)
            assert b"".join(read(producer.dequeue())) == expected
            assert [variable.name for variable in tf.local_variables()] == ["input_producer/limit_epochs/epochs:0"]


def test_slices_of_several_tensors_stay_together():
    row, letter = tf.train.slice_input_producer([np.arange(6).reshape(3, 2), ["p", "q", "r"]], num_epochs=1, seed=3)
    assert row.shape.as_list() == [2]
    found = [(part.tolist(), text) for part, text in read([row, letter])]
    assert found == [([4, 5], b"r"), ([0, 1], b"p"), ([2, 3], b"q")]


def test_batches_in_order():
    number = tf.train.range_input_producer(5, num_epochs=1, shuffle=False).dequeue()
    batches = tf.train.batch([number, number * 2], 3)
    assert batches[0].name == "batch:0" and batches[0].shape.as_list() == [3]
    assert [[part.tolist() for part in found] for found in read(batches)] == [[[0, 1, 2], [0, 2, 4]]]


def test_a_last_batch_may_be_smaller():
    number = tf.train.range_input_producer(5, num_epochs=1, shuffle=False).dequeue()
    batches = tf.train.batch({"a": number}, 3, allow_smaller_final_batch=True)
    assert batches["a"].shape.as_list() == [None]
    assert [found["a"].tolist() for found in read(batches)] == [[0, 1, 2], [3, 4]]


def test_rows_become_elements_with_enqueue_many():
    rows = tf.train.limit_epochs(tf.constant([[1, 2], [3, 4], [5, 6]]), 2)
    found = read(tf.train.batch([rows], 3, enqueue_many=True))
    assert [part.tolist() for part in found] == [[[1, 2], [3, 4], [5, 6]]] * 2


def test_batches_of_different_lengths_are_padded():
    number = tf.train.range_input_producer(4, num_epochs=1, shuffle=False).dequeue()
    row = tf.fill([number], 7)
    row.set_shape([None])
    assert [part.tolist() for part in read(tf.train.batch([row], 2, dynamic_pad=True))] == [
        [[0], [7]],
        [[7, 7, 0], [7, 7, 7]],
    ]


def test_shuffled_batches_hold_every_element_once():
    number = tf.train.range_input_producer(30, num_epochs=1, shuffle=False).dequeue()
    found = np.concatenate(read(tf.train.shuffle_batch([number], 5, 20, 10, seed=1)))
    assert sorted(found) == list(range(30)) and list(found) != list(range(30))


def test_a_random_queue_gives_tensorflows_order():
    queue = tf.RandomShuffleQueue(10, 2, tf.int32, shapes=[()], seed=3)
    put, take = queue.enqueue_many([list(range(8))]), queue.dequeue()
    with tf.Session() as session:
        session.run(put)
        assert [int(session.run(take)) for _ in range(6)] == [7, 3, 4, 0, 6, 2]
        with pytest.raises(tf.errors.DeadlineExceededError, match="too few"):
            session.run(take)


def test_a_queue_by_hand():
    queue = tf.FIFOQueue(3, [tf.float32, tf.int32], shapes=[[], [2]])
    with tf.Session() as session:
        session.run(queue.enqueue([1.0, [2, 3]]))
        assert session.run(queue.size()) == 1
        first, second = session.run(queue.dequeue())
        assert first == 1.0 and second.tolist() == [2, 3]
        session.run(queue.enqueue_many([[1.0, 2.0], [[2, 3], [4, 5]]]))
        assert [part.tolist() for part in session.run(queue.dequeue_up_to(1))] == [[1.0], [[2, 3]]]
        session.run(queue.close())
        assert session.run(queue.is_closed())
        with pytest.raises(tf.errors.CancelledError, match=r"FIFOQueue '.*' is closed\."):
            session.run(queue.enqueue([1.0, [2, 3]]))
        with pytest.raises(tf.errors.OutOfRangeError, match=r"insufficient elements \(requested 2, current size 1\)"):
            session.run(queue.dequeue_many(2))
    padding = tf.PaddingFIFOQueue(3, [tf.int32], shapes=[[None]])
    with tf.Session() as session:
        session.run(padding.enqueue([[1]]))
        session.run(padding.enqueue([[1, 2]]))
        assert session.run(padding.dequeue_many(2)).tolist() == [[1, 0], [1, 2]]


def test_a_queue_runner_fills_what_is_taken_out():
    queue = tf.FIFOQueue(4, tf.float32)
    counter = tf.Variable(0.0)
    put = queue.enqueue(tf.assign_add(counter, 1.0))
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [put] * 2))
    take = queue.dequeue()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        assert len(threads) == 3
        assert [session.run(take) for _ in range(3)] == [1.0, 2.0, 3.0]
        coordinator.request_stop()
        coordinator.join(threads)


def test_threads_of_the_program_fill_a_small_queue():
    queue = tf.FIFOQueue(2, tf.int32, shapes=[()])
    x = tf.placeholder(tf.int32, [])
    put, take = queue.enqueue(x), queue.dequeue()
    with tf.Session() as session:
        thread = threading.Thread(target=lambda: [session.run(put, {x: number}) for number in range(6)])
        thread.start()
        found = [int(session.run(take)) for _ in range(6)]
        thread.join()
    assert found == list(range(6))


def test_a_coordinator_passes_on_what_went_wrong():
    coordinator = tf.train.Coordinator()
    with coordinator.stop_on_exception():
        raise tf.errors.OutOfRangeError(None, None, "the end")
    assert coordinator.should_stop() and coordinator.wait_for_stop(0)
    coordinator.join([])
    assert coordinator.joined
    failed = tf.train.Coordinator()
    with failed.stop_on_exception():
        raise ValueError("bad")
    with pytest.raises(ValueError, match="bad"):
        failed.join([])


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="non-null input tensor"):
        tf.train.string_input_producer([])
    with pytest.raises(ValueError, match="num_epochs must be > 0"):
        tf.train.string_input_producer(["a"], num_epochs=0)
    with pytest.raises(ValueError, match="All shapes must be fully defined"):
        tf.train.batch([tf.placeholder(tf.float32)], 2)
    with pytest.raises(ValueError, match="Must provide queue and enqueue_ops"):
        tf.train.QueueRunner()
    with pytest.raises(ValueError, match="No default session is registered"):
        tf.train.start_queue_runners()


# --- What is read ----------------------------------------------------------------------------------------------------


def value(tensor):
    with tf.Session() as session:
        return session.run(tensor)


def test_columns_of_lines():
    first, second, third = value(tf.decode_csv([' 1,2.5,"a,""b"', '3,,"x"'], [[0], [7.0], [""]]))
    assert first.tolist() == [1, 3] and second.tolist() == [2.5, 7.0] and third.tolist() == [b'a,"b', b"x"]
    assert value(tf.decode_csv("1;NA;3", [[0], [5.0], [0]], field_delim=";", na_value="NA")) == [1, 5.0, 3]
    assert value(tf.decode_csv("1,2,3,4", [[0], [0]], select_cols=[1, 3])) == [2, 4]
    assert value(tf.decode_csv('a"b,c', [[""], [""]], use_quote_delim=False)) == [b'a"b', b"c"]
    columns = tf.decode_csv(tf.placeholder(tf.string, [None]), [[0], [0.0]])
    assert [(column.dtype, column.shape.as_list()) for column in columns] == [(tf.int32, [None]), (tf.float32, [None])]


@pytest.mark.parametrize(
    ("line", "defaults", "message"),
    [
        ("1,2", [[0], [0], [0]], "Expect 3 fields but have 2 in record 0"),
        ("1,2,3,4", [[0], [0], [0]], "Expect 3 fields but have 4 in record 0"),
        ("1,x", [[0], [0]], "Field 1 in record 0 is not a valid int32: x"),
        ("1.5,2", [[0], [0]], "Field 0 in record 0 is not a valid int32: 1.5"),
        (",1", [np.zeros(0, np.int32), [0]], "Field 0 is required but missing in record 0!"),
        ('a"b,c', [[""], [""]], "Unquoted fields cannot have quotes/CRLFs inside"),
        ('"ab"c,c', [[""], [""]], "Quote inside a string has to be escaped by another quote"),
        ('"ab,c', [[""], [""]], "Quoted field has to end with quote followed by delim or end"),
        ("1,2\n", [[0], [0]], "Unquoted fields cannot have quotes/CRLFs inside"),
    ],
)
def test_lines_that_do_not_fit(line, defaults, message):
    columns = tf.decode_csv(line, defaults)
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        value(columns)


def test_bytes_as_numbers():
    assert value(tf.decode_raw(b"\x01\x02\x03\x04", tf.uint8)).tolist() == [1, 2, 3, 4]
    texts = [b"\x01\x02\x03\x04", b"\x01\x00\x00\x00"]
    assert value(tf.decode_raw(texts, tf.int16)).tolist() == [[513, 1027], [1, 0]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="has length 3 that is not a multiple of 2"):
        value(tf.decode_raw([b"abc"], tf.int16))


def example(**features):
    found = {}
    for key, values in features.items():
        if isinstance(values[0], bytes):
            found[key] = tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
        elif isinstance(values[0], float):
            found[key] = tf.train.Feature(float_list=tf.train.FloatList(value=values))
        else:
            found[key] = tf.train.Feature(int64_list=tf.train.Int64List(value=values))
    return tf.train.Example(features=tf.train.Features(feature=found)).SerializeToString()


def test_features_of_examples():
    texts = [example(a=[1, 2], b=[b"x"], c=[1.5]), example(a=[3, 4], c=[2.5, 3.5])]
    found = tf.parse_example(
        texts,
        {
            "a": tf.FixedLenFeature([2], tf.int64),
            "b": tf.FixedLenFeature([], tf.string, default_value="none"),
            "c": tf.VarLenFeature(tf.float32),
        },
    )
    assert found["a"].shape.as_list() == [2, 2]
    got = value(found)
    assert got["a"].tolist() == [[1, 2], [3, 4]] and got["b"].tolist() == [b"x", b"none"]
    assert isinstance(got["c"], tf.SparseTensorValue)
    assert got["c"].indices.tolist() == [[0, 0], [1, 0], [1, 1]] and got["c"].values.tolist() == [1.5, 2.5, 3.5]
    assert got["c"].dense_shape.tolist() == [2, 2]
    single = value(tf.parse_single_example(texts[1], {"a": tf.FixedLenFeature([2, 1], tf.int64)}))
    assert single["a"].tolist() == [[3], [4]]
    missing = tf.parse_single_example(texts[1], {"b": tf.FixedLenFeature([], tf.string)})
    with pytest.raises(tf.errors.InvalidArgumentError, match="is required but could not be found"):
        value(missing)


def test_files_are_read_and_written(tmp_path):
    path = str(tmp_path / "new" / "file")
    with tf.Session() as session:
        session.run(tf.write_file(path, "text"))
        assert session.run(tf.read_file(path)) == b"text"
        assert session.run(tf.matching_files(str(tmp_path / "new" / "*"))).tolist() == [path.encode()]
        with pytest.raises(tf.errors.NotFoundError, match="No such file or directory"):
            session.run(tf.read_file(path + "x"))


def test_sparse_tensors_are_fetched_fed_and_made_dense():
    sparse = tf.SparseTensor([[0, 1], [2, 0]], [1.0, 2.0], [3, 4])
    assert sparse.get_shape().as_list() == [3, 4]
    assert value(tf.sparse_tensor_to_dense(sparse)).tolist() == [[0, 1, 0, 0], [0, 0, 0, 0], [2, 0, 0, 0]]
    assert value(tf.sparse_tensor_dense_matmul(sparse, tf.ones([4, 2]))).tolist() == [[1, 1], [0, 0], [2, 2]]
    fed = tf.sparse_placeholder(tf.float32)
    dense = tf.sparse_tensor_to_dense(fed)
    with tf.Session() as session:
        given = tf.SparseTensorValue([[0, 0]], [5.0], [1, 2])
        assert session.run(dense, {fed: given}).tolist() == [[5, 0]]
        assert session.run(fed, {fed: given}).values.tolist() == [5.0]


def test_a_thread_that_knows_nothing_of_a_session_does_not_keep_it_waiting():
    bystander = threading.Event()
    thread = threading.Thread(target=bystander.wait, daemon=True)
    thread.start()
    try:
        queue = tf.FIFOQueue(3, tf.float32, shapes=[[]])
        with tf.Session() as session, pytest.raises(tf.errors.DeadlineExceededError, match="would wait for ever"):
            session.run(queue.dequeue())
    finally:
        bystander.set()
        thread.join()
