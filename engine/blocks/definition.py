"""What a reusable block is, as plain immutable data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..graph import Attribute, AttributeKind

#: The kinds of values that a block may be set by.
PARAMETER_KINDS = (
    AttributeKind.INT,
    AttributeKind.FLOAT,
    AttributeKind.BOOL,
    AttributeKind.TEXT,
    AttributeKind.CHOICE,
    AttributeKind.AXES,
    AttributeKind.SHAPE,
    AttributeKind.DTYPE,
)


@dataclass(frozen=True)
class Parameter:
    """What is set for each instance by itself: ``units``, ``stride``, ``rate``."""

    name: str
    kind: AttributeKind
    #: The value of a new instance, in the plain types of JSON.
    default: Any
    description: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def attribute(self) -> Attribute:
        """The same as an operation's attribute: it knows how values are typed, checked and written."""
        bare = Attribute(
            self.name,
            self.kind,
            None,
            self.description,
            choices=self.choices,
            minimum=self.minimum,
            maximum=self.maximum,
        )
        return bare


@dataclass(frozen=True)
class Rule:
    """An attribute of a node inside that follows from the parameters and from the sizes at the ports."""

    node: str
    attribute: str
    #: For example ``[size("input", -1), units]``; see :mod:`.expressions`.
    expression: str


@dataclass(frozen=True)
class Instance:
    """A scope that is an instance of a definition, with its own values of the parameters."""

    definition: str
    #: Name and value, in the plain types of JSON, of each parameter that is not as the definition has it; sorted.
    values: tuple[tuple[str, Any], ...] = ()

    def value_of(self, parameter: Parameter) -> Any:
        return dict(self.values).get(parameter.name, parameter.default)

    def with_value(self, parameter: Parameter, value: Any) -> Instance:
        """The instance once a parameter has another value."""
        values = {name: held for name, held in self.values if name != parameter.name}
        if value != parameter.default:
            values[parameter.name] = value
        return Instance(self.definition, tuple(sorted(values.items())))


@dataclass(frozen=True)
class Definition:
    """A block: what all its instances have in common. Names of nodes are as seen from inside."""

    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    rules: tuple[Rule, ...] = ()
    #: Each node and each wire as its JSON text in a ``.graph`` file.
    nodes: tuple[str, ...] = ()
    wires: tuple[str, ...] = ()
    #: The scopes inside that are instances of other definitions.
    instances: tuple[tuple[str, Instance], ...] = ()
    #: The scopes inside that are shown as one block.
    folded: frozenset[str] = field(default_factory=frozenset)

    def parameter(self, name: str) -> Parameter | None:
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def needed(self) -> set[str]:
        """The definitions whose instances it holds."""
        return {instance.definition for _, instance in self.instances}
