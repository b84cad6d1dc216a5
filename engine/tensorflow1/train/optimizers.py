"""TensorFlow's optimizers. Each is one node of the graph, which the compiler lowers to primitive operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...compiler.reach import reached_by_gradient
from ...graph import Operation, Tensor, Variable, get_declaration
from ...graph.declaration import Slot, Updating
from ...graph.default import current_graph
from ..sources import constant, group
from .optimizer import (
    GradientAndVariable,
    Optimizer,
    constrain,
    no_gradients,
    only_variables,
    step_after,
    train_operation,
)

__all__ = [
    "AdadeltaOptimizer",
    "AdagradDAOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "FtrlOptimizer",
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "ProximalAdagradOptimizer",
    "ProximalGradientDescentOptimizer",
    "RMSPropOptimizer",
]


class _NodeOptimizer(Optimizer):
    """An optimizer that is one operation of the graph, of the type ``_type``."""

    _type = ""
    #: The methods that decide what a step does: one that a program overrides is called.
    _STEPS = ("compute_gradients", "apply_gradients", "_apply_dense", "_resource_apply_dense", "_prepare", "_finish")

    def __init__(self, use_locking: bool, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(use_locking, name)
        #: Numbers, tensors, or functions that give them, by the operation's attribute or port.
        self._settings = dict(settings)
        #: What slot variables are called after the variable's name, where it is not the optimizer's name.
        self._slot_op_names: dict[str, str] = {}
        #: The operation that changes the variables, while a subclass gives it one after the other.
        self._growing: Operation | None = None

    def minimize(
        self,
        loss: Any,
        global_step: Variable | None = None,
        var_list: Any = None,
        gate_gradients: int = Optimizer.GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Operation:
        if grad_loss is not None or self._is_overridden(*self._STEPS):
            return super().minimize(
                loss,
                global_step,
                var_list,
                gate_gradients,
                aggregation_method,
                colocate_gradients_with_ops,
                name,
                grad_loss,
            )
        tensor, targets = self._checked(loss, var_list, gate_gradients)
        variables = only_variables(targets)
        reached = reached_by_gradient([tensor], [variable.output for variable in variables])
        trained = [variable for variable in variables if variable.output in reached]
        if not trained:
            raise no_gradients(tensor, variables)
        with tensor.graph.control_dependencies(None):
            self._create_slots(trained)
        wired = trained if var_list is not None or self._updating.slots else []
        return self._step({"loss": tensor}, wired, trained, global_step, name or self._name)

    def apply_gradients(
        self,
        grads_and_vars: Iterable[GradientAndVariable],
        global_step: Variable | None = None,
        name: str | None = None,
    ) -> Operation:
        if self._is_overridden("_apply_dense", "_resource_apply_dense", "_prepare", "_finish"):
            self._growing = None
            return super().apply_gradients(grads_and_vars, global_step, name)
        pairs = self._applicable(grads_and_vars)
        variables = [variable for _, variable in pairs]
        with variables[0].graph.control_dependencies(None):
            self._create_slots(variables)
        inputs = {"gradients": [gradient for gradient, _ in pairs]}
        return self._step(inputs, variables, variables, global_step, name or self._name)

    def _apply_dense(self, grad: Tensor, var: Variable) -> Operation:
        """For subclasses: the one operation that changes all variables, which grows with each."""
        node = self._growing
        if node is None:
            self._growing = self._node({"gradients": [grad]}, [var], self._name)
            return self._growing
        own = [self._slots[slot.name][var.op].output for slot in self._slots_wanted(shared=False)]
        added = {"gradients": [grad], "variables": [var.output], "slots": own}
        for port, outputs in added.items():
            if outputs:
                node.graph.set_inputs(node, port, [*node.inputs_of(port), *outputs])
        return node

    def _create_slots(self, var_list: list[Variable]) -> None:
        first = min(var_list, key=lambda variable: variable.name)
        for slot in self._slots_wanted(shared=True):
            self._create_non_slot_variable(self._initial(slot), slot.name, first)
        for variable in var_list:
            for slot in self._slots_wanted(shared=False):
                op_name = self._slot_op_names.get(slot.name, self._name)
                self._filled_slot(variable, self._initial(slot), slot.name, op_name)

    @property
    def _updating(self) -> Updating:
        declaration = get_declaration(self._type)
        assert declaration is not None
        assert declaration.updating is not None
        return declaration.updating

    def _slots_wanted(self, shared: bool) -> list[Slot]:
        return self._updating.slots_of(self._settings, shared)

    def _initial(self, slot: Slot) -> Any:
        """What a slot begins with: a number, or the tensor that gives a setting."""
        return self._number(slot.initial) if isinstance(slot.initial, str) else slot.initial

    def _number(self, name: str) -> Any:
        return self._call_if_callable(self._settings[name])

    def _is_overridden(self, *methods: str) -> bool:
        """Whether a program's subclass has its own version of one of the methods."""
        return any(not getattr(type(self), method).__module__.startswith(__package__) for method in methods)

    def _step(
        self,
        inputs: Mapping[str, Any],
        wired: Sequence[Variable],
        trained: Sequence[Variable],
        global_step: Variable | None,
        name: str,
    ) -> Operation:
        """The operation that makes a step, constrains variables and lets the global step grow after it."""
        if global_step is None and all(variable.constraint is None for variable in trained):
            return train_operation(self._node(inputs, wired, name))
        with trained[0].graph.name_scope(name) as scope:
            done = self._node(inputs, wired, "update")
            constrained = constrain(done, trained)
            if global_step is None:
                return train_operation(group(done, *constrained, name=scope))
            if constrained:
                done = group(done, *constrained)
            return train_operation(step_after(done, global_step, scope))

    def _node(self, inputs: Mapping[str, Any], variables: Sequence[Variable], name: str) -> Operation:
        declaration = get_declaration(self._type)
        assert declaration is not None
        wires: dict[str, Any] = {**inputs}
        attributes: dict[str, Any] = {}
        for setting in self._settings:
            value = self._number(setting)
            attribute = declaration.attribute(setting)
            if isinstance(value, Tensor | Variable) or attribute is None:
                if declaration.input_port(setting) is None:
                    raise TypeError(f"{setting} of {type(self).__name__} must be a number, not {value!r}.")
                wires[setting] = value
            elif attribute.minimum is not None and value < attribute.minimum and declaration.input_port(setting):
                wires[setting] = constant(float(value), name=setting)
            else:
                attributes[setting] = value
        if variables:
            wires["variables"] = list(variables)
            slots = self._slots_of(variables)
            if slots:
                wires["slots"] = slots
        graph = current_graph(*(inputs.get("gradients") or [inputs["loss"]]))
        return graph.create(self._type, wires, attributes, name)

    def _slots_of(self, variables: Sequence[Variable]) -> list[Variable | None]:
        graph = variables[0].graph
        shared = [self._get_non_slot_variable(slot.name, graph) for slot in self._slots_wanted(shared=True)]
        own = self._slots_wanted(shared=False)
        return shared + [self.get_slot(variable, slot.name) for variable in variables for slot in own]


class GradientDescentOptimizer(_NodeOptimizer):
    """``variable ← variable − learning_rate · gradient``. ``learning_rate`` is a number or a scalar tensor."""

    _type = "GradientDescent"

    def __init__(self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent") -> None:
        super().__init__(use_locking, name, {"learning_rate": learning_rate})


class MomentumOptimizer(_NodeOptimizer):
    """Adds ``momentum`` times the last step's direction to the gradient. Slot: momentum."""

    _type = "Momentum"

    def __init__(
        self,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        settings = {"learning_rate": learning_rate, "momentum": momentum, "use_nesterov": bool(use_nesterov)}
        super().__init__(use_locking, name, settings)


class AdagradOptimizer(_NodeOptimizer):
    """Divides by the root of the sum of squared gradients. Slot: accumulator."""

    _type = "Adagrad"

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        _require_positive(initial_accumulator_value)
        settings = {"learning_rate": learning_rate, "initial_accumulator_value": initial_accumulator_value}
        super().__init__(use_locking, name, settings)


class AdamOptimizer(_NodeOptimizer):
    """Divides the mean of the gradients by the root of the mean of their squares. Slots: m, v."""

    _type = "Adam"

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
    ) -> None:
        settings = {"learning_rate": learning_rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
        super().__init__(use_locking, name, settings)


class RMSPropOptimizer(_NodeOptimizer):
    """Divides by the root of the mean of squared gradients. Slots: rms, momentum, and mg where it is centered."""

    _type = "RMSProp"

    def __init__(
        self,
        learning_rate: Any,
        decay: Any = 0.9,
        momentum: Any = 0.0,
        epsilon: Any = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
    ) -> None:
        settings = {
            "learning_rate": learning_rate,
            "decay": decay,
            "momentum": momentum,
            "epsilon": epsilon,
            "centered": bool(centered),
        }
        super().__init__(use_locking, name, settings)


class AdadeltaOptimizer(_NodeOptimizer):
    """Makes steps of about the size of the last ones. Slots: accum, accum_update."""

    _type = "Adadelta"

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(use_locking, name, {"learning_rate": learning_rate, "rho": rho, "epsilon": epsilon})


class FtrlOptimizer(_NodeOptimizer):
    """Follow the regularized leader. Slots: accum, linear."""

    _type = "Ftrl"

    def __init__(
        self,
        learning_rate: Any,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
        accum_name: str | None = None,
        linear_name: str | None = None,
        l2_shrinkage_regularization_strength: float = 0.0,
    ) -> None:
        for argument, value in (
            ("initial_accumulator_value", initial_accumulator_value),
            ("l1_regularization_strength", l1_regularization_strength),
            ("l2_regularization_strength", l2_regularization_strength),
            ("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength),
        ):
            if value < 0:
                raise ValueError(f"{argument} {value:f} needs to be positive or zero; change its sign.")
        if learning_rate_power > 0:
            raise ValueError(f"learning_rate_power {learning_rate_power:f} needs to be negative or zero")
        settings = {
            "learning_rate": learning_rate,
            "learning_rate_power": learning_rate_power,
            "initial_accumulator_value": initial_accumulator_value,
            "l1_regularization_strength": l1_regularization_strength,
            "l2_regularization_strength": l2_regularization_strength,
            "l2_shrinkage_regularization_strength": l2_shrinkage_regularization_strength,
        }
        super().__init__(use_locking, name, settings)
        self._slot_op_names = {"accum": accum_name or name, "linear": linear_name or name}


class ProximalGradientDescentOptimizer(_NodeOptimizer):
    """Gradient descent that draws elements towards 0."""

    _type = "ProximalGradientDescent"

    def __init__(
        self,
        learning_rate: Any,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalGradientDescent",
    ) -> None:
        settings = {
            "learning_rate": learning_rate,
            "l1_regularization_strength": l1_regularization_strength,
            "l2_regularization_strength": l2_regularization_strength,
        }
        super().__init__(use_locking, name, settings)


class ProximalAdagradOptimizer(_NodeOptimizer):
    """Adagrad that draws elements towards 0. Slot: accumulator."""

    _type = "ProximalAdagrad"

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalAdagrad",
    ) -> None:
        _require_positive(initial_accumulator_value)
        settings = {
            "learning_rate": learning_rate,
            "initial_accumulator_value": initial_accumulator_value,
            "l1_regularization_strength": l1_regularization_strength,
            "l2_regularization_strength": l2_regularization_strength,
        }
        super().__init__(use_locking, name, settings)


class AdagradDAOptimizer(_NodeOptimizer):
    """Adagrad by dual averaging. Slots: gradient_accumulator, gradient_squared_accumulator."""

    _type = "AdagradDA"

    def __init__(
        self,
        learning_rate: Any,
        global_step: Any,
        initial_gradient_squared_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "AdagradDA",
    ) -> None:
        if initial_gradient_squared_accumulator_value <= 0:
            raise ValueError(
                "initial_gradient_squared_accumulator_value must be positive: "
                f"{initial_gradient_squared_accumulator_value}"
            )
        settings = {
            "learning_rate": learning_rate,
            "global_step": global_step,
            "initial_gradient_squared_accumulator_value": initial_gradient_squared_accumulator_value,
            "l1_regularization_strength": l1_regularization_strength,
            "l2_regularization_strength": l2_regularization_strength,
        }
        super().__init__(use_locking, name, settings)


def _require_positive(initial_accumulator_value: float) -> None:
    if initial_accumulator_value <= 0.0:
        raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
