"""The palette and its popup: finding an operation and choosing it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.adding.entry import PaletteEntries, PaletteEntry
from editor.adding.open_wire import OpenWire
from editor.adding.operations import OperationEntry, operation_entries
from editor.adding.preferences import Preferences
from editor.adding.search import Match, match_text, search
from editor.adding.typed import typed_entries
from editor.document import Document, Position
from editor.marks import MarkKind
from editor.palette_mime import PALETTE_MIME_TYPE
from editor.panels.palette import Palette
from editor.panels.palette_delegate import star_rect
from editor.panels.palette_model import GROUP_ROLE, entry_of
from editor.panels.palette_popup import PalettePopup, PaletteRequest
from editor.settings import Settings
from engine.graph import Category, NodeKind, OpDeclaration, declarations
from tests.editor.panels_kit import collect, show


def _declaration(index: QModelIndex) -> OpDeclaration:
    entry = entry_of(index)
    assert isinstance(entry, OperationEntry)
    return entry.declaration


def found(query: str) -> list[str]:
    return [finding.entry.key for finding in search(operation_entries(), query, lambda entry: 0)]


@pytest.fixture
def entries() -> PaletteEntries:
    """The operations."""
    result = PaletteEntries()
    result.add_source(operation_entries)
    result.add_reader(typed_entries)
    return result


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)))


@pytest.fixture
def palette(qtbot: QtBot, entries: PaletteEntries, preferences: Preferences) -> Palette:
    palette = Palette(entries, preferences)
    show(qtbot, palette, 240)
    return palette


@pytest.fixture
def popup(qtbot: QtBot, entries: PaletteEntries, preferences: Preferences) -> PalettePopup:
    popup = PalettePopup(entries, preferences)
    qtbot.addWidget(popup)
    return popup


@pytest.mark.parametrize(
    ("text", "word", "match"),
    [
        ("MatMul", "matmul", Match.EXACT),
        ("reduce_mean", "Reduce Mean", Match.EXACT),
        ("MatMul", "mat", Match.PREFIX),
        ("MatMul", "mul", Match.WORD_START),
        ("reduce_mean", "mean", Match.WORD_START),
        ("Multiply", "tip", Match.SUBSTRING),
        ("Multiply", "mly", Match.SUBSEQUENCE),
        ("Multiply", "ylm", None),
        ("Multiply", "multiplyx", None),
        ("", "x", None),
    ],
)
def test_a_text_matches_in_ranks(text: str, word: str, match: Match | None) -> None:
    assert match_text(text, word) is match


def test_search_ranks_prefix_before_word_start_before_letters() -> None:
    names = found("mul")
    assert names[0] == "Multiply"
    assert names.index("Multiply") < names.index("MatMul")


def test_search_knows_tensorflows_spelling_the_symbol_and_the_description() -> None:
    assert found("reduce_mean")[0] == "ReduceMean"
    assert found("reduce mean")[0] == "ReduceMean"
    assert found("@")[0] == "MatMul"
    assert "GradientDescent" in found("against the gradient")
    assert found("no such operation") == []


def test_every_operation_but_the_internal_ones_is_offered_family_by_family() -> None:
    """Nor are loops and branches, whose bodies only programs build."""
    offered = [entry.declaration for entry in operation_entries()]
    assert found("") == [entry.key for entry in operation_entries()]
    public = [op for op in declarations() if op.category is not Category.INTERNAL and not op.has_bodies]
    assert {op.type for op in offered} == {op.type for op in public}
    order = [list(Category).index(op.category) for op in offered]
    assert order == sorted(order)
    assert offered[0].category is Category.INPUT


def test_typing_and_enter_choose_from_the_palette(palette: Palette) -> None:
    chosen = collect(palette.chosen)
    palette.search.setFocus()
    QTest.keyClicks(palette.search, "mul")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert [entry.key for entry in chosen] == ["Multiply", found("mul")[1]]


def test_a_double_click_chooses_and_a_click_on_a_family_folds_it(palette: Palette) -> None:
    chosen = collect(palette.chosen)
    view, model = palette.view, palette.view.model()
    family = model.index(0, 0)
    place = view.visualRect(model.index(0, 0, family)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [entry.key for entry in chosen] == []
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [entry.key for entry in chosen] == [_declaration(model.index(0, 0, family)).type]
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(family).center())
    assert not view.isExpanded(family)


def test_escape_empties_the_search_and_shows_the_families_again(palette: Palette) -> None:
    families = palette.view.model().rowCount()
    QTest.keyClicks(palette.search, "zzzzz")
    assert palette.view.model().rowCount() == 0
    assert not palette.view.isVisible()
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert palette.search.text() == ""
    assert palette.view.model().rowCount() == families
    assert palette.view.isVisible()


def test_what_is_dragged_names_the_operation(palette: Palette) -> None:
    model = palette.view.model()
    index = model.index(0, 0, model.index(0, 0))
    mime = model.mimeData([index])
    assert bytes(mime.data(PALETTE_MIME_TYPE).data()).decode() == _declaration(index).type
    assert model.mimeTypes() == [PALETTE_MIME_TYPE]
    assert model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsDragEnabled


def test_the_popup_chooses_by_typing(popup: PalettePopup) -> None:
    chosen = collect(popup.chosen)
    popup.choose(QPoint(100, 100))
    QTest.keyClicks(popup.search, "sigm")
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert [entry.key for entry in chosen] == ["Sigmoid"]
    assert not popup.isVisible()


def test_the_popup_moves_with_the_arrows_and_chooses_with_a_click(popup: PalettePopup) -> None:
    chosen = collect(popup.chosen)
    popup.choose(QPoint(100, 100))
    QTest.keyClick(popup.search, Qt.Key.Key_Down)
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    second = operation_entries()[1].key
    assert [entry.key for entry in chosen] == [second]
    popup.choose(QPoint(100, 100))
    place = popup.view.visualRect(popup.view.model().index(2, 0)).center()
    QTest.mouseClick(popup.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [entry.key for entry in chosen] == [second, operation_entries()[2].key]


def test_the_popup_offers_what_the_filter_accepts_and_escape_dismisses_it(popup: PalettePopup) -> None:
    chosen, dismissed = collect(popup.chosen), []
    popup.dismissed.connect(lambda: dismissed.append(True))
    popup.choose(QPoint(100, 100), PaletteRequest(accepts=lambda entry: entry.mark is MarkKind.OPTIMIZER))
    model = popup.view.model()
    kinds = {_declaration(model.index(row, 0)).kind for row in range(model.rowCount())}
    assert kinds == {NodeKind.OPTIMIZER}
    QTest.keyClicks(popup.search, "grad")
    QTest.keyClick(popup.search, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert (chosen, dismissed) == ([], [True])


@pytest.mark.parametrize("corner", ["topLeft", "topRight", "bottomLeft", "bottomRight", "center"])
def test_the_popup_is_whole_on_the_screen(popup: PalettePopup, corner: str) -> None:
    screen = QGuiApplication.primaryScreen().availableGeometry()
    popup.choose(getattr(screen, corner)())
    assert screen.contains(popup.geometry())
    popup.close()


# --- favourites, groups, help ------------------------------------------------------------------------------------


def _groups(palette: Palette) -> list[str]:
    model = palette.view.model()
    return [model.index(row, 0).data(GROUP_ROLE) for row in range(model.rowCount())]


def _members(palette: Palette, group: int) -> list[str]:
    model = palette.view.model()
    parent = model.index(group, 0)
    return [_declaration(model.index(row, 0, parent)).type for row in range(model.rowCount(parent))]


def test_a_press_on_the_star_makes_a_favourite_and_does_not_choose(palette: Palette, preferences: Preferences) -> None:
    chosen = collect(palette.chosen)
    model = palette.view.model()
    row = palette.view.visualRect(model.index(1, 0, model.index(0, 0)))
    name = _declaration(model.index(1, 0, model.index(0, 0))).type
    QTest.mouseClick(palette.view.viewport(), Qt.MouseButton.LeftButton, pos=star_rect(row).center())
    assert preferences.favourites == [name]
    assert _groups(palette)[0] == "Favourites"
    assert _members(palette, 0) == [name]
    row = palette.view.visualRect(model.index(0, 0, model.index(0, 0)))
    QTest.mouseDClick(palette.view.viewport(), Qt.MouseButton.LeftButton, pos=star_rect(row).center())
    assert preferences.favourites == []
    assert "Favourites" not in _groups(palette)
    assert chosen == []


def test_the_key_makes_a_favourite_which_the_popup_lists_first(popup: PalettePopup, preferences: Preferences) -> None:
    popup.choose(QPoint(100, 100))
    QTest.keyClicks(popup.search, "tanh")
    control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(popup.search, Qt.Key.Key_D, control_shift)
    assert preferences.favourites == ["Tanh"]
    assert popup.isVisible()
    popup.close()
    preferences.note_use("Add")
    popup.choose(QPoint(100, 100))
    model = popup.view.model()
    assert [_declaration(model.index(row, 0)).type for row in range(2)] == ["Tanh", "Add"]


def test_f1_asks_for_help_on_the_row_and_the_popup_stays(
    popup: PalettePopup, palette: Palette, entries: PaletteEntries
) -> None:
    wanted = collect(entries.help_wanted)
    popup.choose(QPoint(100, 100))
    QTest.keyClicks(popup.search, "tanh")
    QTest.keyClick(popup.search, Qt.Key.Key_F1)
    assert popup.isVisible()
    model = palette.view.model()
    palette.view.setCurrentIndex(model.index(0, 0, model.index(0, 0)))
    QTest.keyClick(palette.view, Qt.Key.Key_F1)
    assert wanted == ["Tanh", "Placeholder"]


def test_folded_groups_stay_folded(qtbot: QtBot, entries: PaletteEntries, preferences: Preferences) -> None:
    palette = Palette(entries, preferences)
    show(qtbot, palette, 240)
    first, third = palette.view.model().index(0, 0), palette.view.model().index(2, 0)
    assert palette.view.isExpanded(first)
    assert not palette.view.isExpanded(third)
    for group in (first, third):
        place = palette.view.visualRect(group).center()
        QTest.mouseClick(palette.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.keyClicks(palette.search, "relu")
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    again = Palette(entries, preferences)
    qtbot.addWidget(again)
    for shown in (palette, again):
        assert not shown.view.isExpanded(shown.view.model().index(0, 0))
        assert shown.view.isExpanded(shown.view.model().index(2, 0))


def test_what_was_used_is_listed_under_used_recently(palette: Palette, preferences: Preferences) -> None:
    for key in ("Add", "Tanh", "block:gone"):
        preferences.note_use(key)
    assert _groups(palette)[0] == "Used recently"
    assert _members(palette, 0) == ["Tanh", "Add"]


def test_other_parts_of_the_editor_add_entries(
    qtbot: QtBot, palette: Palette, popup: PalettePopup, entries: PaletteEntries
) -> None:
    blocks = [_Block(key="block:Dense", title="Dense", description="A layer.", family="Blocks", mark=MarkKind.BLOCK)]
    entries.add_source(lambda: blocks)
    assert _groups(palette)[-1] == "Blocks"
    chosen = collect(popup.chosen)
    popup.choose(QPoint(100, 100))
    QTest.keyClicks(popup.search, "dense")
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert chosen == blocks
    blocks.clear()
    entries.refresh()
    assert "Blocks" not in _groups(palette)


class _Block(PaletteEntry):
    def fits(self, wire: OpenWire) -> bool:
        return True

    def add(self, document: Document, position: Position, wire: OpenWire | None) -> list[str]:
        return [document.add_node("Relu", position)]
