"""tf.gfile, record files, tf.logging and tf.test."""

from __future__ import annotations

import logging
import unittest
import zlib

import numpy as np
import pytest

import engine as tf


def test_files_are_written_and_read(tmp_path):
    path = str(tmp_path / "notes.txt")
    with tf.gfile.GFile(path, "w") as file:
        file.write("first\nsecond ä\n")
    assert tf.gfile.Exists(path) and not tf.gfile.IsDirectory(path)
    with tf.gfile.FastGFile(path) as file:
        assert file.readline() == "first\n" and file.tell() > 0
        assert file.read() == "second ä\n"
    assert tf.gfile.Open(path, "rb").read() == "first\nsecond ä\n".encode()
    assert list(tf.io.gfile.GFile(path)) == ["first\n", "second ä\n"]
    assert tf.gfile.GFile(path).size() == tf.gfile.Stat(path).length == 16
    with tf.gfile.GFile(path, "a") as file:
        file.write(b"third")
    assert tf.gfile.GFile(path).readlines()[-1] == "third"


def test_folders(tmp_path):
    folder = str(tmp_path / "a" / "b")
    tf.gfile.MakeDirs(folder)
    tf.io.gfile.makedirs(folder)
    assert tf.gfile.IsDirectory(folder)
    for name in ("x.txt", "y.txt"):
        with tf.gfile.GFile(f"{folder}/{name}", "w") as file:
            file.write(name)
    assert tf.gfile.ListDirectory(folder) == ["x.txt", "y.txt"]
    assert tf.gfile.Glob(f"{folder}/x*") == [f"{folder}/x.txt"]
    tf.gfile.Copy(f"{folder}/x.txt", f"{folder}/z.txt")
    with pytest.raises(tf.errors.AlreadyExistsError, match="file already exists"):
        tf.gfile.Copy(f"{folder}/x.txt", f"{folder}/y.txt")
    tf.gfile.Copy(f"{folder}/x.txt", f"{folder}/y.txt", overwrite=True)
    tf.gfile.Rename(f"{folder}/y.txt", f"{folder}/w.txt")
    tf.gfile.Remove(f"{folder}/z.txt")
    assert tf.io.gfile.listdir(folder) == ["w.txt", "x.txt"]
    assert [(found[0], sorted(found[2])) for found in tf.gfile.Walk(folder)] == [(folder, ["w.txt", "x.txt"])]
    tf.gfile.DeleteRecursively(str(tmp_path / "a"))
    assert not tf.gfile.Exists(folder)


def test_what_is_not_there_is_not_found(tmp_path):
    nowhere = str(tmp_path / "nowhere")
    with pytest.raises(tf.errors.NotFoundError, match="No such file or directory"):
        tf.gfile.GFile(nowhere).read()
    with pytest.raises(tf.errors.NotFoundError, match="Could not find directory"):
        tf.gfile.ListDirectory(nowhere)
    for action in (tf.gfile.Remove, tf.gfile.DeleteRecursively, tf.gfile.Stat):
        with pytest.raises(tf.errors.NotFoundError):
            action(nowhere)
    with pytest.raises(tf.errors.PermissionDeniedError, match="isn't open for writing"):
        tf.gfile.GFile(nowhere).write("x")
    with pytest.raises(tf.errors.NotFoundError):
        list(tf.python_io.tf_record_iterator(nowhere))


@pytest.mark.parametrize("compression", ["", "GZIP", "ZLIB"])
def test_examples_go_through_record_files(tmp_path, compression):
    path = str(tmp_path / "data.tfrecord")
    options = tf.python_io.TFRecordOptions(compression)
    with tf.python_io.TFRecordWriter(path, options) as writer:
        for number in range(3):
            value = tf.train.Feature(int64_list=tf.train.Int64List(value=[number]))
            features = tf.train.Features(feature={"number": value})
            writer.write(tf.train.Example(features=features).SerializeToString())
    found = [
        tf.train.Example.FromString(record).features.feature["number"].int64_list.value[0]
        for record in tf.python_io.tf_record_iterator(path, options)
    ]
    assert found == [0, 1, 2]
    data = (tmp_path / "data.tfrecord").read_bytes()
    assert (data[:2] == b"\x1f\x8b") == (compression == "GZIP")
    if compression == "ZLIB":
        assert len(zlib.decompress(data)) > 48


def test_a_damaged_record_is_a_loss_of_data(tmp_path):
    path = tmp_path / "data.tfrecord"
    with tf.python_io.TFRecordWriter(str(path)) as writer:
        writer.write(b"hello")
        with pytest.raises(TypeError, match="A record is bytes"):
            writer.write("hello")
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(tf.errors.DataLossError, match="truncated record at 0"):
        list(tf.python_io.tf_record_iterator(str(path)))


def test_messages_are_shown_from_a_level_on(caplog):
    logger = logging.getLogger("tensorflow")
    before = logger.level
    try:
        tf.logging.set_verbosity(tf.logging.INFO)
        assert tf.logging.get_verbosity() == tf.logging.INFO == 20
        tf.logging.info("step %d", 3)
        tf.logging.debug("not shown")
        for step in range(5):
            tf.logging.log_every_n(tf.logging.WARN, "now and then", 2)
            tf.logging.log_first_n(tf.logging.ERROR, "first %d", 2, step)
        tf.logging.set_verbosity(tf.logging.ERROR)
        tf.logging.warn("not shown")
    finally:
        logger.setLevel(before)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "step 3"),
        ("WARNING", "now and then"),
        ("ERROR", "first 0"),
        ("ERROR", "first 1"),
        ("WARNING", "now and then"),
        ("WARNING", "now and then"),
    ]


def test_tests_of_programs_run():
    class Square(tf.test.TestCase):
        def test_square(self):
            x = tf.constant([1.0, 2.0])
            with self.session():
                self.assertAllClose(tf.square(x).eval(), [1.0, 4.0])
                self.assertAllEqual(x, np.array([1, 2]))
                self.assertShapeEqual(np.zeros(2), x)
            with self.test_session() as session, pytest.raises(AssertionError):
                self.assertAllClose(session.run(x), [1.0, 2.1])

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Square).run(result)
    assert result.testsRun == 2 and len(result.skipped) == 1 and result.wasSuccessful(), result.failures + result.errors
    assert not tf.test.is_gpu_available() and not tf.test.is_built_with_cuda()


def test_the_version_is_tensorflow_1s():
    assert tf.VERSION == tf.__version__ == tf.version.VERSION == "1.15.5"
