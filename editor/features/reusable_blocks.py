"""Reusable blocks: made of a selection, entered and left, kept in a library, and listed in the palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPointF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from editor import commands
from editor.actions import ActionText, make_action
from editor.adding.blocks import BlockEntry, block_entry, document_family, library_family
from editor.block_library import BlockLibrary, personal_folder
from editor.canvas.name_field import NameField
from editor.features.feature import Feature, Place, Workbench
from editor.theme import ThemeManager
from engine.blocks.contents import scope_of
from engine.blocks.definition import PARAMETER_KINDS
from engine.formats.blocks import holds
from engine.graph import FileFormatError


class ReusableBlocks(Feature):
    """The actions on blocks, and their entries in the palette."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.library = BlockLibrary(personal_folder(), self)
        self.name_field = NameField(bench.canvas, ThemeManager.instance())
        tr = self.tr
        self.group = self._action(
            tr("&Group into a block…"),
            tr(
                "Makes a reusable block of the selected nodes, with a named port for each wire that crosses its border."
            ),
            self.ask_group,
            "group",
            "Ctrl+Alt+G",
        )
        self.ungroup = self._action(
            tr("U&ngroup the block"),
            tr("Makes plain nodes of the selected block; its wires go straight on."),
            self._ungroup,
            "ungroup",
            "Ctrl+Shift+G",
        )
        self.enter = self._action(
            tr("&Enter the block"),
            tr("Shows the inside of the selected block alone; what is changed there is changed in all of its kind."),
            lambda: self._on_scope(bench.document.enter),
            "chevron_down",
            "Alt+Down",
        )
        self.leave = self._action(
            tr("&Leave the block"),
            tr("Goes back to what is around the block that is entered."),
            bench.document.leave,
            "chevron_up",
            "Alt+Up",
        )
        self.make_unique = self._action(
            tr("Make the block &unique"),
            tr("Gives the selected block a definition of its own, so that changing it changes no other."),
            lambda: self._on_scope(lambda scope: self._do(lambda: commands.MakeUnique(bench.document, scope))),
            "unlink",
        )
        self.rename = self._action(
            tr("Rename the definition…"),
            tr("Gives what the selected block is an instance of another name, in all instances."),
            lambda: self._on_scope(self._ask_definition_name),
            "text",
        )
        self.keep = self._action(
            tr("&Save the block to the library"),
            tr("Keeps what the selected block is an instance of for other documents; the palette lists it."),
            lambda: self._on_scope(self._keep),
            "save",
        )
        self.import_blocks = self._action(
            tr("Import blocks into the library…"),
            tr("Takes the blocks of a .graph file over into the library."),
            self._ask_import,
            "import",
        )
        self.delete_unused = self._action(
            tr("Delete unused definitions"),
            tr("Takes the definitions without instances out of the document."),
            self._delete_unused,
            "delete",
        )
        self.parameters = QAction(tr("Make a &parameter of the block"), bench.window)
        self.parameters.setStatusTip(tr("Lets each block of this kind have its own value of an attribute of the node."))
        self._parameter_menu = QMenu(bench.window)
        self.parameters.setMenu(self._parameter_menu)
        self._parameter_menu.aboutToShow.connect(self._list_attributes)
        on_one = (self.enter, self.leave, self.make_unique, self.rename, self.keep)
        self.add_actions(Place.BLOCKS, self.group, self.ungroup, *on_one)
        self.add_actions(Place.BLOCKS, self.import_blocks, self.delete_unused)
        self.add_actions(Place.NODE, self.parameters)
        bench.entries.add_source(self._entries)
        document = bench.document
        self.library.changed.connect(bench.entries.refresh)
        document.field_changed.connect(lambda field: bench.entries.refresh() if field == "definitions" else None)
        document.replaced.connect(bench.entries.refresh)
        document.refused.connect(bench.status.show_refusal)
        document.remarked.connect(bench.status.show_refusal)
        bench.canvas.selection_changed.connect(lambda names: self._update())
        document.edited.connect(self._update)
        document.replaced.connect(self._update)
        document.entered_changed.connect(self._update)
        self._update()
        if self.library.problems:
            bench.status.show_refusal(self.library.problems[0])

    def _action(self, name: str, tip: str, do: Callable[[], object], icon: str, shortcut: str = "") -> QAction:
        return make_action(self.bench.window, ActionText(name, tip), do, icon, shortcut or None)

    # --- what can be done ----------------------------------------------------------------------------------------

    def _scope(self) -> str | None:
        """The instance that the selection is, or lies in."""
        model, canvas = self.bench.document.model, self.bench.canvas
        scope = canvas.selected_scope()
        if scope in model.instances:
            return scope
        found = {scope_of(name, model.instances) for name in canvas.selected_nodes()}
        return found.pop() if len(found) == 1 else None

    def _on_scope(self, do: Callable[[str], object]) -> None:
        scope = self._scope()
        if scope is not None:
            do(scope)

    def _do(self, make: Callable[[], commands.DocumentCommand]) -> bool:
        verdict = self.bench.document.attempt(make)
        if not verdict:
            self.bench.status.show_refusal(verdict.reason)
        return bool(verdict)

    def _update(self) -> None:
        document = self.bench.document
        scope, names = self._scope(), self.bench.canvas.selected_nodes()
        self.group.setEnabled(bool(names) and document.may_change)
        for action in (self.ungroup, self.enter, self.make_unique, self.rename, self.keep):
            action.setEnabled(scope is not None)
        self.leave.setEnabled(bool(document.entered))
        inside = len(names) == 1 and scope_of(names[0], document.model.instances) is not None
        self.parameters.setEnabled(inside)
        self.delete_unused.setEnabled(bool(self._unused()))

    # --- grouping ------------------------------------------------------------------------------------------------

    def ask_group(self) -> None:
        """Asks for the name of the new block where its nodes are."""
        names = self.bench.canvas.selected_nodes()
        if names:
            place = self.bench.canvas.graph_scene.graph_rect(names).topLeft()
            self.name_field.open(place, self._free_name(), self.tr("Name of the block"), partial(self.group_as, names))

    def _free_name(self) -> str:
        taken, number = self.bench.document.model.definitions, 1
        while self.tr("Block {number}").format(number=number) in taken:
            number += 1
        return self.tr("Block {number}").format(number=number)

    def group_as(self, names: Sequence[str], name: str) -> str:
        """Makes a block of the nodes; returns why that cannot be, or ""."""
        document = self.bench.document
        made: list[commands.GroupIntoBlock] = []

        def make() -> commands.GroupIntoBlock:
            made.append(commands.GroupIntoBlock(document, names, name))
            return made[0]

        with document.one_step(self.tr("Group into the block {name}").format(name=name.strip())):
            verdict = document.attempt(make)
            if verdict:
                document.set_folded([made[0].scope], True)
        if verdict:
            inside = f"{made[0].scope}/"
            self.bench.canvas.select([node for node in document.names() if node.startswith(inside)])
        return verdict.reason

    def _ungroup(self) -> None:
        scope = self._scope()
        if scope is None:
            return
        made: list[commands.Ungroup] = []

        def make() -> commands.Ungroup:
            made.append(commands.Ungroup(self.bench.document, scope))
            return made[0]

        with self.bench.document.one_step(self.tr("Ungroup {name}").format(name=scope)):
            if scope in self.bench.document.folded:
                self.bench.document.set_folded([scope], False)
            is_done = self._do(make)
        if is_done:
            self.bench.canvas.select(made[0].names)

    # --- definitions ---------------------------------------------------------------------------------------------

    def _ask_definition_name(self, scope: str) -> None:
        document = self.bench.document
        old = document.model.instances[scope].definition

        def take(name: str) -> str:
            return document.attempt(lambda: commands.RenameDefinition(document, old, name)).reason

        members = [name for name in document.names() if name.startswith(f"{scope}/")]
        place: QPointF = self.bench.canvas.graph_scene.graph_rect(members).topLeft()
        self.name_field.open(place, old, self.tr("Name of the definition"), take)

    def _unused(self) -> list[str]:
        model = self.bench.document.model
        used = {each.definition for each in model.instances.values()}
        return [
            name
            for name in model.definitions
            if name not in used and not any(holds(model.definitions, other, name) for other in used)
        ]

    def _delete_unused(self) -> None:
        document = self.bench.document
        with document.one_step(self.tr("Delete unused definitions")):
            unused = self._unused()
            while unused:
                # Those that others hold go after these.
                outer = [n for n in unused if not any(n in document.model.definitions[o].needed() for o in unused)]
                for name in outer:
                    document.do(commands.DeleteDefinition(document, name))
                unused = self._unused()

    def _list_attributes(self) -> None:
        self._parameter_menu.clear()
        names = self.bench.canvas.selected_nodes()
        document = self.bench.document
        for name in names[:1]:
            for attribute in document.operation(name).declaration.attributes:
                if attribute.kind in PARAMETER_KINDS:
                    action = self._parameter_menu.addAction(attribute.name.replace("_", " "))
                    action.setStatusTip(self.parameters.statusTip())
                    make = partial(commands.AddParameter, document, name, attribute.name)
                    action.triggered.connect(lambda _=False, make=make: self._do(make))

    # --- the library ---------------------------------------------------------------------------------------------

    def _keep(self, scope: str) -> None:
        model = self.bench.document.model
        try:
            name = self.library.save(model.instances[scope].definition, model.definitions)
        except FileFormatError as error:
            self.bench.status.show_refusal(str(error))
            return
        self.bench.status.show_refusal(self.tr("The library has the block {name} now.").format(name=name))

    def _ask_import(self) -> None:
        title, kinds = self.tr("Import blocks"), self.tr("Graphs (*.graph)")
        path, _ = QFileDialog.getOpenFileName(self.bench.window, title, "", kinds)
        if path:
            self.import_file(Path(path))

    def import_file(self, path: Path) -> None:
        """Takes the blocks of a file over into the library, or says why it cannot."""
        try:
            names = self.library.import_file(path)
        except FileFormatError as error:
            self.bench.status.show_refusal(str(error))
            return
        text = self.tr("The library has these blocks now: {names}.").format(names=", ".join(names))
        self.bench.status.show_refusal(text)

    def _entries(self) -> list[BlockEntry]:
        document, library = self.bench.document, self.library
        listed = [
            block_entry(name, definitions, library_family(), source)
            for source, blocks in (("starter", library.starter), ("library", library.personal))
            for name, definitions in blocks.items()
            if source == "starter" or definitions != library.starter.get(name)
        ]
        known = {entry.title: entry.definitions[entry.title] for entry in listed}
        own = document.model.definitions
        return listed + [
            block_entry(name, own, document_family(), "document") for name in own if known.get(name) != own[name]
        ]
