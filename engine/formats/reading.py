"""From the bytes of a ``.graph`` file to a model. Every refusal is one sentence that says where and why."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import Raw

from ..graph import AttributeValueError, FileFormatError
from ..graph.attributes import array_from_json
from ..graph.literals import Array
from ..model import CsvColumns, DataSource, FlowDirection, Model, NumpyArray, RunSettings, TypedValues
from .annotations import read_frame, read_note, read_views
from .blocks import read_definitions, read_instances
from .building import build_graph, raw_text
from .migrations import FIRST_VERSION, VERSION, migrate
from .routes import read_routes
from .storage import MAX_BYTES
from .structure import FORMAT, CsvEntry, GraphFile, NumpyEntry, TypedEntry

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_FILE = msgspec.json.Decoder(GraphFile)
_TEXTS_BY_KEY = msgspec.json.Decoder(dict[str, Raw])
_NODE_TEXTS = msgspec.json.Decoder(list[dict[str, Raw]])

_KNOWN_KEYS = frozenset(GraphFile.__struct_fields__)


class _Header(msgspec.Struct):
    format: Any = None
    version: Any = None


def read_model(data: bytes, place: str) -> Model:
    """The model that ``data`` holds; ``place`` is what errors call it. Raises FileFormatError for anything else."""
    data = _checked_text(data, place)
    version = _version(data, place)
    if version < VERSION:
        data = msgspec.json.encode(migrate(_decode(msgspec.json.Decoder(dict[str, Any]), data, place), version))
    file: GraphFile = _decode(_FILE, data, place)
    texts: dict[str, Raw] = _decode(_TEXTS_BY_KEY, data, place)
    node_texts: list[dict[str, Raw]] = _decode(_NODE_TEXTS, texts.get("nodes", Raw(b"[]")), place)
    graph = build_graph(file.nodes, node_texts, file.wires, place)
    return Model(
        graph=graph,
        positions={node.name: node.position for node in file.nodes if node.position is not None},
        data={name: _data_source(entry) for name, entry in file.data.items()},
        run=RunSettings(**msgspec.structs.asdict(file.run)),
        values={name: _value(name, entry, place) for name, entry in file.values.items()},
        folded=frozenset(file.folded),
        definitions=read_definitions(file.definitions, texts.get("definitions"), place),
        instances=read_instances(file.instances),
        frames=tuple(read_frame(entry) for entry in file.frames),
        notes=tuple(read_note(entry) for entry in file.notes),
        collapsed=frozenset(name for name in file.collapsed if name in graph),
        direction=FlowDirection(file.direction),
        routes=read_routes(file.wires),
        views=read_views(file.views),
        extra={key: raw_text(raw) for key, raw in texts.items() if key not in _KNOWN_KEYS},
    )


# --- the text ----------------------------------------------------------------------------------------------------


def _checked_text(data: bytes, place: str) -> bytes:
    """``data`` without a byte order mark, when it can be a JSON text at all."""
    if len(data) > MAX_BYTES:
        raise FileFormatError(
            f"{place} is larger than {MAX_BYTES // 1024**3} GB; that is no graph. Choose a .graph file."
        )
    data = data.removeprefix(_BYTE_ORDER_MARK)
    if not data.strip():
        raise FileFormatError(f"{place} is empty; there is no graph in it. Choose another file.")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise FileFormatError(
            f"{place} is no text in UTF-8 (byte {error.start + 1}), so it is no graph; choose a .graph file."
        ) from None
    return data


def _decode(decoder: msgspec.json.Decoder[Any], data: bytes | Raw, place: str) -> Any:
    try:
        return decoder.decode(data)
    except RecursionError:
        raise FileFormatError(
            f"{place} nests lists in lists too deeply; no graph does, so it is damaged. Get it again."
        ) from None
    except msgspec.ValidationError as error:
        raise FileFormatError(f"{place} has something else than a graph has there: {error}. Mend it there.") from None
    except msgspec.DecodeError as error:
        raise FileFormatError(_syntax_sentence(str(error), bytes(data), place)) from None


def _syntax_sentence(message: str, data: bytes, place: str) -> str:
    found = re.search(r"^JSON is malformed: (.*) \(byte (\d+)\)$", message)
    if found is None:
        return f"{place} ends in the middle of the graph; it was cut off. Get it again, or open a backup."
    before = data[: int(found[2])].decode(errors="replace")
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return f"{place} is no JSON text: {found[1]} in line {line}, near column {column}. Mend it there, or open a backup."


def _version(data: bytes, place: str) -> int:
    if not data.lstrip().startswith(b"{"):
        _decode(msgspec.json.Decoder(Raw), data, place)
        raise FileFormatError(f"{place} is JSON, but no graph; choose a .graph file.")
    header: _Header = _decode(msgspec.json.Decoder(_Header), data, place)
    if header.format != FORMAT:
        raise FileFormatError(
            f'{place} is JSON, but no graph: it does not say "format": "{FORMAT}". Choose a .graph file.'
        )
    version = header.version
    if type(version) is not int or version < FIRST_VERSION:
        raise FileFormatError(f'{place} does not say which version of the format it has; "version": {VERSION} is due.')
    if version > VERSION:
        raise FileFormatError(
            f"{place} was written by a newer version of Chainrule (format {version}; this one reads up to {VERSION}). "
            "Update Chainrule to open it."
        )
    return version


# --- what stands beside the graph --------------------------------------------------------------------------------


def _data_source(entry: TypedEntry | CsvEntry | NumpyEntry) -> DataSource:
    match entry:
        case TypedEntry():
            return TypedValues(entry.text)
        case CsvEntry():
            return CsvColumns(entry.path, tuple(entry.columns), entry.as_matrix)
        case NumpyEntry():
            return NumpyArray(entry.path, entry.key)


def _value(name: str, entry: dict[str, Any], place: str) -> Array:
    try:
        return array_from_json(entry)
    except AttributeValueError as error:
        raise FileFormatError(f"{place}, saved value of {name!r}: {error}") from None
