"""How far one distribution is from another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph import Tensor
from ..build import apply
from .base import Distribution
from .classes import Bernoulli, Categorical
from .continuous import MultivariateNormalDiag, Normal

__all__ = ["RegisterKL", "kl_divergence"]

Rule = Callable[..., Tensor]
_RULES: dict[tuple[type, type], Rule] = {}


class RegisterKL:
    """Decorates the function that gives the divergence of two kinds of distributions."""

    def __init__(self, dist_cls_a: type, dist_cls_b: type) -> None:
        self._key = (dist_cls_a, dist_cls_b)

    def __call__(self, kl_fn: Rule) -> Rule:
        if not callable(kl_fn):
            raise TypeError(f"kl_fn must be callable, received: {kl_fn!r}")
        if self._key in _RULES:
            names = f"{self._key[0].__name__}, {self._key[1].__name__}"
            raise ValueError(f"KL({names}) has already been registered to: {_RULES[self._key]}")
        _RULES[self._key] = kl_fn
        return kl_fn


def _rule(first: type, second: type) -> Rule | None:
    """The rule of the nearest of the classes that they are made of."""
    pairs = [(a + b, rule) for a, x in enumerate(first.__mro__) for b, y in enumerate(second.__mro__)
             if (rule := _RULES.get((x, y))) is not None]  # fmt: skip
    return min(pairs, key=lambda pair: pair[0])[1] if pairs else None


def kl_divergence(
    distribution_a: Distribution, distribution_b: Distribution, allow_nan_stats: bool = True, name: str | None = None
) -> Tensor:
    """The Kullback-Leibler divergence of a from b in nats, one for each of the batch.

    Raises NotImplementedError for a pair of kinds of which it is not known; see :class:`RegisterKL`.
    """
    rule = _rule(type(distribution_a), type(distribution_b))
    if rule is None:
        raise NotImplementedError(
            "No KL(distribution_a || distribution_b) registered for distribution_a type "
            f"{type(distribution_a).__name__} and distribution_b type {type(distribution_b).__name__}"
        )
    graph = distribution_a._graph
    with graph.as_default(), graph.name_scope("KullbackLeibler"):
        return rule(distribution_a, distribution_b, name=name)


def _of_normal(mean: tuple[Tensor, Tensor], deviation: tuple[Tensor, Tensor]) -> Tensor:
    first, second = (apply("Square", each) for each in deviation)
    ratio = first / second
    return apply("SquaredDifference", *mean) / (2.0 * second) + 0.5 * (ratio - 1.0 - apply("Log", ratio))


@RegisterKL(Normal, Normal)
def _normal(a: Normal, b: Normal, name: Any = None) -> Tensor:
    with a._graph.name_scope(name or "kl_normal_normal"):
        return _of_normal((a.loc, b.loc), (a.scale, b.scale))


@RegisterKL(MultivariateNormalDiag, MultivariateNormalDiag)
def _vectors(a: MultivariateNormalDiag, b: MultivariateNormalDiag, name: Any = None) -> Tensor:
    with a._graph.name_scope(name or "kl_mvn"):
        return apply("ReduceSum", _of_normal((a.loc, b.loc), (a.stddevs, b.stddevs)), axis=[-1])


@RegisterKL(Bernoulli, Bernoulli)
def _bernoulli(a: Bernoulli, b: Bernoulli, name: Any = None) -> Tensor:
    with a._graph.name_scope(name or "kl_bernoulli_bernoulli"):
        zero = apply("Softplus", -b.logits) - apply("Softplus", -a.logits)
        one = apply("Softplus", b.logits) - apply("Softplus", a.logits)
        return apply("Sigmoid", a.logits) * zero + apply("Sigmoid", -a.logits) * one


@RegisterKL(Categorical, Categorical)
def _categorical(a: Categorical, b: Categorical, name: Any = None) -> Tensor:
    with a._graph.name_scope(name or "kl_categorical_categorical"):
        difference = apply("LogSoftmax", a.logits) - apply("LogSoftmax", b.logits)
        return apply("ReduceSum", apply("Softmax", a.logits) * difference, axis=[-1])
