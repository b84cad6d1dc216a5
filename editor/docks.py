"""The panels' docks: where each stands at first, and how they come back there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

_LEFT, _RIGHT, _BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
_FIRST_TAB = "plot"
_LEFT_WIDTH, _RIGHT_WIDTH, _BOTTOM_HEIGHT = 240, 320, 260


class Docks:
    """The docks of one window, by the names under which its layout is stored."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.by_name: dict[str, QDockWidget] = {}
        #: The icon of each, for the menu.
        self.icons: dict[str, str] = {}
        self._areas: dict[str, Qt.DockWidgetArea] = {}
        #: Whether the dock whose action was chosen last was in front.
        self._was_seen = False
        window.setCorner(Qt.Corner.BottomLeftCorner, _LEFT)
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)

    def add(self, name: str, title: str, icon: str, widget: QWidget, area: Qt.DockWidgetArea = _BOTTOM) -> None:
        """Puts a panel into a dock of its own, which stands in ``area`` at a first start."""
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(widget)
        # To Qt a panel behind another tab is visible. It is hidden, so that it follows the document only while it can
        # be seen; its place keeps the size that it needs.
        policy = widget.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        widget.setSizePolicy(policy)
        dock.visibilityChanged.connect(widget.setVisible)
        self.by_name[name] = dock
        self.icons[name] = icon
        self._areas[name] = area
        action = dock.toggleViewAction()
        # The first signal comes before the dock is hidden, the second one after.
        action.toggled.connect(lambda: self._note_whether_seen(dock))
        action.triggered.connect(lambda is_shown: self._bring_from_behind(name, is_shown))

    def _note_whether_seen(self, dock: QDockWidget) -> None:
        self._was_seen = not dock.visibleRegion().isEmpty()

    def _bring_from_behind(self, name: str, is_shown: bool) -> None:
        """Who asks for a panel that is behind another tab wants to see it, not to lose it, and works in it next."""
        if is_shown or not self._was_seen:
            self.bring(name)
            self._focus_first(self.by_name[name].widget())

    def _focus_first(self, panel: QWidget) -> None:
        """Gives the focus to the first thing in a panel that Tab stops at; where there is none it stays."""
        widget = panel.nextInFocusChain()
        while widget is not None and widget is not panel:
            can_take = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled()
            if can_take and panel.isAncestorOf(widget) and widget.isVisibleTo(self._window):
                widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return
            widget = widget.nextInFocusChain()

    def arrange(self) -> None:
        """Puts every dock where it stands at a first start; those of one area are tabs of the first one there."""
        first: dict[Qt.DockWidgetArea, QDockWidget] = {}
        for name, dock in self.by_name.items():
            area = self._areas[name]
            self._window.addDockWidget(area, dock)
            if area in first:
                self._window.tabifyDockWidget(first[area], dock)
            else:
                first[area] = dock
        self.set_sizes()

    def set_sizes(self) -> None:
        """The sizes of a first start; only once the window is laid out does Qt take them over whole."""
        for name in ("palette", "inspector", _FIRST_TAB):
            self.by_name[name].raise_()
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
        dock = self.by_name[name]
        dock.show()
        dock.raise_()
        # Who has it brought fills it at once, before Qt tells that it is seen.
        dock.widget().show()
