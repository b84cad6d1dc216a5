"""``tf.contrib.layers.optimize_loss``: a training step with everything around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...graph import Tensor, Variable
from .. import summary, train
from ..arithmetic import identity
from ..build import tensor_of
from ..clipping import clip_by_global_norm, global_norm
from ..initializers import constant_initializer
from ..scopes import GraphKeys, control_dependencies, get_collection
from ..train.optimizer import Optimizer
from ..variable_scope import get_variable, variable_scope
from ..variables import trainable_variables

__all__ = ["OPTIMIZER_CLS_NAMES", "OPTIMIZER_SUMMARIES", "optimize_loss"]

#: The optimizers that have a name.
OPTIMIZER_CLS_NAMES: dict[str, Callable[..., Any]] = {
    "Adagrad": train.AdagradOptimizer,
    "Adam": train.AdamOptimizer,
    "Ftrl": train.FtrlOptimizer,
    "Momentum": lambda learning_rate: train.MomentumOptimizer(learning_rate, momentum=0.9),
    "RMSProp": train.RMSPropOptimizer,
    "SGD": train.GradientDescentOptimizer,
}
#: What can be written down of a step.
OPTIMIZER_SUMMARIES = ["learning_rate", "loss", "gradients", "gradient_norm", "global_gradient_norm"]


def optimize_loss(
    loss: Any,
    global_step: Variable | None,
    learning_rate: Any,
    optimizer: Any,
    gradient_noise_scale: float | None = None,
    gradient_multipliers: dict[Any, float] | None = None,
    clip_gradients: Any = None,
    learning_rate_decay_fn: Callable[..., Any] | None = None,
    update_ops: Sequence[Any] | None = None,
    variables: Sequence[Variable] | None = None,
    name: str | None = None,
    summaries: Sequence[str] | None = None,
    colocate_gradients_with_ops: bool = False,
    increment_global_step: bool = True,
) -> Tensor:
    """The loss, after one training step has been made.

    ``optimizer`` is a name ("Adam"), a class, an optimizer, or a function of the learning rate; ``clip_gradients`` a
    norm or a function of the pairs of gradients and variables. Raises ValueError for what is none of these.
    """
    if gradient_noise_scale is not None:
        raise ValueError("gradient_noise_scale is not implemented here; leave it out.")
    with variable_scope(name, "OptimizeLoss", [loss, global_step]):
        step = train.get_global_step() if global_step is None else global_step
        before = list(get_collection(GraphKeys.UPDATE_OPS)) if update_ops is None else list(update_ops)
        value = tensor_of(loss)
        if before:
            with control_dependencies(before):
                value = identity(value)
        rate = _rate(learning_rate, learning_rate_decay_fn, step)
        wanted = ["loss", "learning_rate", "global_gradient_norm"] if summaries is None else list(summaries)
        if unknown := [each for each in wanted if each not in OPTIMIZER_SUMMARIES]:
            raise ValueError(f"Summaries should be one of [{', '.join(OPTIMIZER_SUMMARIES)}], you provided {unknown}.")
        if rate is not None and "learning_rate" in wanted:
            summary.scalar("learning_rate", rate)
        chosen = _optimizer(optimizer, rate)
        pairs = chosen.compute_gradients(value, trainable_variables() if variables is None else list(variables))
        if gradient_multipliers is not None:
            pairs = _multiplied(pairs, gradient_multipliers)
        if "global_gradient_norm" in wanted or "gradient_norm" in wanted:
            norm = global_norm([gradient for gradient, _ in pairs])
            summary.scalar("global_norm/gradient_norm", norm)
        pairs = _clipped(pairs, clip_gradients)
        for gradient, variable in pairs:
            if gradient is not None and "gradients" in wanted:
                summary.histogram(f"gradients/{variable.op.name}", gradient)
            if gradient is not None and "gradient_norm" in wanted:
                summary.scalar(f"gradient_norm/{variable.op.name}", global_norm([gradient]))
        if "loss" in wanted:
            summary.scalar("loss", value)
        trained = chosen.apply_gradients(pairs, global_step=step if increment_global_step else None, name="train")
        with control_dependencies([trained]):
            return identity(value)


def _rate(given: Any, decay: Callable[..., Any] | None, step: Any) -> Any:
    """The learning rate: a variable where it is a number, so that programs can change it."""
    if given is None:
        return None
    if isinstance(given, int | float):
        if given < 0.0:
            raise ValueError(f"Invalid learning_rate {given}. Give a number that is not negative, or a scalar tensor.")
        rate = get_variable("learning_rate", [], trainable=False, initializer=constant_initializer(float(given)))
    elif isinstance(given, Tensor | Variable):
        rate = given
    else:
        raise ValueError(f"Learning rate should be 0d Tensor or float. Got {given} of type {type(given)}.")
    if decay is None:
        return rate
    if step is None:
        raise ValueError(
            "global_step is required for learning_rate_decay_fn. Give tf.train.get_or_create_global_step()."
        )
    return decay(rate, step)


def _optimizer(given: Any, rate: Any) -> Any:
    if isinstance(given, str):
        if given not in OPTIMIZER_CLS_NAMES:
            raise ValueError(
                f"Optimizer name should be one of [{', '.join(OPTIMIZER_CLS_NAMES)}], you provided {given}."
            )
        if rate is None:
            raise ValueError(f"Learning rate is None, but should be specified if using optimizer name ({given}).")
        return OPTIMIZER_CLS_NAMES[given](learning_rate=rate)
    if isinstance(given, Optimizer):
        return given
    if callable(given):
        return given(learning_rate=rate) if isinstance(given, type) else given(rate) if rate is not None else given()
    raise ValueError(f"Unrecognized optimizer: should be string, subclass of Optimizer, or function, not {given!r}.")


def _multiplied(pairs: Any, factors: dict[Any, float]) -> list[Any]:
    """The gradients of some variables times numbers, by the variable or its name."""
    return [
        (gradient if factor is None or gradient is None else gradient * factor, variable)
        for gradient, variable in pairs
        for factor in [factors.get(variable, factors.get(variable.name))]
    ]


def _clipped(pairs: Any, limit: Any) -> Any:
    if limit is None:
        return pairs
    if isinstance(limit, int | float):
        gradients, variables = zip(*pairs, strict=True)
        clipped, _ = clip_by_global_norm(list(gradients), limit)
        return list(zip(clipped, variables, strict=True))
    if callable(limit):
        return limit(pairs)
    raise ValueError(f"Unknown type {type(limit)} for clip_gradients")
