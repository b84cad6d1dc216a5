"""What is done to wires from the menus: repairs, deleting and healing, the knife."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from editor.actions import ActionText, make_action
from editor.commands import DeleteAndHeal
from editor.features.feature import Feature, Place, Workbench
from engine.graph import Problem


class Wiring(Feature):
    """Acts on the canvas' selection."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.repair = make_action(
            bench.window,
            ActionText(
                self.tr("Re&pair…"),
                self.tr("Offers what would make the inputs of the selected node fit each other."),
            ),
            self._repair_selected,
            "check",
            "Ctrl+Shift+R",
        )
        self.heal = make_action(
            bench.window,
            ActionText(
                self.tr("Delete and &heal"),
                self.tr("Deletes the selected nodes and joins what flowed through them, where shapes allow it."),
            ),
            self.delete_and_heal,
            "delete",
            "Ctrl+Del",
        )
        self.knife = make_action(
            bench.window,
            ActionText(
                self.tr("&Knife"),
                self.tr("Cuts the wires that the next drag crosses; a drag with Ctrl and the right button does too."),
            ),
            bench.canvas.take_knife,
            "cut",
            "Shift+K",
        )
        self.reroute = make_action(
            bench.window,
            ActionText(
                self.tr("Add re&route point"),
                self.tr("Leads the selected wire through a point that can be dragged; Alt and a click does so too."),
            ),
            bench.canvas.toggle_route_point,
            "plus",
            "Shift+R",
        )
        self.straighten = make_action(
            bench.window,
            ActionText(self.tr("&Straighten wires"), self.tr("Takes the reroute points of the selected wires away.")),
            bench.canvas.straighten_wires,
        )
        # As with Delete: pressed in a field of text they must not delete nodes or begin a cut.
        for action in (self.heal, self.knife):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            bench.canvas.addAction(action)
        self.add_actions(Place.WIRING, self.heal, self.repair, self.knife, self.reroute, self.straighten)
        self.add_actions(Place.NODE, self.heal, self.repair)
        self.add_actions(Place.WIRE, self.reroute, self.straighten)
        bench.canvas.selection_changed.connect(self._follow)
        bench.document.edited.connect(self._follow)
        bench.document.replaced.connect(self._follow)
        self._follow()

    def _follow(self, *_: object) -> None:
        names = self.bench.canvas.selected_nodes()
        graph = self.bench.document.graph
        self.heal.setEnabled(bool(names))
        routes = self.bench.document.model.routes
        self.reroute.setEnabled(self.bench.canvas.lone_wire() is not None)
        self.straighten.setEnabled(any(wire in routes for wire in self.bench.canvas.selected_wires()))
        self.repair.setEnabled(len(names) == 1 and names[0] in graph and graph.operation(names[0]).problem is not None)

    def mend(self, problem: Problem) -> None:
        """Offers repairs at the node that a problem is about, where there are some."""
        if problem.node in self.bench.document.graph:
            self.bench.canvas.offer_repairs(problem.node)

    def _repair_selected(self) -> None:
        (name,) = self.bench.canvas.selected_nodes()
        self.repair_node(name)

    def repair_node(self, name: str) -> None:
        """Brings a node into view and offers repairs there; says so where there are none."""
        self.bench.canvas.bring_into_view(name)
        if not self.bench.canvas.offer_repairs(name):
            sentence = self.tr("No single change makes the inputs of {name} fit; look at their shapes and dtypes.")
            self.problem_found.emit(Problem(sentence.format(name=name), name))

    def delete_and_heal(self) -> None:
        """Deletes the selected nodes, and says where nothing could be joined."""
        canvas, document = self.bench.canvas, self.bench.document
        names = canvas.selected_nodes()
        if not names:
            return
        canvas.cancel_gesture()
        command = DeleteAndHeal(document, names)
        document.do(command)
        if not command.unjoined:
            return
        target, port, reason = command.unjoined[0]
        text = self.tr("Nothing could be joined to '{port}' of {target}: {reason}")
        reason = reason or self.tr("nothing flowed into what was deleted.")
        place = canvas.viewport().mapToGlobal(canvas.viewport().rect().center() - QPoint(160, 0))
        canvas.refused.emit(text.format(port=port, target=target, reason=reason), place)
