"""What TensorFlow calls the types of operations."""

from __future__ import annotations

#: What TensorFlow calls types of operations that have another name here.
_TYPES = {
    "Add": "AddV2",
    "Concat": "ConcatV2",
    "Constant": "Const",
    "Divide": "RealDiv",
    "Group": "NoOp",
    "Initialize": "NoOp",
    "Multiply": "Mul",
    "Negative": "Neg",
    "RandomNormal": "RandomStandardNormal",
    "ReduceAll": "All",
    "ReduceAny": "Any",
    "ReduceMax": "Max",
    "ReduceMean": "Mean",
    "ReduceMin": "Min",
    "ReduceProd": "Prod",
    "ReduceSum": "Sum",
    "Subtract": "Sub",
    "Variable": "VariableV2",
    "Where": "SelectV2",
}


def tensorflow_type(op_type: str) -> str:
    """TensorFlow's name of a type of operation."""
    return _TYPES.get(op_type, op_type)
