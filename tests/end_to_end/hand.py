"""A person's hands: the mouse and the keys on the real window, and where things stand on it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from editor.window import MainWindow
from tests.editor.panels_kit import retype

LEFT = Qt.MouseButton.LeftButton


class Hand:
    """Uses a window as a person does."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.canvas = window.canvas

    # --- the canvas ------------------------------------------------------------------------------------------------

    def port(self, node: str, port: str, is_input: bool, slot: int = 0) -> QPoint:
        """Where a port is, in the canvas's viewport."""
        item = self.canvas.graph_scene.nodes[node]
        found = next(
            p for p in item.geometry.ports if (p.key.is_input, p.key.name, p.key.slot) == (is_input, port, slot)
        )
        return self.canvas.mapFromScene(item.mapToScene(found.center))

    def drag(self, start: QPoint, end: QPoint, release: bool = True) -> None:
        """Presses, moves in ten steps and lets go, with mouse events on the canvas."""
        self._mouse(QEvent.Type.MouseButtonPress, start, LEFT, LEFT)
        for step in range(1, 11):
            point = start + (end - start) * step / 10
            self._mouse(QEvent.Type.MouseMove, point, Qt.MouseButton.NoButton, LEFT)
        if release:
            self._mouse(QEvent.Type.MouseButtonRelease, end, LEFT, Qt.MouseButton.NoButton)
        QApplication.processEvents()

    def _mouse(self, kind: QEvent.Type, point: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        viewport = self.canvas.viewport()
        place = viewport.mapToGlobal(point)
        event = QMouseEvent(kind, QPointF(point), QPointF(place), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(viewport, event)

    def wire(self, source: str, target: str, port: str, output: str = "output", slot: int = 0) -> None:
        """Drags a wire from an output to an input."""
        self.drag(self.port(source, output, False), self.port(target, port, True, slot))

    def drop_node(self, op_type: str, x: int, y: int, name: str) -> None:
        """Double-clicks the empty canvas, types the operation, chooses it, and names it in the inspector."""
        point = self.canvas.mapFromScene(QPointF(x, y))
        QTest.mouseDClick(self.canvas.viewport(), LEFT, pos=point)
        popup = self.window.popup
        assert popup.isVisible()
        QTest.keyClicks(popup.search, op_type)
        QTest.keyClick(popup.search, Qt.Key.Key_Return)
        QApplication.processEvents()
        assert not popup.isVisible()
        retype(self.window.inspector.node.header.name_edit, name)
        assert self.canvas.selected_nodes() == [name]

    def click_node(self, name: str) -> None:
        item = self.canvas.graph_scene.nodes[name]
        point = self.canvas.mapFromScene(item.mapToScene(QPointF(80, 12)))
        QTest.mouseClick(self.canvas.viewport(), LEFT, pos=point)
        assert self.canvas.selected_nodes() == [name]

    # --- fields ----------------------------------------------------------------------------------------------------

    def set_attribute(self, node: str, attribute: str, text: str) -> None:
        """Selects a node and types an attribute's value in the inspector."""
        self.click_node(node)
        editor = self.window.inspector.node.attributes.editors[attribute]
        retype(editor.field.edit, text)

    def type_data(self, placeholder: str, text: str) -> None:
        """Selects a placeholder, chooses typed values and types them."""
        self.click_node(placeholder)
        data = self.window.inspector.node.data
        data.kind.setFocus()
        while data.kind.currentText() != "Typed values":
            before = data.kind.currentIndex()
            QTest.keyClick(data.kind, Qt.Key.Key_Down)
            assert data.kind.currentIndex() != before
        retype(data.typed.text, text)

    def press(self, action) -> None:
        """Clicks an action's button in the toolbar."""
        button = self.window.menus.toolbar.widgetForAction(action)
        assert button is not None
        assert button.isEnabled()
        QTest.mouseClick(button, LEFT)


class Keys:
    """Uses a window with the keyboard alone: every key goes to the widget that has the focus."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.canvas = window.canvas

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self._focus(), key, modifier)
        QApplication.processEvents()

    def type(self, text: str) -> None:
        QTest.keyClicks(self._focus(), text)
        QApplication.processEvents()

    def _focus(self) -> QWidget:
        focus = QApplication.focusWidget()
        assert focus is not None, "nothing has the focus"
        return focus

    def add_node(self, op_type: str, name: str) -> None:
        """Tab on the canvas, the operation, Enter; F2, the name, Enter."""
        assert self.canvas.hasFocus()
        self.press(Qt.Key.Key_Tab)
        assert self.window.popup.isVisible()
        self.type(op_type)
        self.press(Qt.Key.Key_Return)
        self.press(Qt.Key.Key_F2)
        self.replace(name)
        assert self.canvas.selected_nodes() == [name]
        assert self.canvas.hasFocus()

    def wire_to(self, target: str, port: str) -> None:
        """C wires from the selected node: Tab until the target is offered, Enter."""
        self.press(Qt.Key.Key_C)
        for _ in range(60):
            if f"to {target} {port}?" in self.canvas._tools.status.text():
                self.press(Qt.Key.Key_Return)
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"{target} {port} is never offered")

    def tab_to(self, widget: QWidget) -> None:
        """Tab until a widget has the focus."""
        for _ in range(80):
            if QApplication.focusWidget() is widget:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"{widget.accessibleName()} cannot be reached with Tab")

    def replace(self, text: str) -> None:
        """Types over all that is in the field and presses Enter."""
        self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.press(Qt.Key.Key_Delete)
        self.type(text)
        self.press(Qt.Key.Key_Return)

    def back_to_canvas(self) -> None:
        for _ in range(3):
            if self.canvas.hasFocus():
                return
            self.press(Qt.Key.Key_Escape)
        raise AssertionError("Esc does not lead back to the canvas")
