"""Any sequence of commands: undone it is the first document byte for byte, done again the last one, and so reopened.

Ten thousand sequences, drawn and made smaller by hypothesis where one fails:

    python -m pytest -m slow tests/editor/test_any_sequence.py
"""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from editor.document import Document
from engine.formats.graph_file import model_from_bytes, model_to_bytes
from tests.editor.test_commands_random import RandomPerson

SEQUENCES = 10_000
#: So that one can see how far it has come, and run parts at the same time.
PARTS = 20

Chance = st.randoms(use_true_random=False)


def check_any_sequence(chance: random.Random, length: int) -> None:
    document = Document()
    person = RandomPerson(document, chance)
    stack = document.undo_stack
    # What there is before the sequence has a past of its own.
    for _ in range(chance.randint(0, 4)):
        person.act()
    stack.clear()
    first = model_to_bytes(document.model)
    for _ in range(length):
        person.act()
        if chance.random() < 0.1:
            stack.undo()
    stack.setIndex(stack.count())
    last = model_to_bytes(document.model)
    stack.setIndex(0)
    assert model_to_bytes(document.model) == first
    stack.setIndex(stack.count())
    assert model_to_bytes(document.model) == last
    assert model_to_bytes(model_from_bytes(last, "the test")) == last
    stack.clear()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(Chance, st.integers(1, 12))
def test_some_sequences(qapp: QApplication, chance: random.Random, length: int) -> None:
    check_any_sequence(chance, length)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@settings(max_examples=SEQUENCES // PARTS, deadline=None, suppress_health_check=list(HealthCheck))
@given(Chance, st.integers(1, 25))
def test_ten_thousand_sequences(qapp: QApplication, part: int, chance: random.Random, length: int) -> None:
    check_any_sequence(chance, length)
