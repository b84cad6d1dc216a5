"""Summaries and event files: the bytes that TensorFlow gives, and what TensorBoard needs."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

import engine as tf
from engine.encoding.event_file import read_events
from engine.encoding.summary_values import bucket_limits, pixels_of
from engine.graph import DTypeError, ShapeError
from tests.engine.helpers import run

pytestmark = pytest.mark.usefixtures("graph")

NUMBERS = [-3.5, -1.0, -1e-13, 0.0, 0.0, 1e-12, 0.5, 1.0, 1.0, 2.75, 1e21]
#: What TensorFlow's tf.summary.histogram gave for NUMBERS, in the two dtypes, and for range(-3, 4).
FLOAT32_HISTOGRAM = (
    "0aa7020a01682aa102090000000000000cc011000000e0e41a4b4419000000000000264021000000e0e41a4b442920fe50d478f5a648327881"
    "444bf80ba70ec075f872caaddd0bc02b14facdbe24f0bf08996919155aedbf11ea2d81999771bd000000000000000011ea2d819997713dfae5"
    "5a25d31fde3fb03125ee8091e03f08996919155aed3f2b14facdbe24f03fea360f76a3ef044068bc10359a0707404c549f0223831544ffffff"
    "ffffffef7f3a780000000000000000000000000000f03f0000000000000000000000000000f03f0000000000000000000000000000f03f0000"
    "0000000008400000000000000000000000000000f03f000000000000000000000000000000400000000000000000000000000000f03f000000"
    "0000000000000000000000f03f"
)
FLOAT64_HISTOGRAM = (
    "0abb020a03685f312ab302090000000000000cc01150efe2d6e41a4b441900000000000026402150efe2d6e41a4b442961a0e0c478f5a64832"
    "800181444bf80ba70ec075f872caaddd0bc02b14facdbe24f0bf08996919155aedbf11ea2d81999771bd000000000000000011ea2d81999771"
    "3d7a81b2a7f559733dfae55a25d31fde3fb03125ee8091e03f08996919155aed3f2b14facdbe24f03fea360f76a3ef044068bc10359a070740"
    "4c549f0223831544ffffffffffffef7f3a80010000000000000000000000000000f03f0000000000000000000000000000f03f000000000000"
    "0000000000000000f03f0000000000000040000000000000f03f0000000000000000000000000000f03f000000000000000000000000000000"
    "400000000000000000000000000000f03f0000000000000000000000000000f03f"
)
INTEGER_HISTOGRAM = (
    "0a9e020a01692a98020900000000000008c0110000000000000840190000000000001c40290000000000003c4032780d9cc5a0295509c068bc"
    "10359a0707c0e011f10c744d01c0dc94cd2e8d75ffbf2b14facdbe24f0bf08996919155aedbf000000000000000011ea2d819997713d089969"
    "19155aed3f2b14facdbe24f03fdc94cd2e8d75ff3fe011f10c744d014068bc10359a0707400d9cc5a029550940ffffffffffffef7f3a780000"
    "000000000000000000000000f03f0000000000000000000000000000f03f0000000000000000000000000000f03f0000000000000000000000"
    "000000f03f0000000000000000000000000000f03f0000000000000000000000000000f03f0000000000000000000000000000f03f00000000"
    "00000000"
)


def test_a_scalar_has_tensorflows_bytes():
    data = run(tf.summary.scalar("loss", 0.25))
    assert type(data) is bytes and data.hex() == "0a0b0a046c6f7373150000803e"
    assert run(tf.summary.scalar("d", tf.constant(2.5, tf.float64))).hex() == "0a080a01641500002040"
    assert run(tf.summary.scalar("b", tf.constant(3, tf.int32))).hex() == "0a080a01621500004040"
    assert run(tf.summary.scalar("n", float("nan"))).hex() == "0a080a016e150000c07f"


def test_histograms_have_tensorflows_bytes():
    assert run(tf.summary.histogram("h", np.array(NUMBERS, np.float32))).hex() == FLOAT32_HISTOGRAM
    assert run(tf.summary.histogram("h", np.array(NUMBERS, np.float64))).hex() == FLOAT64_HISTOGRAM
    assert run(tf.summary.histogram("i", np.arange(-3, 4))).hex() == INTEGER_HISTOGRAM
    empty = "0a2f0a05656d7074792a2609ffffffffffffef7f11ffffffffffffefff3208ffffffffffffef7f3a080000000000000000"
    assert run(tf.summary.histogram("empty", np.zeros(0, np.float32))).hex() == empty


def test_the_buckets_are_ten_percent_apart():
    limits = bucket_limits()
    assert len(limits) == 1551
    positive = limits[limits > 0]
    assert positive[0] == 1e-12 and positive[-1] == np.finfo(np.float64).max
    np.testing.assert_allclose(positive[1:-1] / positive[:-2], 1.1)
    np.testing.assert_array_equal(limits, -limits[::-1])


def test_texts_have_tensorflows_bytes():
    table = run(tf.summary.text("t", tf.constant([["a", "b"], ["c", "d"]])))
    assert table.hex() == ("0a270a017442180807120812020802120208024201614201624201634201644a080a060a0474657874")
    assert run(tf.summary.text("t1", tf.constant("hello"))).hex() == (
        "0a1b0a027431420b08071200420568656c6c6f4a080a060a0474657874"
    )


def test_sound_has_tensorflows_bytes():
    clip = np.sin(np.arange(20) / 3).astype(np.float32).reshape(1, 10, 2)
    summary = tf.Summary.FromString(run(tf.summary.audio("snd", clip, 44100.0)))
    (value,) = summary.value
    assert value.tag == "snd/audio/0" and value.audio.content_type == "audio/wav"
    assert (value.audio.sample_rate, value.audio.num_channels, value.audio.length_frames) == (44100, 2, 10)
    assert value.audio.encoded_audio_string == (
        b"RIFFL\0\0\0WAVEfmt \x10\0\0\0\1\0\2\0D\254\0\0\x10\261\2\0\4\0\x10\0data(\0\0\0\0\0\342)'O\265kh|j\177dt\216"
        b'\\\210:\x10\x12\233\347\326\277!\237\26\211"\200B\205\345\227\376\265<\334k\6'
    )


def pixels_in(png):
    """The pixels of a PNG file whose rows are not filtered."""
    length = struct.unpack(">I", png[33:37])[0]
    width, height, _, colour = struct.unpack(">IIBB", png[16:26])
    channels = {0: 1, 2: 3, 6: 4}[colour]
    rows = np.frombuffer(zlib.decompress(png[41 : 41 + length]), np.uint8).reshape(height, 1 + width * channels)
    return rows[:, 1:].reshape(height, width, channels)


def test_pictures_are_scaled_as_tensorflow_does():
    """The pixels are those that TensorFlow gave for the same random pictures."""
    pictures = np.random.default_rng(0).normal(size=(4, 3, 2, 3)).astype(np.float32)
    first = pictures[0].copy()
    first[0, 0, 0] = np.nan
    assert pixels_of(first).tolist() == [
        [[255, 0, 0], [133, 98, 147]],
        [[199, 179, 89], [58, 93, 130]],
        [[1, 116, 59], [88, 98, 110]],
    ]
    assert pixels_of(np.abs(pictures[1])).tolist() == [
        [[76, 194, 23], [255, 124, 65]],
        [[168, 17, 138], [172, 85, 41]],
        [[188, 39, 29], [100, 40, 66]],
    ]
    assert pixels_of(np.full((1, 1, 1), 1e-7, np.float32)).tolist() == [[[0]]]
    assert pixels_of(np.full((1, 1, 4), np.inf, np.float64)).tolist() == [[[255, 0, 0, 255]]]


@pytest.mark.parametrize(("channels", "dtype"), [(1, np.uint8), (3, np.float32), (4, np.float64)])
def test_a_batch_of_pictures_is_numbered(channels, dtype):
    pictures = (np.random.default_rng(1).random((4, 5, 6, channels)) * 255).astype(dtype)
    summary = tf.Summary.FromString(run(tf.summary.image("im", pictures)))
    assert [value.tag for value in summary.value] == ["im/image/0", "im/image/1", "im/image/2"]
    for value, picture in zip(summary.value, pictures, strict=False):
        assert (value.image.height, value.image.width, value.image.colorspace) == (5, 6, channels)
        np.testing.assert_array_equal(pixels_in(value.image.encoded_image_string), pixels_of(picture))
    one = tf.Summary.FromString(run(tf.summary.image("one", pictures, max_outputs=1)))
    assert [value.tag for value in one.value] == ["one/image"]


def test_the_tag_is_the_operations_name():
    """Names and tags are those that TensorFlow gives."""
    graph = tf.get_default_graph()
    made = [tf.summary.scalar("loss", 1.0), tf.summary.scalar("has space", 1.0), tf.summary.scalar("a b/c:0", 1.0)]
    with graph.name_scope("train"):
        made += [tf.summary.scalar("loss", 1.0), tf.summary.scalar("loss", 1.0)]
        made.append(tf.summary.scalar("x", 1.0, family="fam"))
    names = ["loss", "has_space", "a_b/c_0", "train/loss", "train/loss_1", "train/fam/x"]
    assert [summary.op.name for summary in made] == names
    tags = [tf.Summary.FromString(run(summary)).value[0].tag for summary in made]
    assert tags == [*names[:-1], "fam/train/fam/x"]


def test_summaries_are_merged():
    assert tf.summary.merge_all() is None
    x = tf.placeholder(tf.float32, [None])
    loss = tf.summary.scalar("loss", tf.reduce_mean(x))
    other = tf.summary.histogram("x", x, collections=["test"])
    merged = tf.summary.merge_all()
    assert merged.op.name == "Merge/MergeSummary"
    with tf.Session() as session:
        alone, together = session.run([loss, merged], {x: [1.0, 3.0]})
        assert together == alone
        both = session.run(tf.summary.merge([loss, other]), {x: [1.0, 3.0]})
        assert both == alone + session.run(other, {x: [1.0, 3.0]})
        assert session.run(tf.summary.merge_all("test"), {x: [1.0]}) == session.run(other, {x: [1.0]})
    twice = tf.summary.merge([loss, tf.constant(alone)])
    with pytest.raises(tf.errors.InvalidArgumentError, match="Duplicate tag loss found in summary inputs"):
        run(twice, {x: [1.0]})
    with pytest.raises(tf.errors.InvalidArgumentError, match="Could not parse one of the summary inputs"):
        run(tf.summary.merge([tf.constant("no summary")]))


def test_the_spellings_before_1_0():
    x = tf.placeholder(tf.float32, [])
    tf.scalar_summary("the cost", x)
    tf.histogram_summary("values", [1.0, 2.0])
    merged = tf.merge_all_summaries()
    tags = [value.tag for value in tf.Summary.FromString(run(merged, {x: 2.0})).value]
    assert tags == ["the cost", "values"]
    assert tf.merge_summary([merged]).dtype == tf.string
    assert tf.train.SummaryWriter is tf.summary.FileWriter


def test_what_cannot_be_shown_is_refused():
    with pytest.raises(ShapeError, match=r"tags and values are not the same shape: \[\] != \[2\] \(tag 'loss'\)"):
        tf.summary.scalar("loss", [1.0, 2.0])
    with pytest.raises(DTypeError):
        tf.summary.scalar("loss", "much")
    with pytest.raises(ShapeError, match=r"Tensor must be 4-D with last dim 1, 3, or 4, not \[1,2,2,2\]"):
        tf.summary.image("im", np.zeros((1, 2, 2, 2), np.float32))
    with pytest.raises(ValueError, match="Expected tensor Const_3:0 to have dtype string, got <dtype: 'float32'>"):
        tf.summary.text("t", tf.constant(1.0))
    x = tf.placeholder(tf.float32)
    histogram = tf.summary.histogram("h", x)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Nan in summary histogram for: h"):
        run(histogram, {x: [1.0, float("nan")]})
    with pytest.raises(tf.errors.InvalidArgumentError, match="Infinity in Histogram for: h"):
        run(histogram, {x: float("inf")})
    with pytest.raises(tf.errors.InvalidArgumentError, match="tags and values are not the same shape"):
        run(tf.summary.scalar("loss", x), {x: [1.0, 2.0]})


# --- event files -------------------------------------------------------------------------------------------------


def events_of(folder):
    return [event for path in sorted(folder.iterdir()) for event in read_events(path)]


def test_a_writer_writes_what_it_is_given(tmp_path):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    loss = tf.summary.scalar("loss", tf.reduce_mean(x, name="mean"))
    folder = tmp_path / "logs" / "train"
    with tf.Session() as session, tf.summary.FileWriter(str(folder), session.graph) as writer:
        for step in range(3):
            writer.add_summary(session.run(loss, {x: [[step, step, step]]}), step)
        writer.add_summary(tf.Summary(value=[tf.Summary.Value(tag="accuracy", simple_value=0.5)]), np.int64(7))
        assert writer.get_logdir() == str(folder)
        # Whoever looks while the program runs sees all of it.
        (path,) = folder.iterdir()
        assert len(list(read_events(path))) == 6
    assert path.name.startswith("events.out.tfevents.") and path.name.split(".")[3].isdigit()
    events = events_of(folder)
    assert events[0].file_version == "brain.Event:2"
    graph = tf.GraphDef.FromString(events[1].graph_def)
    nodes = {node.name: node for node in graph.node}
    assert nodes["mean"].op == "Mean" and list(nodes["loss"].input) == ["mean"]
    assert nodes["x"].attr["dtype"].type == 1
    assert [dim.size for dim in nodes["x"].attr["shape"].shape.dim] == [-1, 3]
    assert [(e.step, e.summary.value[0].tag, e.summary.value[0].simple_value) for e in events[2:]] == [
        (0, "loss", 0.0),
        (1, "loss", 1.0),
        (2, "loss", 2.0),
        (7, "accuracy", 0.5),
    ]
    assert all(event.wall_time > 1.7e9 for event in events)


def test_a_writer_is_closed_and_opened_again(tmp_path, caplog):
    writer = tf.summary.FileWriter(tmp_path, filename_suffix=".one")
    summary = tf.Summary(value=[tf.Summary.Value(tag="a", simple_value=1)])
    writer.add_summary(summary)
    writer.close()
    with caplog.at_level("WARNING", "tensorflow"):
        writer.add_summary(summary)
    assert "closed FileWriter" in caplog.text
    writer.reopen()
    writer.add_event(tf.Event(step=3, summary=summary))
    writer.flush()
    writer.close()
    files = sorted(tmp_path.iterdir())
    assert len(files) == 2 and all(path.name.endswith(".one") for path in files)
    assert [event.step for event in events_of(tmp_path) if event.HasField("summary")] == [0, 3]


def test_event_files_are_read_again(tmp_path):
    with tf.summary.FileWriter(tmp_path) as writer:
        writer.add_summary(tf.Summary(value=[tf.Summary.Value(tag="a", simple_value=1)]), 5)
    (path,) = tmp_path.iterdir()
    assert [event.step for event in tf.train.summary_iterator(str(path))] == [0, 5]
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(tf.errors.DataLossError, match="truncated record"):
        list(tf.train.summary_iterator(str(path)))
    with pytest.raises(tf.errors.NotFoundError):
        list(tf.train.summary_iterator(str(tmp_path / "nothing")))


def test_what_a_tag_means_is_written_once(tmp_path):
    data = run(tf.summary.text("note", tf.constant("hello")))
    with tf.summary.FileWriter(tmp_path) as writer:
        writer.add_summary(data, 0)
        writer.add_summary(data, 1)
    values = [event.summary.value[0] for event in events_of(tmp_path)[1:]]
    assert [value.metadata.plugin_data.plugin_name for value in values] == ["text", ""]
    assert [list(value.tensor.string_val) for value in values] == [[b"hello"], [b"hello"]]


def test_there_is_one_writer_for_a_folder(tmp_path):
    tf.constant(1.0)
    writer = tf.summary.FileWriterCache.get(str(tmp_path))
    assert tf.summary.FileWriterCache.get(str(tmp_path)) is writer
    tf.summary.FileWriterCache.clear()
    assert tf.summary.FileWriterCache.get(str(tmp_path)) is not writer
    tf.summary.FileWriterCache.clear()


def test_only_graphs_are_added_as_graphs(tmp_path):
    with tf.summary.FileWriter(tmp_path) as writer:
        with pytest.raises(TypeError, match="must be an instance of `Graph`"):
            writer.add_graph("graph")
        with pytest.raises(ValueError, match="pass only graph, or graph_def"):
            writer.add_graph(tf.get_default_graph(), graph_def=tf.GraphDef())


def test_a_graph_is_given_as_a_graph_def(tmp_path):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    w = tf.Variable([[1.0], [2.0]], name="W")
    tf.matmul(x, w, name="y")
    with tf.Session() as session, tf.train.SummaryWriter(str(tmp_path), session.graph_def):
        pass
    graph_def = tf.GraphDef.FromString(events_of(tmp_path)[1].graph_def)
    assert graph_def == tf.get_default_graph().as_graph_def()
    assert [(node.name, node.op) for node in graph_def.node] == [
        ("x", "Placeholder"),
        ("W", "VariableV2"),
        ("y", "MatMul"),
    ]
    assert list(graph_def.node[2].input) == ["x", "W"]
    assert graph_def.versions.producer > 0


def test_a_graph_is_written_as_text(tmp_path):
    tf.placeholder(tf.float32, [2], name="x") + 1
    path = tf.train.write_graph(tf.get_default_graph(), str(tmp_path), "graph.pbtxt")
    assert path == str(tmp_path / "graph.pbtxt")
    text = (tmp_path / "graph.pbtxt").read_text()
    assert text.startswith('node {\n  name: "x"\n  op: "Placeholder"\n')
    assert 'op: "AddV2"\n  input: "x"\n  input: "' in text
