"""Help on operations: the page of every one of them, the panel that shows it, and the keys that lead there."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.adding.entry import PaletteEntries
from editor.adding.operations import operation_entries, tensorflow_names
from editor.help.gradient_rule import gradient_rules
from editor.help.gradient_section import LINK
from editor.help.page import FORMULA, operation_page, style_sheet
from editor.help.port_limits import PortLimits, dtype_families, port_limits
from editor.help.related import related
from editor.panels.formulas import plain_formula
from editor.panels.help_panel import HelpPanel
from editor.run.typesetting import typeset
from editor.theme import DARK, LIGHT, TEXT_BODY
from engine.graph import AttributeKind, PortKind, declarations, get_declaration
from tests.editor.panels_kit import show, tutorial_document
from tests.editor.window_kit import show_window


def plain(html: str) -> str:
    document = QTextDocument()
    document.setDefaultStyleSheet(style_sheet(LIGHT))
    document.setHtml(html)
    return document.toPlainText()


@cache
def page(op_type: str) -> str:
    declaration = get_declaration(op_type)
    assert declaration is not None
    return operation_page(declaration)


def limits(op_type: str, port: str) -> PortLimits:
    declaration = get_declaration(op_type)
    assert declaration is not None
    declared = declaration.input_port(port)
    assert declared is not None
    return port_limits(declaration, declared)


# --- pages -------------------------------------------------------------------------------------------------------


def test_every_operation_has_a_page_that_names_all_there_is_to_it(qtbot: QtBot) -> None:
    for declaration in declarations():
        text = plain(page(declaration.type)).replace("\u200b", "")
        assert text.startswith(declaration.type)
        assert declaration.description in text
        for port in declaration.inputs:
            assert port.for_programs or port.name in text, (declaration.type, port.name)
        for attribute in declaration.attributes:
            assert attribute.kind is AttributeKind.GRAPH or attribute.name in text, (declaration.type, attribute.name)
        assert "".join(declaration.example.split()) in "".join(text.split())


def test_every_link_leads_to_an_operation() -> None:
    keys = {entry.key for entry in operation_entries()}
    for entry in operation_entries():
        targets = {piece.split("'")[0] for piece in page(entry.key).split(f"href='{LINK}")[1:]}
        assert targets <= keys
        assert targets, entry.key
        assert entry.key not in related(entry.declaration)


def test_every_formula_can_be_shown() -> None:
    """In plain text where that is readable; all others are typeset."""
    for entry in operation_entries():
        formula = entry.declaration.formula
        if plain_formula(formula) is None:
            assert typeset(formula, TEXT_BODY).startswith("<svg"), entry.key


def test_a_page_of_a_node_says_what_its_ports_and_attributes_are_there(qtbot: QtBot) -> None:
    document = tutorial_document()
    product = document.operation("product")
    text = plain(operation_page(product.declaration, product))
    assert "Here it is the node product." in text
    assert "here: [1] float32 (W)" in text
    train = document.operation("train")
    assert "here: 0.1" in plain(operation_page(train.declaration, train))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_page_is_in_the_themes_colours(theme: object) -> None:
    assert theme.text.name() in style_sheet(theme)  # type: ignore[attr-defined, arg-type]


# --- what is found out -------------------------------------------------------------------------------------------


def test_what_a_port_takes_is_what_the_engine_takes() -> None:
    assert limits("MatMul", "x").ranks == (2, 3, 4, 5)
    assert limits("Conv2D", "filter").ranks == (4,)
    assert dtype_families(limits("Conv2D", "input").dtypes) == (["float"], [])
    assert dtype_families(limits("LogicalAnd", "x").dtypes) == ([], ["bool"])
    assert dtype_families(limits("Gather", "indices").dtypes) == (["integer"], [])
    assert limits("Identity", "x").takes_any_dtype
    assert limits("Identity", "x").takes_any_rank


@pytest.mark.parametrize(
    ("op_type", "rules"),
    [
        ("Multiply", {"x": "g · y", "y": "g · x"}),
        ("Subtract", {"x": "g", "y": "−g"}),
        ("MatMul", {"x": "MatMul(g, y, transpose_b=True)", "y": "MatMul(x, g, transpose_a=True)"}),
        ("Exp", {"x": "g · output"}),
        ("Square", {"x": "g · (2 · x)"}),
        ("Gather", {"params": "ScatterAddLike(params, indices, g)"}),
        ("Split", {"x": "Concat(g1, g2)"}),
        ("ArgMax", {}),
        ("NoSuchOperation", {}),
    ],
)
def test_the_gradient_rule_is_written_out(op_type: str, rules: dict[str, str]) -> None:
    assert dict(gradient_rules(op_type)) == rules


def test_every_rule_tells_where_a_gradient_goes() -> None:
    for entry in operation_entries():
        declaration = entry.declaration
        rules = gradient_rules(entry.key)
        assert bool(rules) == (declaration.gradient is not None), entry.key
        tensors = {port.name for port in declaration.inputs if port.kind is not PortKind.STEP}
        assert set(rules) <= tensors
        assert "Gradient" in page(entry.key)


# --- the panel ---------------------------------------------------------------------------------------------------


@pytest.fixture
def panel(qtbot: QtBot) -> HelpPanel:
    entries = PaletteEntries()
    entries.add_source(operation_entries)
    panel = HelpPanel(tutorial_document(), entries)
    show(qtbot, panel)
    return panel


def title(panel: HelpPanel) -> str:
    return panel.browser.toPlainText().splitlines()[0].replace("\u200b", "")


def test_an_empty_panel_says_how_to_fill_it(panel: HelpPanel) -> None:
    assert not panel.browser.isVisible()
    panel.show_node("cost")
    assert panel.browser.isVisible()
    assert title(panel) == "ReduceMean"


def test_links_are_followed_with_the_keyboard_and_one_can_go_back(panel: HelpPanel) -> None:
    panel.show_entry("Multiply")
    first = related(operation_entries()[0].declaration)  # the page has links at all
    assert first
    panel.browser.setFocus()
    QTest.keyClick(panel.browser, Qt.Key.Key_Tab)
    QTest.keyClick(panel.browser, Qt.Key.Key_Return)
    second = title(panel)
    assert second != "Multiply"
    assert panel.key == second
    QTest.mouseClick(panel.back, Qt.MouseButton.LeftButton)
    assert title(panel) == "Multiply"
    assert not panel.back.isEnabled()
    QTest.mouseClick(panel.forward, Qt.MouseButton.LeftButton)
    assert title(panel) == second
    panel.back.click()
    panel.show_entry("Relu")
    assert not panel.forward.isEnabled()


def test_the_formula_is_typeset_once_the_page_is_seen(qtbot: QtBot, panel: HelpPanel) -> None:
    """Conv2D's is too hard to be written in plain text."""
    panel.show_entry("Conv2D")

    def has_ink() -> bool:
        picture = panel.browser.document().resource(QTextDocument.ResourceType.ImageResource.value, QUrl(FORMULA))
        return isinstance(picture, QImage) and picture.height() > 20 and len(set(picture.constBits())) > 2

    qtbot.waitUntil(has_ink)


def test_the_page_follows_its_node_and_stays_when_it_is_gone(panel: HelpPanel) -> None:
    panel.show_node("cost")
    document = panel._document
    assert "here: any shape float32 (square)" in panel.browser.toPlainText()
    document.rename("cost", "mean")
    assert "Here it is the node mean." in panel.browser.toPlainText()
    document.delete(["square"])
    assert "here: not wired" in panel.browser.toPlainText()
    document.delete(["mean"])
    assert title(panel) == "ReduceMean"
    assert "Here it is" not in panel.browser.toPlainText()


def test_f1_shows_what_the_selected_node_does_beside_the_inspector(qtbot: QtBot, tmp_path: Path) -> None:
    window = show_window(qtbot, tmp_path, 1200, 800)
    name = window.document.add_node("Tanh", (0, 0))
    window.canvas.select([name])
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_F1)
    panel = window.features.operation_help.panel
    assert panel.isVisible()
    assert panel.key == "Tanh"
    # Nothing selected: what is typed opens the palette, where F1 is about the row.
    window.canvas.select([])
    QTest.keyClick(window.canvas, Qt.Key.Key_M)
    assert window.popup.search.text() == "m"
    QTest.keyClicks(window.popup.search, "atmul")
    QTest.keyClick(window.popup.search, Qt.Key.Key_F1)
    assert panel.key == "MatMul"
    assert window.popup.isVisible()
    window.popup.close()


def test_a_dtype_in_an_example_is_no_name_of_the_operation() -> None:
    assert tensorflow_names(get_declaration("Placeholder")) == ["placeholder"]
    assert tensorflow_names(get_declaration("Cast")) == ["cast"]
