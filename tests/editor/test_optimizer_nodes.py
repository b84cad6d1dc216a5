"""Optimizers on the canvas and in the inspector: what a person sees of them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from editor.canvas.node_geometry import node_geometry
from editor.document import Document
from editor.panels.attribute_section import AttributeSection
from editor.panels.formulas import plain_formula
from editor.panels.wiring_section import WiringSection
from engine.graph import Graph, NodeKind, declarations

OPTIMIZERS = [declaration for declaration in declarations() if declaration.kind is NodeKind.OPTIMIZER]


@pytest.mark.parametrize("declaration", OPTIMIZERS, ids=lambda each: each.type)
def test_a_placed_optimizer_shows_what_a_person_may_wire_and_set(qtbot: QtBot, declaration) -> None:
    document = Document()
    name = document.add_node(declaration.type, (0, 0))
    drawn = {port.key.name for port in node_geometry(document.operation(name)).ports if port.key.is_input}
    assert {"loss", "learning_rate", "variables"} <= drawn
    assert not {"gradients", "slots", "epsilon", "beta1"} & drawn
    attributes, wiring = AttributeSection(document, name), WiringSection(document, name)
    qtbot.addWidget(attributes)
    qtbot.addWidget(wiring)
    assert next(iter(attributes.editors)) == "learning_rate"
    assert set(attributes.editors) == {attribute.name for attribute in declaration.attributes}
    texts = {label.text() for label in wiring.findChildren(QLabel)}
    assert drawn <= texts and not {"gradients", "slots"} & texts
    assert plain_formula(declaration.formula)


def test_what_a_program_wired_is_drawn() -> None:
    graph = Graph()
    w = graph.create("Variable", attributes={"initial_value": [1.0]}, name="w").output
    slot = graph.create("Variable", attributes={"initial_value": [0.0], "trainable": False}, name="slot").output
    train = graph.create("Momentum", {"gradients": [w * 2.0], "variables": [w], "slots": [slot]})
    drawn = {port.key.name for port in node_geometry(train).ports if port.key.is_input and port.is_wired}
    assert drawn == {"gradients", "variables", "slots"}
