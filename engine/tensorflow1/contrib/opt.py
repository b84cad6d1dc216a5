"""``tf.contrib.opt``: further optimizers, each made of operations of the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph import Operation, Tensor, Variable
from ..build import apply, tensor_of
from ..scopes import control_dependencies
from ..sources import group
from ..train.optimizer import Optimizer

__all__ = ["AdaMaxOptimizer", "AdamWOptimizer", "MomentumWOptimizer", "NadamOptimizer"]


class _Adaptive(Optimizer):
    """Keeps the means of the gradients, m, and of their sizes, v, and the powers of how much of them is kept."""

    def __init__(self, learning_rate: Any, beta1: Any, beta2: Any, epsilon: Any, use_locking: bool, name: str) -> None:
        super().__init__(use_locking, name)
        self._given = {"learning_rate": learning_rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}

    def _create_slots(self, var_list: list[Variable]) -> None:
        first = min(var_list, key=lambda variable: variable.name)
        for beta in ("beta1", "beta2"):
            self._create_non_slot_variable(self._call_if_callable(self._given[beta]), f"{beta}_power", first)
        for variable in var_list:
            for slot in ("m", "v"):
                self._zeros_slot(variable, slot, self._name)

    def _number(self, name: str, like: Variable) -> Tensor:
        """A setting in the dtype of a variable."""
        value = self._call_if_callable(self._given[name])
        return apply("Cast", value, dtype=like.dtype) if isinstance(value, Tensor) else tensor_of(value, like.dtype)

    def _power(self, name: str, like: Variable) -> Tensor:
        power = self._get_non_slot_variable(f"{name}_power", like.graph)
        assert power is not None
        return apply("Cast", power, dtype=like.dtype)

    def _apply_dense(self, grad: Tensor, var: Variable) -> Operation:
        beta1 = self._number("beta1", var)
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        assert m is not None
        assert v is not None
        mean = m + (grad - m) * (1.0 - beta1)
        size = self._size(grad, v, var)
        step = self._step(grad, mean, size, var)
        return group(var.assign_sub(step), m.assign(mean), v.assign(size))

    def _size(self, grad: Tensor, v: Variable, var: Variable) -> Tensor:
        """The new mean of the gradients' sizes: here that of their squares."""
        return v + (apply("Square", grad) - v) * (1.0 - self._number("beta2", var))

    def _step(self, grad: Tensor, mean: Tensor, size: Tensor, var: Variable) -> Tensor:
        """What is taken off the variable: here Adam's step."""
        correction = apply("Sqrt", 1.0 - self._power("beta2", var)) / (1.0 - self._power("beta1", var))
        root = apply("Sqrt", size) + self._number("epsilon", var)
        return self._number("learning_rate", var) * correction * mean / root

    def _finish(self, update_ops: list[Any], name_scope: str) -> Operation:
        with control_dependencies(update_ops):
            changes = []
            for beta in ("beta1", "beta2"):
                power = self._get_non_slot_variable(f"{beta}_power", update_ops[0].graph)
                assert power is not None
                changes.append(power.assign(power.value() * self._number(beta, power)))
        return group(*update_ops, *changes, name=name_scope)


class AdaMaxOptimizer(_Adaptive):
    """Adam with the largest gradient of late in the place of the root of the mean of squares. Slots: m, v."""

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "AdaMax",
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon, use_locking, name)

    def _size(self, grad: Tensor, v: Variable, var: Variable) -> Tensor:
        return apply("Maximum", self._number("beta2", var) * v, apply("Abs", grad))

    def _step(self, grad: Tensor, mean: Tensor, size: Tensor, var: Variable) -> Tensor:
        rate = self._number("learning_rate", var) / (1.0 - self._power("beta1", var))
        return rate * (mean / (size + self._number("epsilon", var)))


class NadamOptimizer(_Adaptive):
    """Adam that looks ahead by Nesterov's momentum. Slots: m, v."""

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Nadam",
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon, use_locking, name)

    def _step(self, grad: Tensor, mean: Tensor, size: Tensor, var: Variable) -> Tensor:
        beta1 = self._number("beta1", var)
        return super()._step(grad, mean * beta1 + grad * (1.0 - beta1), size, var)


class AdamWOptimizer(_Adaptive):
    """Adam that also takes off ``weight_decay`` times each variable, whatever the gradient. Slots: m, v."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "AdamW",
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon, use_locking, name)
        self._given["weight_decay"] = weight_decay
        self._decayed: set[Variable] | None = None

    def minimize(self, *args: Any, decay_var_list: Any = None, **kwargs: Any) -> Operation:
        """As of other optimizers; ``decay_var_list`` are the variables that decay, all of them when None."""
        self._decayed = None if decay_var_list is None else set(decay_var_list)
        return super().minimize(*args, **kwargs)

    def apply_gradients(self, *args: Any, decay_var_list: Any = None, **kwargs: Any) -> Operation:
        if decay_var_list is not None:
            self._decayed = set(decay_var_list)
        return super().apply_gradients(*args, **kwargs)

    def _step(self, grad: Tensor, mean: Tensor, size: Tensor, var: Variable) -> Tensor:
        step = super()._step(grad, mean, size, var)
        if self._decayed is not None and var not in self._decayed:
            return step
        return step + self._number("weight_decay", var) * var


class MomentumWOptimizer(Optimizer):
    """Momentum that also takes off ``weight_decay`` times each variable. Slot: momentum."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "MomentumW",
        use_nesterov: bool | Callable[[], bool] = False,
    ) -> None:
        super().__init__(use_locking, name)
        self._weight_decay, self._rate, self._momentum = weight_decay, learning_rate, momentum
        self._use_nesterov = use_nesterov

    def _create_slots(self, var_list: list[Variable]) -> None:
        for variable in var_list:
            self._zeros_slot(variable, "momentum", self._name)

    def _apply_dense(self, grad: Tensor, var: Variable) -> Operation:
        rate, momentum = (self._call_if_callable(each) for each in (self._rate, self._momentum))
        slot = self.get_slot(var, "momentum")
        assert slot is not None
        gathered = slot * momentum + grad
        ahead = grad + gathered * momentum if self._call_if_callable(self._use_nesterov) else gathered
        return group(var.assign_sub(ahead * rate + var * self._weight_decay), slot.assign(gathered))
