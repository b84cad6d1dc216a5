"""Errors of the engine: each is one sentence that names the node and says what to do.

Errors found while a graph is built derive from ``ValueError`` or ``TypeError``, as programs written for
TensorFlow expect; errors found while it runs derive from :class:`OpError`.
"""

from __future__ import annotations


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


class OpError(EngineError):
    """Base of the errors of a running graph, as ``tf.errors.OpError``."""


class InvalidArgumentError(OpError):
    """An operation received a value it cannot work on."""


class FailedPreconditionError(OpError):
    """The session is not in the state an operation needs: a variable is not initialised."""


class NonFiniteError(OpError):
    """A loss became NaN or infinite."""
