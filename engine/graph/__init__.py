"""What a graph is: operations, tensors, shapes, dtypes, errors."""

from .attributes import Attribute, AttributeKind
from .connect import Verdict, check_connect
from .declaration import (
    AFTER,
    DONE,
    Category,
    InputPort,
    NodeKind,
    OpDeclaration,
    OutputPort,
    PortKind,
    declarations,
    declare,
    get_declaration,
    unknown_declaration,
)
from .default import get_default_graph, get_default_session, reset_default_graph
from .dtypes import DTYPES, DType, as_dtype, bool_, float32, float64, int32, int64
from .edges import Wire
from .errors import (
    AlreadyExistsError,
    AttributeValueError,
    DataError,
    DataLossError,
    DTypeError,
    EngineError,
    FailedPreconditionError,
    FileFormatError,
    GraphError,
    InvalidArgumentError,
    NonFiniteError,
    NotFoundError,
    OpError,
    OutOfRangeError,
    PermissionDeniedError,
    ResourceExhaustedError,
    ShapeError,
    UnimplementedError,
)
from .graph import Graph
from .inference import Inference
from .operation import Operation, Tensor
from .output import Output, Step
from .problems import Problem, Severity
from .record import OperationRecord, record_of
from .row_changes import IndexedSlices
from .shapes import SCALAR_SHAPE, UNKNOWN_SHAPE, TensorShape, as_shape, broadcast_shapes
from .spec import UNKNOWN_SPEC, TensorSpec
from .variable import Variable

__all__ = [
    "AFTER",
    "DONE",
    "DTYPES",
    "SCALAR_SHAPE",
    "UNKNOWN_SHAPE",
    "UNKNOWN_SPEC",
    "AlreadyExistsError",
    "Attribute",
    "AttributeKind",
    "AttributeValueError",
    "Category",
    "DType",
    "DTypeError",
    "DataError",
    "DataLossError",
    "EngineError",
    "FailedPreconditionError",
    "FileFormatError",
    "Graph",
    "GraphError",
    "IndexedSlices",
    "Inference",
    "InputPort",
    "InvalidArgumentError",
    "NodeKind",
    "NonFiniteError",
    "NotFoundError",
    "OpDeclaration",
    "OpError",
    "OutOfRangeError",
    "ResourceExhaustedError",
    "PermissionDeniedError",
    "UnimplementedError",
    "Operation",
    "OperationRecord",
    "Output",
    "OutputPort",
    "PortKind",
    "Problem",
    "Severity",
    "ShapeError",
    "Step",
    "Tensor",
    "TensorShape",
    "TensorSpec",
    "Variable",
    "Verdict",
    "Wire",
    "as_dtype",
    "as_shape",
    "bool_",
    "broadcast_shapes",
    "check_connect",
    "declarations",
    "declare",
    "float32",
    "float64",
    "get_declaration",
    "get_default_graph",
    "get_default_session",
    "int32",
    "int64",
    "record_of",
    "reset_default_graph",
    "unknown_declaration",
]
