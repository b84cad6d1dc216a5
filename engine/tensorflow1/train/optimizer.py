"""The base class of optimizers: what TensorFlow's own and those of programs have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ...compiler.gradients import why_no_gradient
from ...graph import DType, Graph, Operation, Tensor, Variable, float32, float64
from ...graph.default import current_graph
from ...ops.optimizers import integer_loss_sentence
from ..sources import constant, gradients, group
from ..variables import trainable_variables
from .slots import beside_variables

__all__ = ["Optimizer"]

GradientAndVariable = tuple[Any, Variable]


class Optimizer:
    """Makes the operations that train variables.

    A subclass says how a gradient changes a variable in ``_apply_dense(grad, var)``, which returns an operation; it
    may make slots in ``_create_slots(var_list)``, tensors in ``_prepare()`` and last operations in
    ``_finish(update_ops, name_scope)``.
    """

    GATE_NONE = 0
    GATE_OP = 1
    GATE_GRAPH = 2

    def __init__(self, use_locking: bool, name: str, use_own_namescope_for_non_slot_vars: bool = False) -> None:
        if not name:
            raise ValueError("Must specify the optimizer name. Give it one.")
        self._use_locking = use_locking
        self._name = name
        #: Variables by slot name and trained variable.
        self._slots: dict[str, dict[Operation, Variable]] = {}
        #: Variables that belong to no trained variable, by name and graph.
        self._non_slot_dict: dict[tuple[str, Graph], Variable] = {}

    def get_name(self) -> str:
        return self._name

    # --- training --------------------------------------------------------------------------------------------------

    def minimize(
        self,
        loss: Any,
        global_step: Variable | None = None,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Operation:
        """One operation that computes the gradients of ``loss`` (its sum, if it is no scalar) and applies them.

        ``var_list`` None trains all trainable variables that the loss depends on; ``global_step`` is a variable that
        grows by 1 in each step. Raises ValueError when there is no variable, or no gradient reaches any.
        """
        pairs = self.compute_gradients(
            loss,
            var_list=var_list,
            gate_gradients=gate_gradients,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
            grad_loss=grad_loss,
        )
        if all(gradient is None for gradient, _ in pairs):
            raise no_gradients(_loss_tensor(loss), [variable for _, variable in pairs])
        return self.apply_gradients(pairs, global_step=global_step, name=name)

    def compute_gradients(
        self,
        loss: Any,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> list[GradientAndVariable]:
        """Pairs of gradient (None where there is none) and variable, for :meth:`apply_gradients`.

        ``var_list`` may hold tensors too, to which gradients are wanted for another purpose.
        """
        tensor, variables = self._checked(loss, var_list, gate_gradients)
        if grad_loss is not None:
            self._assert_valid_dtypes([grad_loss])
        found = gradients(tensor, variables, grad_loss)
        pairs = list(zip(found, variables, strict=True))
        self._assert_valid_dtypes([variable for gradient, variable in pairs if gradient is not None])
        return pairs

    def apply_gradients(
        self,
        grads_and_vars: Iterable[GradientAndVariable],
        global_step: Variable | None = None,
        name: str | None = None,
    ) -> Operation:
        """One operation that changes each variable as its gradient says; pairs without a gradient are left out."""
        pairs = self._applicable(grads_and_vars)
        graph = pairs[0][1].graph
        with graph.control_dependencies(None):
            self._create_slots([variable for _, variable in pairs])
        with graph.name_scope(name or self._name) as scope:
            self._prepare()
            updates: list[Any] = []
            for gradient, variable in pairs:
                with graph.name_scope(f"update_{variable.op.name}"):
                    updates.append(self._apply_dense(gradient, variable))
                    updates += constrain(updates[-1], [variable])
            if global_step is None:
                return train_operation(self._finish(updates, scope))
            return train_operation(step_after(self._finish(updates, "update"), global_step, scope))

    def _checked(self, loss: Any, var_list: Any, gate_gradients: int) -> tuple[Tensor, list[Any]]:
        """The loss as a tensor and the variables (or tensors) to differentiate by.

        Raises ValueError or TypeError for what is neither.
        """
        if gate_gradients not in (Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH):
            raise ValueError(
                "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH.  "
                f"Not {gate_gradients}"
            )
        tensor = _loss_tensor(loss)
        self._assert_valid_dtypes([tensor])
        variables: list[Any] = list(_differentiated(var_list)) if var_list is not None else trainable_variables()
        if not variables:
            raise ValueError("No variables to optimize. Make a trainable tf.Variable first.")
        return tensor, variables

    @staticmethod
    def _applicable(grads_and_vars: Iterable[GradientAndVariable]) -> list[tuple[Tensor, Variable]]:
        """The pairs with a gradient, which is a tensor then. Raises ValueError when there is none."""
        given = [(gradient, *only_variables(_differentiated([target]))) for gradient, target in grads_and_vars]
        if not given:
            raise ValueError("No variables provided. Give pairs of a gradient and a variable.")
        pairs = [(_gradient_tensor(gradient, var), var) for gradient, var in given if gradient is not None]
        if not pairs:
            names = [str(variable) for _, variable in given]
            raise ValueError(f"No gradients provided for any variable: {names}. Give at least one that is not None.")
        return pairs

    # --- slots -----------------------------------------------------------------------------------------------------

    def get_slot(self, var: Variable, name: str) -> Variable | None:
        """The variable kept under ``name`` beside ``var``; None when there is none."""
        return self._slots.get(name, {}).get(var.op)

    def get_slot_names(self) -> list[str]:
        return sorted(self._slots)

    def variables(self) -> list[Variable]:
        """All that the optimizer keeps from step to step in the default graph, by name."""
        kept = [*self._non_slot_dict.values(), *(slot for slots in self._slots.values() for slot in slots.values())]
        return sorted([slot for slot in kept if slot.graph is current_graph()], key=lambda slot: slot.name)

    def _slot_dict(self, slot_name: str) -> dict[Operation, Variable]:
        return self._slots.setdefault(slot_name, {})

    def _get_or_make_slot(self, var: Variable, val: Any, slot_name: str, op_name: str) -> Variable:
        """The slot of ``var``, made with ``val`` as its initial value at the first call."""
        slots = self._slot_dict(slot_name)
        if var.op not in slots:
            with beside_variables(var.graph) as prefix:
                slots[var.op] = Variable(val, trainable=False, name=f"{prefix}{var.op.name}/{op_name}")
        return slots[var.op]

    def _get_or_make_slot_with_initializer(
        self, var: Variable, initializer: Any, shape: Any, dtype: Any, slot_name: str, op_name: str
    ) -> Variable:
        """As :meth:`_get_or_make_slot`, with an initializer: a function of shape and dtype."""
        if var.op in self._slot_dict(slot_name):
            return self._slot_dict(slot_name)[var.op]
        return self._get_or_make_slot(var, initializer(shape, dtype=dtype), slot_name, op_name)

    def _zeros_slot(self, var: Variable, slot_name: str, op_name: str) -> Variable:
        """The slot of ``var``, made full of zeros at the first call."""
        return self._filled_slot(var, 0.0, slot_name, op_name)

    def _filled_slot(self, var: Variable, value: float, slot_name: str, op_name: str) -> Variable:
        if var.op in self._slot_dict(slot_name):
            return self._slot_dict(slot_name)[var.op]
        with beside_variables(var.graph) as prefix:
            name = var.graph.unique_name(f"{prefix}{var.op.name}/{op_name}")
            initial = _filled(var, value, f"{name}/Initializer")
            slot = Variable(initial, trainable=False, name=f"{name}/")
        return self._slot_dict(slot_name).setdefault(var.op, slot)

    def _create_non_slot_variable(self, initial_value: Any, name: str, colocate_with: Variable) -> Variable:
        """A variable that belongs to no trained variable, made at the first call."""
        key = (name, colocate_with.graph)
        if key not in self._non_slot_dict:
            self._non_slot_dict[key] = Variable(initial_value, trainable=False, name=name)
        return self._non_slot_dict[key]

    def _get_non_slot_variable(self, name: str, graph: Graph | None = None) -> Variable | None:
        return self._non_slot_dict.get((name, graph or current_graph()))

    def _non_slot_variables(self) -> list[Variable]:
        return list(self._non_slot_dict.values())

    # --- for subclasses --------------------------------------------------------------------------------------------

    def _valid_dtypes(self) -> Sequence[DType]:
        return (float32, float64)

    def _assert_valid_dtypes(self, tensors: Iterable[Any]) -> None:
        for tensor in tensors:
            dtype = getattr(tensor, "dtype", None)
            if isinstance(dtype, DType) and not dtype.is_floating:
                raise ValueError(integer_loss_sentence(tensor.name, dtype))

    def _create_slots(self, var_list: list[Variable]) -> None:
        """Makes the slots that the variables need."""

    def _prepare(self) -> None:
        """Makes the tensors that all updates need."""

    def _apply_dense(self, grad: Tensor, var: Variable) -> Operation:
        """The operation that changes ``var`` as ``grad`` says."""
        return self._resource_apply_dense(grad, var)

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Operation:
        raise NotImplementedError(f"{type(self).__name__} needs a method _apply_dense(grad, var).")

    def _finish(self, update_ops: list[Any], name_scope: str) -> Operation:
        """The operation that is done when all updates are."""
        return group(*update_ops, name=name_scope)

    def _call_if_callable(self, param: Any) -> Any:
        return param() if callable(param) and not isinstance(param, Tensor | Variable) else param


def no_gradients(loss: Tensor, variables: Sequence[Variable]) -> ValueError:
    """The error for a loss that no gradient leads from to any of the variables."""
    sentence = why_no_gradient(loss.graph, [loss], [variable.output for variable in variables])
    return ValueError(f"No gradients provided for any variable: {sentence}")


def constrain(step: Any, variables: Iterable[Variable]) -> list[Operation]:
    """The operations that, after ``step``, bring variables back within their constraints."""
    constrained = []
    for variable in variables:
        if variable.constraint is not None:
            with variable.graph.control_dependencies([step]):
                constrained.append(variable.assign(variable.constraint(variable)).op)
    return constrained


def train_operation(op: Operation) -> Operation:
    """``op``, now among those that a program finds as its training operations."""
    op.graph.get_collection_ref("train_op").append(op)
    return op


def step_after(done: Operation, global_step: Variable, name: str) -> Operation:
    """The operation that lets the global step grow after ``done``."""
    step: Operation = global_step.assign_add(1, name=name).op
    step.graph.set_inputs(step, "after", [*step.inputs_of("after"), done.done])
    return step


def _loss_tensor(loss: Any) -> Tensor:
    if isinstance(loss, Variable):
        return loss.output
    if isinstance(loss, Tensor):
        return loss
    if callable(loss):
        return _loss_tensor(loss())
    raise TypeError(f"A loss must be a tensor, not {loss!r} of type {type(loss).__name__!r}.")


def only_variables(values: Iterable[Any]) -> list[Variable]:
    """``values``. Raises NotImplementedError for a tensor among them, which no step can change."""
    variables = list(values)
    for value in variables:
        if not isinstance(value, Variable):
            raise NotImplementedError(f"Trying to update a Tensor {value}: only a variable can be trained.")
    return variables


def _differentiated(nest: Any) -> Iterator[Variable | Tensor]:
    """The variables and tensors in a nest of lists. Raises TypeError for anything else in it."""
    if isinstance(nest, Variable):
        yield nest
    elif isinstance(nest, Tensor) and nest.op.type == "Variable":
        yield Variable.of(nest.op)
    elif isinstance(nest, Tensor):
        yield nest
    elif isinstance(nest, Iterable) and not isinstance(nest, str):
        for item in nest.values() if isinstance(nest, dict) else nest:
            yield from _differentiated(item)
    else:
        raise TypeError(f"Argument is not a tf.Variable: {nest!r}. Give variables to train.")


def _gradient_tensor(gradient: Any, variable: Variable) -> Tensor:
    if isinstance(gradient, Variable):
        return gradient.output
    if isinstance(gradient, Tensor):
        return gradient
    try:
        return constant(gradient, variable.dtype)
    except (TypeError, ValueError):
        raise TypeError(f"Gradient must be convertible to a Tensor or IndexedSlices, or None: {gradient!r}") from None


def _filled(variable: Variable, value: float, scope: str) -> Tensor:
    """A tensor like the variable full of one number."""
    name = f"{scope}/zeros" if value == 0 else f"{scope}/Const"
    if variable.shape.is_known:
        return constant(value, variable.dtype, variable.shape, name)
    graph = variable.graph
    like = graph.apply("ZerosLike", variable.op.input("initial_value"), name=name)
    return like if value == 0 else graph.apply("Add", like, value)
