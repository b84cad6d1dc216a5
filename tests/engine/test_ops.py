"""Every operation: its shape and dtype rule, its numbers, what it leaves alone, how it is declared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine
from engine.graph import (
    Category,
    DTypeError,
    Graph,
    NodeKind,
    PortKind,
    as_dtype,
    declarations,
)
from tests.engine.cases import CASES, TESTED_ELSEWHERE, cases
from tests.engine.cases.kit import ALL
from tests.engine.reference import RETURNING, Kernel

EVERY = [(op_type, dtype) for op_type, entry in CASES.items() for dtype in entry.dtypes]
DECLARATIONS = {declaration.type: declaration for declaration in declarations()}
PUBLIC = {name: each for name, each in DECLARATIONS.items() if each.category is not Category.INTERNAL}
quick = settings(max_examples=5, deadline=None, derandomize=True)


def test_every_operation_is_tested():
    assert {declaration.type for declaration in declarations()} == set(CASES) | TESTED_ELSEWHERE
    assert not set(CASES) & TESTED_ELSEWHERE


@pytest.mark.parametrize(("op_type", "dtype"), EVERY)
@quick
@given(data=st.data())
def test_the_kernel_gives_what_numpy_computes_and_leaves_its_inputs_alone(op_type, dtype, data):
    case = data.draw(cases(op_type, dtype))
    op, _ = case.build(op_type)
    arrays = case.arrays()
    for array in arrays:
        array.flags.writeable = False
    kernel = Kernel(op, arrays)
    result = kernel(*arrays).copy()
    assert result.dtype == op.output.dtype
    with np.errstate(all="ignore"):
        expected = np.asarray(CASES[op_type].expected(*arrays, **case.attributes))
    assert result.shape == expected.shape
    tolerance = 1e-5 if result.dtype == np.float32 else 1e-12
    np.testing.assert_allclose(result, expected.astype(result.dtype), rtol=tolerance, atol=tolerance)
    np.testing.assert_array_equal(kernel(*arrays), result, "the second call gives something else")
    np.testing.assert_array_equal(Kernel(op, arrays, RETURNING)(*arrays), result, "without buffers it differs")


@pytest.mark.parametrize(("op_type", "dtype"), EVERY)
@quick
@given(data=st.data())
def test_the_shape_and_dtype_rule_says_what_the_kernel_gives(op_type, dtype, data):
    case = data.draw(cases(op_type, dtype))
    arrays = case.arrays()
    op, _ = case.build(op_type)
    result = Kernel(op, arrays, RETURNING)(*arrays)
    assert op.output.shape.dims == result.shape
    assert op.output.dtype == result.dtype
    hidden = [
        data.draw(st.none() | st.just([data.draw(st.sampled_from([size, None])) for size in array.shape]))
        for array in arrays
    ]
    vague, _ = case.build(op_type, hidden)
    assert vague.output.shape.is_compatible_with(result.shape)
    assert vague.output.dtype == result.dtype


@pytest.mark.parametrize("op_type", sorted(CASES))
def test_dtypes_an_operation_does_not_take_are_refused(op_type):
    declaration = DECLARATIONS[op_type]
    if declaration.category is Category.INTERNAL:
        return
    for dtype in (as_dtype(name) for name in ALL):
        if dtype.name in CASES[op_type].dtypes:
            continue
        graph = Graph()
        inputs = {}
        for port in declaration.inputs:
            attributes = {"dtype": "bool" if port.name == "condition" else dtype, "shape": [2, 2]}
            placeholder = graph.create("Placeholder", attributes=attributes).output
            inputs[port.name] = [placeholder] if port.variadic else placeholder
        with pytest.raises(DTypeError, match="Cast"):
            graph.create(op_type, inputs)


@pytest.mark.parametrize("declaration", DECLARATIONS.values(), ids=DECLARATIONS)
def test_declarations_are_complete(declaration):
    assert declaration.description.endswith(".")
    assert "\n" not in declaration.description
    assert declaration.formula
    assert 0 < len(declaration.symbol) <= 4
    assert declaration.default_name
    assert declaration.example
    names = [port.name for port in declaration.inputs] + [attribute.name for attribute in declaration.attributes]
    ports = [port for port in declaration.inputs if port.attribute is None]
    assert len({*names}) == len(ports) + len(declaration.attributes)
    for port in declaration.inputs:
        assert port.attribute is None or (port.optional and declaration.attribute(port.attribute))
    for attribute in declaration.attributes:
        assert attribute.description.endswith(".") or attribute.description.endswith("]"), attribute.name
        converted = attribute.convert(attribute.default)
        assert attribute.same(converted, attribute.default)
        assert attribute.same(attribute.from_json(attribute.to_json(converted)), converted)
    for port in (*declaration.shape_only_inputs, *declaration.free_dtype_inputs):
        assert declaration.input_port(port)
    assert declaration.kernel is not None or declaration.updating is not None or declaration.type in {
        "Placeholder", "Variable", "Gradients", "Initialize", "Group",
    }  # fmt: skip


@pytest.mark.parametrize("declaration", DECLARATIONS.values(), ids=DECLARATIONS)
def test_unwired_operations_infer_without_a_problem(declaration):
    """A node that was just dropped on the canvas shows no error but its missing wires."""
    graph = engine.Graph()
    op = graph.add(declaration)
    if declaration.type != "Reshape":
        assert op.problem is None
    assert len(op.outputs) == sum(port.kind is not PortKind.STEP for port in declaration.outputs)


@pytest.mark.parametrize("declaration", PUBLIC.values(), ids=PUBLIC)
def test_the_example_is_a_name_that_exists(declaration):
    """Examples are shown to people: what they call must be there."""
    head = declaration.example.split("(")[0]
    if head.startswith("tf."):
        target = engine
        for name in head.split(".")[1:]:
            assert hasattr(target, name), f"{declaration.type}: {declaration.example}"
            target = getattr(target, name)
    else:
        assert declaration.example.startswith("W.")


def test_kinds():
    assert DECLARATIONS["Placeholder"].kind is NodeKind.PLACEHOLDER
    assert DECLARATIONS["Variable"].kind is NodeKind.VARIABLE
    assert DECLARATIONS["Constant"].kind is NodeKind.CONSTANT
    assert DECLARATIONS["GradientDescent"].kind is NodeKind.OPTIMIZER
    assert DECLARATIONS["SoftmaxCrossEntropyWithLogits"].kind is NodeKind.LOSS
    assert DECLARATIONS["Variable"].outputs[0].kind is PortKind.VARIABLE
