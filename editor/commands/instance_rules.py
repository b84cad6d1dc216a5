"""Attributes inside instances that follow from parameters and from the sizes at the ports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from engine.blocks.contents import ports_of, scope_of
from engine.blocks.definition import Definition, Instance
from engine.blocks.expressions import UnknownSizeError, asks_ports, evaluate, only_name
from engine.graph import AttributeKind, AttributeValueError, GraphError, Operation, TensorShape
from engine.graph.attributes import Attribute

from .block_state import BlockError, BlockState
from .edits import Edit, SetAttributeValue


def follow_rules(state: BlockState, edits: Iterable[Edit]) -> None:
    """Brings every instance's attributes in line with its rules, and its parameters with what was set inside.

    Raises GraphError where ``edits`` set an attribute to something else than its rule says.
    """
    asked = {(edit.name, edit.attribute): edit.after for edit in edits if isinstance(edit, SetAttributeValue)}
    _take_parameters(state, asked)
    members = state.members()
    ports = {scope: _KnownPorts(ops, scope, state.instances) for scope, ops in members.items()}
    # A block's sizes decide those of the next: as many rounds as there are blocks in a row, and one to see the end.
    for _ in range(len(state.instances) + 1):
        state.tracker.settle()
        changes = [
            edit
            for scope, instance in state.instances.items()
            if instance.definition in state.definitions
            for edit in _changes(state, scope, instance, ports[scope])
        ]
        if not changes:
            return
        for edit in changes:
            if (edit.name, edit.attribute) in asked:
                scope = scope_of(edit.name, state.instances)
                raise BlockError(
                    f"{edit.attribute} of {edit.name} follows from the parameters and the input of the block {scope}; "
                    "change those.",
                    edit.name,
                )
            state.carry_out(edit)


def parameter_values(definition: Definition, instance: Instance) -> dict[str, Any]:
    """What the rules of an instance see of its parameters."""
    return {parameter.name: instance.value_of(parameter) for parameter in definition.parameters}


def _take_parameters(state: BlockState, asked: dict[tuple[str, str], Any]) -> None:
    """Where an attribute is a parameter, to set it is to set the parameter."""
    for (name, attribute), value in asked.items():
        scope = scope_of(name, state.instances)
        if scope is None:
            continue
        instance = state.instances[scope]
        definition = state.definitions[instance.definition]
        for rule in definition.rules:
            parameter = definition.parameter(only_name(rule.expression) or "")
            if (f"{scope}/{rule.node}", rule.attribute) == (name, attribute) and parameter is not None:
                declared = _attribute(state.graph.operation(name), attribute)
                if declared.kind is AttributeKind.ARRAY and np.size(value) == 1:
                    value = np.asarray(value).item()
                elif declared.kind is AttributeKind.ARRAY:
                    continue  # It is no number: what the rule says is another value, which is refused.
                else:
                    value = declared.to_json(value)
                state.instances[scope] = instance.with_value(parameter, value)


class _KnownPorts:
    """The shapes at the ports of an instance."""

    def __init__(self, members: Sequence[Operation], scope: str, instances: dict[str, Instance]) -> None:
        self._ports = {op.name[len(scope) + 1 :]: op for op in ports_of(members, scope, instances)}

    def rank(self, port: str) -> int | None:
        return self._ports[port].output.spec.shape.rank if port in self._ports else None

    def size(self, port: str, axis: int) -> int | None:
        dims = self._ports[port].output.spec.shape.dims if port in self._ports else None
        return dims[axis] if dims is not None and -len(dims) <= axis < len(dims) else None


def _changes(state: BlockState, scope: str, instance: Instance, ports: _KnownPorts) -> list[SetAttributeValue]:
    definition = state.definitions[instance.definition]
    values = parameter_values(definition, instance)
    changes = []
    for rule in definition.rules:
        name = f"{scope}/{rule.node}"
        if name not in state.graph:
            continue
        op = state.graph.operation(name)
        declared = _attribute(op, rule.attribute)
        before = op.attributes[rule.attribute]
        try:
            after = _converted(declared, evaluate(rule.expression, values, ports), before)
        except UnknownSizeError:
            continue
        except AttributeValueError as error:
            if asks_ports(rule.expression):
                continue  # What is wired to the block does not fit it: the nodes inside say so.
            raise BlockError(f"{scope}: {error}", name) from None
        if not declared.same(before, after):
            changes.append(SetAttributeValue(name, rule.attribute, before, after))
    return changes


def _attribute(op: Operation, name: str) -> Attribute:
    declared = op.declaration.attribute(name)
    if declared is None:
        raise GraphError(f"{op.name} has no attribute called {name!r}, which a rule of its block sets.", op.name)
    return declared


def _converted(declared: Attribute, value: Any, before: Any) -> Any:
    """The value of a rule as the attribute stores it. Raises UnknownSizeError where too little of it is known."""
    if declared.kind is AttributeKind.SHAPE and isinstance(value, list):
        dims = before.dims if isinstance(before, TensorShape) else None
        known = dims if dims is not None and len(dims) == len(value) else (None,) * len(value)
        value = [size if found is None else found for found, size in zip(value, known, strict=True)]
    if isinstance(value, list) and None in value:
        raise UnknownSizeError
    if declared.kind is AttributeKind.INT and isinstance(value, float) and value == int(value):
        value = int(value)
    if declared.kind is AttributeKind.ARRAY and isinstance(value, int | float):
        return declared.convert(value)
    return declared.from_json(value)
