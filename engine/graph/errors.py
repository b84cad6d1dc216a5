"""Errors of the engine: each is one sentence that names the node and says what to do.

Errors found while a graph is built derive from ``ValueError`` or ``TypeError``, as programs written for
TensorFlow expect; errors found while it runs derive from :class:`OpError`.
"""

from __future__ import annotations

from typing import Any


class EngineError(Exception):
    """Base of all errors the engine raises on purpose.

    ``node`` is the name of the operation the sentence is about, or None when it is about no single one.
    """

    def __init__(self, message: str, node: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.node = node

    def __str__(self) -> str:
        return self.message


class GraphError(EngineError, ValueError):
    """A change that would make the graph wrong: a bad name, a cycle, a wire that does not fit."""


class MissingGradientError(GraphError, LookupError):
    """An operation's gradient is said to be one that nothing is registered as."""


class ShapeError(GraphError):
    """Shapes that do not fit each other."""


class DTypeError(EngineError, TypeError):
    """Dtypes that do not fit each other."""


class AttributeValueError(GraphError):
    """A value that an attribute of an operation cannot take."""


class DataError(EngineError, ValueError):
    """Data for a placeholder that cannot be read or does not fit it."""


class FileFormatError(EngineError, ValueError):
    """A file that cannot be read as what it claims to be, or that cannot be written."""


# Programs that print ``type(error).__name__`` see the name of the error that TensorFlow raises.
for _error, _name in (
    (GraphError, "ValueError"),
    (ShapeError, "ValueError"),
    (AttributeValueError, "ValueError"),
    (DTypeError, "TypeError"),
    (MissingGradientError, "LookupError"),
):
    _error.__name__ = _name


class OpError(EngineError):
    """Base of the errors of a running graph, as ``tf.errors.OpError``.

    Made from a sentence and a node's name, or as TensorFlow 1 programs make it: ``(node_def, op, message)``.
    ``op`` is the operation the error is about where it is at hand.
    """

    #: TensorFlow's number of the kind of error.
    error_code: int = 2

    def __init__(
        self, first: Any = None, second: Any = None, message: str | None = None, error_code: int | None = None
    ):
        if error_code is not None:
            self.error_code = error_code
        self.op: Any = None
        self.node_def: Any = None
        if message is None:
            super().__init__(str(first), second)
        else:
            self.node_def, self.op = first, second
            super().__init__(message, getattr(second, "name", None))


class CancelledError(OpError):
    """What was running has been cancelled."""

    error_code = 1


class UnknownError(OpError):
    """Something failed that belongs to no other kind."""

    error_code = 2


class InvalidArgumentError(OpError):
    """An operation received a value it cannot work on."""

    error_code = 3


class DeadlineExceededError(OpError):
    """What was asked for was not done in time."""

    error_code = 4


class NotFoundError(OpError):
    """A file, or something in one, is not there."""

    error_code = 5


class AlreadyExistsError(OpError):
    """What was to be made is there already."""

    error_code = 6


class PermissionDeniedError(OpError):
    """The program may not do this."""

    error_code = 7


class ResourceExhaustedError(OpError):
    """Memory or space on the disk has run out."""

    error_code = 8


class FailedPreconditionError(OpError):
    """The session is not in the state an operation needs: a variable is not initialised."""

    error_code = 9


class AbortedError(OpError):
    """What was running has been given up."""

    error_code = 10


class OutOfRangeError(OpError):
    """There is nothing more to read: the end of the data."""

    error_code = 11


class UnimplementedError(OpError):
    """This is not there."""

    error_code = 12


class InternalError(OpError):
    """Something that must hold does not."""

    error_code = 13


class UnavailableError(OpError):
    """What is needed cannot be reached at the moment."""

    error_code = 14


class DataLossError(OpError):
    """Data is damaged and cannot be read."""

    error_code = 15


class UnauthenticatedError(OpError):
    """The caller has not said who they are."""

    error_code = 16


class NonFiniteError(OpError):
    """A loss became NaN or infinite."""


#: TensorFlow's numbers of the kinds of errors, under the names ``tf.errors`` has for them.
OK, CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED = range(8)
RESOURCE_EXHAUSTED, FAILED_PRECONDITION, ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, UNAVAILABLE = range(8, 15)
DATA_LOSS, UNAUTHENTICATED = 15, 16


def exception_type_from_error_code(error_code: int) -> type[OpError]:
    """The kind of error that has a number. Raises KeyError when there is none."""
    return {kind.error_code: kind for kind in OpError.__subclasses__() if kind is not NonFiniteError}[error_code]


def error_code_from_exception_type(cls: type[OpError]) -> int:
    """The number of a kind of error."""
    return cls.error_code
