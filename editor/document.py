"""One open graph: what it holds, how it is edited, and the signals that say what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance
from PySide6.QtGui import QUndoStack

from editor import commands
from editor.commands import wire_checks, words
from editor.commands.block_state import BlockError
from editor.commands.edits import sort_as_nodes
from editor.layouts.placement import place_nodes
from editor.scopes import Scopes
from editor.sizes import NamedSizes
from editor.wire_id import WireId
from engine.blocks.contents import prefixes
from engine.formats.blocks import mend_blocks
from engine.formats.graph_file import fragment_from_text, fragment_to_text, load_graph_file, save_graph_file
from engine.formats.picture import is_picture_file
from engine.graph import EngineError, Graph, Operation, Problem, Verdict
from engine.graph.connect import ALLOWED
from engine.model import DataSource, Model, RunSettings
from engine.training.check import check_model
from engine.training.paths import moved_source

Array = np.ndarray[Any, np.dtype[Any]]
Position = tuple[float, float]

#: What may be done with a graph that is only looked at.
_LOOKING = (
    commands.MoveNodes,
    commands.FoldBlocks,
    commands.ArrangeNodes,
    commands.CollapseNodes,
    commands.SetDirection,
)
#: How long after an edit the whole document is checked, in milliseconds; edits in between wait together.
CHECK_DELAY = 150


class Document(QObject):
    """A model with an undo stack. Every edit is one undo step; a refused edit changes nothing.

    Signals are sent after a command is done or undone, in the order in which they stand here, each with the complete
    list of what the command changed. Nodes and wires are told of by name; a node that was added or removed is not
    also told of as moved or changed.
    """

    #: [WireId]; a variadic port that loses a wire renumbers the others: they are removed and added, too.
    wires_removed = Signal(list)
    #: [name]
    nodes_removed = Signal(list)
    #: Old name, new name. Its wires stay; receivers rename the ends of their WireIds.
    node_renamed = Signal(str, str)
    #: [name]
    nodes_added = Signal(list)
    #: [WireId]
    wires_added = Signal(list)
    #: [name]
    nodes_moved = Signal(list)
    #: Another instance of a block is entered, or none any more.
    entered_changed = Signal()
    #: Other scopes are shown as blocks now.
    folding_changed = Signal()
    #: [name]: nodes whose attributes, inferred specs, ports or problem changed.
    nodes_changed = Signal(list)
    #: Name of a placeholder whose data changed.
    data_changed = Signal(str)
    run_settings_changed = Signal()
    #: Name of a field of the model that has another value now and no signal of its own.
    field_changed = Signal(str)
    #: All that one command changed has been told.
    edited = Signal()
    #: [name]: nodes whose shapes are written otherwise; sizes have other names, or other numbers in the data.
    sizes_changed = Signal(list)
    #: :attr:`problems` changed.
    problems_changed = Signal()
    #: The path or the clean state changed: the window's title shows both.
    location_changed = Signal()
    #: Why nothing was changed, where the document is only to be looked at.
    refused = Signal(str)
    #: What there is to know of a change that was made, in a sentence.
    remarked = Signal(str)
    #: A whole other model took the place of this one; receivers begin again.
    replaced = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = Model()
        self._path: Path | None = None
        #: The names of unknown sizes, as of the last check.
        self.sizes = NamedSizes()
        self._problems: list[Problem] = []
        self._run_problem: Problem | None = None
        #: What had to be changed when the file was opened; it is told until the document is saved.
        self._mended: list[Problem] = []
        self._step_text: str | None = None
        self._is_macro_open = False
        self._entered = ""
        #: Why nothing can be changed here; "" where it can.
        self._read_only_sentence = ""
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self.location_changed)
        self._check_timer = QTimer(self)
        self._check_timer.setSingleShot(True)
        self._check_timer.setInterval(CHECK_DELAY)
        self._check_timer.timeout.connect(self.check_now)

    # --- asking --------------------------------------------------------------------------------------------------

    @property
    def model(self) -> Model:
        """The content. To be read only; every change goes through the methods below."""
        return self._model

    @property
    def graph(self) -> Graph:
        return self._model.graph

    @property
    def graph_signals(self) -> tuple[SignalInstance, ...]:
        """Those that tell of another graph than before: not of places, folding, data or run settings."""
        return (
            self.nodes_added,
            self.nodes_removed,
            self.node_renamed,
            self.nodes_changed,
            self.wires_added,
            self.wires_removed,
        )

    @property
    def path(self) -> Path | None:
        """Where the document is saved, absolute; None for one that never was."""
        return self._path

    @property
    def folder(self) -> Path | None:
        """Where relative paths of data start; None while the document is not saved."""
        return None if self._path is None else self._path.parent

    @property
    def title(self) -> str:
        """The file's name without its ending, or "Untitled"."""
        return self.tr("Untitled") if self._path is None else self._path.stem

    @property
    def is_clean(self) -> bool:
        """Whether everything is saved."""
        return self.undo_stack.isClean()

    def operation(self, name: str) -> Operation:
        """The node with this name. Raises GraphError when there is none."""
        return self.graph.operation(name)

    def names(self) -> list[str]:
        """All nodes, in the order in which they were made."""
        return [op.name for op in self.graph.get_operations()]

    def wires(self) -> list[WireId]:
        return [WireId.of(wire) for wire in self.graph.wires()]

    def wires_of(self, name: str) -> list[WireId]:
        """The wires that end or begin at a node."""
        op = self.operation(name)
        return [WireId.of(wire) for wire in (*self.graph.wires_into(op), *self.graph.wires_out_of(op))]

    def position(self, name: str) -> Position:
        """Top left corner of a node on the canvas, in pixels at 100 %."""
        return self._model.positions.get(name, (0.0, 0.0))

    @property
    def entered(self) -> str:
        """The instance of a block that the person has entered, which new nodes are added to; "" for none."""
        return self._entered if self._entered in self._model.instances else ""

    def enter(self, scope: str) -> None:
        """Shows this instance alone; new nodes are added to it from now on. "" shows everything again."""
        scope = scope if scope in self._model.instances else ""
        if scope != self._entered:
            self._entered = scope
            self.entered_changed.emit()

    def leave(self) -> None:
        """Goes back to the instance around the one that is entered, or to everything."""
        around = [prefix for prefix in prefixes(self.entered) if prefix in self._model.instances]
        self.enter(around[-1] if around else "")

    def _follow_entered(self, renamed: Iterable[tuple[str, str]]) -> None:
        """Stays in the instance that is entered when it has another name; leaves one that is none any more."""
        if not self._entered or self._entered in self._model.instances:
            return
        for old, new in renamed:
            inner = old[len(self._entered) :]
            if old.startswith(f"{self._entered}/") and new.endswith(inner):
                self.enter(new[: -len(inner)])
                return
        self.enter("")

    @property
    def may_change(self) -> bool:
        """Whether the document is more than only looked at."""
        return not self._read_only_sentence

    @property
    def scopes(self) -> Scopes:
        """The name scopes that there are now."""
        return Scopes(self.names())

    @property
    def folded(self) -> set[str]:
        """The scopes that are shown as one block; some of them may not be there (any more)."""
        return set(self._model.folded)

    @property
    def problems(self) -> list[Problem]:
        """What stands in the way of training, as of the last check, and what stopped the last run."""
        return list(self._problems)

    def problems_of(self, name: str) -> list[Problem]:
        return [problem for problem in self._problems if problem.node == name]

    def check_connect(
        self, source: str, source_port: str, target: str, target_port: str, slot: int | None = None
    ) -> Verdict:
        """Whether the wire may be made, and why not. ``slot`` None is the end of a variadic port."""
        if self._read_only_sentence:
            return Verdict(False, self._read_only_sentence)
        return wire_checks.check_new(self, (source, source_port), target, target_port, slot)

    def check_rewire(self, wire: WireId, target: str, target_port: str, slot: int | None = None) -> Verdict:
        """Whether the wire's end may be moved to this port, as if the wire were not there."""
        if self._read_only_sentence:
            return Verdict(False, self._read_only_sentence)
        return wire_checks.check_moved(self, wire, target, target_port, slot)

    def free_port_for(self, source: str, source_port: str, target: str) -> str | None:
        """The first port of a node at which the wire may be made without taking another's place."""
        return wire_checks.free_port(self, (source, source_port), target)

    def model_for_folder(self, folder: Path | None) -> Model:
        """The content with the paths of its data as seen from another folder; absolute for None. To be read only."""
        data = {name: moved_source(source, self.folder, folder) for name, source in self._model.data.items()}
        return replace(self._model, data=data)

    # --- editing -------------------------------------------------------------------------------------------------

    def add_node(
        self, op_type: str, position: Position, name: str | None = None, attributes: Mapping[str, Any] | None = None
    ) -> str:
        """Adds a node and returns its name: the given one, or the type's own, made unique.

        Raises GraphError or AttributeValueError for a type, name or attribute that cannot be.
        """
        command = commands.AddNode(self, op_type, _point(position), name, attributes or {})
        self.do(command)
        return command.name

    # Qt's own connect and disconnect by text are not used here: signals have theirs.
    def connect(  # type: ignore[override]
        self, source: str, source_port: str, target: str, target_port: str, slot: int | None = None
    ) -> Verdict:
        """Makes a wire, in the place of the one that is there unless the port is variadic."""
        verdict = self.check_connect(source, source_port, target, target_port, slot)
        if verdict:
            return self.attempt(lambda: commands.Connect(self, source, source_port, target, target_port, slot))
        return verdict

    def rewire(self, wire: WireId, target: str, target_port: str, slot: int | None = None) -> Verdict:
        """Moves the end of a wire to another port, in the place of the wire that is there unless it is variadic.

        ``slot`` is the wire's place at a variadic port once it has been moved (the end when None).
        """
        verdict = self.check_rewire(wire, target, target_port, slot)
        if verdict:
            return self.attempt(lambda: commands.Rewire(self, wire, target, target_port, slot))
        return verdict

    def disconnect(self, wires: Iterable[WireId]) -> None:  # type: ignore[override]
        """Takes wires away; those that are not there (any more) are passed over."""
        self.do(commands.Disconnect(self, wire_checks.existing(self.graph, wires)))

    def delete(self, names: Sequence[str], wires: Iterable[WireId] = (), areas: Sequence[commands.Area] = ()) -> None:
        """Deletes nodes with all their wires, further wires, frames and notes."""
        if names or areas:
            self.do(commands.DeleteNodes(self, names, wire_checks.existing(self.graph, wires), areas=areas))
        else:
            self.disconnect(wires)

    def move_nodes(
        self, positions: Mapping[str, Position], nudge: bool = False, areas: Sequence[commands.AreaChange] = ()
    ) -> None:
        """Moves nodes, and puts other frames and notes in the place of some.

        Nudges (steps with the arrow keys) that follow each other fast become one undo step.
        """
        self.do(commands.MoveNodes(self, {name: _point(place) for name, place in positions.items()}, nudge, areas))

    def set_folded(self, scopes: Sequence[str], is_folded: bool) -> None:
        """Shows each of these scopes as one block, or with all its nodes; what stands around it makes room."""
        self.do(commands.FoldBlocks(self, scopes, is_folded))

    def rename_block(self, scope: str, new: str) -> Verdict:
        """Gives a scope, and so all its nodes, another name."""
        return self.attempt(lambda: commands.RenameBlock(self, scope, new, self.scopes.by_name[scope].members))

    def rename(self, name: str, new: str) -> Verdict:
        return self.attempt(lambda: commands.RenameNode(self, name, new))

    def set_attribute(self, name: str, attribute: str, value: Any) -> Verdict:
        """Changes an attribute; text as a person types it is understood.

        Refused for a value the attribute cannot take; shapes that disagree afterwards are a problem of the nodes.
        """
        return self.attempt(lambda: commands.SetAttribute(self, name, attribute, value))

    def set_data(self, name: str, source: DataSource | None) -> Verdict:
        """Gives a placeholder its data, or takes it away with None.

        Refused for typed text that is no list of numbers; a file that does not fit is a problem of the node.
        """
        return self.attempt(lambda: commands.SetData(self, name, source))

    def set_run_settings(self, settings: RunSettings) -> None:
        self.do(commands.SetRunSettings(self, settings))

    def copy(self, names: Sequence[str], areas: Sequence[commands.Area] = ()) -> str:
        """Nodes, the wires among them and their data, frames and notes as text for the clipboard."""
        return fragment_to_text(self.model_for_folder(None), list(names), areas)

    def cut(self, names: Sequence[str], areas: Sequence[commands.Area] = ()) -> str:
        """As :meth:`copy`, and deletes all that."""
        text = self.copy(names, areas)
        if names or areas:
            self.do(commands.DeleteNodes(self, names, (), words.cut_words(names) if names else None, areas))
        return text

    def paste(self, text: str, position: Position | None = None) -> list[str]:
        """Adds what :meth:`copy` wrote and returns the nodes' names; frames and notes come to lie in front.

        Their middle comes to lie at ``position``, or they stand beside what was copied. Raises EngineError for text
        that is no graph.
        """
        return self._paste(text, None, position, words.paste_words)

    def duplicate(self, names: Sequence[str], areas: Sequence[commands.Area] = ()) -> list[str]:
        """Adds copies of nodes, with the wires among them and their data, of frames and notes; returns the names."""
        return self._paste(fragment_to_text(self._model, names, areas), self.folder, None, words.duplicate_words)

    @contextmanager
    def one_step(self, text: str) -> Iterator[None]:
        """A with block whose edits are undone together, as ``text``. Signals come edit by edit."""
        if self._step_text is not None:
            yield
            return
        self._step_text = text
        try:
            yield
        finally:
            self._step_text = None
            if self._is_macro_open:
                self._is_macro_open = False
                self.undo_stack.endMacro()

    # --- files ---------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """Begins an empty document."""
        self._replace(Model(), None)

    def show_only(self, graph: Graph) -> None:
        """Shows a graph that belongs to something else. Nodes can be moved and folded here, nothing else."""
        model = Model(graph=graph)
        place_nodes(model)
        self.look_at(model, self.tr("This is the body of an operation; it can be looked at here, not changed."))

    def look_at(self, model: Model, sentence: str) -> None:
        """Shows a model whose nodes have places, to be looked at; ``sentence`` says why nothing is changed here."""
        self._read_only_sentence = sentence
        self._replace(model, None)

    def open(self, path: str | Path) -> None:
        """Opens a ``.graph`` file, or the graph in a picture, which then has no file yet.

        Raises EngineError or OSError, with nothing changed.
        """
        location = Path(path).absolute()
        model = load_graph_file(location)
        mended = mend_blocks(model)
        place_nodes(model)
        sort_as_nodes(model)
        if is_picture_file(location):
            model.data = {name: moved_source(source, location.parent, None) for name, source in model.data.items()}
            self._replace(model, None)
        else:
            self._replace(model, location)
        self._mended = mended

    def recover(self, model: Model, path: Path | None) -> None:
        """Shows what was recovered after a crash: as the file ``path``, not saved yet."""
        mended = mend_blocks(model)
        place_nodes(model)
        sort_as_nodes(model)
        self._replace(model, path)
        self._mended = mended
        self.undo_stack.resetClean()

    def save(self, path: str | Path | None = None, values: Mapping[str, Array] | None = None) -> None:
        """Saves the document, under another path when one is given.

        ``values`` are the variables' trained values to save with it; a variable that is not among them keeps what
        it had, and None saves none. Paths of data are written as seen from the new folder. Raises EngineError or
        OSError, with nothing changed.
        """
        location = self._path if path is None else Path(path).absolute()
        if location is None:
            raise EngineError(self.tr("The document has no file yet; choose where to save it."))
        saved = self.model_for_folder(location.parent)
        saved.values = {} if values is None else self._fitting_values({**self._model.values, **values})
        save_graph_file(saved, location)
        moved = [name for name in self.names() if saved.data.get(name) != self._model.data.get(name)]
        self._model.data = saved.data
        if values is not None:
            self._model.values = saved.values
        is_elsewhere = location != self._path
        self._path = location
        for name in moved:
            self.data_changed.emit(name)
        self._mended = []
        self.undo_stack.setClean()
        if is_elsewhere:
            self.location_changed.emit()
            self._check_timer.start()

    # --- checking ------------------------------------------------------------------------------------------------

    def check_now(self) -> None:
        """Checks the whole document at once, instead of shortly after the last edit."""
        self._check_timer.stop()
        changed = self.sizes.solve(self._model.graph)
        if self.sizes.read_data(self._model, self.folder) or changed:
            self.sizes_changed.emit(changed)
        if self._read_only_sentence:
            # It is a part of something else: what a body takes from outside is nowhere in it.
            return
        found = [*check_model(self._model, self.folder, self.sizes.dimensions), *self._mended]
        stopped = self._run_problem
        # Mostly the check has found the same already, in its own words.
        if stopped is not None and not any(problem.node == stopped.node for problem in found):
            found.append(stopped)
        self._set_problems(found)

    def set_run_problem(self, problem: Problem | None) -> None:
        """Lists what stopped a run among the problems; None when that is over."""
        if problem != self._run_problem:
            self._run_problem = problem
            self.check_now()

    def _set_problems(self, problems: list[Problem]) -> None:
        if problems != self._problems:
            self._problems = problems
            self.problems_changed.emit()

    # --- carrying out --------------------------------------------------------------------------------------------

    def tell(self, changes: commands.Changes) -> None:
        """Sends the signals that say what a command changed; commands call this."""
        for signal, changed in (
            (self.wires_removed, changes.wires_removed),
            (self.nodes_removed, changes.nodes_removed),
        ):
            if changed:
                signal.emit(changed)
        for old, new in changes.renamed:
            self.node_renamed.emit(old, new)
        for signal, changed in (
            (self.nodes_added, changes.nodes_added),
            (self.wires_added, changes.wires_added),
            (self.nodes_moved, changes.nodes_moved),
        ):
            if changed:
                signal.emit(changed)
        for name in changes.fields:
            if name == "folded":
                self.folding_changed.emit()
            elif name == "run":
                self.run_settings_changed.emit()
            else:
                self.field_changed.emit(name)
        if changes.nodes_changed:
            self.nodes_changed.emit(changes.nodes_changed)
        for name in changes.data:
            self.data_changed.emit(name)
        self._follow_entered(changes.renamed)
        self.edited.emit()
        self._follow(changes)
        self._check_timer.start()

    def _follow(self, changes: commands.Changes) -> None:
        """Keeps the problems found last true to the nodes there are, until the next check."""
        new_names = dict(changes.renamed)
        renamed = [
            replace(problem, node=new_names.get(problem.node, problem.node)) if problem.node in new_names else problem
            for problem in self._problems
        ]
        self._set_problems([problem for problem in renamed if not problem.node or problem.node in self.graph])

    def do(self, command: commands.DocumentCommand) -> None:
        """Carries a command out and puts it on the undo stack; one that changes nothing is dropped.

        Parts of the editor with commands of their own call this; where a document is only looked at, it is refused.
        """
        if command.is_empty:
            return
        if self._read_only_sentence and not isinstance(command, _LOOKING):
            self.refused.emit(self._read_only_sentence)
            return
        try:
            self._carry_out(command)
        except BlockError as error:
            self.refused.emit(str(error))

    def _carry_out(self, command: commands.DocumentCommand) -> None:
        """Raises what the command raises, with nothing changed."""
        if command.is_empty:
            return
        changes = command.execute()
        if self._step_text is not None and not self._is_macro_open:
            self.undo_stack.beginMacro(self._step_text)
            self._is_macro_open = True
        self.undo_stack.push(command)
        self.tell(changes)
        for note in command.notes:
            self.remarked.emit(note)

    def attempt(self, make: Callable[[], commands.DocumentCommand]) -> Verdict:
        """Makes a command and carries it out as :meth:`do` does; where that cannot be, the verdict says why."""
        if self._read_only_sentence:
            return Verdict(False, self._read_only_sentence)
        try:
            self._carry_out(make())
        except EngineError as error:
            return Verdict(False, str(error))
        return ALLOWED

    def _paste(
        self, text: str, folder: Path | None, position: Position | None, describe: Callable[[Sequence[str]], str]
    ) -> list[str]:
        """``folder`` is where the paths of data in the text start."""
        middle = None if position is None else _point(position)
        command = commands.PasteNodes(self, fragment_from_text(text), folder, middle, describe)
        if not self._read_only_sentence:
            self._carry_out(command)
        return command.names

    def _replace(self, model: Model, path: Path | None) -> None:
        self.undo_stack.clear()
        self._model = model
        self._path = path
        self._problems = []
        self._run_problem = None
        self._mended = []
        self._entered = ""
        self.sizes = NamedSizes()
        self.sizes.solve(model.graph)
        self.replaced.emit()
        self.entered_changed.emit()
        self.location_changed.emit()
        self.problems_changed.emit()
        self._check_timer.start()

    def _fitting_values(self, values: Mapping[str, Array]) -> dict[str, Array]:
        """The values that still belong to a variable of this graph, in the graph's order."""
        fitting: dict[str, Array] = {}
        for op in self.graph.get_operations():
            value = values.get(op.name)
            if value is not None and op.type == "Variable" and _fits(op, value):
                fitting[op.name] = np.array(value)
        return fitting


def _fits(variable: Operation, value: Array) -> bool:
    spec = variable.output.spec
    return spec.shape.is_compatible_with(value.shape) and (spec.dtype is None or spec.dtype.numpy == value.dtype)


def _point(position: Position) -> Position:
    x, y = position
    return float(x), float(y)
