"""Conditions: what they mean, and the sentences about those that mean nothing."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.debugger.conditions.condition import Condition, Need
from engine.debugger.conditions.parser import parse
from engine.debugger.conditions.terms import truth
from engine.debugger.conditions.tokens import ConditionError
from tests.engine.models import linear_regression

NODES = ["W", "b", "layer1/cell", "layer1", "a-b", "loss", "x"]


class Readings:
    """Fixed readings."""

    def __init__(self, gradient=None, **values):
        self._values = {"epoch": 3, "batch": 1, "step": 7, "loss": 0.25, **values}
        self._gradient = gradient

    def counter(self, name):
        return self._values[name]

    def tensor(self, node):
        value = self._values.get(node)
        return None if value is None else np.asarray(value, np.float32)

    def gradient(self, node):
        return self._gradient


def holds(text, **values):
    return truth(parse(text, NODES), Readings(**values))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("loss < 0.5", True),
        ("loss > .5", False),
        ("epoch == 3 and batch == 1", True),
        ("epoch == 4 or step >= 7", True),
        ("not epoch == 3", False),
        ("not not epoch == 3", True),
        ("not epoch == 3 or step == 7", True),
        ("0 < loss < 1", True),
        ("0 < loss < 0.1", False),
        ("2 + 3 * 4 == 14", True),
        ("(2 + 3) * 4 == 20", True),
        ("2 ** 3 ** 2 == 512", True),
        ("-2 ** 2 == -4", True),
        ("2 ** -1 == 0.5", True),
        ("8 / 4 / 2 == 1", True),
        ("10 - 4 - 3 == 3", True),
        ("1e3 == 1000 and 1.5E-1 == 0.15", True),
        ("norm(W) == 5", True),
        ("norm(grad W) > 10", True),
        ("norm(grad(W)) > 10", True),
        ("W[0, 1] == 4 and W[-1, 0] == 3", True),
        ("sum(W) == 7 and mean(W) == 3.5 and min(W) == 3 and max(W) == 4", True),
        ("size(W) == 2 and std(W) == 0.5", True),
        ("max(epoch, step) == 7 and min(2, 1, 3) == 1", True),
        ("abs(-3) == 3 and max(abs(-W)) == 4", True),
        ("any_nan(b)", True),
        ("any_inf(b)", False),
        ("layer1/cell == 6", True),
        ("layer1/2 == 1", True),
        ("`a-b` == 9", True),
        ("`loss` == 100", True),
        ("1 == 1 != 2", True),
    ],
)
def test_a_condition_means_what_python_would(text, expected):
    values = {"W": [[3, 4]], "b": [1, math.nan], "layer1/cell": 6, "layer1": 2, "a-b": 9}
    readings = Readings(gradient=np.array([[6.0, 9.0]]), **values)
    if text.startswith("`loss`"):
        readings._values["loss"] = 100
    assert truth(parse(text, NODES), readings) is expected


@pytest.mark.parametrize("text", ["-" * 400 + "1 > 0", "not " * 100 + "1", "1 + " * 120 + "1 > 0", "1 ** " * 40 + "1"])
def test_long_conditions_do_not_run_out_of_stack(text):
    assert holds(text)


@given(
    st.recursive(
        st.integers(0, 9).map(str),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(" ".join),
            inner.map(lambda text: f"({text})"),
            inner.map(lambda text: f"-{text}"),
        ),
        max_leaves=12,
    ),
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    st.integers(-20, 20),
)
def test_arithmetic_is_pythons(text, comparison, number):
    whole = f"{text} {comparison} {number}"
    assert holds(whole) is eval(whole)


@given(st.text(alphabet="abW()[]<>=+-*/,.`0123 \tlosgrdn'\"\\{}:;#@", max_size=40))
def test_any_text_is_read_or_refused_in_a_sentence(text):
    try:
        parse(text, NODES)
    except ConditionError as error:
        column, sentence = error.column, str(error)
    else:
        return
    assert 1 <= column <= len(text) + 1
    assert sentence.endswith((".", "?"))


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "Write a condition"),
        ("loss <", 7, "the condition ends"),
        ("loss = 1", 6, "write == to compare"),
        ("loss < 0.1 &", 12, "'and'"),
        ("los < 1", 1, "did you mean loss"),
        ("norm(grad Wx) > 1", 11, "no node 'Wx'; did you mean"),
        ("nrom(W) > 1", 1, "did you mean norm"),
        ("(loss < 1", 10, "')' for the bracket in column 1"),
        ("loss < 1)", 9, "')' stands"),
        ("W[a] > 1", 3, "whole number"),
        ("W[0.5] > 1", 3, "whole number"),
        ("norm(W, b) > 1", 7, "takes one value"),
        ("`a-c` > 1", 1, "did you mean a-b"),
        ("`W > 1", 1, "not closed"),
        ("3x > 1", 1, "is no number"),
        ("loss < 1 loss", 10, "'loss' stands"),
        ("__import__(1)", 1, "no function"),
        ("(" * 60 + "1" + ")" * 60, 51, "brackets"),
    ],
)
def test_a_mistake_is_a_sentence_with_its_column(text, column, words):
    with pytest.raises(ConditionError) as caught:
        parse(text, NODES)
    assert words in str(caught.value)
    assert caught.value.column == column


@pytest.mark.parametrize("text", ["W > 1", "W", "not W", "W and loss < 1", "norm(grad W) > 1 and grad W"])
def test_a_tensor_where_a_number_is_needed_is_said(text):
    with pytest.raises(ConditionError, match=r"shape \(1, 2\), where one number is needed"):
        holds(text, W=[[3, 4]], gradient=np.array([[6.0, 9.0]]))


def test_an_element_that_is_not_there_is_said():
    with pytest.raises(ConditionError, match=r"no element \[2, 0\] in a value of shape \(1, 2\)"):
        holds("W[2, 0] > 1", W=[[3, 4]])


def test_what_a_condition_needs_is_known_before_the_run():
    graph = linear_regression().graph
    needs = {
        "epoch == 37": Need.POSITION,
        "loss < 0.1": Need.RESULTS,
        "W[0] > 3 and epoch > 1": Need.RESULTS,
        "norm(grad W) > 10": Need.STEP,
        "max(hypothesis) > 10": Need.STEP,
    }
    assert {text: Condition(text, graph).need for text in needs} == needs
    assert Condition("max(hypothesis) > 10", graph, metrics=["hypothesis"]).need is Need.RESULTS


def test_a_node_without_a_value_is_refused():
    with pytest.raises(ConditionError, match=r"train .* gives no number"):
        Condition("train > 1", linear_regression().graph)


def test_a_condition_does_not_hold_while_what_it_reads_does_not_exist():
    graph = linear_regression().graph
    condition = Condition("norm(grad W) < 1 or epoch == 3", graph)
    assert not condition.holds(Readings())
    assert Condition("epoch == 3 or norm(grad W) < 1", graph).holds(Readings())
