"""The loss around a run: contour or surface, the path on it, and how far a step may go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QCursor, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.icons import bind_icon
from editor.panels.axis_boxes import AxisBoxes
from editor.panels.elided_label import ElidedLabel
from editor.panels.empty_state import EmptyState
from editor.panels.fields import RefusalLabel
from editor.panels.landscape_words import (
    curvature_text,
    ground_text,
    is_too_large,
    plane_text,
    rate_text,
    slope_text,
    spot_text,
)
from editor.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, set_style
from engine.debugger.landscape.data import Extent, Landscape, Spot

if TYPE_CHECKING:
    from editor.panels.landscape_contour import LandscapeContour
    from editor.panels.landscape_surface import LandscapeSurface

_WORDS_WIDTH = 288
_PROGRESS_WIDTH = 96


class LandscapePanel(QWidget):
    """Says what the person wants to see of the landscape, and shows what comes."""

    axes_chosen = Signal()
    """Another plane is wanted: ``axis_boxes`` says which."""
    extent_wanted = Signal(object)
    """The Extent that the person has zoomed to; None for the whole path."""
    put_wanted = Signal(float, float)
    """The model is wanted at these coordinates."""
    shown = Signal()
    """The panel has come in sight."""

    def __init__(self, compute: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._landscape: Landscape | None = None
        self._contour: LandscapeContour | None = None
        self._surface: LandscapeSurface | None = None
        #: Whether the view stays where the person has moved it.
        self._keeps_view = False
        self.empty = EmptyState("landscape", "", self)
        self.refusal = RefusalLabel(self)
        self.refusal.setContentsMargins(SPACE_M, 0, SPACE_M, SPACE_S)
        self.axis_boxes = AxisBoxes(self)
        self.axis_boxes.chosen.connect(self._choose_axes)
        self.reading = ElidedLabel("", Qt.TextElideMode.ElideRight, self)
        self.rate, self.curvature, self.slope, self.where, self.plane = (QLabel(self) for _ in range(5))
        shown = QWidget(self)
        beside = QHBoxLayout(shown)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        self._pictures = QStackedLayout()
        beside.addLayout(self._pictures, 1)
        beside.addWidget(self._make_words())
        self._body = QStackedLayout()
        self._body.addWidget(self.empty)
        self._body.addWidget(shown)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._make_tools(compute))
        layout.addWidget(self.refusal)
        layout.addLayout(self._body, 1)
        self.clear()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    # --- its parts ---------------------------------------------------------------------------------------------------

    def _make_tools(self, compute: QAction) -> QHBoxLayout:
        self.contour_button = self._view_button(self.tr("Contour"), self.tr("Contour: the loss from above"))
        self.surface_button = self._view_button(
            self.tr("Surface"), self.tr("Surface: the loss as a height; drag or use the arrow keys to turn it")
        )
        self.contour_button.setChecked(True)
        self._views = QButtonGroup(self)
        for place, button in enumerate((self.contour_button, self.surface_button)):
            self._views.addButton(button, place)
        self._views.idClicked.connect(self._show_picture)
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName(self.tr("How much is computed"))
        self.progress.setTextVisible(False)
        self.progress.setFixedSize(_PROGRESS_WIDTH, SPACE_S)
        self.whole_button = QToolButton(self)
        bind_icon(self.whole_button, "zoom_fit")
        self.whole_button.setAccessibleName(self.tr("Whole path"))
        self.whole_button.setToolTip(self.tr("Whole path: shows what lies around the path of the run"))
        self.whole_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.whole_button.clicked.connect(self._want_whole)
        self.compute_button = QToolButton(self)
        self.compute_button.setDefaultAction(compute)
        self.compute_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.compute_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        tools = QHBoxLayout()
        tools.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        tools.setSpacing(SPACE_XS)
        tools.addWidget(self.axis_boxes)
        tools.addSpacing(SPACE_S)
        tools.addWidget(self.contour_button)
        tools.addWidget(self.surface_button)
        tools.addSpacing(SPACE_S)
        tools.addWidget(self.reading, 1)
        tools.addWidget(self.progress)
        tools.addWidget(self.whole_button)
        tools.addWidget(self.compute_button)
        return tools

    def _view_button(self, text: str, tooltip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setCheckable(True)
        set_style(button, framed=True)
        button.setToolTip(tooltip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _make_words(self) -> QScrollArea:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
        column.setSpacing(SPACE_M)
        for label in (self.rate, self.where, self.curvature, self.slope, self.plane):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        for label in (self.curvature, self.slope, self.plane):
            set_style(label, role="muted")
        column.addStretch(1)
        area = QScrollArea(self)
        area.setAccessibleName(self.tr("What the landscape tells"))
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(_WORDS_WIDTH)
        area.setWidget(content)
        return area

    @property
    def contour(self) -> LandscapeContour:
        """The view from above, made when it is first asked for: its library takes half a second to import."""
        if self._contour is None:
            from editor.panels.landscape_contour import LandscapeContour

            self._contour = LandscapeContour(self)
            self._pictures.insertWidget(0, self._contour)
            self._contour.pointed.connect(self._read)
            self._contour.put_wanted.connect(self.put_wanted)
            self._contour.menu_wanted.connect(self._open_menu)
            self._contour.view_changed.connect(self._want_extent)
        return self._contour

    @property
    def surface(self) -> LandscapeSurface:
        """The surface, made when it is first asked for."""
        if self._surface is None:
            from editor.panels.landscape_surface import LandscapeSurface

            self._surface = LandscapeSurface(self)
            self._pictures.addWidget(self._surface)
            self._surface.pointed.connect(self._read)
            self._surface.put_wanted.connect(self.put_wanted)
        return self._surface

    # --- what is wanted ----------------------------------------------------------------------------------------------

    def _choose_axes(self) -> None:
        self._keeps_view = False
        self.axes_chosen.emit()

    def _want_extent(self, extent: Extent) -> None:
        self._keeps_view = True
        self.extent_wanted.emit(extent)

    def _want_whole(self) -> None:
        self._keeps_view = False
        self.extent_wanted.emit(None)

    def _open_menu(self, x: float, y: float) -> None:
        menu = QMenu(self)
        menu.addAction(self.tr("Put the model here"), lambda: self.put_wanted.emit(x, y))
        menu.addSeparator()
        menu.addAction(self.tr("Show the whole path"), self._want_whole)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(QCursor.pos())

    # --- what is shown -----------------------------------------------------------------------------------------------

    @property
    def landscape(self) -> Landscape | None:
        """What is drawn."""
        return self._landscape

    def clear(self) -> None:
        """Shows that there is no landscape yet."""
        self._landscape = None
        self._keeps_view = False
        self._show_empty(
            self.tr("The loss around the run, with its path on it, appears here. Press Compute the landscape.")
        )

    def show_busy(self) -> None:
        """Shows that a landscape is to come."""
        self.refusal.say("")
        self.progress.setValue(0)
        self.progress.show()
        if self._landscape is None:
            self._show_empty(self.tr("The path of the run is being followed…"))
            self.progress.show()

    def show_refusal(self, sentence: str) -> None:
        """Shows why there is no landscape; one that was there stays."""
        if self._landscape is None:
            self.clear()
        self.progress.hide()
        self.refusal.say(sentence)

    def show_stopped(self) -> None:
        """Shows what is known, and that no more is to come."""
        self.progress.hide()
        if self._landscape is None:
            self.clear()

    def _show_empty(self, sentence: str) -> None:
        self.empty.label.setText(sentence)
        self.refusal.say("")
        self.reading.set_text("")
        self.progress.hide()
        self._body.setCurrentIndex(0)
        for widget in (self.whole_button, self.contour_button, self.surface_button):
            widget.setEnabled(False)

    def show_progress(self, share: float) -> None:
        """Shows how much is computed, from 0 to 1."""
        self.progress.setValue(round(100 * share))
        self.progress.setVisible(share < 1)

    def show_landscape(self, landscape: Landscape) -> None:
        """Draws what is known of a landscape."""
        self._landscape = landscape
        self._body.setCurrentIndex(1)
        for widget in (self.whole_button, self.contour_button, self.surface_button):
            widget.setEnabled(True)
        self.contour.show_landscape(landscape, self._keeps_view)
        self.surface.show_landscape(landscape)
        self._show_picture(self._views.checkedId())
        self.plane.setText(plane_text(landscape))
        bend = landscape.bend
        for label in (self.rate, self.curvature, self.slope):
            label.setVisible(bend is not None)
        if bend is not None:
            self.rate.setText(rate_text(bend))
            set_style(self.rate, role="warning" if is_too_large(bend) else "")
            self.curvature.setText(curvature_text(bend))
            self.slope.setText(slope_text(bend))
        self._show_where(landscape.present)

    def show_present(self, spot: Spot) -> None:
        """Moves the mark of the time cursor."""
        if self._landscape is not None:
            self.contour.show_present(spot)
            self.surface.show_present(spot)
            self._show_where(spot)

    def _show_where(self, spot: Spot) -> None:
        self.where.setText(self.tr("Cursor: {spot}.").format(spot=spot_text(spot)))

    def _show_picture(self, place: int) -> None:
        self._pictures.setCurrentWidget((self.contour, self.surface)[place])

    def _read(self, pointed: Spot | tuple[float, float, float] | None) -> None:
        if pointed is None or self._landscape is None:
            self.reading.set_text("")
        elif isinstance(pointed, Spot):
            self.reading.set_text(spot_text(pointed))
        else:
            self.reading.set_text(ground_text(self._landscape, *pointed))
