"""Drawing classes at random, with how often each was to be expected: for losses over many classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    GraphError,
    Inference,
    InputPort,
    OpDeclaration,
    OutputPort,
    TensorSpec,
    declare,
    float32,
    int64,
)
from .random import SEEDS

#: What TensorFlow reserves for each class that is drawn, however many are drawn until all are different.
_RESERVED_WORDS = 2048


def _drawn(node: Inference) -> list[TensorSpec]:
    node.require("true_classes", lambda dtype: dtype is int64, "int64")
    true = node.spec("true_classes").shape
    if true.rank not in (None, 2):
        raise node.shape_error(
            f"Shape must be rank 2 but is rank {true.rank} for '{node.op.name}' (op: '{node.op.type}'): "
            f"{node.describe('true_classes')}; give a row of classes for each sample."
        )
    count, limit = node.attribute("num_sampled"), node.attribute("range_max")
    if node.attribute("unique") and count > limit:
        raise GraphError(
            f"Sampler's range is too small. {node.op.name} cannot draw {count} different classes of {limit}; draw "
            "fewer, or let them repeat.",
            node.op.name,
        )
    drawn = TensorSpec(int64).with_shape([count])
    return [drawn, TensorSpec(float32, true), TensorSpec(float32).with_shape([count])]


def _kernel(distribution: str) -> Callable[[Any], Callable[..., Any]]:
    def kernel(k: Any) -> Callable[..., Any]:
        xp, source = k.xp, k.random
        count, unique, limit = (k.attribute(name) for name in ("num_sampled", "unique", "range_max"))

        def step(true_classes: Any, *outs: Any) -> Any:
            drawn, tries = xp.draw_classes(
                source().sequence(_RESERVED_WORDS * count), distribution, count, unique, limit
            )
            expected = [
                xp.expected_counts(classes, distribution, tries, count, limit) for classes in (true_classes, drawn)
            ]
            places = outs or (None, None, None)
            return tuple(xp.copy(each, out) for each, out in zip((drawn, *expected), places, strict=True))

        return step

    return kernel


for _type, _distribution, _words, _formula in (
    (
        "LogUniformCandidateSampler",
        "log_uniform",
        "Draws classes, the first ones most often: right for words that are numbered by how often they occur.",
        r"P(k) = \frac{\ln(k + 2) - \ln(k + 1)}{\ln(n + 1)}",
    ),
    ("UniformCandidateSampler", "uniform", "Draws classes that are all equally likely.", r"P(k) = \frac{1}{n}"),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.RANDOM,
            symbol="k∼P",
            description=_words,
            formula=_formula,
            infer=_drawn,
            inputs=(InputPort("true_classes"),),
            outputs=(
                OutputPort("sampled_candidates"),
                OutputPort("true_expected_count"),
                OutputPort("sampled_expected_count"),
            ),
            attributes=(
                Attribute("num_sampled", AttributeKind.INT, 1, "How many classes are drawn.", minimum=1),
                Attribute("unique", AttributeKind.BOOL, True, "Whether all that are drawn in a run are different."),
                Attribute("range_max", AttributeKind.INT, 10, "The number of classes there are.", minimum=1),
                *SEEDS,
            ),
            kernel=_kernel(_distribution),
            default_name=_type,
            stateful=True,
            example=f"tf.nn.{_distribution}_candidate_sampler(labels, 1, 64, True, 5000)",
        )
    )
