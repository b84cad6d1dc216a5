"""Name scopes: the nodes whose names begin alike ("dense/kernel", "dense/MatMul") form a block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from engine.blocks.contents import members_of, ports_of
from engine.graph import Operation
from engine.model import Model

#: The whole graph, which holds what is in no scope.
WHOLE = ""


@dataclass
class Scope:
    """Nodes with a common prefix, and the scopes among them."""

    name: str
    #: The scope around it; :data:`WHOLE` for one that is in none.
    parent: str
    #: All its nodes, those of inner scopes too, in the order in which they were made.
    members: list[str] = field(default_factory=list)
    #: The nodes in no inner scope.
    nodes: list[str] = field(default_factory=list)
    #: The scopes directly inside.
    scopes: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """Its name as seen from the scope around it."""
        return self.name[len(self.parent) + 1 :] if self.parent else self.name


class Scopes:
    """The scopes of two or more nodes. One that holds nothing but another scope is not told apart from that."""

    def __init__(self, names: Iterable[str]) -> None:
        self.by_name: dict[str, Scope] = {WHOLE: Scope(WHOLE, WHOLE)}
        self._scope_of: dict[str, str] = {}
        members: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            self.by_name[WHOLE].members.append(name)
            for prefix in _prefixes(name):
                members[prefix].append(name)
        for prefix in sorted(members, key=lambda prefix: prefix.count("/"), reverse=True):
            self._take_in(prefix, members)
        for prefix in members:
            if prefix in self.by_name:
                parent = next((p for p in reversed(_prefixes(prefix)) if p in self.by_name), WHOLE)
                self.by_name[prefix].parent = parent
                self.by_name[parent].scopes.append(prefix)
        for name in self.by_name[WHOLE].members:
            scope = next((p for p in reversed(_prefixes(name)) if p in self.by_name), WHOLE)
            self._scope_of[name] = scope
            self.by_name[scope].nodes.append(name)

    def _take_in(self, prefix: str, members: dict[str, list[str]]) -> None:
        """Makes the scope, unless it has one node only or one inner scope holds all that it holds."""
        names = members[prefix]
        first = names[0][len(prefix) + 1 :].split("/")[0]
        inner = f"{prefix}/{first}"
        if len(names) > 1 and len(members.get(inner, ())) < len(names):
            self.by_name[prefix] = Scope(prefix, WHOLE, names)

    @property
    def names(self) -> list[str]:
        """All scopes."""
        return [name for name in self.by_name if name != WHOLE]

    def scope_of(self, node: str) -> str:
        """The innermost scope that holds a node."""
        return self._scope_of.get(node, WHOLE)

    def around(self, scope: str) -> list[str]:
        """The scope and those around it, from the inside to the outside, without the whole."""
        found = []
        while scope != WHOLE:
            found.append(scope)
            scope = self.by_name[scope].parent
        return found

    def is_seen(self, scope: str, folded: Collection[str]) -> bool:
        """Whether no scope around this one is folded."""
        return not any(around in folded for around in self.around(scope)[1:])


def _prefixes(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def named_ports(model: Model, scope: str) -> list[Operation]:
    """The ports of a scope that is an instance of a reusable block, in order; none of any other."""
    if scope not in model.instances:
        return []
    return ports_of(members_of(model.graph, [scope])[scope], scope, model.instances)
