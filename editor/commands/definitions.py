"""What is done to instances of blocks and to their definitions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.blocks.contents import scope_of
from engine.blocks.definition import PARAMETER_KINDS, Definition, Instance, Parameter, Rule
from engine.blocks.expressions import only_name
from engine.formats.blocks import check_definition_name, definition_model
from engine.graph import GraphError
from engine.model import Model

from .command import DocumentCommand, Host
from .edits import Edit, SetAttributeValue, field_edit
from .words import translate

_NO_IDENTIFIER = re.compile(r"\W+")


def definition_of_instance(model: Model, scope: str) -> Definition:
    """The definition of an instance. Raises GraphError for a scope that is none."""
    if scope not in model.instances:
        raise GraphError(f"{scope} is no block; select an instance of one.")
    return model.definitions[model.instances[scope].definition]


class SetBlockParameter(DocumentCommand):
    """Gives a parameter of one instance another value; text as a person types it is understood.

    Raises AttributeValueError for a value it cannot take.
    """

    def __init__(self, host: Host, scope: str, name: str, value: Any) -> None:
        model = host.model
        parameter = definition_of_instance(model, scope).parameter(name)
        if parameter is None:
            raise GraphError(f"{scope} has no parameter called {name!r}.")
        after = parameter.attribute.to_json(parameter.attribute.convert(value))
        instance = model.instances[scope].with_value(parameter, after)
        text = translate("Commands", "Set {attribute} of {node} to {value}").format(
            attribute=name.replace("_", " "), node=scope, value=after
        )
        super().__init__(host, text, field_edit(model, "instances", {**model.instances, scope: instance}))


class MakeUnique(DocumentCommand):
    """Gives an instance a definition of its own, which is like the one that it had."""

    def __init__(self, host: Host, scope: str) -> None:
        model = host.model
        definition = definition_of_instance(model, scope)
        instance = model.instances[scope]
        #: What the new definition is called.
        self.name = free_definition_name(model.definitions, instance.definition)
        text = translate("Commands", "Make {name} unique").format(name=scope)
        edits = field_edit(model, "definitions", {**model.definitions, self.name: definition})
        own = Instance(self.name, instance.values)
        super().__init__(host, text, [*edits, *field_edit(model, "instances", {**model.instances, scope: own})])


def free_definition_name(definitions: Mapping[str, Definition], name: str) -> str:
    """``name``, or the first of "name 2", "name 3" … that no definition has."""
    base = re.sub(r" \d+$", "", name)
    free, number = name, 2
    while free in definitions:
        free, number = f"{base} {number}", number + 1
    return free


class RenameDefinition(DocumentCommand):
    """Gives a definition another name. Raises FileFormatError or GraphError for one that cannot be."""

    def __init__(self, host: Host, old: str, new: str) -> None:
        model = host.model
        new = new.strip()
        check_definition_name(new)
        if new != old and new in model.definitions:
            raise GraphError(f"There is already a block called {new!r}; choose another name.")

        def renamed(instance: Instance) -> Instance:
            return Instance(new, instance.values) if instance.definition == old else instance

        definitions = {
            new if name == old else name: replace(
                each, instances=tuple((scope, renamed(inner)) for scope, inner in each.instances)
            )
            for name, each in model.definitions.items()
        }
        instances = {scope: renamed(each) for scope, each in model.instances.items()}
        text = translate("Commands", "Rename {old} to {new}").format(old=old, new=new)
        edits = field_edit(model, "definitions", definitions)
        super().__init__(host, text, [*edits, *field_edit(model, "instances", instances)])


class DescribeDefinition(DocumentCommand):
    """Changes what is said of a block."""

    def __init__(self, host: Host, name: str, description: str) -> None:
        model = host.model
        changed = replace(model.definitions[name], description=description)
        text = translate("Commands", "Describe {name}").format(name=name)
        super().__init__(host, text, field_edit(model, "definitions", {**model.definitions, name: changed}))


class DeleteDefinition(DocumentCommand):
    """Takes a definition out of the document. Raises GraphError for one that is used."""

    def __init__(self, host: Host, name: str) -> None:
        model = host.model
        used = [scope for scope, each in model.instances.items() if each.definition == name]
        around = [other for other, each in model.definitions.items() if name in each.needed()]
        if used or around:
            where = used[0] if used else f"the block {around[0]}"
            raise GraphError(f"{name} is still used by {where}; delete its instances first.")
        definitions = {other: each for other, each in model.definitions.items() if other != name}
        text = translate("Commands", "Delete the block {name}").format(name=name)
        super().__init__(host, text, field_edit(model, "definitions", definitions))


class AddParameter(DocumentCommand):
    """Makes an attribute of a node inside an instance a parameter: each instance has its own value from now on."""

    def __init__(self, host: Host, node: str, attribute: str) -> None:
        model = host.model
        scope = scope_of(node, model.instances)
        if scope is None:
            raise GraphError(f"{node} is in no block, so none of its attributes can be a parameter of one.", node)
        op = model.graph.operation(node)
        declared = op.declaration.attribute(attribute)
        if declared is None or declared.kind not in PARAMETER_KINDS:
            raise GraphError(f"{attribute} of {node} cannot be a parameter of a block.", node)
        name, definition = model.instances[scope].definition, definition_of_instance(model, scope)
        inner = node[len(scope) + 1 :]
        if any((rule.node, rule.attribute) == (inner, attribute) for rule in definition.rules):
            raise GraphError(f"{attribute} of {node} is set by a rule of the block {name} already.", node)
        #: What the parameter is called.
        self.name = _free_parameter(definition, attribute, inner)
        parameter = Parameter(
            self.name,
            declared.kind,
            declared.to_json(op.attributes[attribute]),
            declared.description,
            declared.choices,
            declared.minimum,
            declared.maximum,
        )
        changed = replace(
            definition,
            parameters=(*definition.parameters, parameter),
            rules=(*definition.rules, Rule(inner, attribute, self.name)),
        )
        text = translate("Commands", "Make {attribute} a parameter of {name}").format(attribute=attribute, name=name)
        super().__init__(host, text, field_edit(model, "definitions", {**model.definitions, name: changed}))


def _free_parameter(definition: Definition, attribute: str, node: str) -> str:
    plain = _NO_IDENTIFIER.sub("_", attribute).strip("_") or "value"
    candidates = [plain, f"{_NO_IDENTIFIER.sub('_', node).strip('_')}_{plain}"]
    candidates += [f"{candidates[1]}_{number}" for number in range(2, len(definition.parameters) + 3)]
    usable = (name for name in candidates if name.isidentifier() and name.isascii() and len(name) <= 60)
    return next(name for name in (*usable, f"value_{len(definition.parameters)}") if definition.parameter(name) is None)


class RemoveParameter(DocumentCommand):
    """Gives what a parameter set the value that the definition has, in all instances alike.

    Raises GraphError for a parameter that is a part of a longer rule.
    """

    def __init__(self, host: Host, definition_name: str, parameter_name: str) -> None:
        model = host.model
        definition = model.definitions[definition_name]
        kept: list[Rule] = []
        freed: list[Rule] = []
        for rule in definition.rules:
            if only_name(rule.expression) == parameter_name:
                freed.append(rule)
            elif re.search(rf"\b{parameter_name}\b", rule.expression):
                raise GraphError(
                    f"{rule.attribute} of {rule.node} follows from {parameter_name} and other things, so "
                    f"{parameter_name} has to stay a parameter of {definition_name}."
                )
            else:
                kept.append(rule)
        edits: list[Edit] = []
        body = definition_model(definition).graph
        instances: dict[str, Instance] = dict(model.instances)
        for scope, instance in model.instances.items():
            if instance.definition != definition_name:
                continue
            values = tuple((name, value) for name, value in instance.values if name != parameter_name)
            instances[scope] = Instance(definition_name, values)
            for rule in freed:
                op = model.graph.operation(f"{scope}/{rule.node}")
                before, after = op.attributes[rule.attribute], body.operation(rule.node).attributes[rule.attribute]
                declared = op.declaration.attribute(rule.attribute)
                if declared is not None and not declared.same(before, after):
                    edits.append(SetAttributeValue(op.name, rule.attribute, before, after))
        parameters = tuple(each for each in definition.parameters if each.name != parameter_name)
        changed = replace(definition, parameters=parameters, rules=tuple(kept))
        edits += field_edit(model, "definitions", {**model.definitions, definition_name: changed})
        edits += field_edit(model, "instances", instances)
        text = translate("Commands", "Fix {attribute} of {name}").format(attribute=parameter_name, name=definition_name)
        super().__init__(host, text, edits)
