"""The timeline's strip and ruler with steps made by hand: where the cursor is, and where a person wants it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from editor.panels.run_ruler import StopMark
from editor.panels.strip_scale import WIDEST_CELL, StripScale
from editor.panels.timeline_panel import TimelinePanel
from editor.phases import phase_color
from editor.run.step_view import StepOperation, StepView
from editor.theme import DARK, LIGHT, Appearance, ThemeManager, mix
from engine.debugger.moment import Moment
from tests.editor.gui import click, drag, hover, press_key, turn_wheel
from tests.editor.panels_kit import collect, show

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def operations(forward: int, backward: int, update: int) -> tuple[StepOperation, ...]:
    phases = ["forward"] * forward + ["backward"] * backward + ["update"] * update
    return tuple(StepOperation(f"node{i}", "Multiply", phase, f"op{i}") for i, phase in enumerate(phases))


STEP = operations(6, 8, 4)


def view(
    moment: Moment, last: Moment | None = None, batches: int = 5, step: tuple[StepOperation, ...] = STEP
) -> StepView:
    return StepView(moment, last or Moment(20, 0, 0), Moment(0, 0, 0), batches, step)


@pytest.fixture
def panel(qtbot: QtBot) -> TimelinePanel:
    panel = TimelinePanel([])
    show(qtbot, panel, 900, 240)
    return panel


def middle(panel: TimelinePanel, cell: int) -> QPointF:
    return panel.strip.cell_rect(cell).center()


# --- the text --------------------------------------------------------------------------------------------------------


def test_the_panel_says_where_the_cursor_is(panel: TimelinePanel) -> None:
    assert panel.empty.isVisible() and "Press Step operation" in panel.empty.label.text()
    panel.show_view(view(Moment(12, 2, 9)))
    assert panel.position.text() == "Epoch 12 · batch 3 of 5 · backward · operation 9 of 18: Multiply of node8"
    panel.show_view(view(Moment(12, 0, 0), batches=1))
    assert panel.position.text().startswith("Epoch 12 · before the first of 18 operations")
    assert panel.epoch.value() == 12
    panel.show_running(31)
    assert panel.position.text() == "Epoch 31 · training"
    panel.clear()
    assert panel.empty.isVisible()


def test_what_has_been_carried_out_is_filled_in_the_colour_of_its_phase(panel: TimelinePanel) -> None:
    manager = ThemeManager.instance()
    for theme, appearance in ((DARK, Appearance.DARK), (LIGHT, Appearance.LIGHT)):
        manager.set_appearance(appearance)
        panel.show_view(view(Moment(0, 0, 8)))
        picture = panel.strip.grab().toImage()
        for cell, filled in ((0, True), (7, True), (9, False), (17, False)):
            place = panel.strip.cell_rect(cell).topLeft() + QPointF(4, 4)
            color = phase_color(STEP[cell].phase, theme)
            expected = color if filled else mix(theme.surface, color, 0.16)
            assert picture.pixelColor(place.toPoint()).name() == expected.name()
        panel.show_running(3)
        place = panel.strip.cell_rect(0).topLeft() + QPointF(4, 4)
        faint = mix(theme.surface, theme.forward, 0.16)
        assert panel.strip.grab().toImage().pixelColor(place.toPoint()).name() == faint.name()


# --- the strip -------------------------------------------------------------------------------------------------------


def test_a_click_goes_to_the_operation_and_a_drag_scrubs(panel: TimelinePanel) -> None:
    wanted = collect(panel.moment_wanted)
    panel.show_view(view(Moment(12, 2, 4)))
    click(panel.strip, middle(panel, 8))
    assert wanted == [Moment(12, 2, 9)]
    wanted.clear()
    drag(panel.strip, middle(panel, 2), middle(panel, 15))
    assert [moment.operation for moment in (wanted[0], wanted[-1])] == [3, 16]
    wanted.clear()
    click(panel.strip, QPointF(3, middle(panel, 0).y()))
    click(panel.strip, QPointF(panel.strip.width() - 2, middle(panel, 0).y()))
    assert [moment.operation for moment in wanted] == [0, 18]


def test_the_wheel_and_the_keys_go_by_operations_and_phases(panel: TimelinePanel) -> None:
    wanted, phases = collect(panel.moment_wanted), collect(panel.phase_wanted)
    panel.show_view(view(Moment(12, 2, 4)))
    turn_wheel(panel.strip, middle(panel, 3), -1)
    turn_wheel(panel.strip, middle(panel, 3), 2)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End):
        press_key(panel.strip, key)
    assert [moment.operation for moment in wanted] == [5, 2, 5, 3, 0, 18]
    press_key(panel.strip, Qt.Key.Key_Right, CONTROL)
    press_key(panel.strip, Qt.Key.Key_Left, CONTROL)
    assert phases == [1, -1]


def test_nothing_is_wanted_where_the_cursor_is_or_beyond_the_step(panel: TimelinePanel) -> None:
    wanted = collect(panel.moment_wanted)
    press_key(panel.strip, Qt.Key.Key_Right)
    panel.show_view(view(Moment(12, 2, 18)))
    press_key(panel.strip, Qt.Key.Key_Right)
    click(panel.strip, middle(panel, 17))
    assert wanted == []


def test_hovering_tells_node_type_and_phase(panel: TimelinePanel) -> None:
    panel.show_view(view(Moment(12, 2, 4)))
    place = middle(panel, 10).toPoint()
    hover(panel.strip, place)
    QApplication.sendEvent(panel.strip, QHelpEvent(QEvent.Type.ToolTip, place, panel.strip.mapToGlobal(place)))
    assert QToolTip.text() == "Multiply of node10, backward\nOperation 11 of 18 · op10"
    assert panel.strip.accessibleDescription() == "Multiply of node3, forward"


def test_ten_thousand_operations_are_painted_where_they_are_seen(panel: TimelinePanel) -> None:
    step = operations(4000, 4000, 2000)
    panel.show_view(view(Moment(0, 0, 5000), step=step))
    wanted = collect(panel.moment_wanted)
    place = middle(panel, 5000)
    for _ in range(40):
        turn_wheel(panel.strip, place, 1, CONTROL)
    assert panel.strip.cell_rect(5000).width() == WIDEST_CELL
    assert panel.strip.cell_rect(5000).contains(place)
    click(panel.strip, place)
    assert wanted == [Moment(0, 0, 5001)]
    panel.strip.grab()
    turn_wheel(panel.strip, place, -3, SHIFT)
    assert panel.strip.cell_rect(5000).left() < place.x() - 300
    press_key(panel.strip, Qt.Key.Key_0)
    assert panel.strip.cell_rect(0).left() >= 0
    assert panel.strip.cell_rect(9999).right() <= panel.strip.width()
    for _ in range(60):
        press_key(panel.strip, Qt.Key.Key_Plus)
    assert 0 < panel.strip.cell_rect(5000).left() < panel.strip.width()
    panel.show_view(view(Moment(0, 0, 9000), step=step))
    assert 0 < panel.strip.cell_rect(9000).left() < panel.strip.width(), "the cursor is kept in view"


@given(
    count=st.integers(1, 20_000),
    room=st.floats(1, 3000),
    moves=st.lists(st.tuples(st.sampled_from(["zoom", "scroll", "show"]), st.floats(0.1, 10), st.floats(0, 1))),
)
def test_however_it_is_zoomed_and_scrolled_the_strip_is_filled_and_cells_are_where_they_are_found(count, room, moves):
    scale = StripScale()
    scale.set_size(count, room)
    for move, factor, share in moves:
        if move == "zoom":
            scale.zoom(factor, share * room)
        elif move == "scroll":
            scale.scroll((share - 0.5) * 1000)
        else:
            scale.show(share * count)
    assert scale.left_of(0) <= 0
    assert scale.left_of(count) >= min(room, count * WIDEST_CELL) - 1e-6
    for cell in (scale.visible.start, scale.visible.stop - 1):
        assert scale.cell_at(scale.left_of(cell) + scale.cell / 2) == cell
        assert scale.left_of(cell + 1) > -1e-6 and scale.left_of(cell) < room


# --- the ruler -------------------------------------------------------------------------------------------------------


def test_the_ruler_scrubs_by_mini_batches_where_they_can_be_pointed_at(panel: TimelinePanel) -> None:
    wanted = collect(panel.moment_wanted)
    panel.show_view(view(Moment(12, 2, 4)))
    ruler = panel.ruler
    y = ruler.height() / 2
    click(ruler, QPointF(ruler.x_of(Moment(7, 3, 0)) + 2, y))
    assert wanted == [Moment(7, 3, 0)]
    wanted.clear()
    drag(ruler, QPointF(ruler.x_of(Moment(3, 0, 0)) + 1, y), QPointF(ruler.width() - 1, y))
    assert (wanted[0], wanted[-1]) == (Moment(3, 0, 0), Moment(20, 0, 0))
    panel.show_view(view(Moment(12, 2, 4), Moment(10_000, 0, 0)))
    wanted.clear()
    click(ruler, QPointF(ruler.x_of(Moment(5000, 0, 0)), y))
    assert wanted[0].batch == 0 and abs(wanted[0].epoch - 5000) < 20


def test_the_keys_of_the_ruler_go_by_epochs(panel: TimelinePanel) -> None:
    wanted = collect(panel.moment_wanted)
    panel.show_view(view(Moment(12, 2, 4)))
    keys = [Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End]
    for key in keys:
        press_key(panel.ruler, key)
    assert [moment.epoch for moment in wanted] == [12, 13, 2, 20, 0, 20]
    assert all(moment[1:] == (0, 0) for moment in wanted)


def test_a_fork_begins_where_it_left(panel: TimelinePanel) -> None:
    wanted = collect(panel.moment_wanted)
    panel.show_view(StepView(Moment(12, 0, 0), Moment(20, 2, 3), Moment(10, 1, 0), 5, STEP))
    click(panel.ruler, QPointF(1, 20))
    click(panel.ruler, QPointF(panel.ruler.width() - 1, 20))
    assert wanted == [Moment(10, 1, 0), Moment(20, 2, 3)]


def test_a_stop_is_marked_and_a_click_goes_to_it(panel: TimelinePanel) -> None:
    wanted = collect(panel.moment_wanted)
    panel.show_view(view(Moment(12, 2, 4)))
    stop = Moment(4, 1, 11)
    panel.show_marks([StopMark(stop, "W: the gradient became NaN.")])
    x = panel.ruler.x_of(stop)
    assert panel.ruler.tooltip_at(x + 2) == "Epoch 4, batch 2 of 5\nW: the gradient became NaN."
    click(panel.ruler, QPointF(x + 2, 28))
    assert wanted == [stop]
    assert panel.ruler.grab().toImage().pixelColor(QPoint(round(x), 28)).name() == LIGHT.error.name()


def test_a_typed_epoch_is_wanted_with_enter(panel: TimelinePanel) -> None:
    wanted = collect(panel.epoch_wanted)
    panel.ask_for_epoch()
    QTest.keyClicks(panel.epoch, "37")
    assert wanted == []
    QTest.keyClick(panel.epoch, Qt.Key.Key_Return)
    assert wanted == [37]
