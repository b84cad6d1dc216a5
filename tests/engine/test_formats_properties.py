"""Any model comes back from its file, and no bytes at all make reading fail other than by its sentence."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.formats import model_from_bytes, model_to_bytes
from engine.graph import (
    DTYPES,
    Attribute,
    AttributeKind,
    Category,
    FileFormatError,
    Graph,
    TensorShape,
    declarations,
    unknown_declaration,
)
from engine.graph.attributes import INLINE_ELEMENTS
from engine.graph.wiring import kind_refusal
from engine.model import CsvColumns, FlowDirection, Frame, Model, Note, NumpyArray, RunSettings, TypedValues
from tests.engine.same_model import contents

DATA = Path(__file__).parents[1] / "data"
OPERATIONS = [declaration for declaration in declarations() if declaration.category is not Category.INTERNAL]

names = st.from_regex(r"[\w.][\w.\-/]{0,12}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
coordinates = st.floats(-1e6, 1e6) | st.integers(-1000, 1000).map(float)
sizes = st.integers(0, 3) | st.none()


@st.composite
def arrays(draw):
    dtype = draw(st.sampled_from(DTYPES)).numpy
    shape = draw(st.lists(st.integers(0, 4), max_size=3) | st.just([INLINE_ELEMENTS + 1]))
    count = int(np.prod(shape))
    if dtype.kind == "O":
        strings = draw(st.lists(st.binary(max_size=6), min_size=count, max_size=count))
        array = np.empty(count, object)
        array[:] = strings
        return array.reshape(shape)
    # Any bits at all, so that every NaN, denormal and extreme number occurs; booleans have two of them.
    data = draw(st.binary(min_size=count * dtype.itemsize, max_size=count * dtype.itemsize))
    array = np.frombuffer(data, np.uint8 if dtype.kind == "b" else dtype)
    if dtype.kind == "b":
        array = array % 2 == 1
    if dtype.kind == "f":
        array = np.where(np.isnan(array), dtype.type(np.nan), array)
    return array.astype(dtype).reshape(shape)


def values_of(attribute: Attribute):
    low, high = attribute.minimum, attribute.maximum
    kinds = {
        AttributeKind.FLOAT: st.floats(low, high, allow_nan=False, allow_infinity=False),
        AttributeKind.INT: st.integers(-(2**70) if low is None else int(low), 2**70 if high is None else int(high)),
        AttributeKind.BOOL: st.booleans(),
        AttributeKind.TEXT: texts,
        AttributeKind.CHOICE: st.sampled_from(attribute.choices or ("",)),
        AttributeKind.DTYPE: st.sampled_from(DTYPES),
        AttributeKind.SHAPE: st.lists(sizes, max_size=4).map(TensorShape) | st.just(TensorShape(None)),
        AttributeKind.AXES: st.lists(st.integers(-4, 4), max_size=3),
        AttributeKind.ARRAY: arrays(),
        AttributeKind.GRAPH: st.just(attribute.default),
    }
    if attribute.name in ("num", "states"):  # a node with ten thousand outputs shows no more than one with nine
        return st.integers(1, 9)
    return kinds[attribute.kind] | st.none() if attribute.optional else kinds[attribute.kind]


@st.composite
def graphs(draw):
    graph = Graph()
    for name in draw(st.lists(names, max_size=8, unique=True)):
        if draw(st.integers(0, 9)) == 0:
            op = graph.add(unknown_declaration(draw(names) + "?", ["a", "b"], ["c", "d"]), name)
            op.extra = {"type": f'"{op.type}"', "name": f'"{name}"', "more": '[1.50, {"x": 1e999}]'}
            continue
        declaration = draw(st.sampled_from(OPERATIONS))
        chosen = {a.name: draw(values_of(a)) for a in declaration.attributes if draw(st.booleans())}
        graph.add(declaration, name, chosen)
    ops = graph.get_operations()
    for index, target in enumerate(ops):
        ports = [*target.declaration.inputs, target.declaration.input_port("after")]
        for source in draw(st.lists(st.sampled_from(ops[:index]), max_size=5)) if index else []:
            port = draw(st.sampled_from(ports))
            output = draw(st.sampled_from([*source.outputs, source.done]))
            if not kind_refusal(output, target, port):
                graph.connect(output, target, port.name)
    return graph


sources = (
    texts.map(TypedValues)
    | st.builds(CsvColumns, texts, st.lists(texts, max_size=3).map(tuple), st.booleans())
    | st.builds(NumpyArray, texts, texts)
)
json_texts = st.sampled_from(["1.50", '{"a":  null}'])
counts = st.integers(0, 2**63 - 1)
runs = st.builds(
    RunSettings, counts, counts, st.booleans(), st.integers(-(2**63), 2**64 - 1), counts, texts,
    st.lists(texts, max_size=3).map(tuple),
)  # fmt: skip


extents = st.floats(1, 1e6) | st.integers(1, 1000).map(float)
colors = st.sampled_from(["", "blue", "no colour"])
frames = st.builds(Frame, coordinates, coordinates, extents, extents, texts, colors)
notes = st.builds(Note, coordinates, coordinates, extents, extents, texts, colors)


def routes(graph):
    wires = [(w.source.op.name, w.source.port, w.target.name, w.port, w.slot) for w in graph.wires()]
    points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=3).map(tuple)
    return st.dictionaries(st.sampled_from(wires), points, max_size=3) if wires else st.just({})


@st.composite
def models(draw):
    graph = draw(graphs())
    nodes = [op.name for op in graph.get_operations()]
    some = st.sampled_from(nodes or ["x"])
    return Model(
        graph=graph,
        positions=draw(st.dictionaries(some, st.tuples(coordinates, coordinates))) if nodes else {},
        data=draw(st.dictionaries(some, sources, max_size=3)),
        run=draw(runs),
        values=draw(st.dictionaries(names, arrays(), max_size=2)),
        frames=tuple(draw(st.lists(frames, max_size=2))),
        notes=tuple(draw(st.lists(notes, max_size=2))),
        collapsed=draw(st.frozensets(some, max_size=2)) if nodes else frozenset(),
        direction=draw(st.sampled_from(FlowDirection)),
        routes=draw(routes(graph)),
        extra=draw(
            st.dictionaries(names.map("extra {}".format), st.sampled_from(["1.50", '{"a":  null}']), max_size=2)
        ),
    )


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(models())
def test_a_model_comes_back_equal_and_is_written_the_same(model):
    data = model_to_bytes(model)
    again = model_from_bytes(data, "a.graph")
    assert model_to_bytes(again) == data
    assert contents(again) == contents(model)


RICH = (DATA / "version_1.graph").read_bytes()


@st.composite
def damaged(draw):
    """A whole file with some bytes changed, cut out, doubled or moved, or cut off at the end."""
    data = bytearray(RICH)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        stop = min(len(data), start + draw(st.integers(0, 12)))
        kind = draw(st.sampled_from(["cut", "change", "double", "truncate", "token"]))
        if kind == "cut":
            del data[start:stop]
        elif kind == "change":
            data[start:stop] = draw(st.binary(max_size=8))
        elif kind == "double":
            data[stop:stop] = data[start:stop]
        elif kind == "truncate":
            del data[start:]
        else:
            data[start:stop] = draw(
                st.sampled_from([b"null", b"true", b"-1", b"1e999", b"[]", b"{}", b'"x"', b'"', b"9" * 30, b"\\ud800"])
            )
    return bytes(data)


@settings(deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_damaged_bytes_are_refused_in_a_sentence_or_read(data):
    check(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(OPERATIONS), st.data())
def test_any_json_as_an_attribute_is_refused_in_a_sentence_or_read(declaration, data):
    """Values of every JSON type in the place of every attribute, also ones that look like arrays."""
    array_like = st.fixed_dictionaries(
        {
            "dtype": st.sampled_from(["float32", "int32", "bool", "O"]) | JSON,
            "shape": st.lists(JSON, max_size=2) | JSON,
        },
        optional={"values": JSON | st.lists(JSON, max_size=2), "base64": JSON},
    )
    attributes = {a.name: data.draw(JSON | array_like) for a in declaration.attributes}
    node = {"name": "n", "type": declaration.type, "attributes": attributes}
    check(msgspec.json.encode({"format": "chainrule.graph", "version": 1, "nodes": [node]}))


def check(data: bytes) -> None:
    try:
        model = model_from_bytes(data, "a.graph")
    except FileFormatError as error:
        sentence = str(error)
    else:
        sentence = "a.graph"
        assert model_to_bytes(model_from_bytes(model_to_bytes(model), "b.graph")) == model_to_bytes(model)
    assert sentence.startswith("a.graph")


def test_a_number_in_a_file_asks_for_no_more_outputs_than_a_node_can_have():
    for declaration in declarations():
        whole = [a for a in declaration.attributes if a.kind is AttributeKind.INT and a.maximum is None]
        for attribute in whole if declaration.outputs_for is not None else []:
            attributes = declaration.default_attributes()
            few = declaration.output_ports(attributes | {attribute.name: 1})
            more = declaration.output_ports(attributes | {attribute.name: 4})
            assert len(few) == len(more), f"{declaration.type} has as many outputs as {attribute.name} says"


@pytest.mark.parametrize(
    "value",
    [
        '{"dtype": "string", "shape": [1, 2], "values": ["a", "b"]}',
        '{"dtype": "bool", "shape": [1, 2], "values": [true, false]}',
        '{"dtype": "float64", "shape": [1, 2], "values": ["inf", 1.0]}',
    ],
)
def test_paddings_of_no_whole_numbers_are_a_problem_of_the_node(value):
    node = f'{{"name": "p", "type": "Pad", "attributes": {{"paddings": {value}}}}}'
    text = f'{{"format": "chainrule.graph", "version": 1, "nodes": [{node}]}}'
    problem = model_from_bytes(text.encode(), "a file").graph.operation("p").problem
    assert problem is not None
    assert "needs whole numbers as paddings" in problem.message
