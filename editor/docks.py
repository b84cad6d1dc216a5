"""The panels' docks: where each stands at first, and how they come back there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

_LEFT, _RIGHT, _BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
#: Palette left, inspector right, everything else as tabs below.
_AREAS = {"palette": _LEFT, "inspector": _RIGHT}
_FIRST_TAB = "plot"
_LEFT_WIDTH, _RIGHT_WIDTH, _BOTTOM_HEIGHT = 240, 320, 260


class Docks:
    """The docks of one window, by the names under which its layout is stored."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.by_name: dict[str, QDockWidget] = {}
        window.setCorner(Qt.Corner.BottomLeftCorner, _LEFT)
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)

    def add(self, name: str, title: str, widget: QWidget) -> None:
        """Puts a panel into a dock of its own."""
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(widget)
        self.by_name[name] = dock

    def arrange(self) -> None:
        """Puts every dock where it stands at a first start."""
        for name, dock in self.by_name.items():
            self._window.addDockWidget(_AREAS.get(name, _BOTTOM), dock)
        for name, dock in self.by_name.items():
            if name not in _AREAS and name != _FIRST_TAB:
                self._window.tabifyDockWidget(self.by_name[_FIRST_TAB], dock)
        self.set_sizes()

    def set_sizes(self) -> None:
        """The sizes of a first start; only once the window is laid out does Qt take them over whole."""
        self.by_name[_FIRST_TAB].raise_()
        sides = [self.by_name["palette"], self.by_name["inspector"]]
        self._window.resizeDocks(sides, [_LEFT_WIDTH, _RIGHT_WIDTH], Qt.Orientation.Horizontal)
        self._window.resizeDocks([self.by_name[_FIRST_TAB]], [_BOTTOM_HEIGHT], Qt.Orientation.Vertical)

    def reset(self) -> None:
        """Shows every dock, and puts it back in its place."""
        for dock in self.by_name.values():
            dock.setFloating(False)
            dock.show()
        self.arrange()

    def bring(self, name: str) -> None:
        """Shows a dock, in front of those that share its place."""
        self.by_name[name].show()
        self.by_name[name].raise_()
