"""Frames and notes on the canvas: drawn, moved with what is in them, resized, named, coloured, copied, undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from editor.canvas.area_item import AREA_COLORS
from editor.canvas.arranging import color_areas, frame_selection
from editor.canvas.drawn_frame_item import DrawnFrameItem, frame_ground, title_ground
from editor.canvas.note_item import NoteItem, NoteText, note_ground, open_link
from editor.commands import ChangeAreas
from editor.document import Document
from editor.theme import DARK, LIGHT, contrast
from engine.formats.graph_file import model_to_bytes
from engine.model import Frame, Note
from tests.editor import gui
from tests.editor.canvas_kit import Canvas

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def canvas(qapp: QApplication) -> Iterator[Canvas]:
    canvas = Canvas()
    yield canvas
    canvas.view.close()


def add(canvas: Canvas, *areas: Frame | Note) -> None:
    document = canvas.document
    document.do(ChangeAreas(document, "Add", [(None, area) for area in areas]))
    canvas.view.fit()
    document.undo_stack.clear()


def frame_item(canvas: Canvas, place: int = 0) -> DrawnFrameItem:
    return canvas.view.graph_scene.annotations.frames[place]


def note_item(canvas: Canvas, place: int = 0) -> NoteItem:
    return canvas.view.graph_scene.annotations.notes[place]


#: Around ``product`` (260, 40) alone.
AROUND_PRODUCT = Frame(240.0, 0.0, 200.0, 180.0, "Product")


# --- frames ------------------------------------------------------------------------------------------------------


def test_a_frame_is_drawn_around_the_selection_in_one_step_and_is_selected(canvas: Canvas) -> None:
    canvas.view.select(["product", "sum"])
    before = model_to_bytes(canvas.document.model)
    frame = frame_selection(canvas.view.graph_scene)
    assert canvas.document.model.frames == (frame,)
    assert canvas.view.selected_areas() == [frame]
    box = frame_item(canvas).box
    for name in ("product", "sum"):
        assert box.contains(canvas.node(name).box)
        assert not frame_item(canvas).title_box.intersects(canvas.node(name).box)
        assert frame_item(canvas).zValue() < canvas.node(name).zValue()
    canvas.document.undo_stack.undo()
    assert model_to_bytes(canvas.document.model) == before
    assert canvas.view.graph_scene.annotations.all() == []


def test_dragging_a_frames_title_moves_what_lies_in_it_in_one_step(canvas: Canvas) -> None:
    add(canvas, AROUND_PRODUCT, Frame(260.0, 150.0, 120.0, 20.0, "Inner"), Note(250.0, 100.0, 100.0, 40.0, "in"))
    before = model_to_bytes(canvas.document.model)
    start = canvas.at(QPointF(340, 10))
    end = canvas.at(QPointF(390, 80))
    canvas.drag(start, end, keys=ALT)
    model = canvas.document.model
    (dx, dy) = (model.frames[0].left - 240, model.frames[0].top - 0)
    assert dx == pytest.approx(50, abs=2)
    assert dy == pytest.approx(70, abs=2)
    assert canvas.document.position("product") == (260 + dx, 40 + dy)
    assert (model.frames[1].left, model.frames[1].top) == (260 + dx, 150 + dy)
    assert (model.notes[0].left, model.notes[0].top) == (250 + dx, 100 + dy)
    assert canvas.document.position("sum") == (520, 120), "what is outside stays"
    assert canvas.document.undo_stack.count() == 1
    canvas.document.undo_stack.undo()
    assert model_to_bytes(canvas.document.model) == before
    assert frame_item(canvas).box == QRectF(240, 0, 200, 180)


def test_the_inside_of_a_frame_lies_free(canvas: Canvas) -> None:
    add(canvas, Frame(-40.0, -40.0, 900.0, 500.0))
    canvas.drag(canvas.at(QPointF(500, 20)), canvas.at(QPointF(710, 220)))
    assert canvas.view.selected_nodes() == ["sum"], "a press inside begins a rubber band"
    assert canvas.view.selected_areas() == []
    assert canvas.document.undo_stack.count() == 0


def test_a_frame_is_resized_by_its_edges_onto_the_grid_and_not_made_too_small(canvas: Canvas) -> None:
    add(canvas, AROUND_PRODUCT)
    canvas.drag(canvas.at(QPointF(440, 100)), canvas.at(QPointF(483, 100)))
    assert canvas.document.model.frames == (Frame(240.0, 0.0, 240.0, 180.0, "Product"),)
    assert canvas.document.position("product") == (260, 40)
    canvas.document.undo_stack.undo()
    assert canvas.document.model.frames == (AROUND_PRODUCT,)
    canvas.drag(canvas.at(QPointF(240, 180)), canvas.at(QPointF(600, -300)))
    shrunk = canvas.document.model.frames[0]
    assert (shrunk.left + shrunk.width, shrunk.top) == (440, 0), "the opposite corner stays"
    assert (shrunk.width, shrunk.height) == (DrawnFrameItem.least_width, DrawnFrameItem.least_height)


def test_esc_gives_a_drag_of_a_frame_up(canvas: Canvas) -> None:
    add(canvas, AROUND_PRODUCT)
    start = canvas.at(QPointF(340, 10))
    canvas.drag(start, start + QPointF(60, 60), before_release=lambda: canvas.key(Qt.Key.Key_Escape))
    assert frame_item(canvas).box == QRectF(240, 0, 200, 180)
    assert canvas.node("product").pos() == QPointF(260, 40)
    assert canvas.document.undo_stack.count() == 0


def test_a_double_click_names_a_frame_and_esc_leaves_its_name(canvas: Canvas) -> None:
    add(canvas, AROUND_PRODUCT)
    editor = canvas.view.area_editor
    gui.double_click(canvas.viewport, canvas.at(QPointF(340, 10)))
    assert editor.line.isVisible()
    assert editor.line.text() == "Product"
    QTest.keyClicks(editor.line, "First layer")
    gui.press_key(editor.line, Qt.Key.Key_Return)
    assert canvas.document.model.frames[0].title == "First layer"
    assert not editor.line.isVisible()
    gui.double_click(canvas.viewport, canvas.at(QPointF(340, 10)))
    QTest.keyClicks(editor.line, "nonsense")
    gui.press_key(editor.line, Qt.Key.Key_Escape)
    assert canvas.document.model.frames[0].title == "First layer"
    assert canvas.document.undo_stack.count() == 1


def test_deleting_a_frame_keeps_its_nodes(canvas: Canvas) -> None:
    add(canvas, AROUND_PRODUCT)
    gui.click(canvas.viewport, canvas.at(QPointF(340, 10)))
    canvas.key(Qt.Key.Key_Delete)
    assert canvas.document.model.frames == ()
    assert "product" in canvas.document.graph
    canvas.document.undo_stack.undo()
    assert canvas.document.model.frames == (AROUND_PRODUCT,)


def test_a_rubber_band_takes_notes_it_touches_and_frames_it_holds_as_a_whole(canvas: Canvas) -> None:
    add(canvas, AROUND_PRODUCT, Note(700.0, 40.0, 100.0, 80.0, "note"))
    canvas.drag(canvas.at(QPointF(230, -30)), canvas.at(QPointF(730, 200)))
    assert canvas.view.selected_areas() == [AROUND_PRODUCT, canvas.document.model.notes[0]]
    canvas.drag(canvas.at(QPointF(230, -30)), canvas.at(QPointF(400, 100)))
    assert canvas.view.selected_areas() == []
    assert canvas.view.selected_nodes() == ["product"]


def test_arrow_keys_move_a_selected_frame_with_its_nodes_in_one_step(canvas: Canvas) -> None:
    add(canvas, AROUND_PRODUCT)
    gui.click(canvas.viewport, canvas.at(QPointF(340, 10)))
    for _ in range(3):
        canvas.key(Qt.Key.Key_Right)
    assert canvas.document.model.frames[0].left == 270
    assert canvas.document.position("product") == (290, 40)
    assert canvas.document.undo_stack.count() == 1


def test_a_colour_is_one_step_and_text_can_be_read_on_every_one(canvas: Canvas) -> None:
    add(canvas, AROUND_PRODUCT, Note(700.0, 40.0, 100.0, 80.0, "note"))
    canvas.view.select_all()
    color_areas(canvas.view.graph_scene, "green")
    model = canvas.document.model
    assert (model.frames[0].color, model.notes[0].color) == ("green", "green")
    assert canvas.document.undo_stack.count() == 1
    for theme in (LIGHT, DARK):
        for color in (*AREA_COLORS, "a colour of a later version"):
            for ground in (title_ground(color, theme), frame_ground(color, theme), note_ground(color, theme)):
                assert contrast(theme.text, ground) >= 4.5
            assert contrast(theme.accent, note_ground(color, theme)) >= 3


# --- notes -------------------------------------------------------------------------------------------------------


def test_a_note_is_typed_in_its_place_and_an_empty_one_is_none(canvas: Canvas) -> None:
    editor = canvas.view.area_editor
    editor.open_new_note(QPointF(703, 38))
    QTest.keyClicks(editor.text, "# Idea")
    gui.press_key(editor.text, Qt.Key.Key_Return)
    QTest.keyClicks(editor.text, "more")
    gui.press_key(editor.text, Qt.Key.Key_Return, CTRL)
    assert canvas.document.model.notes == (Note(700.0, 40.0, 240.0, 120.0, "# Idea\nmore"),)
    assert not editor.text.isVisible()
    editor.open_new_note(QPointF(0, 600))
    gui.press_key(editor.text, Qt.Key.Key_Escape)
    assert len(canvas.document.model.notes) == 1
    assert canvas.document.undo_stack.count() == 1


def test_a_note_is_typed_over_what_else_lies_on_the_canvas(canvas: Canvas) -> None:
    cover = QWidget(canvas.view)
    cover.setGeometry(canvas.view.rect())
    cover.show()
    editor = canvas.view.area_editor
    editor.open_new_note(QPointF(300.0, 200.0))
    assert canvas.view.childAt(editor.text.geometry().center()) is editor.text.viewport()
    editor.cancel()


def test_a_double_click_opens_a_note_and_esc_keeps_what_was_typed(canvas: Canvas) -> None:
    add(canvas, Note(700.0, 40.0, 200.0, 80.0, "before"))
    gui.double_click(canvas.viewport, canvas.at(QPointF(800, 80)))
    QTest.keyClicks(canvas.view.area_editor.text, "after")
    gui.press_key(canvas.view.area_editor.text, Qt.Key.Key_Escape)
    assert canvas.document.model.notes[0].text == "after"
    canvas.document.undo_stack.undo()
    assert canvas.document.model.notes[0].text == "before"
    assert note_item(canvas).plain_text == "before"


def test_an_undo_closes_the_field_and_changes_nothing_else(canvas: Canvas) -> None:
    canvas.document.move_nodes({"x": (10.0, 10.0)})
    add_note = Note(700.0, 40.0, 200.0, 80.0, "text")
    canvas.document.do(ChangeAreas(canvas.document, "Add", [(None, add_note)]))
    canvas.view.area_editor.open(note_item(canvas))
    QTest.keyClicks(canvas.view.area_editor.text, "typed")
    canvas.document.undo_stack.undo()
    assert not canvas.view.area_editor.text.isVisible()
    assert canvas.document.model.notes == ()
    assert canvas.document.undo_stack.canRedo()


def test_markdown_is_read_without_html_and_nothing_is_loaded(canvas: Canvas, tmp_path) -> None:
    text = NoteText()
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    text.show_markdown(f"# Head\n\nSee **bold** and <b>tags</b>.\n\n![picture](file://{secret})\n\n- one\n- two")
    plain = text.toPlainText()
    assert plain.startswith("Head\n")
    assert "**" not in plain
    assert "<b>tags</b>" in plain, "HTML is shown as it was typed"
    assert "secret" not in plain
    for kind in (1, 2, 3):
        assert text.resource(kind, f"file://{secret}") is None


def test_a_link_opens_with_ctrl_and_only_into_the_web(canvas: Canvas, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or True)
    add(canvas, Note(700.0, 40.0, 200.0, 80.0, "[a page](https://example.org/page)"))
    place = canvas.at(QPointF(726, 60))
    assert note_item(canvas).link_at(QPointF(726, 60)) == "https://example.org/page"
    gui.click(canvas.viewport, place)
    assert opened == []
    gui.click(canvas.viewport, place, keys=CTRL)
    assert opened == ["https://example.org/page"]
    for link in ("file:///etc/passwd", "javascript:alert(1)", "ftp://example.org", "page", ""):
        assert not open_link(link)
    assert len(opened) == 1


# --- keys --------------------------------------------------------------------------------------------------------


def test_frames_and_notes_are_reached_and_edited_with_the_keyboard_alone(canvas: Canvas) -> None:
    add(canvas, AROUND_PRODUCT, Note(700.0, 120.0, 160.0, 80.0, "note"))
    canvas.view.select(["product"])
    canvas.key(Qt.Key.Key_Up, CTRL)
    assert canvas.view.selected_areas() == [AROUND_PRODUCT]
    canvas.key(Qt.Key.Key_Return)
    QTest.keyClicks(canvas.view.area_editor.line, "Layer")
    gui.press_key(canvas.view.area_editor.line, Qt.Key.Key_Return)
    assert canvas.document.model.frames[0].title == "Layer"
    canvas.view.select(["sum"])
    canvas.key(Qt.Key.Key_Right, CTRL)
    assert canvas.view.selected_areas() == [canvas.document.model.notes[0]]
    canvas.key(Qt.Key.Key_Left, CTRL)
    assert canvas.view.selected_areas() == []
    assert canvas.view.selected_nodes() == ["sum"]


# --- copies ------------------------------------------------------------------------------------------------------


def test_frames_and_notes_are_copied_cut_and_duplicated_with_the_nodes(qapp: QApplication) -> None:
    document = Document()
    document.add_node("Placeholder", (0, 0), "x")
    note, frame = Note(0.0, 100.0, 80.0, 40.0, "n"), Frame(-20.0, -50.0, 200.0, 160.0, "F")
    document.do(ChangeAreas(document, "Add", [(None, note), (None, frame)]))
    document.duplicate(["x"], [note, frame])
    assert document.model.notes == (note, Note(40.0, 140.0, 80.0, 40.0, "n"))
    assert document.model.frames[1] == Frame(20.0, -10.0, 200.0, 160.0, "F")
    text = document.cut([], [note])
    assert len(document.model.notes) == 1
    before = model_to_bytes(document.model)
    assert document.paste(text, (500.0, 500.0)) == []
    assert document.model.notes[1] == Note(500.0, 500.0, 80.0, 40.0, "n")
    document.undo_stack.undo()
    assert model_to_bytes(document.model) == before
