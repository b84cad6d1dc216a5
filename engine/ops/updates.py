"""How optimizers change variables. The order of the arithmetic is that of TensorFlow's kernels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..graph import DType, Graph, Operation, Output, Tensor, float32


@dataclass(frozen=True)
class Changes:
    """What a step does to a variable: an amount to subtract from it, or its new value; and its slots' new values."""

    subtract: Tensor | None = None
    value: Tensor | None = None
    slots: Mapping[str, Tensor] = field(default_factory=dict)


class Settings:
    """The settings of an optimizer as tensors, each made once for all variables of a dtype."""

    def __init__(self, op: Operation, shared: Mapping[str, Tensor]) -> None:
        self.op = op
        self.graph: Graph = op.graph
        #: The slots that all variables share.
        self.shared = shared
        self._made: dict[tuple[str, DType | None], Tensor] = {}

    def once(self, name: str, dtype: DType | None, build: Callable[[], Tensor]) -> Tensor:
        """What ``build`` makes, at the first call for this name and dtype; the same afterwards."""
        key = (name, dtype)
        if key not in self._made:
            self._made[key] = self.cast(build(), dtype)
        return self._made[key]

    def number(self, name: str, dtype: DType | None) -> Tensor:
        """A setting: what is wired to its port, or its attribute, which is a float32 as a program's number is."""

        def build() -> Tensor:
            wired = self.op.input(name) if self.op.declaration.input_port(name) else None
            if wired is not None:
                return wired
            return self.graph.apply("Constant", value=self.op.attributes[name], dtype=float32, base_name=name)

        return self.once(name, dtype, build)

    def cast(self, tensor: Tensor, dtype: DType | None) -> Tensor:
        return tensor if tensor.dtype is dtype else self.graph.apply("Cast", tensor, dtype=dtype)


@dataclass(frozen=True)
class Update:
    """What an update rule is given: a variable, its gradient, its slots and the optimizer's settings."""

    settings: Settings
    variable: Tensor
    gradient: Tensor
    #: The slots' values at the start of the run.
    slots: Mapping[str, Tensor]

    def number(self, name: str) -> Tensor:
        """A setting as a scalar of the variable's dtype."""
        return self.settings.number(name, self.variable.dtype)

    def shared(self, name: str) -> Tensor:
        """A slot that all variables share, in the variable's dtype."""
        return self.settings.once(name, self.variable.dtype, lambda: self.settings.shared[name])

    def once(self, name: str, build: Callable[[], Tensor]) -> Tensor:
        """A scalar that is the same for all variables of this dtype."""
        return self.settings.once(name, self.variable.dtype, build)

    def attribute(self, name: str) -> Any:
        return self.settings.op.attributes[name]

    def constant(self, value: float) -> Tensor:
        return self.once(str(value), lambda: self.apply("Constant", value=value, dtype=self.variable.dtype))

    def apply(self, op_type: str, *inputs: Any, **attributes: Any) -> Tensor:
        return self.settings.graph.apply(op_type, *inputs, **attributes)

    def square(self, x: Tensor) -> Tensor:
        return self.apply("Square", x)

    def sqrt(self, x: Tensor) -> Tensor:
        return self.apply("Sqrt", x)

    def rest(self, name: str) -> Tensor:
        """1 minus a setting."""
        return self.once(f"1-{name}", lambda: self.constant(1) - self.number(name))


def gradient_descent(u: Update) -> Changes:
    """The variable goes against its gradient."""
    return Changes(u.number("learning_rate") * u.gradient)


def momentum(u: Update) -> Changes:
    """The variable goes on in the direction of the steps before, too."""
    rate, factor = u.number("learning_rate"), u.number("momentum")
    moving = u.slots["momentum"] * factor + u.gradient
    change = u.gradient * rate + moving * factor * rate if u.attribute("use_nesterov") else moving * rate
    return Changes(change, slots={"momentum": moving})


def adagrad(u: Update) -> Changes:
    """The steps get smaller with the sum of the gradient's squares."""
    sum_of_squares = u.slots["accumulator"] + u.square(u.gradient)
    change = u.gradient * u.number("learning_rate") / u.sqrt(sum_of_squares)
    return Changes(change, slots={"accumulator": sum_of_squares})


def adam(u: Update) -> Changes:
    """The variable follows the mean of its gradients over the root of the mean of their squares."""
    g, m, v = u.gradient, u.slots["m"], u.slots["v"]
    m = m + (g - m) * u.rest("beta1")
    v = v + (u.square(g) - v) * u.rest("beta2")
    change = m * u.once("rate", lambda: _adam_rate(u)) / (u.sqrt(v) + u.number("epsilon"))
    return Changes(change, slots={"m": m, "v": v})


def _adam_rate(u: Update) -> Tensor:
    """The learning rate, corrected for moments that began at zero."""
    one = u.constant(1)
    return u.number("learning_rate") * u.sqrt(one - u.shared("beta2_power")) / (one - u.shared("beta1_power"))


def adam_finish(settings: Settings, after: Sequence[Output]) -> dict[str, Tensor]:
    """The powers grow last, from what they are then: an optimizer may make two steps in a run."""

    def next_power(beta: str) -> Tensor:
        power = settings.shared[f"{beta}_power"]
        inputs = {"x": power, "y": settings.number(beta, power.dtype), "after": after}
        return settings.graph.create("Multiply", inputs).output

    return {f"{beta}_power": next_power(beta) for beta in ("beta1", "beta2")}


def rmsprop(u: Update) -> Changes:
    """The variable follows its gradient over the root of the mean of its squares."""
    g, rest = u.gradient, u.rest("decay")
    mean_square = u.slots["rms"] + (u.square(g) - u.slots["rms"]) * rest
    slots = {"rms": mean_square}
    inside = mean_square + u.number("epsilon")
    if u.attribute("centered"):
        mean = slots["mg"] = u.slots["mg"] + (g - u.slots["mg"]) * rest
        inside = mean_square - u.square(mean) + u.number("epsilon")
    moving = u.slots["momentum"] * u.number("momentum") + u.number("learning_rate") * g / u.sqrt(inside)
    return Changes(moving, slots=slots | {"momentum": moving})


def adadelta(u: Update) -> Changes:
    """As rmsprop, with the size of its own steps in the place of a rate."""
    g, rho, rest, epsilon = u.gradient, u.number("rho"), u.rest("rho"), u.number("epsilon")
    squares = u.slots["accum"] * rho + u.square(g) * rest
    change = u.sqrt(u.slots["accum_update"] + epsilon) / u.sqrt(squares + epsilon) * g
    changes = u.slots["accum_update"] * rho + u.square(change) * rest
    return Changes(change * u.number("learning_rate"), slots={"accum": squares, "accum_update": changes})


def ftrl(u: Update) -> Changes:
    """The variable follows the regularized leader: the best value for all gradients so far."""
    g, squares, linear, rate = u.gradient, u.slots["accum"], u.slots["linear"], u.number("learning_rate")
    more_squares = squares + u.square(g)
    shrinkage = u.attribute("l2_shrinkage_regularization_strength")
    if shrinkage:
        g = g + u.constant(2 * shrinkage) * u.variable
    power, more_power = _ftrl_power(u, squares), _ftrl_power(u, more_squares)
    linear = linear + g - (more_power - power) / rate * u.variable
    l1 = u.number("l1_regularization_strength")
    numerator = l1 * u.apply("Sign", linear) - linear
    denominator = more_power / rate + u.constant(2) * u.number("l2_regularization_strength")
    zero = u.apply("ZerosLike", linear)
    value = u.apply("Where", u.apply("Greater", u.apply("Abs", linear), l1), numerator / denominator, zero)
    return Changes(value=value, slots={"accum": more_squares, "linear": linear})


def _ftrl_power(u: Update, squares: Tensor) -> Tensor:
    power = u.attribute("learning_rate_power")
    return u.sqrt(squares) if power == -0.5 else u.apply("Pow", squares, u.constant(-power))


def proximal_gradient_descent(u: Update) -> Changes:
    """As gradient_descent, then drawn towards zero."""
    rate = u.number("learning_rate")
    return Changes(value=_proximal(u, u.variable - u.gradient * rate, rate))


def proximal_adagrad(u: Update) -> Changes:
    """As adagrad, then drawn towards zero."""
    sum_of_squares = u.slots["accumulator"] + u.square(u.gradient)
    rate = u.number("learning_rate") / u.sqrt(sum_of_squares)
    value = _proximal(u, u.variable - u.gradient * rate, rate)
    return Changes(value=value, slots={"accumulator": sum_of_squares})


def _proximal(u: Update, moved: Tensor, rate: Tensor) -> Tensor:
    """``moved``, drawn towards zero as the two regularizations say."""
    l2 = u.constant(1) + u.number("l2_regularization_strength") * rate
    if not u.attribute("l1_regularization_strength"):
        return moved / l2
    size = u.apply("Abs", moved) - rate * u.number("l1_regularization_strength")
    return u.apply("Sign", moved) * u.apply("Maximum", size, u.apply("ZerosLike", size)) / l2


def adagrad_da(u: Update) -> Changes:
    """Adagrad by dual averaging: its value follows from the sums of all gradients so far."""
    rate = u.number("learning_rate")
    # TensorFlow takes the global step after this one.
    step = u.once("step", lambda: u.number("global_step") + u.constant(1))
    sums = u.slots["gradient_accumulator"] + u.gradient
    squares = u.slots["gradient_squared_accumulator"] + u.square(u.gradient)
    shrunk = sums
    if u.attribute("l1_regularization_strength"):
        size = u.apply("Abs", sums) - u.number("l1_regularization_strength") * step
        shrunk = u.apply("Sign", sums) * u.apply("Maximum", size, u.apply("ZerosLike", size))
    denominator = u.number("l2_regularization_strength") * step * rate + u.sqrt(squares)
    slots = {"gradient_accumulator": sums, "gradient_squared_accumulator": squares}
    return Changes(value=-(rate * shrunk / denominator), slots=slots)
