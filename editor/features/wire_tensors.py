"""Tensors on wires: what is shown of a training step on the canvas, and how tensors flow when it is stepped through."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from editor.actions import ActionText, make_toggle
from editor.features.feature import Feature, Place, Workbench
from editor.icons import bind_icon
from editor.panels.fields import guard_from_wheel
from editor.settings import ANIMATION_SPEEDS
from editor.theme import SPACE_XS, set_style

_SLIDER_WIDTH = 80
_LABEL_WIDTH = 40


class WireTensors(Feature):
    """Shows on the canvas the pictures that the run makes of its steps; the choices are kept between starts."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        window, settings = bench.window, bench.settings
        self.values = make_toggle(
            window,
            ActionText(
                self.tr("&Values on wires"),
                self.tr("Shows on each wire the value that flows along it; else its shape."),
            ),
            lambda _: self._choose(),
            settings.values_on_wires,
            "F7",
        )
        self.gradients = make_toggle(
            window,
            ActionText(
                self.tr("&Gradients on wires"),
                self.tr("Shows under each wire the gradient of the loss that flows back along it."),
            ),
            lambda _: self._choose(),
            settings.gradients_on_wires,
            "Shift+F7",
        )
        self.animate = make_toggle(
            window,
            ActionText(
                self.tr("A&nimate tensors"),
                self.tr("Lets tensors flow along the wires as operations are carried out step by step."),
            ),
            lambda _: self._choose_animation(),
            settings.animation,
            "Ctrl+F7",
        )
        bind_icon(self.animate, "speed")
        # In the menu a tick says whether it is on; an icon would stand in its place.
        self.animate.setIconVisibleInMenu(False)
        for action in (self.values, self.gradients, self.animate):
            window.addAction(action)
        self.add_actions(Place.VIEW, self.values, self.gradients, self.animate)
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self._speed_label = QLabel()
        self.tools.append(self._make_speed_control())
        bench.controller.pictured.connect(bench.canvas.show_picture)
        self._choose()
        self._choose_animation()

    def _make_speed_control(self) -> QWidget:
        """The switch of the animation, and beside it how fast it is."""
        control = QWidget()
        layout = QHBoxLayout(control)
        layout.setContentsMargins(SPACE_XS, 0, SPACE_XS, 0)
        layout.setSpacing(SPACE_XS)
        switch = QToolButton()
        switch.setDefaultAction(self.animate)
        switch.setAutoRaise(True)
        self.speed.setRange(0, len(ANIMATION_SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setFixedWidth(_SLIDER_WIDTH)
        self.speed.setAccessibleName(self.tr("Animation speed"))
        self.speed.setToolTip(
            self.tr("<p><b>Animation speed</b><br>How fast tensors flow along the wires, from 0.25× to 8×.</p>")
        )
        self.speed.setValue(ANIMATION_SPEEDS.index(self.bench.settings.animation_speed))
        guard_from_wheel(self.speed)
        self.speed.valueChanged.connect(self._choose_animation)
        self._speed_label.setFixedWidth(_LABEL_WIDTH)
        set_style(self._speed_label, role="muted")
        for widget in (switch, self.speed, self._speed_label):
            layout.addWidget(widget)
        return control

    def _choose(self) -> None:
        settings = self.bench.settings
        settings.values_on_wires = self.values.isChecked()
        settings.gradients_on_wires = self.gradients.isChecked()
        self.bench.canvas.show_on_wires(self.values.isChecked(), self.gradients.isChecked())

    def _choose_animation(self) -> None:
        settings = self.bench.settings
        is_on = settings.animation = self.animate.isChecked()
        speed = settings.animation_speed = ANIMATION_SPEEDS[self.speed.value()]
        self.speed.setEnabled(is_on)
        self._speed_label.setText(f"{speed:g}×" if is_on else self.tr("off"))
        self.bench.canvas.flow.speed = speed if is_on else 0.0
