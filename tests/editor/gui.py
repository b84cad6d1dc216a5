"""What a person's hands do, as Qt events: they reach widgets the same way on every platform, offscreen too."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

LEFT = Qt.MouseButton.LeftButton
NO_BUTTON = Qt.MouseButton.NoButton
NO_MODIFIER = Qt.KeyboardModifier.NoModifier

Point = QPoint | QPointF


def press(widget: QWidget, at: Point, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    """Presses a mouse button at a point of the widget."""
    _send_mouse(widget, QEvent.Type.MouseButtonPress, at, button, button, keys)


def move(widget: QWidget, at: Point, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    """Moves the pointer to a point with a button held down (or none)."""
    _send_mouse(widget, QEvent.Type.MouseMove, at, NO_BUTTON, button, keys)


def release(widget: QWidget, at: Point, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    _send_mouse(widget, QEvent.Type.MouseButtonRelease, at, button, NO_BUTTON, keys)


def click(widget: QWidget, at: Point, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    press(widget, at, button, keys)
    release(widget, at, button, keys)


def double_click(widget: QWidget, at: Point) -> None:
    click(widget, at)
    _send_mouse(widget, QEvent.Type.MouseButtonDblClick, at, LEFT, LEFT, NO_MODIFIER)
    release(widget, at)


def hover(widget: QWidget, at: Point) -> None:
    """Moves the pointer to a point with no button down."""
    move(widget, at, NO_BUTTON)


def drag(
    widget: QWidget,
    start: Point,
    end: Point,
    button: Qt.MouseButton = LEFT,
    keys: Qt.KeyboardModifier = NO_MODIFIER,
    before_release: Callable[[], None] | None = None,
    steps: int = 8,
) -> None:
    """Drags from one point of the widget to another; ``before_release`` is called with the button still down."""
    press(widget, start, button, keys)
    drag_on(widget, start, end, button, keys, steps)
    if before_release is not None:
        before_release()
    release(widget, end, button, keys)


def drag_on(
    widget: QWidget,
    start: Point,
    end: Point,
    button: Qt.MouseButton = LEFT,
    keys: Qt.KeyboardModifier = NO_MODIFIER,
    steps: int = 8,
) -> None:
    """Moves the pointer in steps, with the button held down."""
    first, last = QPointF(start), QPointF(end)
    for step in range(1, steps + 1):
        move(widget, first + (last - first) * (step / steps), button, keys)


def press_key(widget: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier = NO_MODIFIER, text: str = "") -> None:
    """Presses a key and lets it go."""
    hold_key(widget, key, keys, text)
    release_key(widget, key, keys)


def hold_key(widget: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier = NO_MODIFIER, text: str = "") -> None:
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, keys, text))


def release_key(widget: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyRelease, key, keys))


def turn_wheel(widget: QWidget, at: Point, notches: float, keys: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    """Turns a mouse wheel; away from the person is positive."""
    _send_wheel(widget, at, QPoint(), QPoint(0, round(notches * 120)), keys, Qt.ScrollPhase.NoScrollPhase)


def scroll_trackpad(widget: QWidget, at: Point, by: QPoint, keys: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    """Moves two fingers on a trackpad."""
    _send_wheel(widget, at, by, by * 8, keys, Qt.ScrollPhase.ScrollUpdate)


def drop(widget: QWidget, at: Point, mime: QMimeData) -> bool:
    """Drags data into the widget and drops it there; returns whether the widget took it."""
    place = QPointF(at)
    arguments = (Qt.DropAction.CopyAction, mime, LEFT, NO_MODIFIER)
    enter = QDragEnterEvent(place.toPoint(), *arguments)
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(widget, QDragMoveEvent(place.toPoint(), *arguments))
    event = QDropEvent(place, *arguments)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def _send_mouse(
    widget: QWidget,
    kind: QEvent.Type,
    at: Point,
    button: Qt.MouseButton,
    buttons: Qt.MouseButton,
    keys: Qt.KeyboardModifier,
) -> None:
    place = QPointF(at)
    event = QMouseEvent(kind, place, widget.mapToGlobal(place), button, buttons, keys)
    QApplication.sendEvent(widget, event)


def _send_wheel(
    widget: QWidget, at: Point, pixels: QPoint, angle: QPoint, keys: Qt.KeyboardModifier, phase: Qt.ScrollPhase
) -> None:
    place = QPointF(at)
    event = QWheelEvent(place, widget.mapToGlobal(place), pixels, angle, NO_BUTTON, keys, phase, False)
    QApplication.sendEvent(widget, event)
