"""Checkpoints, summaries, event files, graphs and examples go back and forth between the engine and TensorFlow.

``python -m pytest -m peers tests/engine/test_files_against_tensorflow.py``; needs the extra ``peers``.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import engine
from engine.encoding.example import Example
from engine.encoding.summary import Summary

pytestmark = pytest.mark.peers

DTYPES = [np.float32, np.float64, np.float16, np.int32, np.int64, np.int16, np.uint8, np.bool_]


@pytest.fixture(scope="module")
def tensorflow() -> ModuleType:
    tf: ModuleType = pytest.importorskip("tensorflow.compat.v1")
    tf.disable_v2_behavior()
    return tf


@pytest.fixture(autouse=True)
def _own_graph(tensorflow):
    engine.reset_default_graph()
    tensorflow.reset_default_graph()


def random_values(seed: int) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(seed)
    values = {}
    for number in range(60):
        dtype = DTYPES[number % len(DTYPES)]
        shape = tuple(generator.integers(0, 5, generator.integers(0, 4)))
        scope = generator.choice(["", "layer/", "layer_1/", "layer_1/sub/"])
        values[f"{scope}v{number}"] = (generator.normal(size=shape) * 50).astype(dtype)
    values["large"] = generator.normal(size=(300, 500)).astype(np.float32)
    return values


@pytest.mark.parametrize("seed", [0, 1])
def test_each_restores_the_others_checkpoints(tensorflow, tmp_path, seed):
    values = random_values(seed)
    for writer, reader in ((engine, tensorflow), (tensorflow, engine)):
        prefix = str(tmp_path / f"{writer.__name__}")
        writer.reset_default_graph()
        for name, value in values.items():
            writer.Variable(value, name=name)
        with writer.Session() as session:
            session.run(writer.global_variables_initializer())
            writer.train.Saver().save(session, prefix)
        reader.reset_default_graph()
        restored = {name: reader.Variable(np.zeros_like(value), name=name) for name, value in values.items()}
        with reader.Session() as session:
            reader.train.Saver().restore(session, reader.train.latest_checkpoint(str(tmp_path)))
            for name, value in values.items():
                found = session.run(restored[name])
                assert found.dtype == value.dtype
                np.testing.assert_array_equal(found, value, name)
        assert reader.train.list_variables(prefix) == [(name, list(values[name].shape)) for name in sorted(values)]


@pytest.mark.parametrize("seed", range(20))
def test_summaries_have_the_same_bytes(tensorflow, seed):
    generator = np.random.default_rng(seed)
    dtype = [np.float32, np.float64, np.int32, np.int64, np.float16][seed % 5]
    numbers = (generator.normal(size=generator.integers(0, 400)) * 10.0 ** generator.integers(-3, 4)).astype(dtype)
    pictures = generator.normal(size=(2, 3, 5, [1, 3, 4][seed % 3]))
    if seed % 2:
        pictures = np.abs(pictures)
    results = []
    for tf in (engine, tensorflow):
        tf.reset_default_graph()
        scalar = tf.summary.scalar("a/loss of it", tf.constant(numbers[0] if numbers.size else 0, dtype))
        histogram = tf.summary.histogram("values", tf.constant(numbers))
        note = tf.summary.text("note", tf.constant(["one", "zwei ä"]))
        sound = tf.summary.audio("sound", np.clip(pictures[..., 0], -1, 1).astype(np.float32), 8000.0, max_outputs=1)
        image = tf.summary.image("image", pictures.astype(np.float32), max_outputs=2)
        merged = tf.summary.merge([scalar, histogram, note, sound])
        with tf.Session() as session:
            results.append(session.run([merged, image]))
    assert results[0][0] == results[1][0]
    ours, theirs = (tensorflow.Summary.FromString(result[1]) for result in results)
    with tensorflow.Session() as session:
        for one, other in zip(ours.value, theirs.value, strict=True):
            first, second = (
                session.run(tensorflow.image.decode_png(value.image.encoded_image_string)) for value in (one, other)
            )
            np.testing.assert_array_equal(first, second)
            one.image.encoded_image_string = other.image.encoded_image_string
            assert one == other


def test_tensorflow_reads_our_event_files(tensorflow, tmp_path):
    x = engine.placeholder(engine.float32, [None], name="x")
    engine.summary.scalar("loss", engine.reduce_mean(x))
    engine.summary.histogram("x values", x)
    merged = engine.summary.merge_all()
    with engine.Session() as session, engine.summary.FileWriter(str(tmp_path), session.graph) as writer:
        for step in range(5):
            writer.add_summary(session.run(merged, {x: [1.0, step]}), step)
    (path,) = tmp_path.iterdir()
    events = list(tensorflow.train.summary_iterator(str(path)))
    assert events[0].file_version == "brain.Event:2"
    graph = tensorflow.GraphDef.FromString(events[1].graph_def)
    assert graph.node[0].name == "x"
    assert [event.step for event in events[2:]] == [0, 1, 2, 3, 4]
    assert [event.summary.value[0].simple_value for event in events[2:]] == [0.5, 1.0, 1.5, 2.0, 2.5]
    assert events[3].summary.value[1].histo.num == 2


def test_tensorboard_reads_our_event_files(tmp_path):
    accumulators = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    x = engine.placeholder(engine.float32, [None], name="x")
    engine.summary.scalar("loss", engine.reduce_mean(x))
    engine.summary.histogram("values", x)
    engine.summary.image("picture", np.zeros((1, 2, 2, 1), np.float32), max_outputs=1)
    engine.summary.text("note", engine.constant("hello"))
    merged = engine.summary.merge_all()
    with engine.Session() as session, engine.summary.FileWriter(str(tmp_path), session.graph) as writer:
        for step in range(3):
            writer.add_summary(session.run(merged, {x: [1.0, step]}), step)
    found = accumulators.EventAccumulator(str(tmp_path), {accumulators.TENSORS: 0, accumulators.HISTOGRAMS: 0})
    found.Reload()
    assert [(event.step, event.value) for event in found.Scalars("loss")] == [(0, 0.5), (1, 1.0), (2, 1.5)]
    assert [event.histogram_value.num for event in found.Histograms("values")] == [2, 2, 2]
    assert found.Images("picture/image")[0].width == 2
    assert found.Tensors("note")[0].tensor_proto.string_val[0] == b"hello"
    assert {node.name for node in found.Graph().node} >= {"x", "loss", "values"}


def test_our_graph_text_is_a_graph_def(tensorflow, tmp_path):
    x = engine.placeholder(engine.float32, [None, 2], name="x")
    w = engine.Variable([[1.0], [2.0]], name="W")
    engine.matmul(x, w, name="y")
    path = engine.train.write_graph(engine.get_default_graph(), str(tmp_path), "graph.pbtxt")
    text_format = pytest.importorskip("google.protobuf.text_format")
    from_text = text_format.Parse(Path(path).read_text(), tensorflow.GraphDef())
    path = engine.train.write_graph(engine.get_default_graph(), str(tmp_path), "graph.pb", as_text=False)
    from_bytes = tensorflow.GraphDef.FromString(Path(path).read_bytes())
    assert from_text == from_bytes
    assert [node.op for node in from_bytes.node] == ["Placeholder", "VariableV2", "MatMul"]


def test_messages_go_back_and_forth(tensorflow):
    features = {
        "a": tensorflow.train.Feature(int64_list=tensorflow.train.Int64List(value=[1, -2, 2**40])),
        "b": tensorflow.train.Feature(bytes_list=tensorflow.train.BytesList(value=[b"", b"\xff"])),
        "c": tensorflow.train.Feature(float_list=tensorflow.train.FloatList(value=[0.1, np.inf])),
    }
    theirs = tensorflow.train.Example(features=tensorflow.train.Features(feature=features))
    ours = Example.FromString(theirs.SerializeToString())
    assert tensorflow.train.Example.FromString(ours.SerializeToString()) == theirs
    summary = Summary(value=[{"tag": "x", "histo": {"min": -1.5, "bucket": [1, 2], "bucket_limit": [0.5, 1e308]}}])
    assert Summary.FromString(tensorflow.Summary.FromString(summary.SerializeToString()).SerializeToString()) == summary


def test_record_files_go_back_and_forth(tensorflow, tmp_path):
    records = [b"", b"one", bytes(10_000)]
    for writer, reader in ((engine, tensorflow), (tensorflow, engine)):
        for compression in ("", "GZIP", "ZLIB"):
            path = str(tmp_path / f"{writer.__name__}{compression}")
            options = writer.python_io.TFRecordOptions(
                getattr(writer.python_io.TFRecordCompressionType, compression or "NONE")
            )
            with writer.python_io.TFRecordWriter(path, options) as file:
                for record in records:
                    file.write(record)
            options = reader.python_io.TFRecordOptions(
                getattr(reader.python_io.TFRecordCompressionType, compression or "NONE")
            )
            assert list(reader.python_io.tf_record_iterator(path, options)) == records
