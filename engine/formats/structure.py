"""What stands in a ``.graph`` file of the present version: its JSON, declared field by field.

``resources/graph.schema.json`` is made from these declarations.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw

FORMAT: Literal["chainrule.graph"] = "chainrule.graph"

NotNegative = Annotated[int, Meta(ge=0)]


class NodeEntry(msgspec.Struct, kw_only=True):
    """An operation."""

    name: Annotated[str, Meta(description="Unique in the file; letters, digits and _ . - / only.")]
    type: Annotated[
        str, Meta(min_length=1, description="The type of operation. A node of an unknown type is kept as it is.")
    ]
    attributes: Annotated[
        dict[str, Raw], Meta(description="The attributes whose values differ from the operation's defaults.")
    ] = {}
    position: Annotated[
        tuple[float, float] | None,
        Meta(description="Left and top edge on the canvas, in pixels at 100 %; y grows downwards."),
    ] = None
    gradient: Annotated[
        str, Meta(description="The registered gradient that stands in the place of the operation's own.")
    ] = ""
    muted: Annotated[bool, Meta(description="Whether it passes an input on instead of computing anything.")] = False


class WireEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"source": "from", "target": "to"}):
    """A connection. Wires that end at the same port are in the order in which that port takes them."""

    source: Annotated[str, Meta(description="Where it begins: node:port, for example product:output.")]
    target: Annotated[str, Meta(description="Where it ends: node:port, for example hypothesis:x.")]
    via: Annotated[
        list[tuple[float, float]],
        Meta(description="The points that it is drawn through, from where it begins; in pixels at 100 %."),
    ] = []


class TypedEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="typed"):
    """Values that a person typed."""

    text: str


class CsvEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="csv"):
    """Columns of a CSV file, by the names in its header row or by their numbers from 1."""

    path: Annotated[str, Meta(description="Relative to the folder of this file, with forward slashes; or absolute.")]
    columns: list[str]
    as_matrix: Annotated[bool, Meta(description="Whether a single column gives a matrix instead of a vector.")] = False


class NumpyEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="numpy"):
    """The array of an .npy file, or one array of an .npz file."""

    path: Annotated[str, Meta(description="Relative to the folder of this file, with forward slashes; or absolute.")]
    key: Annotated[str, Meta(description="The name of the array in an .npz file.")] = ""


class RunEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How the graph is trained."""

    epochs: NotNegative = 100
    batch_size: Annotated[int, Meta(ge=0, description="Rows in a mini-batch; 0 takes all rows at once.")] = 0
    shuffle: bool = True
    seed: int = 0
    held_back: Annotated[int, Meta(ge=0, description="Rows at the end that are kept from training.")] = 0
    optimizer: Annotated[str, Meta(description='The optimizer node; "" takes the only one there is.')] = ""
    metrics: Annotated[tuple[str, ...], Meta(description="Nodes that are computed after every epoch.")] = ()


class ParameterEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is set for each instance of a block by itself."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=60)]
    kind: Literal["int", "float", "bool", "text", "choice", "axes", "shape", "dtype"]
    default: Annotated[Any, Meta(description="The value of a new instance, written as an attribute of that kind.")]
    description: str = ""
    choices: list[str] = []
    minimum: float | None = None
    maximum: float | None = None


class RuleEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An attribute inside a block that follows from its parameters and from the sizes at its ports."""

    node: str
    attribute: str
    expression: Annotated[str, Meta(description='For example [size("input", -1), units].')]


class InstanceEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A name scope that is an instance of a block."""

    definition: str
    parameters: Annotated[
        dict[str, Any], Meta(description="The parameters that are not as the definition has them.")
    ] = {}


class DefinitionEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A reusable block. Its ports are its nodes of the types BlockInput and BlockOutput."""

    description: str = ""
    parameters: list[ParameterEntry] = []
    rules: list[RuleEntry] = []
    nodes: list[NodeEntry] = []
    wires: list[WireEntry] = []
    instances: Annotated[
        dict[str, InstanceEntry], Meta(description="Name scopes inside that are instances of other blocks.")
    ] = {}
    folded: Annotated[list[str], Meta(description="Name scopes inside that are shown as one block.")] = []


Corner = Annotated[
    tuple[float, float], Meta(description="Left and top edge on the canvas, in pixels at 100 %; y grows downwards.")
]
Size = Annotated[
    tuple[Annotated[float, Meta(ge=1)], Annotated[float, Meta(ge=1)]],
    Meta(description="Width and height, in pixels at 100 %."),
]
ColorName = Annotated[
    str, Meta(description='The name of a colour: "blue", "green", "orange", "yellow", "red"; "" has none of its own.')
]


class FrameEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A titled rectangle drawn behind nodes."""

    title: str = ""
    position: Corner
    size: Size
    color: ColorName = ""


class NoteEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A card with a text on the canvas."""

    text: Annotated[str, Meta(description="In Markdown.")] = ""
    position: Corner
    size: Size
    color: ColorName = ""


class ViewEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A place on the canvas that a person comes back to."""

    name: Annotated[str, Meta(min_length=1)]
    center: Annotated[tuple[float, float], Meta(description="What is in the middle, in pixels at 100 %.")]
    zoom: Annotated[float, Meta(gt=0, description="Pixels on the screen for each at 100 %.")]


class GraphFile(msgspec.Struct, kw_only=True):
    """A Chainrule graph."""

    format: Literal["chainrule.graph"]
    version: Annotated[int, Meta(ge=1, description="The version of the format.")]
    nodes: list[NodeEntry] = []
    wires: list[WireEntry] = []
    data: Annotated[
        dict[str, TypedEntry | CsvEntry | NumpyEntry], Meta(description="Where placeholders take their values from.")
    ] = {}
    run: RunEntry = msgspec.field(default_factory=RunEntry)
    values: Annotated[
        dict[str, dict[str, Any]],
        Meta(
            description="Trained values by variable: dtype, shape, and either values (row by row; NaN and infinities "
            "as text) or base64 of the little-endian bytes."
        ),
    ] = {}
    folded: Annotated[
        list[str],
        Meta(description="Name scopes that the editor shows as one block; others are shown with all their nodes."),
    ] = []
    definitions: Annotated[
        dict[str, DefinitionEntry], Meta(description="Reusable blocks by name; a library of blocks has nothing else.")
    ] = {}
    instances: Annotated[
        dict[str, InstanceEntry],
        Meta(description="Name scopes whose nodes are an instance of a block. Their nodes and wires stand above."),
    ] = {}
    frames: Annotated[list[FrameEntry], Meta(description="Frames around nodes, from the back to the front.")] = []
    notes: Annotated[list[NoteEntry], Meta(description="Notes on the canvas, from the back to the front.")] = []
    collapsed: Annotated[list[str], Meta(description="Nodes that are shown as their title line only.")] = []
    direction: Annotated[
        Literal["right", "down"], Meta(description="Where values flow on the canvas: left to right, or top to bottom.")
    ] = "right"
    views: Annotated[list[ViewEntry], Meta(description="Saved places on the canvas; each name once.")] = []


def schema() -> dict[str, Any]:
    """The JSON schema of the format."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | msgspec.json.schema(GraphFile)
