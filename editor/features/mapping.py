"""The minimap, switched on and off."""

from __future__ import annotations

from editor.actions import ActionText, make_toggle
from editor.canvas.minimap import Minimap
from editor.features.feature import Feature, Place, Workbench
from editor.icons import bind_icon


class Mapping(Feature):
    """A toggle in the View menu; what was chosen is kept."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.map = Minimap(bench.canvas)
        self.toggle = make_toggle(
            bench.window,
            ActionText(
                self.tr("&Minimap"), self.tr("Shows the whole graph small in a corner; a press in it goes there.")
            ),
            self._switch,
            bench.settings.minimap,
            "Ctrl+M",
        )
        bind_icon(self.toggle, "minimap")
        self.toggle.setIconVisibleInMenu(False)  # The check mark has its place.
        self.add_actions(Place.VIEW, self.toggle)
        self.map.set_wanted(bench.settings.minimap)

    def _switch(self, is_on: bool) -> None:
        self.bench.settings.minimap = is_on
        self.map.set_wanted(is_on)
