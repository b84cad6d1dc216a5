"""Arranging: lines and gaps, frames, notes, collapsed nodes, and what dragged boxes cling to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from editor.actions import ActionText, make_action, make_toggle
from editor.canvas.area_item import AREA_COLORS, AreaItem, area_color
from editor.canvas.arranging import Axis, align, color_areas, distribute, frame_selection, toggle_collapsed
from editor.canvas.box_item import BoxItem
from editor.canvas.frame_item import FrameItem
from editor.canvas.node_item import NodeItem
from editor.features.feature import Feature, Place, Workbench
from editor.layouts.alignment import Side
from editor.layouts.progress import LayoutProgress
from editor.theme import ICON_SIZE, ThemeManager, current_theme
from engine.model import FlowDirection


class Arranging(Feature):
    """The menu Edit ▸ Arrange, and the switches of the grid in the View menu."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._scene = bench.canvas.graph_scene
        self.menu = QMenu(self.tr("Arran&ge"), bench.window)
        self.alignments = self._alignments()
        self.distributions = self._distributions()
        self.menu.addActions(self.alignments)
        self.menu.addSeparator()
        self.menu.addActions(self.distributions)
        self.menu.addSeparator()
        self.frame, self.note, self.collapse = self._annotating()
        self.colors = QMenu(self.tr("C&olour"), bench.window)
        self.color_actions = self._coloring()
        self.colors.addActions(self.color_actions)
        self._paint_swatches()
        self.menu.addActions([self.frame, self.note, self.collapse])
        self.menu.addMenu(self.colors)
        self.add_actions(Place.EDIT, self.menu.menuAction())
        self.add_actions(Place.NODE, self.frame, self.collapse, self.colors.menuAction())
        self.snap_to_grid, self.snap_to_neighbours = self._snapping()
        self.add_actions(Place.VIEW, self.snap_to_grid, self.snap_to_neighbours)
        self.top_to_bottom = self._direction()
        self.add_actions(Place.VIEW, self.top_to_bottom)
        self.progress = LayoutProgress(bench.window)
        bench.status.insertPermanentWidget(1, self.progress)
        self.progress.hide()
        laying_out = bench.canvas.laying_out
        laying_out.began.connect(self.progress.begin)
        laying_out.progressed.connect(self.progress.show_share)
        laying_out.ended.connect(self.progress.hide)
        laying_out.discarded.connect(bench.status.show_refusal)
        self.progress.cancel_wanted.connect(laying_out.cancel)
        bench.document.field_changed.connect(self._show_direction)
        bench.document.replaced.connect(self._show_direction)
        ThemeManager.instance().changed.connect(self._paint_swatches)
        self._scene.selection_changed.connect(self._update_enabled)
        bench.document.edited.connect(self._update_enabled)
        bench.document.replaced.connect(self._update_enabled)
        self._update_enabled()

    # --- actions -------------------------------------------------------------------------------------------------

    def _action(
        self, name: str, tip: str, do: Callable[[], object], keys: str | None = None, icon: str = ""
    ) -> QAction:
        return make_action(self.bench.window, ActionText(name, tip), do, icon, keys)

    def _alignments(self) -> list[QAction]:
        tr = self.tr
        rows = (
            (
                tr("Align &left"),
                tr("Brings the left edges of the selection in line."),
                Axis.HORIZONTAL,
                Side.START,
                "Left",
            ),
            (
                tr("Align &centres"),
                tr("Brings the middles of the selection under each other."),
                Axis.HORIZONTAL,
                Side.MIDDLE,
                "X",
            ),
            (
                tr("Align &right"),
                tr("Brings the right edges of the selection in line."),
                Axis.HORIZONTAL,
                Side.END,
                "Right",
            ),
            (tr("Align &top"), tr("Brings the top edges of the selection in line."), Axis.VERTICAL, Side.START, "Up"),
            (
                tr("Align &middles"),
                tr("Brings the middles of the selection beside each other."),
                Axis.VERTICAL,
                Side.MIDDLE,
                "Y",
            ),
            (
                tr("Align &bottom"),
                tr("Brings the bottom edges of the selection in line."),
                Axis.VERTICAL,
                Side.END,
                "Down",
            ),
        )
        icons = ("align_left", "align_center", "align_right", "align_top", "align_middle", "align_bottom")
        return [
            self._action(name, tip, partial(align, self._scene, axis, side), f"Ctrl+Shift+{key}", icon)
            for (name, tip, axis, side, key), icon in zip(rows, icons, strict=True)
        ]

    def _distributions(self) -> list[QAction]:
        tr = self.tr
        rows = (
            (tr("Distribute &horizontally"), tr("Makes the gaps from left to right equal."), Axis.HORIZONTAL, "H"),
            (tr("Distribute &vertically"), tr("Makes the gaps from top to bottom equal."), Axis.VERTICAL, "J"),
        )
        icons = ("distribute_horizontal", "distribute_vertical")
        return [
            self._action(name, tip, partial(distribute, self._scene, axis), f"Ctrl+Alt+{key}", icon)
            for (name, tip, axis, key), icon in zip(rows, icons, strict=True)
        ]

    def _annotating(self) -> tuple[QAction, QAction, QAction]:
        tr = self.tr
        frame = self._action(
            tr("&Frame the selection"),
            tr("Draws a titled frame around the selection, which moves what lies in it."),
            self._frame_selection,
            "Ctrl+J",
            "group",
        )
        note = self._action(
            tr("Add a &note"), tr("Writes a note in Markdown at the pointer."), self._add_note, "Ctrl+Shift+M", "text"
        )
        collapse = self._action(
            tr("Collapse or e&xpand"),
            tr("Shows the selected nodes as their title line only, or whole again."),
            partial(toggle_collapsed, self._scene),
            "H",
            "minus",
        )
        # The canvas takes the key itself: in a field it is a letter. The menu only tells of it.
        collapse.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return frame, note, collapse

    def _direction(self) -> QAction:
        action = make_action(
            self.bench.window,
            ActionText(
                self.tr("&Top to bottom"),
                self.tr("Lets values flow from top to bottom instead of left to right, and lays the graph out so."),
            ),
            self._turn,
            shortcut="Ctrl+Alt+L",
        )
        action.setCheckable(True)
        action.setChecked(self.bench.document.model.direction is FlowDirection.DOWN)
        return action

    def _turn(self) -> None:
        is_down = self.top_to_bottom.isChecked()
        self.bench.canvas.laying_out.set_direction(FlowDirection.DOWN if is_down else FlowDirection.RIGHT)
        self._show_direction()

    def _show_direction(self, *_: object) -> None:
        """The check mark says what is the case, while a layout may still be on its way."""
        self.top_to_bottom.setChecked(self.bench.document.model.direction is FlowDirection.DOWN)

    def _snapping(self) -> tuple[QAction, QAction]:
        settings, snapping = self.bench.settings, self.bench.canvas.snapping
        snapping.to_grid, snapping.to_neighbours = settings.snap_to_grid, settings.snap_to_neighbours
        tr = self.tr

        def choose_grid(is_on: bool) -> None:
            settings.snap_to_grid = snapping.to_grid = is_on

        def choose_neighbours(is_on: bool) -> None:
            settings.snap_to_neighbours = snapping.to_neighbours = is_on

        grid = make_toggle(
            self.bench.window,
            ActionText(tr("Snap to &grid"), tr("Lets what is dragged stand on the grid of dots; Ctrl suspends it.")),
            choose_grid,
            snapping.to_grid,
        )
        neighbours = make_toggle(
            self.bench.window,
            ActionText(
                tr("Snap to nei&ghbours"),
                tr("Lets what is dragged cling to edges and middles of what stands near; Alt suspends it."),
            ),
            choose_neighbours,
            snapping.to_neighbours,
        )
        return grid, neighbours

    # --- doing ---------------------------------------------------------------------------------------------------

    def _frame_selection(self) -> None:
        if frame_selection(self._scene) is not None:
            self.bench.canvas.area_editor.open(self._scene.annotations.selected_items()[0])

    def _add_note(self) -> None:
        canvas = self.bench.canvas
        place = canvas.scene_position_at_pointer()
        canvas.area_editor.open_new_note(canvas.camera.center if place is None else place)

    def _coloring(self) -> list[QAction]:
        tr = self.tr
        names = {
            "": tr("&Grey"),
            "blue": tr("&Blue"),
            "green": tr("Gree&n"),
            "orange": tr("&Orange"),
            "yellow": tr("&Yellow"),
            "red": tr("&Red"),
        }
        tip = tr("Gives the selected frames and notes this colour.")
        return [self._action(names[color], tip, partial(color_areas, self._scene, color)) for color in AREA_COLORS]

    def _paint_swatches(self) -> None:
        """Shows each colour beside its name."""
        theme = current_theme()
        for action, color in zip(self.color_actions, AREA_COLORS, strict=True):
            swatch = QPixmap(ICON_SIZE, ICON_SIZE)
            swatch.fill(Qt.GlobalColor.transparent)
            painter = QPainter(swatch)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(area_color(color, theme))
            painter.drawEllipse(QRectF(2, 2, ICON_SIZE - 4, ICON_SIZE - 4))
            painter.end()
            action.setIcon(QIcon(swatch))

    def _update_enabled(self) -> None:
        count = sum(isinstance(item, BoxItem | FrameItem | AreaItem) for item in self._scene.selectedItems())
        for action in self.alignments:
            action.setEnabled(count > 1)
        for action in self.distributions:
            action.setEnabled(count > 2)
        self.frame.setEnabled(count > 0)
        self.colors.setEnabled(bool(self._scene.annotations.selected_items()))
        self.collapse.setEnabled(any(isinstance(item, NodeItem) for item in self._scene.selectedItems()))
