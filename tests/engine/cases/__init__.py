"""For each operation that computes something: random inputs, and what plain numpy says the result is.

The systematic tests run over :data:`CASES`; an operation that is declared and stands neither here nor in
:data:`TESTED_ELSEWHERE` fails them. One module per family.
"""

from hypothesis import strategies as st

from . import (
    arrays,
    basic,
    convolution,
    elementwise,
    gathering,
    images,
    linear,
    pipelines,
    queues,
    reducing,
    summaries,
    tensor_arrays,
)
from .kit import Case, Draw, OpCases

_FAMILIES = (
    arrays,
    basic,
    convolution,
    elementwise,
    gathering,
    images,
    linear,
    pipelines,
    queues,
    reducing,
    summaries,
    tensor_arrays,
)

CASES: dict[str, OpCases] = {op_type: entry for family in _FAMILIES for op_type, entry in family.CASES.items()}
#: Operations without inputs, with state, or without a kernel of their own.
TESTED_ELSEWHERE: set[str] = {op_type for family in _FAMILIES for op_type in family.TESTED_ELSEWHERE}


@st.composite
def cases(draw: Draw, op_type: str, dtype: str) -> Case:
    """A case of an operation with inputs of ``dtype``."""
    return CASES[op_type].make(draw, dtype)
