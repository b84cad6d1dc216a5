"""Functions that are compared with TensorFlow's own: each built the same way on both, with what it is given.

Run with TensorFlow, ``python -m tests.engine.math_programs`` writes the recorded values anew.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

RECORDED = Path(__file__).parent / "recorded" / "math.json"

Build = Callable[..., Any]

_CORNERS = [-np.inf, -20.0, -3.7, -1.5, -1.0, -0.5, -0.0, 0.0, 1e-8, 0.5, 1.0, 1.5, 2.5, 6.0, 20.0, np.inf, np.nan]
_PAIRS = (
    [7.0, -7.0, 7.0, -7.0, 5.5, 0.0, 1.0, -1.0, 0.0, 0.3, np.inf, 2.0, np.nan],
    [2.0, 2.0, -3.0, -3.0, 0.5, 0.0, 0.0, 0.0, 2.0, 0.1, 2.0, np.inf, 1.0],
)
_MATRIX = [[0.5, -1.25, 2.0, 0.0], [3.0, 0.25, -0.75, 1.0], [-2.0, 1.5, 0.0, 1.0]]
_SQUARE = [[4.0, 1.0, 0.5], [1.0, 3.0, -0.25], [0.5, -0.25, 2.0]]
_IDS = [0, 0, 2]


def _named(path: str) -> Build:
    def build(tf: Any, *tensors: Any) -> Any:
        function = tf
        for part in path.split("."):
            function = getattr(function, part)
        return function(*tensors)

    return build


_UNARY = [
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "asinh",
    "acosh",
    "atanh",
    "floor",
    "ceil",
    "round",
    "rint",
    "reciprocal",
    "rsqrt",
    "sqrt",
    "square",
    "exp",
    "log",
    "expm1",
    "log1p",
    "erf",
    "erfc",
    "lgamma",
    "digamma",
    "abs",
    "negative",
    "sign",
    "sigmoid",
    "tanh",
    "log_sigmoid",
    "nn.relu",
    "nn.relu6",
    "nn.leaky_relu",
    "nn.elu",
    "nn.selu",
    "nn.softplus",
    "nn.softsign",
    "nn.swish",
    "nn.crelu",
    "cumsum",
    "cumprod",
]
_BINARY = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "maximum",
    "minimum",
    "floordiv",
    "mod",
    "atan2",
    "squared_difference",
    "div_no_nan",
    "math.xlogy",
    "math.xdivy",
    "math.multiply_no_nan",
    "realdiv",
]
_REDUCTIONS = [
    "reduce_sum",
    "reduce_mean",
    "reduce_max",
    "reduce_min",
    "reduce_prod",
    "reduce_logsumexp",
    "math.reduce_euclidean_norm",
]

PROGRAMS: dict[str, tuple[Build, Sequence[Any]]] = {
    **{name: (_named(name), [_CORNERS]) for name in _UNARY},
    # TensorFlow's own erf of infinity is NaN.
    "erf": (_named("erf"), [_CORNERS[1:-2]]),
    **{name: (_named(name), _PAIRS) for name in _BINARY},
    **{name: (_named(name), [_MATRIX]) for name in _REDUCTIONS},
    "reduce_sum of columns": (lambda tf, x: tf.reduce_sum(tf.square(x), [0], keepdims=True), [_MATRIX]),
    "reduce_prod of rows": (lambda tf, x: tf.square(tf.reduce_prod(x, -1)), [_MATRIX]),
    "reduce_min of columns": (lambda tf, x: tf.exp(tf.reduce_min(x, 0)), [_MATRIX]),
    "reduce_max with ties": (lambda tf, x: tf.reduce_max(x, 1), [[[1.0, 1.0, 0.0], [2.0, 3.0, 3.0]]]),
    "reduce_logsumexp of rows": (lambda tf, x: tf.reduce_logsumexp(x, 1, keepdims=True), [_MATRIX]),
    "cumsum exclusive": (lambda tf, x: tf.exp(tf.cumsum(x, 1, exclusive=True)), [_MATRIX]),
    "cumsum reverse": (lambda tf, x: tf.exp(tf.cumsum(x, 0, reverse=True)), [_MATRIX]),
    "cumprod exclusive reverse": (
        lambda tf, x: tf.exp(tf.cumprod(x, 1, exclusive=True, reverse=True)),
        [[[0.5, 2.0, -1.0], [1.5, 0.25, 3.0]]],
    ),
    "norm": (lambda tf, x: tf.norm(x), [_MATRIX]),
    "norm of rows": (lambda tf, x: tf.norm(x, axis=1), [_MATRIX]),
    "norm 1": (lambda tf, x: tf.norm(x, ord=1, axis=1, keepdims=True), [_MATRIX]),
    "norm 3": (lambda tf, x: tf.norm(x, ord=3, axis=0), [_SQUARE]),
    "norm inf": (lambda tf, x: tf.norm(x, ord=np.inf, axis=1), [_MATRIX]),
    "norm of matrices": (lambda tf, x: tf.norm(x, ord=1, axis=[0, 1]), [_MATRIX]),
    "l2_normalize": (lambda tf, x: tf.square(tf.nn.l2_normalize(x, 1) + 1.0), [_MATRIX]),
    "l2_loss": (lambda tf, x: tf.nn.l2_loss(x), [_MATRIX]),
    "softmax": (lambda tf, x: tf.square(tf.nn.softmax(x)), [_MATRIX]),
    "softmax of columns": (lambda tf, x: tf.square(tf.nn.softmax(x, axis=0)), [_MATRIX]),
    "log_softmax of columns": (lambda tf, x: tf.square(tf.nn.log_softmax(x, axis=0)), [_MATRIX]),
    "clip_by_value": (lambda tf, x: tf.clip_by_value(x, -1.0, 1.5), [_CORNERS]),
    "clip_by_norm": (lambda tf, x: tf.square(tf.clip_by_norm(x, 1.5)), [_MATRIX]),
    "clip_by_norm of rows": (lambda tf, x: tf.square(tf.clip_by_norm(x, 1.5, axes=[1])), [_MATRIX]),
    "clip_by_global_norm": (
        lambda tf, x, y: tf.reduce_sum(tf.square(tf.clip_by_global_norm([x, y], 2.0)[0][1])),
        [_MATRIX, [1.0, -2.0]],
    ),
    "softmax cross entropy": (
        lambda tf, y, x: tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x),
        [np.abs(_MATRIX).tolist(), _MATRIX],
    ),
    "softmax cross entropy of columns": (
        lambda tf, y, x: tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x, axis=0),
        [np.abs(_MATRIX).tolist(), _MATRIX],
    ),
    "first softmax cross entropy": (
        lambda tf, y, x: tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x),
        [np.abs(_MATRIX).tolist(), _MATRIX],
    ),
    "sparse softmax cross entropy": (
        lambda tf, x: tf.square(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[1, 0, 3], logits=x)),
        [_MATRIX],
    ),
    "sigmoid cross entropy": (
        lambda tf, y, x: tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x),
        [np.abs(_MATRIX).tolist(), _MATRIX],
    ),
    "weighted cross entropy": (
        lambda tf, y, x: tf.nn.weighted_cross_entropy_with_logits(targets=y, logits=x, pos_weight=3.0),
        [np.abs(_MATRIX).tolist(), _MATRIX],
    ),
    "log_poisson_loss": (
        lambda tf, z, c: tf.nn.log_poisson_loss(z, c, compute_full_loss=True),
        [[0.5, 1.0, 2.0, 7.0], [0.1, -1.0, 2.0, 0.0]],
    ),
    "weighted_moments": (
        lambda tf, x, w: tf.exp(tf.nn.weighted_moments(x, [1], w)[1]),
        [_MATRIX, np.abs(_MATRIX).tolist()],
    ),
    "matmul": (lambda tf, x, y: tf.matmul(x, y, adjoint_b=True), [_MATRIX, _MATRIX]),
    "matrix_inverse": (lambda tf, x: tf.square(tf.matrix_inverse(x)), [_SQUARE]),
    "matrix_determinant": (lambda tf, x: tf.square(tf.matrix_determinant(x)), [_SQUARE]),
    "logdet": (lambda tf, x: tf.linalg.logdet(x), [_SQUARE]),
    "cholesky": (lambda tf, x: tf.square(tf.cholesky(x)), [_SQUARE]),
    "matrix_solve": (lambda tf, x, y: tf.square(tf.matrix_solve(x, y)), [_SQUARE, _MATRIX]),
    "matrix_solve adjoint": (lambda tf, x, y: tf.square(tf.matrix_solve(x, y, adjoint=True)), [_SQUARE, _MATRIX]),
    "matrix_triangular_solve": (
        lambda tf, x, y: tf.square(tf.matrix_triangular_solve(x, y, lower=False)),
        [_SQUARE, _MATRIX],
    ),
    "self_adjoint_eig": (
        lambda tf, x: tf.self_adjoint_eig(x)[0] + tf.reduce_sum(tf.square(tf.square(tf.self_adjoint_eig(x)[1])), 0),
        [_SQUARE],
    ),
    "svd": (lambda tf, x: tf.square(tf.svd(x)[0]), [_SQUARE]),
    "svd vectors": (lambda tf, x: tf.square(tf.svd(x)[1] + 0.0) * tf.square(tf.svd(x)[2]), [_SQUARE]),
    "qr": (lambda tf, x: tf.square(tf.qr(x)[1]) + tf.square(tf.qr(x)[0]), [_SQUARE]),
    "trace": (lambda tf, x: tf.square(tf.trace(x)), [_SQUARE]),
    "diag": (lambda tf, x: tf.exp(tf.diag(x)), [[1.0, 2.0]]),
    "diag_part": (lambda tf, x: tf.exp(tf.diag_part(x)), [_SQUARE]),
    "matrix_diag": (lambda tf, x: tf.exp(tf.matrix_diag(x)), [_MATRIX]),
    "matrix_diag_part": (lambda tf, x: tf.exp(tf.matrix_diag_part(x)), [_MATRIX]),
    "matrix_set_diag": (lambda tf, x, d: tf.exp(tf.matrix_set_diag(x, d)), [_MATRIX, [1.0, 2.0, 3.0]]),
    "matrix_band_part": (lambda tf, x: tf.exp(tf.matrix_band_part(x, 1, 0)), [_MATRIX]),
    "matrix_transpose": (lambda tf, x: tf.exp(tf.matrix_transpose(x)), [_MATRIX]),
    "cross": (lambda tf, x, y: tf.square(tf.cross(x, y)), [_SQUARE, _SQUARE[::-1]]),
    "tensordot": (lambda tf, x, y: tf.square(tf.tensordot(x, y, [[0], [1]])), [_MATRIX, _SQUARE]),
    "einsum": (lambda tf, x, y: tf.square(tf.einsum("ij,kj->ki", x, y)), [_MATRIX, _MATRIX]),
    "top_k": (lambda tf, x: tf.square(tf.nn.top_k(x, 2)[0]), [_MATRIX]),
    **{
        f"segment_{kind}": (lambda tf, x, kind=kind: tf.exp(getattr(tf, f"segment_{kind}")(x, _IDS)), [_MATRIX])
        for kind in ("sum", "mean", "max", "min", "prod")
    },
    **{
        f"unsorted_segment_{kind}": (
            lambda tf, x, kind=kind: tf.minimum(getattr(tf, f"unsorted_segment_{kind}")(x, [2, -1, 0], 3), 50.0),
            [_MATRIX],
        )
        for kind in ("sum", "mean", "max", "min", "prod", "sqrt_n")
    },
    **{
        f"losses.{name}": (_named(f"losses.{name}"), [np.abs(_MATRIX).tolist(), np.clip(_MATRIX, 0.1, 0.9).tolist()])
        for name in [
            "absolute_difference",
            "mean_squared_error",
            "huber_loss",
            "hinge_loss",
            "log_loss",
            "mean_pairwise_squared_error",
            "sigmoid_cross_entropy",
            "softmax_cross_entropy",
        ]
    },
}


def run(tf: Any, name: str, dtype: str = "float64") -> list[Any]:
    """The value of a function and the gradient of its sum to each input, None where there is none."""
    build, inputs = PROGRAMS[name]
    with tf.Graph().as_default():
        tensors = [tf.constant(np.array(value, dtype)) for value in inputs]
        y = build(tf, *tensors)
        gradients = tf.gradients(y, tensors)
        present = [gradient for gradient in gradients if gradient is not None]
        with tf.Session() as session:
            value, *found = session.run([y, *present])
    values = iter(found)
    return [value, *(None if gradient is None else next(values) for gradient in gradients)]


if __name__ == "__main__":
    tensorflow = importlib.import_module("tensorflow.compat.v1")
    tensorflow.disable_v2_behavior()
    recorded = {
        name: [None if value is None else np.asarray(value).tolist() for value in run(tensorflow, name)]
        for name in PROGRAMS
    }
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(values)}" for name, values in recorded.items())
    RECORDED.write_text(f"{{\n{lines}\n}}\n")
