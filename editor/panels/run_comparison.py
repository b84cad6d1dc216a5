"""Two runs side by side: settings that differ, losses at the same epochs, the variables."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QCoreApplication

from editor.panels.figures import array_text, norm, number_text
from editor.run.runs import RunInfo
from engine.graph.literals import format_number
from engine.model import RunSettings

Array = np.ndarray[Any, np.dtype[Any]]

#: Losses are compared at so many epochs at most, evenly spread.
_EPOCHS = 8
_NOTHING = "–"


class ComparisonRow(NamedTuple):
    """One thing that two runs have."""

    what: str
    first: str
    second: str
    #: The second less the first; of an array the norm of that.
    difference: str = ""
    is_heading: bool = False


def compare(first: RunInfo, second: RunInfo) -> list[ComparisonRow]:
    """All that there is to compare, under headings."""
    settings = _settings(first, second)
    nothing = [ComparisonRow(_tr("the same"), "", "")]
    return [
        _heading(_tr("Settings that differ")),
        *(settings or nothing),
        _heading(_tr("Loss")),
        *(_losses(first, second) or [ComparisonRow(_tr("no epoch in common"), "", "")]),
        _heading(_tr("Variables")),
        *_variables(first, second),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunComparison", text)


def _heading(text: str) -> ComparisonRow:
    return ComparisonRow(text, "", "", is_heading=True)


def _settings(first: RunInfo, second: RunInfo) -> list[ComparisonRow]:
    rows = []
    for field in fields(RunSettings):
        one, other = getattr(first.settings, field.name), getattr(second.settings, field.name)
        if one != other:
            words = field.name.replace("_", " ")
            rows.append(ComparisonRow(words[:1].upper() + words[1:], _text(one), _text(other)))
    if first.changes != second.changes:
        rows.append(ComparisonRow(_tr("Changed"), first.changes or _NOTHING, second.changes or _NOTHING))
    return rows


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value) or _NOTHING
    return str(value) if value != "" else _NOTHING


def _losses(first: RunInfo, second: RunInfo) -> list[ComparisonRow]:
    shared, one, other = np.intersect1d(first.history.epochs, second.history.epochs, return_indices=True)
    if not len(shared):
        return []
    places = np.unique(np.linspace(0, len(shared) - 1, min(_EPOCHS, len(shared))).round().astype(int))
    rows = []
    for place in places:
        losses = float(first.history.losses[one[place]]), float(second.history.losses[other[place]])
        name = _tr("Epoch {epoch}").format(epoch=f"{int(shared[place]):,}")
        difference = format_number(losses[1] - losses[0], 4)
        rows.append(ComparisonRow(name, number_text(losses[0]), number_text(losses[1]), difference))
    return rows


def _variables(first: RunInfo, second: RunInfo) -> list[ComparisonRow]:
    rows = []
    for name in dict.fromkeys((*first.values, *second.values)):
        one, other = first.values.get(name), second.values.get(name)
        texts = [_NOTHING if value is None else array_text(value) for value in (one, other)]
        rows.append(ComparisonRow(name, texts[0], texts[1], _difference(one, other)))
    return rows


def _difference(one: Array | None, other: Array | None) -> str:
    if one is None or other is None or one.shape != other.shape or one.dtype.kind not in "iuf":
        return ""
    difference = other.astype(np.float64) - one.astype(np.float64)
    if difference.size == 1:
        return format_number(float(difference.ravel()[0]), 4)
    return QCoreApplication.translate("RunComparison", "norm {norm}").format(norm=format_number(norm(difference), 4))
