"""Values and gradients of the mathematics against those recorded from TensorFlow."""

from __future__ import annotations

import json

import numpy as np
import pytest

import engine as tf
from tests.engine.math_programs import PROGRAMS, RECORDED, run

#: JSON has the numbers to the last bit; NaN and infinities as Python writes them.
VALUES = json.loads(RECORDED.read_text())


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_numbers_are_those_of_tensorflow(name):
    rounding = 1e-7 if name.startswith("losses.") else 1e-9  # losses are computed in float32
    for our, their in zip(run(tf, name), VALUES[name], strict=True):
        assert (our is None) == (their is None)
        if their is not None:
            np.testing.assert_allclose(our, np.array(their, float), rtol=2e-6, atol=rounding)
