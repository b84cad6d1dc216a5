"""What every command does beside its own edits, so that reusable blocks stay what they are.

Once the edits of a command are made: wires that cross the border of a block get ports there, what was changed inside
an instance is changed in its definition and in all other instances, and what follows from parameters and from the
sizes at the ports is brought up to date. All that belongs to the command: it is undone with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from engine.blocks.contents import members_of, prefixes
from engine.formats.blocks import holds

from .block_state import BlockError, BlockState
from .border_ports import add_border_ports
from .edits import Edit, Editable, SetField, SetName, SetPosition, names_in
from .instance_rules import follow_rules
from .mirroring import Mirroring
from .tracker import Tracker

CarryOut = Callable[[Edit], None]


def keep_blocks(document: Editable, tracker: Tracker, edits: Sequence[Edit], carry_out: CarryOut) -> None:
    """Makes the further edits that ``edits`` ask for; ``carry_out`` makes one and remembers it.

    Raises BlockError, with some of them made, for a block that would hold itself and for an attribute that cannot be
    what a block's rule says.
    """
    if not document.model.instances:
        return
    state = BlockState(document, tracker, carry_out)
    _follow_scopes(state, edits)
    touched = _touched(state, edits)
    if touched:
        _refuse_own_self(state)
        made = add_border_ports(state, names_in(edits) | _members_of_new(state, edits))
        mirroring = Mirroring(state, [*edits, *made])
        mirroring.run()
    if not all(isinstance(edit, SetPosition) for edit in edits):
        follow_rules(state, edits)
    state.write_fields()


def _touched(state: BlockState, edits: Sequence[Edit]) -> bool:
    """Whether edits tell of anything inside a block, or of other blocks."""
    if any(isinstance(edit, SetField) and edit.field in ("instances", "definitions", "folded") for edit in edits):
        return True
    return any(prefix in state.instances for name in names_in(edits) for prefix in prefixes(name))


def _members_of_new(state: BlockState, edits: Sequence[Edit]) -> set[str]:
    """The nodes of scopes that have become instances."""
    new: set[str] = set()
    for edit in edits:
        if isinstance(edit, SetField) and edit.field == "instances":
            new.update(set(edit.after) - set(edit.before))
    return {op.name for ops in members_of(state.graph, new & set(state.instances)).values() for op in ops}


def _follow_scopes(state: BlockState, edits: Sequence[Edit]) -> None:
    """Instances whose nodes were all renamed have another name; those without nodes are none any more."""
    members = members_of(state.graph, state.instances)
    gone = [scope for scope, ops in members.items() if not ops]
    if not gone:
        return
    names = _final_names(edits)
    for scope in gone:
        instance = state.instances.pop(scope)
        new = _new_scope(scope, names)
        if new and new not in state.instances:
            state.instances[new] = instance


def _final_names(edits: Iterable[Edit]) -> dict[str, str]:
    """What each renamed node was called before the edits, and what it is called now."""
    first: dict[str, str] = {}
    for edit in edits:
        if isinstance(edit, SetName):
            first[edit.after] = first.pop(edit.before, edit.before)
    return {before: after for after, before in first.items()}


def _new_scope(scope: str, names: dict[str, str]) -> str:
    """Where all nodes of a scope have gone; "" when they have not gone to one place."""
    found: set[str] = set()
    for before, after in names.items():
        if before.startswith(f"{scope}/"):
            inner = before[len(scope) :]
            found.add(after[: -len(inner)] if after.endswith(inner) else "")
    return found.pop() if len(found) == 1 else ""


def _refuse_own_self(state: BlockState) -> None:
    """Raises GraphError where an instance lies in one of the same block, or of one that is needed by it."""
    for scope, instance in state.instances.items():
        for around in prefixes(scope):
            outer = state.instances.get(around)
            if outer is None:
                continue
            name = outer.definition
            if instance.definition == name or holds(state.definitions, instance.definition, name):
                raise BlockError(
                    f"The block {name} would hold itself: {scope} is a {instance.definition}, and it would be inside "
                    f"{around}, which is a {name}. Put it outside, or make one of them unique first.",
                    scope,
                )
