"""Changing how the graph is trained."""

from __future__ import annotations

from dataclasses import fields

from engine.model import RunSettings

from .command import DocumentCommand, Host
from .edits import field_edit
from .words import translate


class SetRunSettings(DocumentCommand):
    """Changes the run settings."""

    def __init__(self, host: Host, settings: RunSettings) -> None:
        before = host.model.run
        super().__init__(host, _words(before, settings), field_edit(host.model, "run", settings))


def _words(before: RunSettings, after: RunSettings) -> str:
    names = [field.name for field in fields(RunSettings) if getattr(before, field.name) != getattr(after, field.name)]
    if len(names) != 1:
        return translate("Commands", "Change run settings")
    value = getattr(after, names[0])
    match names[0]:
        case "epochs":
            return translate("Commands", "Set epochs to {value}").format(value=value)
        case "batch_size" if value:
            return translate("Commands", "Set batch size to {value}").format(value=value)
        case "batch_size":
            return translate("Commands", "Train on all rows at once")
        case "shuffle" if value:
            return translate("Commands", "Shuffle the rows")
        case "shuffle":
            return translate("Commands", "Keep the rows in order")
        case "seed":
            return translate("Commands", "Set seed to {value}").format(value=value)
        case "held_back":
            return translate("Commands", "Hold back {value} rows").format(value=value)
        case "optimizer" if value:
            return translate("Commands", "Train with {value}").format(value=value)
        case _:
            return translate("Commands", "Change run settings")
