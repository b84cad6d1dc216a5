"""``tf.losses``: losses that are weighted, brought to one number, and collected in the graph.

Each function adds its loss to the collection ``loss_collection`` (none when None), from which
:func:`get_total_loss` sums them up.
"""

from __future__ import annotations

from typing import Any

from ..graph import Tensor, get_default_graph
from ..ops.arithmetic import constant_like
from .build import apply, in_dtype, static_int, tensor_of
from .cross_entropy import softmax_cross_entropy_with_logits_v2
from .elementwise import add_n
from .reductions import old_or_new

__all__ = [
    "Reduction",
    "absolute_difference",
    "add_loss",
    "compute_weighted_loss",
    "cosine_distance",
    "get_losses",
    "get_regularization_loss",
    "get_regularization_losses",
    "get_total_loss",
    "hinge_loss",
    "huber_loss",
    "log_loss",
    "mean_pairwise_squared_error",
    "mean_squared_error",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]

LOSSES = "losses"
REGULARIZATION_LOSSES = "regularization_losses"


class Reduction:
    """How the losses of the elements become one number."""

    #: They do not: each stays, times its weight.
    NONE = "none"
    SUM = "weighted_sum"
    #: The sum over the number of elements.
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    #: The sum over the sum of the weights.
    MEAN = "weighted_mean"
    #: The sum over the number of elements whose weight is not 0.
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All of them."""
        return cls.NONE, cls.SUM, cls.MEAN, cls.SUM_OVER_NONZERO_WEIGHTS, cls.SUM_OVER_BATCH_SIZE

    @classmethod
    def validate(cls, key: str) -> None:
        """Raises ValueError for what is no reduction."""
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key {key}; take one of {', '.join(cls.all())}.")


def add_loss(loss: Tensor, loss_collection: str | None = LOSSES) -> None:
    """Adds a loss to a collection of its graph."""
    if loss_collection:
        loss.graph.add_to_collection(loss_collection, loss)


def get_losses(scope: str | None = None, loss_collection: str = LOSSES) -> list[Tensor]:
    """The losses in a collection of the default graph, those whose names ``scope`` begins."""
    return get_default_graph().get_collection(loss_collection, scope)


def get_regularization_losses(scope: str | None = None) -> list[Tensor]:
    """The losses that regularizers have added to the default graph."""
    return get_losses(scope, REGULARIZATION_LOSSES)


def get_regularization_loss(scope: str | None = None, name: str = "total_regularization_loss") -> Tensor:
    """The sum of what regularizers have added; 0 where there is none."""
    losses = get_regularization_losses(scope)
    return add_n(losses, name=name) if losses else apply("Constant", value=0.0)


def get_total_loss(
    add_regularization_losses: bool = True, name: str = "total_loss", scope: str | None = None
) -> Tensor:
    """The sum of all collected losses. Raises ValueError where there is none."""
    losses = get_losses(scope)
    if add_regularization_losses:
        losses += get_regularization_losses(scope)
    return add_n(losses, name=name)


def compute_weighted_loss(
    losses: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """Losses times their weights, brought to one number.

    ``weights`` is one number, or has as many axes as the losses, each with their size or with size 1. Raises
    ValueError for other weights and for an unknown reduction.
    """
    each = tensor_of(losses)
    with each.graph.name_scope(scope or "weighted_loss"):
        return _collected(each, weights, loss_collection, reduction)


def _collected(losses: Tensor, weights: Any, collection: str | None, reduction: str) -> Tensor:
    Reduction.validate(reduction)
    each = in_dtype(losses, "float32")
    scale = in_dtype(tensor_of(weights), "float32")
    _check_weights(scale, each)
    weighted = each * scale
    loss = weighted
    if reduction != Reduction.NONE:
        loss = apply("ReduceSum", weighted)
        count = _count(each, scale, reduction)
        if count is not None:
            loss = apply("DivNoNan", loss, count, base_name="value")
    loss = in_dtype(loss, losses.dtype)
    add_loss(loss, collection)
    return loss


def _count(each: Tensor, weights: Tensor, reduction: str) -> Tensor | None:
    """What the sum is divided by."""
    if reduction == Reduction.SUM:
        return None
    if reduction == Reduction.SUM_OVER_BATCH_SIZE:
        return apply("Cast", apply("Size", each), dtype="float32", base_name="num_elements")
    counted = weights
    if reduction == Reduction.SUM_BY_NONZERO_WEIGHTS:
        counted = _is_present(weights)
    return apply("ReduceSum", apply("BroadcastToShapeOf", counted, each), base_name="num_present")


def _is_present(weights: Tensor) -> Tensor:
    return apply("Cast", apply("NotEqual", weights, constant_like(0, weights)), dtype="float32")


def _check_weights(weights: Tensor, values: Tensor) -> None:
    shape, wanted = weights.shape, values.shape
    if shape.dims is None or wanted.dims is None or shape.rank == 0:
        return
    fits = len(shape.dims) == len(wanted.dims) and all(
        size in (1, None) or other is None or size == other for size, other in zip(shape.dims, wanted.dims, strict=True)
    )
    if not fits:
        raise ValueError(
            f"weights can not be broadcast to values. values.rank={len(wanted.dims)}. weights.rank={len(shape.dims)}. "
            f"values.shape={wanted}. weights.shape={shape}. Give one number, or as many axes as the losses have."
        )


def _pair(labels: Any, predictions: Any, names: str = "labels predictions") -> tuple[Tensor, Tensor]:
    """Both as float32, of one shape."""
    for value, name in zip((labels, predictions), names.split(), strict=True):
        if value is None:
            raise ValueError(f"Argument `{name}` must not be None. Give a tensor or numbers.")
    found, truth = in_dtype(tensor_of(predictions), "float32"), in_dtype(tensor_of(labels), "float32")
    if not found.shape.is_compatible_with(truth.shape):
        raise ValueError(
            f"Shapes {found.shape} and {truth.shape} are incompatible: the {names.split()[1]} and the labels need one "
            "shape; reshape one of them."
        )
    return truth, found


def absolute_difference(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """|predictions − labels|, weighted and brought to one number."""
    truth, found = _pair(labels, predictions)
    with found.graph.name_scope(scope or "absolute_difference"):
        return _collected(apply("Abs", found - truth), weights, loss_collection, reduction)


def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """(predictions − labels)², weighted and brought to one number: the mean."""
    truth, found = _pair(labels, predictions)
    with found.graph.name_scope(scope or "mean_squared_error"):
        return _collected(apply("SquaredDifference", found, truth), weights, loss_collection, reduction)


def huber_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    delta: float = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """Half the square of the error up to ``delta``, and beyond it a straight line, weighted, as one number."""
    truth, found = _pair(labels, predictions)
    with found.graph.name_scope(scope or "huber_loss"):
        distance = apply("Abs", found - truth)
        near = apply("Minimum", distance, constant_like(delta, distance))
        losses = constant_like(0.5, near) * (near * near) + constant_like(delta, near) * (distance - near)
        return _collected(losses, weights, loss_collection, reduction)


def hinge_loss(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """max(0, 1 − (2 label − 1) logit) for labels that are 0 or 1, weighted, as one number."""
    truth, found = _pair(labels, logits, "labels logits")
    with found.graph.name_scope(scope or "hinge_loss"):
        one = constant_like(1, found)
        sign = constant_like(2, truth) * truth - one
        return _collected(apply("Relu", one - sign * found), weights, loss_collection, reduction)


def log_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    epsilon: float = 1e-7,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """The cross entropy of yes/no labels and probabilities, weighted, as one number."""
    truth, found = _pair(labels, predictions)
    with found.graph.name_scope(scope or "log_loss"):
        one, little = constant_like(1, found), constant_like(epsilon, found)
        losses = -(truth * apply("Log", found + little)) - (one - truth) * apply("Log", one - found + little)
        return _collected(losses, weights, loss_collection, reduction)


def cosine_distance(
    labels: Any,
    predictions: Any,
    axis: Any = None,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
    dim: Any = None,
) -> Tensor:
    """1 − Σ predictions · labels along an axis, for vectors of length 1, weighted, as one number."""
    along = old_or_new(dim, axis, "dim", "axis")
    if along is None:
        raise ValueError("You must specify argument `axis`. Name the axis along which the vectors lie.")
    truth, found = _pair(labels, predictions)
    with found.graph.name_scope(scope or "cosine_distance_loss"):
        products = apply("ReduceSum", found * truth, axis=[static_int(along, "axis")], keepdims=True)
        return _collected(constant_like(1, found) - products, weights, loss_collection, reduction)


def mean_pairwise_squared_error(
    labels: Any, predictions: Any, weights: Any = 1.0, scope: str | None = None, loss_collection: str | None = LOSSES
) -> Tensor:
    """How much the differences between the elements of each row differ from those of the labels, squared."""
    truth, found = _pair(labels, predictions)
    with found.graph.name_scope(scope or "mean_pairwise_squared_error"):
        scale = in_dtype(tensor_of(weights), "float32")
        _check_weights(scale, found)
        errors = found - truth
        if errors.shape.rank is None:
            raise ValueError("mean_pairwise_squared_error needs predictions with a known number of axes; reshape them.")
        axes = list(range(1, errors.shape.rank))

        def total(value: Tensor) -> Tensor:
            return apply("ReduceSum", value, axis=axes, keepdims=True)

        zero, one, two = (constant_like(value, errors) for value in (0, 1, 2))
        count = total(apply("BroadcastToShapeOf", _is_present(scale), errors))
        squares = apply("DivNoNan", total(errors * errors), apply("Maximum", count - one, zero))
        pairs = apply("Maximum", count * (count - one), zero)
        squared_sums = apply("DivNoNan", apply("Square", total(errors)), pairs)
        loss = apply("ReduceSum", (two * squares - two * squared_sums) * scale, base_name="value")
        add_loss(loss, loss_collection)
        return loss


def sigmoid_cross_entropy(
    multi_class_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """The cross entropy of independent yes/no labels from logits, weighted, as one number.

    ``label_smoothing`` moves the labels towards a half.
    """
    found = tensor_of(logits)
    truth = in_dtype(tensor_of(multi_class_labels), found.dtype)
    with found.graph.name_scope(scope or "sigmoid_cross_entropy_loss"):
        if label_smoothing:
            truth = truth * constant_like(1 - label_smoothing, truth) + constant_like(0.5 * label_smoothing, truth)
        losses = apply("SigmoidCrossEntropyWithLogits", truth, found)
        return _collected(losses, weights, loss_collection, reduction)


def softmax_cross_entropy(
    onehot_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """The cross entropy of the softmax of each row of logits, weighted, as one number.

    ``label_smoothing`` moves the labels towards the same probability for each class. No gradient flows to them.
    """
    found = tensor_of(logits)
    truth = in_dtype(tensor_of(onehot_labels), found.dtype)
    with found.graph.name_scope(scope or "softmax_cross_entropy_loss"):
        if label_smoothing:
            ones = apply("OnesLike", truth)
            each = ones / apply("ReduceSum", ones, axis=[-1], keepdims=True)
            truth = truth * constant_like(1 - label_smoothing, truth) + constant_like(label_smoothing, truth) * each
        fixed = apply("StopGradient", truth, base_name="labels_stop_gradient")
        losses = softmax_cross_entropy_with_logits_v2(labels=fixed, logits=found, name="xentropy")
        return _collected(losses, weights, loss_collection, reduction)


def sparse_softmax_cross_entropy(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """The cross entropy of class numbers and the softmax of each row of logits, weighted, as one number.

    Labels and weights may have a last axis of size 1 more.
    """
    found, truth = tensor_of(logits), tensor_of(labels)
    scale = in_dtype(tensor_of(weights), "float32")
    with found.graph.name_scope(scope or "sparse_softmax_cross_entropy_loss"):
        rank = found.shape.rank
        if rank is not None:
            truth, scale = (_without_last(value, rank) for value in (truth, scale))
        losses = apply("SparseSoftmaxCrossEntropyWithLogits", truth, found, base_name="xentropy")
        return _collected(losses, scale, loss_collection, reduction)


def _without_last(value: Tensor, rank: int) -> Tensor:
    """A tensor with ``rank`` axes without its last one, of size 1."""
    dims = value.shape.dims
    return apply("ReduceSum", value, axis=[-1]) if dims is not None and len(dims) == rank and dims[-1] == 1 else value
