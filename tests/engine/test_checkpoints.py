"""Checkpoints: TensorFlow's files, the Saver, and the list of the checkpoints of a folder."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine as tf
from engine.encoding.crc32c import masked_crc32c
from engine.formats.checkpoint import BundleEntry, CheckpointReader, data_file, index_file, write_checkpoint
from engine.formats.sstable import read_table, write_table
from engine.graph import DataLossError, UnimplementedError

#: Written by TensorFlow's own Saver.
RECORDED = str(Path(__file__).parents[1] / "data" / "tensorflow" / "variables")
RECORDED_VALUES = {
    "layer/W": np.array([[1.5, -2.0, 3.25]], np.float32),
    "layer/b": np.array([0.5], np.float64),
    "global_step": np.array(7, np.int64),
    "flags": np.array([True, False]),
    "texts": np.array([b"a", b"", b"longer text"], object),
}


@pytest.fixture(autouse=True)
def _own_graph_and_folder(tmp_path, monkeypatch):
    tf.reset_default_graph()
    monkeypatch.chdir(tmp_path)


def session_with(**values):
    """Variables with these values, and a session that holds them."""
    variables = {name: tf.Variable(value, name=name) for name, value in values.items()}
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session, variables


# --- the files ---------------------------------------------------------------------------------------------------


def test_a_checkpoint_that_tensorflow_wrote_is_read():
    reader = CheckpointReader(RECORDED)
    assert sorted(reader) == sorted(RECORDED_VALUES)
    for name, value in RECORDED_VALUES.items():
        assert reader.array(name).dtype == value.dtype
        np.testing.assert_array_equal(reader.array(name), value)


def test_the_data_file_has_the_bytes_that_tensorflow_wrote(tmp_path):
    write_checkpoint(str(tmp_path / "ours"), RECORDED_VALUES)
    assert Path(data_file("ours")).read_bytes() == Path(data_file(RECORDED)).read_bytes()
    table = read_table(Path(index_file("ours")).read_bytes(), "ours")
    recorded = read_table(Path(index_file(RECORDED)).read_bytes(), "recorded")
    assert list(table) == list(recorded)
    for name in RECORDED_VALUES:
        assert table[name.encode()] == recorded[name.encode()]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.dictionaries(st.binary(max_size=12), st.binary(max_size=40), max_size=60))
def test_a_sorted_table_comes_back(entries):
    ordered = dict(sorted(entries.items()))
    assert read_table(write_table(ordered.items()), "table") == ordered


def test_a_table_of_several_blocks_comes_back():
    entries = {f"layer_{i:05d}/kernel".encode(): bytes(200) for i in range(3000)}
    assert read_table(write_table(entries.items()), "table") == entries


@pytest.mark.parametrize("size", [1, 5000, 300_000])
def test_damage_is_found(tmp_path, size):
    write_checkpoint("model", {"W": np.arange(size, dtype=np.float32)})
    data = bytearray(Path(data_file("model")).read_bytes())
    data[len(data) // 2] ^= 1
    Path(data_file("model")).write_bytes(data)
    with pytest.raises(DataLossError, match="W in model is damaged"):
        CheckpointReader("model").array("W")
    index = bytearray(Path(index_file("model")).read_bytes())
    index[3] ^= 1
    Path(index_file("model")).write_bytes(index)
    with pytest.raises(DataLossError, match="checksum"):
        CheckpointReader("model")
    Path(index_file("model")).write_bytes(index[:40])
    with pytest.raises(DataLossError, match="bad magic number"):
        CheckpointReader("model")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 229), st.integers(1, 255))
def test_no_changed_byte_goes_unseen(place, change):
    """One byte of the index is another: then it is refused, or says the same (unused bytes of the footer)."""
    folder = Path("copy")
    folder.mkdir(exist_ok=True)
    index = bytearray(Path(index_file(RECORDED)).read_bytes())
    index[place] ^= change
    Path(index_file("copy/variables")).write_bytes(index)
    shutil.copy(data_file(RECORDED), data_file("copy/variables"))
    try:
        reader = CheckpointReader("copy/variables")
        found = {name: reader.array(name) for name in reader}
    except (DataLossError, UnimplementedError):
        return
    assert found.keys() == RECORDED_VALUES.keys()
    for name, value in RECORDED_VALUES.items():
        np.testing.assert_array_equal(found[name], value)


def test_an_entry_that_lies_is_refused():
    table = read_table(Path(index_file(RECORDED)).read_bytes(), "recorded")
    shutil.copy(data_file(RECORDED), data_file("lies"))
    for changes in ({"offset": -4}, {"size": -1}, {"size": 10**12}, {"dtype": 99}, {"shard_id": 3}):
        entry = BundleEntry.FromString(table[b"layer/W"])
        for field, value in changes.items():
            setattr(entry, field, value)
        entries = sorted({**table, b"layer/W": entry.SerializeToString()}.items())
        Path(index_file("lies")).write_bytes(write_table(entries))
        with pytest.raises(tf.errors.OpError, match="lies"):
            CheckpointReader("lies").array("layer/W")


def test_a_compressed_index_is_refused():
    table = bytearray(write_table([(b"a", b"b")]))
    block_end = table.index(b"\x00\x00\x00\x00\x01\x00\x00\x00") + 8
    table[block_end] = 1
    table[block_end + 1 : block_end + 5] = masked_crc32c(bytes(table[: block_end + 1])).to_bytes(4, "little")
    with pytest.raises(UnimplementedError, match="compressed"):
        read_table(bytes(table), "table")


# --- the Saver ---------------------------------------------------------------------------------------------------


def test_values_come_back_into_another_session():
    session, variables = session_with(W=[1.0, 2.0], n=np.array(3, np.int64))
    session.run(variables["W"].assign([5.0, 6.0]))
    saver = tf.train.Saver()
    assert saver.save(session, "./folder/model", global_step=7) == "./folder/model-7"
    assert sorted(os.listdir("folder")) == [
        "checkpoint",
        "model-7.data-00000-of-00001",
        "model-7.index",
        "model-7.meta",
    ]
    with tf.Session() as other:
        saver.restore(other, tf.train.latest_checkpoint("folder"))
        np.testing.assert_array_equal(other.run(variables["W"]), [5, 6])
        assert other.run(variables["n"]) == 3


@pytest.mark.parametrize("make", [lambda: 4, lambda: np.int64(4), lambda: tf.constant(4), lambda: tf.Variable(4)])
def test_the_step_is_a_number_a_tensor_or_a_variable(make):
    step = make()
    session, _ = session_with(W=[1.0])
    assert tf.train.Saver().save(session, "model", step) == "model-4"
    assert tf.train.Saver(pad_step_number=True).save(session, "model", step) == "model-00000004"


def test_a_recorded_checkpoint_is_restored():
    W = tf.Variable(tf.zeros([1, 3]), name="kernel")
    step = tf.Variable(0, dtype=tf.int64, name="global_step")
    with tf.Session() as session:
        tf.train.Saver({"layer/W": W, "global_step": step}).restore(session, RECORDED)
        np.testing.assert_array_equal(session.run(W), RECORDED_VALUES["layer/W"])
        assert session.run(step) == 7


def test_old_checkpoints_are_deleted():
    session, _ = session_with(W=[1.0])
    saver = tf.train.Saver(max_to_keep=2)
    for step in range(4):
        saver.save(session, "./model", step)
    assert saver.last_checkpoints == ["./model-2", "./model-3"]
    assert sorted(Path().glob("*.index")) == [Path("model-2.index"), Path("model-3.index")]
    assert sorted(Path().glob("*.meta")) == [Path("model-2.meta"), Path("model-3.meta")]
    state = tf.train.get_checkpoint_state(".")
    assert state.model_checkpoint_path == "./model-3"
    assert state.all_model_checkpoint_paths == ["./model-2", "./model-3"]
    again = tf.train.Saver(max_to_keep=2)
    again.recover_last_checkpoints([*state.all_model_checkpoint_paths, "./gone"])
    again.save(session, "./model", 4)
    assert again.last_checkpoints == ["./model-3", "./model-4"]


def test_one_is_kept_for_every_so_many_hours(monkeypatch):
    session, _ = session_with(W=[1.0])
    now = [1000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    saver = tf.train.Saver(max_to_keep=1, keep_checkpoint_every_n_hours=1)
    for step in range(6):
        saver.save(session, "model", step)
        now[0] += 1500
    # Made at 1000, 2500, 4000, 5500, 7000, 8500; kept is the first after 4600, and the first after 8200.
    assert sorted(Path().glob("*.index")) == [Path("model-3.index"), Path("model-5.index")]


def test_all_are_kept_without_a_limit():
    session, _ = session_with(W=[1.0])
    saver = tf.train.Saver(max_to_keep=None)
    for step in range(7):
        saver.save(session, "model", step)
    assert len(list(Path().glob("*.index"))) == 7
    assert tf.train.latest_checkpoint(".") == "./model-6"


def test_the_list_has_tensorflows_text():
    """As TensorFlow wrote it for the same calls."""
    session, _ = session_with(W=[1.0])
    saver = tf.train.Saver()
    saver.save(session, "a1/m")
    assert Path("a1/checkpoint").read_text() == 'model_checkpoint_path: "m"\nall_model_checkpoint_paths: "m"\n'
    saver.save(session, "./m", global_step=3)
    assert Path("checkpoint").read_text() == (
        'model_checkpoint_path: "m-3"\nall_model_checkpoint_paths: "a1/m"\nall_model_checkpoint_paths: "m-3"\n'
    )


def test_a_list_with_relative_paths_may_be_moved(tmp_path):
    session, _ = session_with(W=[1.0])
    tf.train.Saver(save_relative_paths=True).save(session, str(tmp_path / "here" / "model"))
    shutil.move(tmp_path / "here", tmp_path / "there ä")
    latest = tf.train.latest_checkpoint(str(tmp_path / "there ä"))
    assert latest == str(tmp_path / "there ä" / "model")
    assert tf.train.checkpoint_exists(latest)


def test_what_stands_in_a_checkpoint_is_listed():
    session, _ = session_with(W=[1.0, 2.0], n=3)
    tf.train.Saver().save(session, "model")
    assert tf.train.list_variables("model") == [("W", [2]), ("n", [])]
    assert tf.train.list_variables(".") == [("W", [2]), ("n", [])]
    assert tf.train.load_variable(".", "W:0").tolist() == [1, 2]
    reader = tf.train.NewCheckpointReader("model")
    assert reader.get_variable_to_shape_map() == {"W": [2], "n": []}
    assert reader.get_variable_to_dtype_map() == {"W": tf.float32, "n": tf.int32}
    assert reader.has_tensor("n") and not reader.has_tensor("x")
    assert reader.get_tensor("n") == 3
    assert reader.debug_string() == b"W (DT_FLOAT) [2]\nn (DT_INT32) []\n"
    with pytest.raises(tf.errors.NotFoundError, match="Key x not found in checkpoint"):
        reader.get_tensor("x")


def test_refusals_in_tensorflows_words():
    with pytest.raises(ValueError, match="No variables to save"):
        tf.train.Saver()
    session, variables = session_with(W=[1.0, 2.0])
    saver = tf.train.Saver()
    with pytest.raises(ValueError, match="The passed save_path is not a valid checkpoint: nope"):
        saver.restore(session, "nope")
    with pytest.raises(ValueError, match="Can't load save_path when it is None"):
        saver.restore(session, None)
    with pytest.raises(ValueError, match="Parent directory of a/b/model doesn't exist, can't save"):
        saver.save(session, "a/b/model")
    with pytest.raises(ValueError, match="must not contain path components"):
        saver.save(session, "model", latest_filename="a/b")
    with pytest.raises(ValueError, match="'latest_filename' collides with 'save_path'"):
        saver.save(session, "checkpoint")
    with pytest.raises(TypeError, match="'sess' must be a Session"):
        saver.save(None, "model")
    with pytest.raises(TypeError, match="Variable to save is not a Variable"):
        tf.train.Saver([tf.constant(1.0)])
    with pytest.raises(ValueError, match="At least two variables have the same name: W"):
        tf.train.Saver([variables["W"], variables["W"]])
    with pytest.raises(tf.errors.NotFoundError, match="Failed to find any matching files for nope"):
        tf.train.NewCheckpointReader("nope")
    with tf.Session() as empty, pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value W"):
        saver.save(empty, "model")


def test_a_checkpoint_that_does_not_fit_changes_nothing():
    session, variables = session_with(W=[1.0, 2.0], b=[3.0])
    tf.train.Saver({"W": variables["W"], "a": variables["b"]}).save(session, "model")
    session.run(variables["b"].assign([9.0]))
    with pytest.raises(tf.errors.NotFoundError, match="Key b not found in checkpoint"):
        tf.train.Saver().restore(session, "model")
    other = tf.Variable([0.0, 0.0, 0.0], name="other")
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        tf.train.Saver({"W": other, "a": variables["b"]}).restore(session, "model")
    assert "Assign requires shapes of both tensors to match. lhs shape= [3] rhs shape= [2]" in str(caught.value)
    assert session.run(variables["b"]) == 9
    whole = tf.Variable([1, 2], name="whole")
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="expected dtype int32 does not equal original dtype float"
    ):
        tf.train.Saver({"W": whole}).restore(session, "model")


def test_a_value_of_another_shape_is_taken_when_that_is_asked_for():
    session, _ = session_with(W=[[1.0, 2.0]])
    tf.train.Saver().save(session, "model")
    column = tf.Variable([[0.0], [0.0]], name="column")
    tf.train.Saver({"W": column}, reshape=True).restore(session, "model")
    assert session.run(column).tolist() == [[1], [2]]


def test_a_graph_is_imported_with_its_values():
    x = tf.placeholder(tf.float32, [None], name="x")
    W = tf.Variable([2.0], name="W")
    tf.add(W * x, 1.0, name="y")
    session, _ = session_with()
    session.run(W.assign([3.0]))
    tf.train.Saver().save(session, "model")
    tf.reset_default_graph()
    with tf.Session() as session:
        saver = tf.train.import_meta_graph("model.meta")
        saver.restore(session, tf.train.latest_checkpoint("./"))
        graph = tf.get_default_graph()
        y = graph.get_tensor_by_name("y:0")
        assert session.run(y, {"x:0": [2.0]}) == [7]
        assert saver.save(session, "again") == "again"
    with pytest.raises(OSError, match=r"File nope\.meta does not exist"):
        tf.train.import_meta_graph("nope.meta")


def test_a_graph_is_imported_under_a_scope():
    tf.Variable([2.0], name="W")
    session, _ = session_with()
    tf.train.Saver().save(session, "model")
    saver = tf.train.import_meta_graph("model.meta", import_scope="old")
    with tf.Session() as other:
        saver.restore(other, "model")
        assert other.run("old/W:0") == [2]


def test_collections_come_with_the_graph():
    x = tf.placeholder(tf.float32, [2], name="x")
    W = tf.Variable([2.0, 3.0], name="W")
    loss = tf.reduce_sum(tf.square(W * x))
    graph = tf.get_default_graph()
    graph.add_to_collection("inputs", x)
    tf.train.AdamOptimizer(0.5).minimize(loss, name="train")  # minimize adds it to "train_op"
    graph.add_to_collection("weights", W)
    graph.add_to_collection("rate", 0.5)
    graph.add_to_collection("unknown", object())
    tf.summary.scalar("loss", loss)
    session, _ = session_with()
    session.run("train", {x: [1.0, 1.0]})
    tf.train.Saver().save(session, "model")
    session.run("train", {x: [1.0, 1.0]})
    expected = session.run(W)
    tf.reset_default_graph()
    saver = tf.train.import_meta_graph("model.meta", clear_devices=True)
    graph = tf.get_default_graph()
    (x,), (train,), (W,) = (graph.get_collection(key) for key in ("inputs", "train_op", "weights"))
    assert (x.name, train.name, W.name) == ("x:0", "train", "W:0")
    assert graph.get_collection("rate") == [0.5] and graph.get_collection("unknown") == []
    with tf.Session() as other:
        saver.restore(other, "model")
        # The optimizer goes on where it was: its slots are in the checkpoint.
        other.run(train, {x: [1.0, 1.0]})
        np.testing.assert_array_equal(other.run(W), expected)
        assert other.run(tf.summary.merge_all(), {x: [0.0, 0.0]}).hex() == "0a0b0a046c6f73731500000000"


def test_local_variables_are_not_saved():
    _, update = tf.metrics.mean([1.0, 3.0])
    session, _ = session_with(W=[1.0])
    saver = tf.train.Saver()
    saver.save(session, "model")
    assert tf.train.list_variables("model") == [("W", [1])]
    tf.reset_default_graph()
    tf.train.import_meta_graph("model.meta")
    assert [variable.op.name for variable in tf.local_variables()] == ["mean/total", "mean/count"]
    assert [variable.op.name for variable in tf.global_variables()] == ["W"]
    with tf.Session() as other:
        other.run(tf.local_variables_initializer())
        assert other.run(update.name) == 2


def test_variables_begin_with_what_a_checkpoint_holds():
    kernel = tf.Variable(tf.random_normal([1, 3]), name="new/W")
    bias = tf.Variable(tf.zeros([1], tf.float64), name="new/b")
    step = tf.Variable(0, dtype=tf.int64, name="step")
    tf.train.init_from_checkpoint(RECORDED, {"layer/": "new/", "global_step": step})
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        np.testing.assert_array_equal(session.run(kernel), RECORDED_VALUES["layer/W"])
        np.testing.assert_array_equal(session.run(bias), RECORDED_VALUES["layer/b"])
        assert session.run(step) == 7
    tf.train.init_from_checkpoint(RECORDED, {"layer/W": "new/W"})
    with pytest.raises(ValueError, match="Tensor layer/X is not found"):
        tf.train.init_from_checkpoint(RECORDED, {"layer/X": kernel})
    with pytest.raises(ValueError, match=r"doesn't match with shape of tensor layer/W \(\[1, 3\]\)"):
        tf.train.init_from_checkpoint(RECORDED, {"layer/W": bias})


def test_loops_and_branches_come_with_the_graph():
    W = tf.Variable(2.0, name="W")
    x = tf.placeholder(tf.float32, [], name="x")
    _, product = tf.while_loop(lambda i, y: tf.less(i, 3), lambda i, y: (i + 1, y * W), [tf.constant(0), x])
    tf.identity(product, name="y")
    tf.identity(tf.cond(x > 1.0, lambda: x * W, lambda: x - W), name="z")
    session, _ = session_with()
    tf.train.Saver().save(session, "model")
    tf.reset_default_graph()
    saver = tf.train.import_meta_graph("model.meta")
    y = tf.get_default_graph().get_tensor_by_name("y:0")
    slope = tf.gradients(y, tf.global_variables())[0]
    with tf.Session() as other:
        saver.restore(other, "model")
        assert other.run([y, "z:0", slope], {"x:0": 3.0}) == [24, 6, 36]
        assert other.run("z:0", {"x:0": 0.5}) == -1.5
    again = tf.train.import_meta_graph("model.meta", import_scope="again")
    with tf.Session() as other:
        again.restore(other, "model")
        assert other.run(["again/y:0", "again/z:0"], {"again/x:0": 3.0}) == [24, 6]
