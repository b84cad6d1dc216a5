"""The errors of a running graph under TensorFlow's names."""

from __future__ import annotations

import pickle

import pytest

import engine as tf

#: From TensorFlow's tf.errors.
CODES = {
    "CancelledError": 1, "UnknownError": 2, "InvalidArgumentError": 3, "DeadlineExceededError": 4, "NotFoundError": 5,
    "AlreadyExistsError": 6, "PermissionDeniedError": 7, "ResourceExhaustedError": 8, "FailedPreconditionError": 9,
    "AbortedError": 10, "OutOfRangeError": 11, "UnimplementedError": 12, "InternalError": 13, "UnavailableError": 14,
    "DataLossError": 15, "UnauthenticatedError": 16,
}  # fmt: skip


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_every_kind_of_error_is_there_with_its_number(name, code):
    kind = getattr(tf.errors, name)
    assert issubclass(kind, tf.errors.OpError)
    constant = "".join(f"_{letter}" if letter.isupper() else letter for letter in name.removesuffix("Error"))
    assert tf.errors.exception_type_from_error_code(code) is kind
    assert tf.errors.error_code_from_exception_type(kind) == code
    assert getattr(tf.errors, constant.strip("_").upper()) == kind("x").error_code == code


def test_programs_make_them_from_a_node_an_operation_and_a_message():
    op = tf.constant(1.0, name="answer").op
    error = tf.errors.OutOfRangeError(None, op, "End of sequence")
    assert (error.node_def, error.op, error.message, error.node) == (None, op, "End of sequence", "answer")
    assert str(error) == "End of sequence"


def test_the_engine_makes_them_from_a_sentence_and_a_name():
    error = tf.errors.NotFoundError("There is no file.", "read")
    assert (error.op, error.message, error.node) == (None, "There is no file.", "read")
    assert pickle.loads(pickle.dumps(error)).message == "There is no file."


def test_an_error_of_a_run_names_its_operation():
    tf.reset_default_graph()
    x = tf.placeholder(tf.float32, [2], name="x")
    W = tf.Variable([1.0, 2.0], name="W")
    with tf.Session() as session:
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            session.run(x + 1.0)
        assert caught.value.op is x.op and caught.value.op.name == "x"
        with pytest.raises(tf.errors.FailedPreconditionError) as caught:
            session.run(W + 1.0)
        assert caught.value.op is W.op and caught.value.error_code == tf.errors.FAILED_PRECONDITION
