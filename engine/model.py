"""What an open ``.graph`` file holds: the graph, where its nodes stand, its data and its run settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from .blocks.definition import Definition, Instance
from .graph import Graph

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class TypedValues:
    """Values a person typed, exactly as typed: ``1, 2, 3, 4``."""

    text: str


@dataclass(frozen=True)
class CsvColumns:
    """Columns of a CSV file, by the names in its header row or by their numbers from 1 where it has none.

    One column gives a vector (one number a row); several, or ``as_matrix``, give a matrix with a row for each row.
    """

    path: str
    columns: tuple[str, ...]
    as_matrix: bool = False


@dataclass(frozen=True)
class NumpyArray:
    """The array in an ``.npy`` file, or the one called ``key`` in an ``.npz`` file."""

    path: str
    key: str = ""


#: Where a placeholder's values come from. Paths are relative to the document's folder (with forward slashes), or
#: absolute where the document has not been saved or the file lies on another drive.
DataSource = TypedValues | CsvColumns | NumpyArray


@dataclass(frozen=True)
class RunSettings:
    """How the graph is trained."""

    epochs: int = 100
    #: Rows in a mini-batch; 0 takes all rows at once.
    batch_size: int = 0
    #: Whether the rows are put in another order in every epoch (mini-batches only).
    shuffle: bool = True
    #: Seed of the initial values, of random operations and of the shuffling.
    seed: int = 0
    #: Rows at the end of the data that are kept from training and that metrics are computed on.
    held_back: int = 0
    #: The optimizer node that is run; "" takes the only one there is.
    optimizer: str = ""
    #: Nodes that are computed after every epoch, on the held-back rows or on all when none are held back.
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """A titled rectangle drawn behind nodes, in pixels at 100 %: what lies in it when it is dragged goes with it."""

    left: float
    top: float
    width: float
    height: float
    title: str = ""
    #: The name of a colour, such as "blue"; "" has none of its own.
    color: str = ""


@dataclass(frozen=True)
class Note:
    """A card with a text in Markdown on the canvas, in pixels at 100 %."""

    left: float
    top: float
    width: float
    height: float
    text: str = ""
    #: The name of a colour, such as "blue"; "" has none of its own.
    color: str = ""


@dataclass(frozen=True)
class SavedView:
    """A place on the canvas that a person comes back to."""

    name: str
    #: What is in the middle, in pixels at 100 %.
    x: float
    y: float
    #: Pixels on the screen for each at 100 %.
    zoom: float


class FlowDirection(StrEnum):
    """Where values flow on the canvas, from the placeholders to the loss."""

    RIGHT = "right"
    DOWN = "down"


#: The fields of a model that are sets of names of its nodes: what holds of a node goes with it.
NODE_SETS = ("collapsed",)


Point = tuple[float, float]
#: A wire: the names of its source and output, of its target and input, and its place at that (0 but at variadic ones).
WireKey = tuple[str, str, str, str, int]


@dataclass
class Model:
    """A document's content."""

    graph: Graph = field(default_factory=Graph)
    #: Top left corner of each node on the canvas, in pixels at 100 %.
    positions: dict[str, tuple[float, float]] = field(default_factory=dict)
    #: Placeholder name to where its values come from.
    data: dict[str, DataSource] = field(default_factory=dict)
    run: RunSettings = field(default_factory=RunSettings)
    #: Trained values that were saved with the document, by variable name; empty when none were.
    values: dict[str, Array] = field(default_factory=dict)
    #: Name scopes ("dense", "layer1/cell") that are shown as one block; names of scopes that are not there are kept.
    folded: frozenset[str] = frozenset()
    #: The reusable blocks, by name; never changed in place.
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    #: The name scopes that are instances of them; never changed in place.
    instances: Mapping[str, Instance] = field(default_factory=dict)
    #: From the back to the front.
    frames: tuple[Frame, ...] = ()
    #: From the back to the front.
    notes: tuple[Note, ...] = ()
    #: Nodes that are shown as their title line only.
    collapsed: frozenset[str] = frozenset()
    direction: FlowDirection = FlowDirection.RIGHT
    #: The points that wires are drawn through, from source to target, in pixels at 100 %. Never changed in place:
    #: another mapping takes its place.
    routes: Mapping[WireKey, tuple[Point, ...]] = field(default_factory=dict)
    #: In the order in which they are listed; each name once.
    views: tuple[SavedView, ...] = ()
    #: What else stands at the top of the file, as JSON texts by key: kept and saved back unchanged.
    extra: dict[str, str] = field(default_factory=dict)
