"""Which operations are explained in which way; all others by their derivatives, or by what they depend on."""

from __future__ import annotations

from ...ops.families import FAMILIES

#: Each element of the result follows from one element of each input, and is their sum (with signs), written so.
ELEMENTWISE_SUMS = frozenset({"Add", "Subtract", "Negative", "AddN"})
#: The same, but one of the inputs is chosen.
ELEMENTWISE_CHOICES = frozenset({"Where", "Maximum", "Minimum"})
#: Each element of the result is a function of one element of each input.
ELEMENTWISE_FUNCTIONS = frozenset(
    {
        *("Multiply", "Divide", "Pow", "Abs", "Sign", "Square", "Sqrt", "Exp", "Log"),
        *("Relu", "Sigmoid", "Tanh", "SigmoidCrossEntropyWithLogits"),
        *FAMILIES["comparisons"],
        *FAMILIES["rectifiers"],
        *FAMILIES["rounding"],
        *FAMILIES["special"],
        *FAMILIES["trigonometry"],
        *(set(FAMILIES["bitwise"]) - {"Bitcast"}),
    }
)
ELEMENTWISE = ELEMENTWISE_SUMS | ELEMENTWISE_CHOICES | ELEMENTWISE_FUNCTIONS
#: The element of the result is the one at the same place of the first input, as it is or in another dtype.
SAME_PLACE = frozenset(
    {"Identity", "StopGradient", "Cast", "Bitcast", "Print", "CheckNumerics", "BelowLimit", "PlaceholderWithDefault"}
)
#: The result depends on the shapes of the inputs alone.
FROM_SHAPES = frozenset({"ZerosLike", "OnesLike", "Shape", "Size", "Rank", "ReducedCount", "TensorArray"})

#: The result is a sum of elements of one input (all inputs that gradients go to when none is named), each with a
#: coefficient that does not depend on it; or the one element that is moved to its place or chosen.
_SUMS_OF_ALL = (
    *("SumToShapeOf", "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "BiasAdd", "BiasAddGrad", "Cumsum"),
    *("BroadcastToShapeOf", "ExpandReduced", "Reshape", "ReshapeLike", "Concat", "SliceOfConcat", "PadToConcat"),
    *("Stack", "Unstack", "Split", "SplitSizes", "DynamicPartition", "DynamicStitch", "FlattenReduced"),
    *("UnflattenReduced", "Fill", "MatrixTranspose", "MatrixBandPart", "MatrixDiag", "MatrixDiagPart"),
    *("MatrixSetDiag", "Diag", "DiagPart", "Transpose", "Pad", "PadGradient", "SumNeighbours", "Sort", "TopK"),
    *("TakeAlongAxis", "TakeAlongLast", "PutAlongLast", "ExpandDims", "Squeeze", "Tile", "TileGradient", "TileLike"),
    *("BroadcastTo", "Reverse", "ReverseSequence", "StridedSlice", "DynamicSlice", "SliceGradient"),
    *("DynamicSliceGradient", "TensorArrayWrite", "TensorArrayWriteGradient", "MaxPoolWithArgmax"),
    *(name for name in FAMILIES["pooling"] if name.startswith(("MaxPool", "AvgPool")) and "Grad" not in name),
    *(name for name in FAMILIES["pooling"] if name.startswith("AvgPool") and name.endswith("Grad")),
    *(name for name in FAMILIES["images"]),
    *FAMILIES["gather"],
    *(name for name in FAMILIES["segments"] if not name.endswith("Prod")),
)
SUMS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_SUMS_OF_ALL, ()),
    **dict.fromkeys(
        (name for name in FAMILIES["pooling"] if name.startswith("MaxPool") and "Grad" in name), ("gradient",)
    ),
    "Einsum": (),  # of one operand; of two it is a sum of products
    "CropAndResize": ("images",),
    "CropAndResizeGradImage": ("gradient",),
    "MatrixSolve": ("rhs",),
    "MatrixTriangularSolve": ("rhs",),
}
#: Inputs that say where elements go, not what they are.
PLACES = frozenset(
    {"indices", "segment_ids", "lengths", "paddings", "multiples", "shape", "bounds", "partitions", "box_ind", "boxes"}
    | {"size", "crop_size", "index"}
)

#: The result is a sum of products of an element of one input with one of another.
SUMS_OF_PRODUCTS = frozenset({"MatMul", "Einsum", "Cross", *FAMILIES["convolutions"], *FAMILIES["depthwise"]})
