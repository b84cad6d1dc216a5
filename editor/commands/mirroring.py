"""One definition, many instances: what is changed inside one of them is changed in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.blocks.contents import Contents, contents_of, members_of, nested_in, prefixes, scope_prefix
from engine.blocks.definition import Definition
from engine.blocks.expressions import with_port_renamed
from engine.formats.blocks import definition_model, definition_of
from engine.graph import Operation
from engine.model import Model
from engine.ops.stand_ins import BLOCK_PORTS

from .block_state import BlockState
from .conforming import Target, conform
from .edits import Edit, Position, SetName, SetPosition, names_in
from .tracker import Tracker

#: Nodes that have moved by as much as all others have, to this many pixels, were moved with their block.
_SAME_MOVE = 1e-3


class _Body:
    """The model of a definition, which is edited as a document is."""

    folder = None

    def __init__(self, definition: Definition) -> None:
        self.model: Model = definition_model(definition)
        self._tracker = Tracker(self.model.graph)

    def carry_out(self, edit: Edit) -> None:
        edit.apply(self, self._tracker)


class Mirroring:
    """Carries what ``edits`` changed inside instances to their definitions and to all other instances."""

    def __init__(self, state: BlockState, edits: Sequence[Edit]) -> None:
        self._state = state
        #: What was asked for, and what has been made of it: an inner block that was changed changes those around it.
        self._edits = list(edits)
        self._given = list(edits)
        self._bodies: dict[str, _Body] = {}

    def run(self) -> None:
        for name in self._inner_first():
            if name in self._state.definitions:
                self._mirror(name)

    # --- what there is -------------------------------------------------------------------------------------------

    def _inner_first(self) -> list[str]:
        """The definitions, each after those whose instances it holds."""
        order: dict[str, None] = {}
        waiting = sorted(self._state.definitions)

        def visit(name: str, around: tuple[str, ...]) -> None:
            if name in order or name in around or name not in self._state.definitions:
                return
            for inner in sorted(self._state.definitions[name].needed()):
                visit(inner, (*around, name))
            order[name] = None

        for name in waiting:
            visit(name, ())
        return list(order)

    def _body(self, name: str) -> _Body:
        if name not in self._bodies:
            self._bodies[name] = _Body(self._state.definitions[name])
        return self._bodies[name]

    def _contents(self, scope: str, name: str, members: Sequence[Operation]) -> Contents:
        state = self._state
        return contents_of(
            state.graph, members, scope, state.definitions[name], state.definitions, state.instances, state.folded
        )

    def _body_contents(self, body: _Body, scope: str, name: str) -> Contents:
        model, state = body.model, self._state
        ops = members_of(model.graph, [scope])[scope]
        return contents_of(
            model.graph, ops, scope, state.definitions[name], state.definitions, model.instances, model.folded
        )

    def _touched(self) -> set[str]:
        """The instances inside which anything was changed."""
        instances = self._state.instances
        return {prefix for name in names_in(self._edits) for prefix in prefixes(name) if prefix in instances}

    # --- carrying over -------------------------------------------------------------------------------------------

    def _mirror(self, name: str) -> None:
        state = self._state
        scopes = state.instances_of(name)
        touched = [scope for scope in scopes if scope in self._touched()]
        refolded = [scope for scope in scopes if scope not in touched and self._is_refolded(scope)]
        leaders = [*touched, *refolded]
        if not leaders:
            return
        for scope in leaders:
            self._mirror_names(name, scope)
        members = members_of(state.graph, scopes)
        body = self._body(name)
        before = self._body_contents(body, "", name)
        found = {scope: self._contents(scope, name, members[scope]) for scope in leaders}
        wanted = before
        changed = [scope for scope in leaders if found[scope].entries != before.entries]
        for scope in changed:
            wanted = wanted.with_changes(before, found[scope])
        moves = self._moves(leaders, members)
        if not changed and not moves:
            return
        for scope in scopes if changed else ():
            contents = found[scope] if scope in found else self._contents(scope, name, members[scope])
            if contents.entries != wanted.entries:
                places = self._places(changed, state.model, scope, before)
                conform(Target(state.model, scope, self._carry_out, contents), wanted, places)
                self._take_over(scope, wanted)
        self._conform_bodies(name, wanted, changed, before)
        self._mirror_moves(name, moves, scopes)
        self._write_bodies()

    def _carry_out(self, edit: Edit) -> None:
        self._state.carry_out(edit)
        self._edits.append(edit)

    def _is_refolded(self, scope: str) -> bool:
        """Whether a scope inside is shown as a block where the definition has it open, or the other way round."""
        definition = self._state.definitions[self._state.instances[scope].definition]
        prefix = scope_prefix(scope)
        return {name[len(prefix) :] for name in self._state.folded if name.startswith(prefix)} != definition.folded

    def _take_over(self, scope: str, wanted: Contents) -> None:
        """Gives a scope of the document the inner instances and foldings that it is to have."""
        state, prefix = self._state, scope_prefix(scope)
        for name in nested_in(scope, state.instances):
            del state.instances[prefix + name]
        state.folded = {name for name in state.folded if not (name.startswith(prefix) and name != scope)}
        for key, value in wanted.entries.items():
            if key[0] == "instance":
                state.instances[prefix + key[1]] = value
            elif key[0] == "folded":
                state.folded.add(prefix + key[1])

    def _conform_bodies(self, name: str, wanted: Contents, leaders: Sequence[str], before: Contents) -> None:
        """Brings the definition up to date, and the others that hold instances of it."""
        targets = [(name, "")]
        for outer, definition in self._state.definitions.items():
            targets += [(outer, scope) for scope, each in definition.instances if each.definition == name]
        for owner, scope in targets:
            body = self._body(owner)
            contents = self._body_contents(body, scope, name)
            if contents.entries == wanted.entries:
                continue
            places = self._places(leaders, body.model, scope, before)
            conform(Target(body.model, scope, body.carry_out, contents), wanted, places)
            prefix = scope_prefix(scope)
            model = body.model
            kept = {key: value for key, value in model.instances.items() if not key.startswith(prefix) or key == scope}
            folded = {key for key in model.folded if not key.startswith(prefix) or key == scope}
            for key, value in wanted.entries.items():
                if key[0] == "instance":
                    kept[prefix + key[1]] = value
                elif key[0] == "folded":
                    folded.add(prefix + key[1])
            model.instances, model.folded = kept, frozenset(folded)

    def _write_bodies(self) -> None:
        state = self._state
        for name, body in self._bodies.items():
            definition = definition_of(body.model, state.definitions[name])
            rules = tuple(rule for rule in definition.rules if rule.node in body.model.graph)
            state.definitions[name] = replace(definition, rules=rules)

    # --- names ---------------------------------------------------------------------------------------------------

    def _mirror_names(self, name: str, scope: str) -> None:
        """Renames in the definition and the other instances what was renamed in one."""
        prefix, state = scope_prefix(scope), self._state
        pairs = [
            (edit.before[len(prefix) :], edit.after[len(prefix) :])
            for edit in self._edits
            if isinstance(edit, SetName) and edit.before.startswith(prefix) and edit.after.startswith(prefix)
        ]
        for before, after in pairs:
            for other in state.instances_of(name):
                inner = scope_prefix(other)
                if other != scope and inner + before in state.graph and inner + after not in state.graph:
                    self._carry_out(SetName(inner + before, inner + after))
            for owner, definition in list(state.definitions.items()):
                inner_scopes = [nested for nested, each in definition.instances if each.definition == name]
                for nested in ([""] if owner == name else []) + inner_scopes:
                    inner = scope_prefix(nested)
                    self._rename_in_body(owner, inner + before, inner + after)

    def _rename_in_body(self, owner: str, before: str, after: str) -> None:
        body, state = self._body(owner), self._state
        graph = body.model.graph
        if before not in graph or after in graph:
            return
        is_port = graph.operation(before).type in BLOCK_PORTS
        body.carry_out(SetName(before, after))
        definition = state.definitions[owner]
        rules = tuple(
            replace(
                rule,
                node=after if rule.node == before else rule.node,
                expression=with_port_renamed(rule.expression, before, after) if is_port else rule.expression,
            )
            for rule in definition.rules
        )
        state.definitions[owner] = definition_of(body.model, replace(definition, rules=rules))

    # --- places --------------------------------------------------------------------------------------------------

    def _places(self, leaders: Sequence[str], model: Model, scope: str, known: Contents) -> dict[str, Position]:
        """Where the leaders' nodes would stand in another scope, which lies elsewhere as a whole."""
        ours, inner = self._state.model.positions, scope_prefix(scope)
        places: dict[str, Position] = {}
        for leader in reversed(leaders):
            prefix = scope_prefix(leader)
            dx = dy = 0.0
            for name in known.nodes:
                first, second = ours.get(prefix + name), model.positions.get(inner + name)
                if first is not None and second is not None:
                    dx, dy = second[0] - first[0], second[1] - first[1]
                    break
            for name, (x, y) in ours.items():
                if name.startswith(prefix):
                    places[name[len(prefix) :]] = (x + dx, y + dy)
        return places

    def _moves(self, leaders: Sequence[str], members: dict[str, list[Operation]]) -> dict[str, Position]:
        """By how much nodes were moved within an instance, by their names as seen from inside."""
        shifts = self._shifts()
        for scope in leaders:
            prefix = scope_prefix(scope)
            found = {name[len(prefix) :]: shift for name, shift in shifts.items() if name.startswith(prefix)}
            names = [op.name[len(prefix) :] for op in members[scope]]
            if not found or _is_one_move(found, names):
                continue
            for inner in nested_in(scope, self._state.instances):
                inside = [name for name in names if name.startswith(f"{inner}/")]
                if not _is_one_move({name: found[name] for name in inside if name in found}, inside):
                    found = {name: shift for name, shift in found.items() if name not in inside}
            if found:
                return found
        return {}

    def _shifts(self) -> dict[str, Position]:
        """By how much each node was moved by what was asked for."""
        first: dict[str, Position] = {}
        for edit in self._given:
            if isinstance(edit, SetPosition) and edit.before is not None:
                first.setdefault(edit.name, edit.before)
        positions = self._state.model.positions
        shifts = {
            name: (positions[name][0] - x, positions[name][1] - y)
            for name, (x, y) in first.items()
            if name in positions
        }
        return {name: shift for name, shift in shifts.items() if shift != (0.0, 0.0)}

    def _mirror_moves(self, name: str, moves: dict[str, Position], scopes: Sequence[str]) -> None:
        if not moves:
            return
        state, shifted = self._state, self._shifts()
        for scope in scopes:
            prefix = scope_prefix(scope)
            # One that was moved itself, as when all is laid out anew, stays where it was put.
            if not any(other.startswith(prefix) for other in shifted):
                for edit in _shift_edits(state.model, prefix, moves):
                    self._carry_out(edit)
        for owner, definition in state.definitions.items():
            nested = [scope for scope, each in definition.instances if each.definition == name]
            for scope in ([""] if owner == name else []) + nested:
                body = self._body(owner)
                for edit in _shift_edits(body.model, scope_prefix(scope), moves):
                    body.carry_out(edit)


def _shift_edits(model: Model, prefix: str, moves: dict[str, Position]) -> list[Edit]:
    edits: list[Edit] = []
    for name, (dx, dy) in moves.items():
        place = model.positions.get(prefix + name)
        if place is not None and (place[0] + dx, place[1] + dy) != place:
            edits.append(SetPosition(prefix + name, place, (place[0] + dx, place[1] + dy)))
    return edits


def _is_one_move(shifts: dict[str, Position], names: Sequence[str]) -> bool:
    """Whether all of these nodes were moved together."""
    if set(shifts) != set(names):
        return not shifts
    dx, dy = next(iter(shifts.values()))
    return all(abs(x - dx) < _SAME_MOVE and abs(y - dy) < _SAME_MOVE for x, y in shifts.values())
