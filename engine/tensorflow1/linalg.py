"""``tf.linalg``: linear algebra, under its newer names."""

from __future__ import annotations

from .arithmetic import matmul
from .clipping import global_norm
from .factorizations import qr
from .matrices import (
    cholesky,
    cholesky_solve,
    cross,
    einsum,
    eye,
    logdet,
    matrix_transpose,
    matvec,
    slogdet,
    svd,
    tensordot,
    trace,
)
from .matrices import diag as tensor_diag
from .matrices import diag_part as tensor_diag_part
from .matrices import matrix_band_part as band_part
from .matrices import matrix_determinant as det
from .matrices import matrix_diag as diag
from .matrices import matrix_diag_part as diag_part
from .matrices import matrix_inverse as inv
from .matrices import matrix_set_diag as set_diag
from .matrices import matrix_solve as solve
from .matrices import matrix_solve_ls as lstsq
from .matrices import matrix_transpose as adjoint
from .matrices import matrix_transpose as transpose
from .matrices import matrix_triangular_solve as triangular_solve
from .matrices import self_adjoint_eig as eigh
from .matrices import self_adjoint_eigvals as eigvalsh
from .reductions import norm
from .statistics import l2_normalize

__all__ = [
    "band_part",
    "cholesky",
    "cholesky_solve",
    "cross",
    "det",
    "diag",
    "diag_part",
    "eigh",
    "eigvalsh",
    "einsum",
    "eye",
    "inv",
    "l2_normalize",
    "logdet",
    "lstsq",
    "matmul",
    "norm",
    "qr",
    "set_diag",
    "solve",
    "svd",
    "tensor_diag",
    "tensor_diag_part",
    "tensordot",
    "trace",
    "global_norm",
    "slogdet",
    "matvec",
    "matrix_transpose",
    "adjoint",
    "transpose",
    "triangular_solve",
]
