"""Any sequence of edits can be undone and done again to the byte, and signals alone are enough to follow it."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from editor.commands import (
    ApplyRepair,
    Area,
    AreaChange,
    ArrangeNodes,
    ChangeAreas,
    CollapseNodes,
    DeleteAndHeal,
    InsertIntoWire,
    MuteNodes,
    ProposedWire,
    RemoveView,
    RenameSize,
    Reroute,
    SaveView,
    SetAttributes,
    SetDirection,
)
from editor.commands.block_state import BlockError
from editor.commands.expression import AddExpression
from editor.commands.splicing import find_splice
from editor.commands.wire_checks import repairs_for
from editor.document import Document
from editor.layouts.area_moves import moved_areas
from editor.layouts.arrangement import Arrangement
from editor.wire_id import WireId
from engine.formats.expression import ExpressionError
from engine.formats.graph_file import model_from_bytes, model_to_bytes
from engine.graph import DONE, EngineError, declarations
from engine.graph.declaration import Category
from engine.model import CsvColumns, FlowDirection, Frame, Note, RunSettings, SavedView, TypedValues
from engine.repairs import repairs_of_node
from tests.editor.block_hands import BlockHands, assert_blocks_are_sound
from tests.editor.document_mirror import Mirror, face

pytestmark = pytest.mark.usefixtures("qapp")

COMMON = ("Placeholder", "Variable", "Constant", "MatMul", "Add", "Multiply", "Concat", "GradientDescent", "Group")
TYPES = tuple(declared.type for declared in declarations() if declared.category is not Category.INTERNAL)
VALUES = (
    "0.5",
    "1",
    "3",
    "true",
    "float64",
    "int32",
    "[?, 3]",
    "[B, 3]",
    "N",
    "2, 2",
    "[]",
    "unknown",
    "1, 2, 3",
    "",
    "nonsense",
)

EXPRESSIONS = ("relu({x} @ {y} + b)", "h = {x} * {y} - 1", "concat([{x}, new, {y}], 0)", "mean({x}) + ", "{x}[0]")


class RandomPerson(BlockHands):
    """Edits a document at random, often with things that are refused."""

    def __init__(self, document: Document, chance: random.Random) -> None:
        self.document = document
        self.random = chance
        self.actions: list[Callable[[], object]] = [
            *[self.add] * 5,
            *[self.connect] * 10,
            *[self.rewire] * 3,
            *[self.disconnect] * 2,
            *[self.delete] * 2,
            *[self.move] * 2,
            *[self.rename] * 3,
            *[self.set_attribute] * 4,
            *[self.set_data] * 2,
            self.set_run_settings,
            self.copy_and_paste,
            self.cut,
            self.duplicate,
            self.several_in_one_step,
            self.repair,
            self.insert_into_wire,
            self.delete_and_heal,
            *[self.reroute] * 3,
            *[self.change_areas] * 3,
            *[self.collapse] * 2,
            self.set_direction,
            self.arrange,
            *[self.mute] * 3,
            *[self.fold] * 2,
            self.rename_block,
            *[self.set_attributes] * 2,
            *[self.add_expression] * 2,
            self.change_views,
            *self.block_actions(),
            self.rename_size,
        ]

    def act(self) -> None:
        self.random.choice(self.actions)()

    def name(self) -> str:
        return self.random.choice(self.document.names() or [self.add()])

    def some(self) -> list[str]:
        names = self.document.names()
        return self.random.sample(names, min(len(names), self.random.randint(0, 4)))

    def place(self) -> tuple[float, float]:
        return float(self.random.randrange(0, 800, 20)), self.random.random() * 600

    def add(self) -> str:
        op_type = self.random.choice(COMMON if self.random.random() < 0.7 else TYPES)
        return self.document.add_node(op_type, self.place())

    def ends(self) -> tuple[str, str, str, str, int | None]:
        source, target = self.document.operation(self.name()), self.document.operation(self.name())
        outputs = [tensor.port for tensor in source.outputs] * 4 + [DONE.name]
        output = self.random.choice(outputs)
        inputs = [port.name for port in target.declaration.inputs] + ["after"]
        free = self.document.free_port_for(source.name, output, target.name)
        port = free if free and self.random.random() < 0.7 else self.random.choice(inputs)
        return source.name, output, target.name, port, self.random.choice([None, None, 0, 1, 7])

    def connect(self) -> None:
        verdict = self.document.connect(*self.ends())
        assert verdict.allowed != bool(verdict.reason)

    def wire(self) -> WireId | None:
        wires = self.document.wires()
        return self.random.choice(wires) if wires else None

    def rewire(self) -> None:
        wire = self.wire()
        if wire is not None:
            before = model_to_bytes(self.document.model)
            target, port, slot = self.ends()[2:]
            verdict = self.document.rewire(wire, target, port, slot)
            assert verdict or model_to_bytes(self.document.model) == before

    def disconnect(self) -> None:
        wires = self.document.wires()
        self.document.disconnect(self.random.sample(wires, min(len(wires), self.random.randint(0, 3))))

    def delete(self) -> None:
        wire = self.wire()
        self.document.delete(self.some(), [] if wire is None else [wire], self.some_areas())

    def move(self) -> None:
        areas: list[AreaChange] = [(area, replace(area, top=self.place()[1])) for area in self.some_areas()]
        self.document.move_nodes({name: self.place() for name in self.some()}, self.random.random() < 0.5, areas)

    def rename(self) -> None:
        new = self.random.choice(
            ["W", "x", "b", "cost", "not valid", "", "a/W", "a/b", "a/b/x", f"n{self.random.randrange(99)}"]
        )
        self.document.rename(self.name(), new)

    def set_attribute(self) -> None:
        op = self.document.operation(self.name())
        if op.attributes:
            attribute = self.random.choice(list(op.attributes))
            self.document.set_attribute(op.name, attribute, self.random.choice(VALUES))

    def set_data(self) -> None:
        source = self.random.choice([None, TypedValues("1, 2, 3"), TypedValues("?"), CsvColumns("a.csv", ("x", "y"))])
        placeholders = [name for name in self.document.names() if self.document.operation(name).type == "Placeholder"]
        name = self.random.choice(placeholders or self.document.names() or [self.add()])
        self.document.set_data(name, source)

    def set_run_settings(self) -> None:
        settings = RunSettings(
            epochs=self.random.randint(1, 3),
            shuffle=self.random.random() < 0.5,
            optimizer=self.random.choice(["", *self.document.names()]),
            metrics=tuple(self.some()),
        )
        self.document.set_run_settings(settings)

    def copy_and_paste(self) -> None:
        text = self.document.copy(self.some(), self.some_areas())
        self.paste(text, self.random.choice([None, self.place()]))

    def cut(self) -> None:
        self.paste(self.document.cut(self.some(), self.some_areas()), None)

    def paste(self, text: str, place: tuple[float, float] | None) -> None:
        before = model_to_bytes(self.document.model)
        try:
            self.document.paste(text, place)
        except EngineError:  # a block would hold itself
            assert model_to_bytes(self.document.model) == before

    def duplicate(self) -> None:
        with suppress(BlockError):
            self.document.duplicate(self.some(), self.some_areas())

    def some_areas(self) -> list[Area]:
        areas = [*self.document.model.frames, *self.document.model.notes]
        return self.random.sample(areas, min(len(areas), self.random.randint(0, 2)))

    def change_areas(self) -> None:
        make = self.random.choice([Frame, Note])
        changes: list[AreaChange] = [
            (area, self.random.choice([None, replace(area, left=area.left + 10.0, color="blue")]))
            for area in self.some_areas()
        ]
        if self.random.random() < 0.6:
            changes.append((None, make(*self.place(), 200.0, 100.0, self.random.choice(["", "A", "**b**"]))))
        self.document.do(ChangeAreas(self.document, "Change frames and notes", changes))

    def collapse(self) -> None:
        self.document.do(CollapseNodes(self.document, self.some(), self.random.random() < 0.7))

    def change_views(self) -> None:
        name = self.random.choice(["Loss", "All", "여기"])
        view = SavedView(name, *self.place(), self.random.choice([0.5, 1.0]))
        command = SaveView(self.document, view) if self.random.random() < 0.7 else RemoveView(self.document, name)
        self.document.do(command)

    def set_direction(self) -> None:
        direction = self.random.choice(list(FlowDirection))
        arrangement = Arrangement(self.document.model, direction)
        arrangement.arrange()
        areas = moved_areas(self.document.model, arrangement)
        self.document.do(SetDirection(self.document, direction, arrangement.places, areas))

    def arrange(self) -> None:
        arrangement = Arrangement(self.document.model)
        arrangement.arrange()
        areas = moved_areas(self.document.model, arrangement)
        self.document.do(ArrangeNodes(self.document, arrangement.places, True, areas))

    def repair(self) -> None:
        """Of a wire that is refused, or of a node that has a problem."""
        wire = ProposedWire(*self.ends()) if self.random.random() < 0.7 else None
        op = self.document.operation(self.name())
        repairs = repairs_of_node(op) if wire is None else repairs_for(self.document, wire)
        if repairs:
            had = sum(problem is not None for problem in self.shape_problems())
            self.document.do(ApplyRepair(self.document, self.random.choice(repairs), wire))
            assert sum(problem is not None for problem in self.shape_problems()) <= had

    def shape_problems(self) -> list[object]:
        return [op.problem for op in self.document.graph.get_operations()]

    def insert_into_wire(self) -> None:
        wire = self.wire()
        splice = None if wire is None else find_splice(self.document, self.name(), wire)
        if splice is not None:
            had = sum(problem is not None for problem in self.shape_problems())
            self.document.do(InsertIntoWire(self.document, splice, {splice.name: self.place()}))
            assert sum(problem is not None for problem in self.shape_problems()) <= had

    def delete_and_heal(self) -> None:
        names = self.some()
        if names:
            before = model_to_bytes(self.document.model)
            command = DeleteAndHeal(self.document, names)
            assert model_to_bytes(self.document.model) == before
            self.document.do(command)

    def reroute(self) -> None:
        wire = self.wire()
        if wire is not None:
            points = [self.place() for _ in range(self.random.randint(0, 3))]
            self.document.do(Reroute(self.document, wire, points))
            assert self.document.model.routes.get(wire, ()) == tuple(points)

    def set_attributes(self) -> None:
        names = self.some()
        attributes = [name for each in names for name in self.document.operation(each).attributes]
        if attributes:
            attribute, value = self.random.choice(attributes), self.random.choice(VALUES)
            command = SetAttributes(self.document, names, attribute, value)
            assert len(command.refusals) <= len(names)
            self.document.do(command)

    def scopes(self) -> list[str]:
        return self.document.scopes.names

    def fold(self) -> None:
        scopes = self.scopes()
        chosen = self.random.sample(scopes, min(len(scopes), self.random.randint(0, 2)))
        self.document.set_folded(chosen, self.random.random() < 0.6)

    def rename_block(self) -> None:
        scopes = self.scopes()
        if scopes:
            before = model_to_bytes(self.document.model)
            new = self.random.choice(["a", "b", "a/c", "layer", "not valid", ""])
            verdict = self.document.rename_block(self.random.choice(scopes), new)
            assert verdict or model_to_bytes(self.document.model) == before

    def mute(self) -> None:
        before = model_to_bytes(self.document.model)
        command = MuteNodes(self.document, self.some(), self.random.random() < 0.7)
        assert model_to_bytes(self.document.model) == before
        self.document.do(command)

    def add_expression(self) -> None:
        names = [name for name in self.document.names() if name.isidentifier()] or ["x"]
        before = model_to_bytes(self.document.model)
        text = self.random.choice(EXPRESSIONS).format(x=self.random.choice(names), y=self.random.choice(names))
        try:
            self.document.do(AddExpression(self.document, text, self.place()))
        except ExpressionError:
            assert model_to_bytes(self.document.model) == before

    def rename_size(self) -> None:
        self.document.check_now()
        sizes = [
            size
            for op in self.document.graph.get_operations()
            for t in op.outputs
            for size in self.document.sizes.of(t)
        ]
        if sizes:
            size = self.random.choice(sizes)
            new = self.random.choice(["B", "N", "", "rows"])
            self.document.do(RenameSize(self.document, size.symbol, size.name, new))

    def several_in_one_step(self) -> None:
        with self.document.one_step("Do several things"):
            for _ in range(self.random.randint(0, 3)):
                self.random.choice([self.add, self.connect, self.delete, self.rename])()


def assert_mirrors_nx(document: Document) -> None:
    """The networkx graph holds the same operations and wires as the operations themselves say."""
    graph = document.graph
    assert set(graph.nx.nodes) == set(graph.get_operations())
    edges = {(s, t, key): data["output"] for s, t, key, data in graph.nx.edges(keys=True, data=True)}
    assert edges == {(wire.source.op, wire.target, (wire.port, wire.slot)): wire.source for wire in graph.wires()}
    numbers = [op.number for op in graph.get_operations()]
    assert numbers == sorted(set(numbers))
    assert all(graph.operation(op.name) is op for op in graph.get_operations())


def assert_inferred_as_when_loaded(document: Document) -> None:
    """Inferring edit by edit gives what inferring everything at once gives."""
    loaded = model_from_bytes(model_to_bytes(document.model), "the test").graph
    names = document.names()
    assert [op.name for op in loaded.get_operations()] == names
    assert {name: face(loaded, name) for name in names} == {name: face(document.graph, name) for name in names}


def assert_routes_are_of_wires(document: Document) -> None:
    assert set(document.wires()).issuperset(document.model.routes)
    assert all(document.model.routes.values())


def check_sequence(seed: int, length: int) -> None:
    document = Document()
    person = RandomPerson(document, random.Random(seed))
    for number in range(seed % 4):
        document.add_node("Placeholder", (0, 0))
        document.set_data(document.names()[-1], TypedValues(str(number)))
        variable = document.add_node("Variable", (0, 0))
        document.model.values[variable] = np.full(2, number)
    document.undo_stack.clear()
    mirror = Mirror(document)
    stack = document.undo_stack
    states = {0: model_to_bytes(document.model)}

    def note_state(index: int) -> None:
        states[index] = model_to_bytes(document.model)

    def go_to(index: int) -> None:
        stack.indexChanged.disconnect(note_state)
        stack.setIndex(index)
        stack.indexChanged.connect(note_state)
        assert model_to_bytes(document.model) == states[index], f"seed {seed}: {index} {stack.text(index)}"
        mirror.check()

    stack.indexChanged.connect(note_state)
    for _ in range(length):
        person.act()
        note_state(stack.index())
        mirror.check()
        assert_routes_are_of_wires(document)
        assert_blocks_are_sound(document)
        if stack.canUndo() and person.random.random() < 0.1:
            go_to(stack.index() - 1)
    assert_mirrors_nx(document)
    assert_inferred_as_when_loaded(document)
    for index in range(stack.index() - 1, -1, -1):
        go_to(index)
    assert_mirrors_nx(document)
    for index in range(1, stack.count() + 1):
        go_to(index)
    assert_mirrors_nx(document)
    assert_inferred_as_when_loaded(document)
    stack.clear()


@pytest.mark.parametrize("first", range(0, 150, 30))
def test_any_sequence_of_edits_is_undone_and_redone_exactly_and_told_completely(first: int) -> None:
    for seed in range(first, first + 30):
        check_sequence(seed, length=25)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 4000, 100))
def test_many_long_sequences_of_edits(first: int) -> None:
    for seed in range(first, first + 100):
        check_sequence(seed, length=50)
