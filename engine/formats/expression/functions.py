"""Operations by the names that people write, and which of their arguments goes to which port or attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ...graph import Category, GraphError, OpDeclaration, Operation, Output, declarations
from ...graph.suggest import nearest

_TENSORFLOW_NAME = re.compile(r"\btf\.([\w.]+)")
#: What TensorFlow calls some arguments beside the name that is declared.
_ALSO_CALLED = {"reduction_indices": "axis", "dim": "axis", "keep_dims": "keepdims"}
#: Attributes that come first where programs write them without a name.
_FIRST = {"Variable": ("initial_value",)}


def squeezed(name: str) -> str:
    """A name as it is compared: ``tf.nn.soft_max`` and ``Softmax`` end alike."""
    return name.replace("_", "").lower()


def find_operation(name: str) -> OpDeclaration | None:
    """The operation that a name means: its type, its nodes' default name, or TensorFlow's function."""
    known = _by_name()
    whole = squeezed(name.removeprefix("tf."))
    return known.get(whole) or known.get(whole.rpartition(".")[2])


def similar_names(name: str) -> list[str]:
    """Names of operations that are spelled like this one, as people write them."""
    written = {squeezed(short): short for short in _written_names()}
    found = nearest(squeezed(name).rpartition(".")[2], list(written), 3, 0.7)
    return [written[short] for short in found]


@cache
def _offered() -> tuple[OpDeclaration, ...]:
    """The operations that a person may add; those with bodies are built by programs only."""
    return tuple(op for op in declarations() if op.category is not Category.INTERNAL and not op.has_bodies)


@cache
def _by_name() -> Mapping[str, OpDeclaration]:
    known: dict[str, OpDeclaration] = {}
    # The better a name says which operation is meant, the earlier its turn.
    for op in _offered():
        known.setdefault(squeezed(op.type), op)
    for op in _offered():
        for name in _TENSORFLOW_NAME.findall(op.example)[:1]:
            known.setdefault(squeezed(name), op)
    for op in _offered():
        known.setdefault(squeezed(op.default_name or op.type), op)
    for op in _offered():
        for name in _TENSORFLOW_NAME.findall(op.example)[:1]:
            known.setdefault(squeezed(name.rpartition(".")[2]), op)
    return known


@cache
def _written_names() -> tuple[str, ...]:
    """One name for each operation: that of TensorFlow's function where it has one."""
    names = (_TENSORFLOW_NAME.findall(op.example)[:1] or [op.type] for op in _offered())
    return tuple(found[0].rpartition(".")[2] for found in names)


@dataclass
class Arguments:
    """What is given to an operation."""

    declaration: OpDeclaration
    inputs: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)

    def bind(self, positional: Sequence[Any], named: Mapping[str, Any]) -> None:
        """Gives each argument to the port or attribute that it is meant for. Raises GraphError where there is none."""
        places = [name for name in _places(self.declaration) if name not in self.inputs | self.attributes]
        if len(positional) > len(places):
            raise GraphError(
                f"{self.declaration.type} takes {_listed(places) or 'nothing'}; {len(positional)} arguments are given."
            )
        for name, value in zip(places, positional, strict=False):
            self._give(name, value)
        for written, value in named.items():
            name = self._named(written)
            if name in self.inputs or name in self.attributes:
                raise GraphError(f"{written} is given twice.")
            self._give(name, value)

    def takes_size_names(self, argument: int | str) -> bool:
        """Whether an argument, by its place or its name, is a shape in which sizes may be called by names."""
        places = _places(self.declaration)
        name = argument if isinstance(argument, str) else places[argument] if argument < len(places) else ""
        attribute = self.declaration.attribute(name)
        return attribute is not None and attribute.takes_names

    def _named(self, written: str) -> str:
        known = {squeezed(name): name for name in _places(self.declaration, every=True)}
        for name in (written, _ALSO_CALLED.get(written, "")):
            if squeezed(name) in known:
                return known[squeezed(name)]
        raise GraphError(
            f"{self.declaration.type} has no argument called {written!r}; it takes "
            f"{_listed(list(known.values())) or 'none'}."
        )

    def _give(self, name: str, value: Any) -> None:
        declaration = self.declaration
        port = declaration.input_port(name)
        has_tensors = _has_tensors(value)
        if port is not None and (port.attribute is None or has_tensors):
            if port.variadic and not isinstance(value, list):
                value = [value]
            self.inputs[name] = value
            return
        attribute = name if port is None else port.attribute
        if has_tensors:
            raise GraphError(f"{name} of {declaration.type} is a setting: write a value there, not a tensor.")
        self.attributes[attribute or name] = value


def _places(declaration: OpDeclaration, every: bool = False) -> list[str]:
    """What an operation takes, in the order in which programs write it: ports, then settings.

    Ports that only say more than most people want are left out unless ``every``.
    """
    first = _FIRST.get(declaration.type, ())
    ports = [p for p in declaration.inputs if every or not ((p.optional and p.variadic) or p.for_programs)]
    wired = {port.attribute for port in declaration.inputs}
    settings = [attribute.name for attribute in declaration.attributes if attribute.name not in wired]
    names = [*first, *(port.name for port in ports), *settings]
    return list(dict.fromkeys(names))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _has_tensors(value: Any) -> bool:
    return any(isinstance(item, Output | Operation) for item in flat(value))


def flat(value: Any) -> Iterator[Any]:
    """What stands in a nest of lists, one by one; a value that is no list is all there is."""
    if isinstance(value, list):
        for item in value:
            yield from flat(item)
    else:
        yield value
