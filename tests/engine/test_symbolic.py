"""Unknown sizes with names: what is solved over a whole graph, how it is written, and what contradicts itself."""

import numpy as np
import pytest

import engine as tf
from engine.formats import model_from_bytes, model_to_bytes
from engine.graph import AttributeValueError, FileFormatError, Graph, Severity, check_connect
from engine.graph.attributes import parse_shape
from engine.graph.shapes import NamedShape, TensorShape
from engine.graph.symbolic.expression import symbol
from engine.graph.symbolic.solver import solve_dimensions
from engine.model import Model, TypedValues
from engine.training.check import check_model


@pytest.fixture(autouse=True)
def graph():
    graph = Graph()
    with graph.as_default():
        yield graph


def data(shape, name):
    """A placeholder whose shape is as a person writes it."""
    return tf.get_default_graph().create("Placeholder", {}, {"shape": shape}, name).output


def written(tensor):
    return ", ".join(solve_dimensions(tensor.graph).written(tensor))


# --- names in shapes ---------------------------------------------------------------------------------------------


def test_a_shape_is_typed_with_names():
    for text in ("B, 3", "[B, 3]", "(B, 3)", "B×3"):
        shape = parse_shape(text)
        assert isinstance(shape, NamedShape)
        assert (shape.dims, shape.names, str(shape)) == ((None, 3), ("B", None), "(B, 3)")


@pytest.mark.parametrize("text", ["?, 3", "None, 3", "none, 3", "-1, 3", "null, 3"])
def test_unknown_sizes_without_names_stay_without(text):
    assert type(parse_shape(text)) is TensorShape
    assert str(parse_shape(text)) == "(?, 3)"


@pytest.mark.parametrize("text", ["B!, 3", "2B", "a b", "B C, 3", "x" * 33, "1.5", "∂, 2"])
def test_what_is_no_name_is_refused(text):
    with pytest.raises(AttributeValueError, match="is not a shape"):
        parse_shape(text)


def test_only_placeholders_name_their_sizes(graph):
    variable = graph.add("Variable", "W")
    with pytest.raises(AttributeValueError, match="'B' is no size"):
        graph.set_attribute(variable, "shape", "[B, 3]")


def test_programs_see_no_names(graph):
    x = data("B, 3", "x")
    assert x.shape.as_list() == [None, 3]
    assert str(x.shape) == "(?, 3)"
    assert type(x.shape) is TensorShape


def test_names_are_kept_in_the_file(graph):
    data(["batch", 3], "x")
    text = model_to_bytes(Model(graph))
    assert b'"shape": ["batch", 3]' in text
    again = model_from_bytes(text, "x.graph")
    assert again.graph.operation("x").attributes["shape"].names == ("batch", None)
    assert model_to_bytes(again) == text


def test_a_file_with_a_name_that_is_none_is_refused(graph):
    data("B, 3", "x")
    text = model_to_bytes(Model(graph)).replace(b'"B"', b'"B C"')
    with pytest.raises(FileFormatError, match="no name of a size"):
        model_from_bytes(text, "x.graph")


def test_another_name_is_another_value(graph):
    attribute = data("B, 3", "x").op.declaration.attribute("shape")
    one, same, other, none = (attribute.convert(text) for text in ("B, 3", "[B, 3]", "N, 3", "?, 3"))
    assert attribute.same(one, same)
    assert not attribute.same(one, other)
    assert not attribute.same(one, none)


# --- expressions -------------------------------------------------------------------------------------------------

B, H, N = symbol("B"), symbol("H"), symbol("N")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (B, "B"),
        (B * 2, "2·B"),
        (B + 1, "B + 1"),
        (H - 2, "H − 2"),
        (B * -1 + 10, "10 − B"),
        (B * N * 3 + B, "3·B·N + B"),
        (B * B, "B²"),
        ((H - 3) // 2 + 1, "(H − 1) // 2"),
        (H // 2, "H // 2"),
        ((H * 6) // 3, "2·H"),
        ((H * 3) // 2, "3·H // 2"),
        (((H - 1) // 2 + 1) // 2, "(H + 1) // 4"),
        ((H // 2) * 8, "8·(H // 2)"),
        ((H * 4 + 3) // 2, "2·H + 1"),
        (B - B, "0"),
    ],
)
def test_expressions_are_written_in_one_form(expression, text):
    assert expression.text({"B": "B", "H": "H", "N": "N"}) == text


def test_equal_sizes_are_equal_expressions():
    assert (H - 3) // 2 + 1 == (H - 1) // 2
    assert ((H + 1) // 2 - 1) // 3 == (H - 1) // 6
    assert {H // 2: 1}[(H * 2) // 4] == 1


# --- what follows ------------------------------------------------------------------------------------------------


def test_sizes_that_meet_are_one():
    x, y = data("B, 3", "x"), data("N, 1", "y")
    hypothesis = tf.matmul(x, tf.ones([3, 1]))
    cost = tf.square(hypothesis - y)
    assert [written(t) for t in (x, y, hypothesis, cost)] == ["B, 3", "B, 1", "B, 1", "B, 1"]


def test_a_name_that_a_person_gave_stays():
    y, x = data("?, 1", "y"), data("rows, 1", "x")
    assert written(x - y) == written(y) == "rows, 1"


def test_unnamed_sizes_get_letters_where_they_stand_in_two_places():
    x, z = data("?, 2", "x"), data("?, ?", "z")
    lone = data("?", "lone")
    t = tf.transpose(z)
    assert (written(tf.tanh(x)), written(z), written(t), written(lone)) == ("B, 2", "N, M", "M, N", "?")


def test_a_letter_that_a_person_uses_is_given_to_no_other():
    x, y = data("?", "x"), data("B", "y")
    assert (written(tf.tanh(x)), written(tf.tanh(y))) == ("N", "B")


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda x, im: tf.concat([x, x], 0), "2·B, 4"),
        (lambda x, im: tf.concat([x, tf.ones([1, 4])], 0), "B + 1, 4"),
        (lambda x, im: tf.reshape(x, [-1]), "4·B"),
        (lambda x, im: tf.reshape(x, [-1, 8]), "B // 2, 8"),
        (lambda x, im: tf.reshape(tf.concat([x, x], 0), [-1, 8]), "B, 8"),
        (lambda x, im: tf.ones(tf.shape(x)), "B, 4"),
        (lambda x, im: tf.zeros([tf.shape(x)[0] * 2 + 1, 5]), "2·B + 1, 5"),
        (lambda x, im: tf.range(tf.size(x)), "4·B"),
        (lambda x, im: tf.reshape(im, [tf.shape(im)[0], -1]), "N, 3·H·W"),
        (lambda x, im: tf.matmul(x, x, transpose_b=True), "B, B"),
        (lambda x, im: tf.reshape(tf.matmul(x, x, transpose_b=True), [-1]), "B²"),
        (lambda x, im: tf.pad(x, [[1, 2], [0, 0]]), "B + 3, 4"),
        (lambda x, im: tf.tile(x, [3, 2]), "3·B, 8"),
        (lambda x, im: x[1:], "B − 1, 4"),
        (lambda x, im: tf.nn.max_pool(im, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"), "N, (H + 1) // 2, (W + 1) // 2, 3"),
        (lambda x, im: tf.nn.conv2d(im, tf.ones([3, 3, 3, 8]), [1, 1, 1, 1], "VALID"), "N, H − 2, W − 2, 8"),
        (
            lambda x, im: tf.nn.conv2d(im, tf.ones([3, 3, 3, 8]), [1, 2, 2, 1], "VALID"),
            "N, (H − 1) // 2, (W − 1) // 2, 8",
        ),
        (lambda x, im: tf.stack([x, x * 2.0]), "2, B, 4"),
        (lambda x, im: tf.reduce_sum(im, [1, 2]), "N, 3"),
        (lambda x, im: tf.gradients(tf.reduce_sum(tf.square(x)), x)[0], "B, 4"),
    ],
)
def test_what_follows_is_written_as_an_expression(build, text):
    tensor = build(data("B, 4", "x"), data("N, H, W, 3", "im"))
    assert written(tensor) == text


def test_what_no_expression_says_is_not_written():
    x = data("B, 4", "x")
    few = x[:5]  # B where that is less than 5
    assert written(few) == "?, 4"
    squeezed = tf.squeeze(data("B, 1", "z"))  # a scalar where B is 1
    assert squeezed.shape.dims is None
    assert solve_dimensions(x.graph).written(squeezed) is None


def test_sizes_that_are_asked_for_are_found():
    x, z = data("?, K", "x"), data("P", "z")
    tf.matmul(x, tf.ones([3, 2]))
    tf.reshape(z, [28, 28])
    assert (written(x), written(z)) == ("B, 3", "784")


def test_equations_go_back_to_where_the_sizes_come_from():
    x, y = data("H, 2", "x"), data("N, 2", "y")
    shorter = x[1:] + y
    assert (written(y), written(shorter)) == ("H − 1, 2", "H − 1, 2")


def test_many_that_meet_in_one_node():
    parts = [data(f"N{place}, {place + 1}", f"x{place}") for place in range(14)]
    assert written(tf.concat(parts, 1)) == "N0, 105"
    assert {written(part).split(",")[0] for part in parts} == {"N0"}


# --- what cannot be ----------------------------------------------------------------------------------------------


def problems(graph):
    return [(problem.node, problem.message, problem.severity) for problem in solve_dimensions(graph).problems()]


def test_two_numbers_for_one_name(graph):
    x = data("K, B", "x")
    tf.matmul(x, tf.ones([4, 2], name="four"), name="first")
    tf.matmul(x, tf.ones([5, 2], name="five"), name="second")
    ((node, message, severity),) = problems(graph)
    assert (node, severity) == ("second", Severity.ERROR)
    assert "x is (K, 4) and five is (5, 2)" in message
    assert "B is 4 because of first." in message


def test_a_size_that_would_be_another_than_itself(graph):
    x = data("H, 2", "x")
    tf.concat([x[1:], x], 1, name="beside")
    ((node, message, severity),) = problems(graph)
    assert (node, severity) == ("beside", Severity.ERROR)
    assert "H − 1 and H would have to be equal at beside, and never are" in message
    assert "x is (H, 2)" in message


def test_what_may_be_broadcast_is_a_warning(graph):
    x = data("B, 1", "x")
    for size in (4, 5):
        tf.add(x, tf.ones([size, 1]), name=f"plus_{size}")
    ((node, message, severity),) = problems(graph)
    assert (node, severity) == ("plus_5", Severity.WARNING)
    assert "B is 4 because of plus_4." in message


def test_refusals_and_problems_use_the_names(graph):
    x, w = data("B, 3", "x"), data("4, 2", "W")
    product = graph.add("MatMul", "product")
    graph.connect(x, product, "x")
    model = Model(graph)
    check_model(model)
    assert "x is (B, 3) and W is (4, 2)" in check_connect(graph, w, product, "y").reason
    graph.connect(w, product, "y")
    assert any("x is (B, 3) and W is (4, 2)" in problem.message for problem in check_model(model))
    assert "x is (?, 3)" in graph.operation("product").problem.message


# --- data --------------------------------------------------------------------------------------------------------


def with_data(graph, **texts):
    return Model(graph, data={name: TypedValues(text) for name, text in texts.items()})


def test_data_of_other_sizes_for_one_name(graph):
    data("B", "x")
    data("2, B", "y")
    found = [(p.node, p.message) for p in check_model(with_data(graph, x="1, 2, 3", y="1, 2; 3, 4"))]
    (message,) = [message for node, message in found if node == "y"]
    assert message == (
        "Its shape is (2, B), and its data has (2, 2), but x is (B,), and its data has (3,): B would be 3, not 2. "
        "Change the data or the names."
    )


def test_data_that_fits_an_expression(graph):
    x, y = data("H, 2", "x"), data("N, 2", "y")
    tf.add(x[1:], y)
    assert not [p for p in check_model(with_data(graph, x="1, 2; 3, 4; 5, 6", y="1, 2; 3, 4")) if p.node]
    (problem,) = [p for p in check_model(with_data(graph, x="1, 2; 3, 4; 5, 6", y="1, 2; 3, 4; 5, 6")) if p.node]
    assert "y" in problem.node and "H − 1 would be 2, not 3" in problem.message


# --- again after an edit -----------------------------------------------------------------------------------------


def test_what_has_not_changed_is_taken_from_the_solution_before(graph, monkeypatch):
    x = data("B, 3", "x")
    tensors = [tf.tanh(tf.matmul(x, tf.ones([3, size]))) for size in range(1, 9)]
    before = solve_dimensions(graph)
    asked = []
    from engine.graph.symbolic import solver

    monkeypatch.setattr(solver, "_signature", lambda op, inputs: asked.append(op.name))
    added = tf.nn.relu(tensors[0], name="added")
    after = solve_dimensions(graph, before)
    assert set(asked) == {"added"}
    assert after.written(added) == ("B", "1")
    assert all(after.written(t) == before.written(t) for t in tensors)
    graph.set_attribute(x.op, "shape", "rows, 3")
    assert solve_dimensions(graph, after).written(tensors[3]) == ("rows", "4")


# --- against what runs -------------------------------------------------------------------------------------------


def assert_runs_agree(graph, feeds, fetches):
    """What is written holds for the arrays that come out: ``feeds`` has the data by placeholder."""
    dimensions = solve_dimensions(graph)
    values = {}
    for tensor, array in feeds.items():
        for size, number in zip(dimensions.sizes(tensor), array.shape, strict=True):
            if not isinstance(size, int) and size is not None and size.is_symbol:
                values.update(dict.fromkeys(size.symbols, number))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for tensor, array in zip(fetches, session.run(fetches, feeds), strict=True):
            sizes = dimensions.sizes(tensor)
            assert sizes is None or len(sizes) == np.ndim(array), tensor.name
            for size, number in zip(sizes or (), np.shape(array), strict=sizes is not None):
                if isinstance(size, int):
                    assert size == number, tensor.name
                elif size is not None and size.symbols <= values.keys():
                    assert size.value(values) == number, (tensor.name, size)
