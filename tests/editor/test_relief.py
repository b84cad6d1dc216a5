"""The scale of a landscape's picture: finer grids keep what is known."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from editor.panels.relief import refined

_SHAPES = st.tuples(st.integers(2, 6), st.integers(2, 6))


@given(arrays(np.float64, _SHAPES, elements=st.floats(-1e6, 1e6) | st.just(np.nan)), st.integers(1, 5))
def test_a_finer_grid_has_the_known_points_and_stays_between_them(values, times):
    fine = refined(values, times)
    assert fine.shape == tuple(times * (count - 1) + 1 for count in values.shape)
    np.testing.assert_array_equal(fine[::times, ::times], values)
    if not np.isnan(values).any():
        assert fine.min() >= values.min() - 1e-9 and fine.max() <= values.max() + 1e-9


def test_a_finer_grid_is_linear_in_between():
    xs, ys = np.meshgrid(np.arange(4.0), np.arange(3.0))
    fine_xs, fine_ys = np.meshgrid(np.linspace(0, 3, 13), np.linspace(0, 2, 9))
    np.testing.assert_allclose(refined(2 * xs - 3 * ys + 1, 4), 2 * fine_xs - 3 * fine_ys + 1)
