"""Run settings that name nodes, once these have other names or are gone."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from engine.model import RunSettings


def renamed_in(settings: RunSettings, names: Mapping[str, str]) -> RunSettings:
    """The settings once nodes have other names."""
    return replace(
        settings,
        optimizer=names.get(settings.optimizer, settings.optimizer),
        metrics=tuple(names.get(metric, metric) for metric in settings.metrics),
    )


def settings_without(settings: RunSettings, names: Container[str]) -> RunSettings:
    """The settings once these nodes are gone."""
    return replace(
        settings,
        optimizer="" if settings.optimizer in names else settings.optimizer,
        metrics=tuple(metric for metric in settings.metrics if metric not in names),
    )
