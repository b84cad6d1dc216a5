"""Lowering optimizers: gradients, then what each does to its variables and slots, as primitive operations.

All new values are computed from those at the start of the run; then they are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..graph import GraphError, Operation, Output, Tensor, TensorSpec, float32, float64
from ..graph.declaration import Slot, Updating
from ..ops.updates import Changes, Settings, Update
from ..ops.wired import tensors_at
from .dependencies import needed_operations
from .draft import Draft
from .gradients import build_gradients, trainable_variables, why_no_gradient
from .rows import look_ups, rows_looked_up


def lower_optimizer(draft: Draft, op: Operation) -> None:
    """Every variable that a gradient reaches is changed as the optimizer's update rule says."""
    graph, updating = draft.graph, op.declaration.updating
    assert updating is not None
    with graph.origin(op, "update"), graph.name_scope(f"{op.name}/"):
        slots = _Slots(op)
        settings = Settings(op, {name: slot.output for name, slot in slots.shared.items()})
        may_scale = updating.is_scaled_gradient and not draft.is_exact
        seed = _scaled_seed(op, settings) if may_scale else None
    trained = _variables_and_gradients(draft, op, seed)
    if seed is not None:
        updating = replace(updating, rule=lambda update: Changes(update.gradient))
    with graph.origin(op, "update"), graph.name_scope(f"{op.name}/"):
        after = op.inputs_of("after")
        steps: list[Output] = []
        for place, (variable, gradient) in enumerate(trained):
            if gradient is not None:
                own = slots.of(place, variable)
                with graph.name_scope(f"update_{variable.name}"):
                    steps += _update(settings, updating, variable, gradient, own, after)
        if updating.finish is not None:
            for name, value in updating.finish(settings, tuple(steps)).items():
                steps.append(_write("Assign", slots.shared[name], value, after))
        group = graph.create("Group", {"after": steps}, base_name="updates")
    draft.replace(op.done, group.done)
    graph.remove_quietly(op)


#: Below so many elements of all variables the products with the learning rate are cheap, and are made where
#: TensorFlow makes them: its numbers come out to the last digit.
SCALED_ELEMENTS = 65536


def _scaled_seed(op: Operation, settings: Settings) -> Tensor | None:
    """The learning rate in the shape of the loss, to differentiate from; None where this is not the same.

    It is not where gradients are wired to the optimizer, and where a program's own rule, or a body, stands between: a
    gradient that is clipped on its way back is not proportional to what it began with. Small dtypes would lose digits.
    """
    loss = op.input("loss")
    if loss is None or loss.dtype not in (float32, float64):
        return None
    variables = tensors_at(op, "variables") or [variable.output for variable in trainable_variables(loss)]
    if sum(variable.shape.num_elements() or 0 for variable in variables) < SCALED_ELEMENTS:
        return None
    for between in needed_operations([loss.op]):
        if between.gradient_name or between.declaration.has_bodies or between.type in _OWN_RULES:
            return None
    rate = settings.number("learning_rate", loss.dtype)
    return op.graph.apply("Multiply", rate, op.graph.apply("OnesLike", loss))


#: Operations whose gradients are programs' own.
_OWN_RULES = frozenset({"WithGradient", "PyFunc", "Gradients"})


def _variables_and_gradients(draft: Draft, op: Operation, seed: Tensor | None) -> list[tuple[Operation, Tensor | None]]:
    """What the optimizer trains, and the gradient to each: wired to it, or that of its loss, begun with ``seed``."""
    chosen = [tensor.op for tensor in tensors_at(op, "variables")]
    gradients = tensors_at(op, "gradients")
    if gradients:
        return list(zip(chosen, gradients, strict=True))
    loss = tensors_at(op, "loss")[0]
    variables = list(dict.fromkeys(chosen)) or trainable_variables(loss)
    if not variables:
        raise GraphError(
            f"{op.node_name} has no variables to optimize: {loss.op.node_name} depends on no trainable one; wire one "
            "into it.",
            op.node_name,
        )
    trained = [variable.output for variable in variables]
    found = build_gradients(op.graph, [loss], trained, () if seed is None else (seed,), flows=draft.flows)
    if all(gradient is None for gradient in found):
        sentence = f"No gradients provided for any variable: {why_no_gradient(op.graph, [loss], trained)}"
        raise GraphError(sentence, op.node_name)
    return list(zip(variables, found, strict=True))


def _update(
    settings: Settings,
    updating: Updating,
    variable: Operation,
    gradient: Tensor,
    slots: dict[str, Operation],
    after: Sequence[Output],
) -> Iterator[Output]:
    """The writes of one variable and its slots."""
    parts = look_ups(gradient) if updating.changes_rows_alone else []
    for part in parts:
        yield _write_rows(settings, updating, variable, part, after)
    if parts:
        return
    changes = updating.rule(
        Update(settings, variable.output, gradient, {name: slot.output for name, slot in slots.items()})
    )
    rows = rows_looked_up(gradient) if updating.leaves_other_rows else None
    for name, value in changes.slots.items():
        yield _write("Assign", slots[name], _only(rows, value, slots[name].output), after)
    if changes.value is not None:
        yield _write("Assign", variable, _only(rows, changes.value, variable.output), after)
    if changes.subtract is not None:
        nothing = None if rows is None else settings.graph.apply("ZerosLike", changes.subtract)
        yield _write("AssignSub", variable, _only(rows, changes.subtract, nothing), after)


def _only(rows: Tensor | None, value: Tensor, otherwise: Tensor | None) -> Tensor:
    return value if rows is None else value.graph.apply("Where", rows, value, otherwise)


def _write_rows(
    settings: Settings, updating: Updating, variable: Operation, look_up: Tensor, after: Sequence[Output]
) -> Output:
    """The write of the rows of a variable that the gradient of a look-up, a ScatterAddLike, concerns."""
    _, indices, gradient = look_up.op.inputs
    change = updating.rule(Update(settings, variable.output, gradient, {})).subtract
    assert change is not None
    inputs = {"variable": variable.output, "updates": change, "indices": indices, "after": after}
    return variable.graph.create("ScatterSub", inputs).done


def _write(op_type: str, variable: Operation, value: Tensor, after: Sequence[Output]) -> Output:
    inputs = {"variable": variable.output, "value": value, "after": after}
    return variable.graph.create(op_type, inputs).done


class _Slots:
    """The slots of an optimizer: those wired to it, or else those that the person's graph keeps for it."""

    def __init__(self, op: Operation) -> None:
        updating = op.declaration.updating
        assert updating is not None
        self._op = op
        self._own = updating.slots_of(op.attributes, shared=False)
        shared = updating.slots_of(op.attributes, shared=True)
        wired = [tensor.op for tensor in tensors_at(op, "slots")]
        self._wired = wired[len(shared) :]
        spec = TensorSpec(float32).with_shape(())
        self.shared: dict[str, Operation] = (
            dict(zip([slot.name for slot in shared], wired, strict=False))
            if wired
            else {slot.name: self._kept(slot, None, spec) for slot in shared}
        )

    def of(self, place: int, variable: Operation) -> dict[str, Operation]:
        """The slots of the variable in this place among those that are trained, by name."""
        if self._wired:
            first = place * len(self._own)
            return dict(zip([slot.name for slot in self._own], self._wired[first:], strict=False))
        return {slot.name: self._kept(slot, variable, variable.output.spec) for slot in self._own}

    def _kept(self, slot: Slot, variable: Operation | None, spec: TensorSpec) -> Operation:
        """The hidden variable of the person's graph, as an operation of the draft."""
        owner = self._op.origin or self._op
        partner = None if variable is None else variable.origin or variable
        initial = self._op.attributes[slot.initial] if isinstance(slot.initial, str) else slot.initial
        kept = owner.graph.hidden.get(owner, partner, slot.name, spec, initial)
        copy = self._op.graph.add_copy(kept)
        copy.output.spec = spec
        return copy
