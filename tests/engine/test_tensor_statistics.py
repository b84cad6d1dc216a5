"""Figures about tensors, against exact sums of fractions and numpy."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.debugger.tensors.statistics import MOST_BINS, histogram, statistics

ANY_FLOATS = hnp.arrays(
    st.sampled_from([np.float16, np.float32, np.float64]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6),
)
WHOLE = hnp.arrays(
    st.sampled_from([np.int8, np.int64, np.uint64, np.bool_]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6),
)


def exact_norm(values: list[float]) -> float:
    """The root of the exact sum of squares; infinite beyond float64."""
    total = sum(Fraction(value) ** 2 for value in values)
    try:
        return float(Fraction(math.isqrt(int(total * 10**800)), 10**400))
    except OverflowError:
        return math.inf


@given(ANY_FLOATS)
def test_the_figures_are_those_of_the_finite_elements(array):
    found = statistics(array)
    values = [float(value) for value in array.ravel()]
    finite = [value for value in values if math.isfinite(value)]
    assert found.shape == array.shape and found.size == array.size and found.dtype == array.dtype.name
    assert found.nan_count == sum(math.isnan(value) for value in values)
    assert found.infinity_count == sum(math.isinf(value) for value in values)
    assert found.zero_count == values.count(0.0)
    if not finite:
        assert (found.minimum, found.maximum, found.mean, found.norm) == (None, None, None, None)
        return
    assert (found.minimum, found.maximum) == (min(finite), max(finite))
    mean = float(sum(map(Fraction, finite)) / len(finite))
    largest = max(map(abs, finite))
    assert found.mean == pytest.approx(mean, rel=1e-13, abs=max(1e-15 * largest, 5e-323))
    assert found.minimum <= found.mean <= found.maximum
    assert found.norm == pytest.approx(exact_norm(finite), rel=1e-13, abs=5e-323)


@given(WHOLE)
def test_whole_numbers_keep_all_their_digits(array):
    found = statistics(array)
    values = [int(value) for value in array.ravel()]
    assert (found.nan_count, found.infinity_count) == (0, 0)
    assert found.zero_count == values.count(0)
    assert found.minimum == (min(values) if values else None)
    assert found.maximum == (max(values) if values else None)
    assert type(found.minimum) in (int, type(None))
    if values:
        assert found.mean == pytest.approx(sum(values) / len(values), rel=1e-14, abs=1e-15 * max(map(abs, values)))


@given(ANY_FLOATS | WHOLE)
def test_every_finite_element_is_in_one_bin(array):
    counts, edges = histogram(array)
    finite = array[np.isfinite(array)].astype(np.float64)
    assert int(counts.sum()) == finite.size
    assert len(counts) <= MOST_BINS
    if finite.size:
        assert len(edges) == len(counts) + 1 and np.isfinite(edges).all() and (np.diff(edges) > 0).all()
        assert edges[0] <= finite.min() and edges[-1] >= finite.max()


def test_the_bins_of_floats_are_numpys():
    values = np.random.default_rng(1).normal(size=(40, 30)).astype(np.float32)
    values[0, :3] = np.nan, np.inf, -np.inf
    counts, edges = histogram(values)
    expected, expected_edges = np.histogram(values[np.isfinite(values)].astype(np.float64), 34)
    assert (counts == expected).all() and np.allclose(edges, expected_edges)


def test_whole_numbers_have_a_bin_each():
    counts, edges = histogram(np.array([3, 5, 5, 6]))
    assert counts.tolist() == [1, 0, 2, 1] and edges.tolist() == [2.5, 3.5, 4.5, 5.5, 6.5]
    assert histogram(np.array([True, False, True])).counts.tolist() == [1, 2]


def test_the_norm_neither_overflows_nor_vanishes():
    assert statistics(np.array([3e200, 4e200])).norm == pytest.approx(5e200)
    assert statistics(np.array([3e-200, 4e-200])).norm == pytest.approx(5e-200)
    assert statistics(np.full(4, 1e38, np.float32)).norm == pytest.approx(2 * float(np.float32(1e38)))
    assert statistics(np.array([1e308, 1e308, -1e308])).mean == pytest.approx(1e308 / 3)


def test_strings_have_a_size_and_no_numbers():
    found = statistics(np.array([b"a", b""], object))
    assert found.dtype == "string" and found.size == 2
    assert (found.minimum, found.mean, found.norm, found.zero_count) == (None, None, None, 0)
    assert not len(histogram(np.array([b"a"], object)).counts)


def test_a_tensor_of_several_blocks_is_seen_whole():
    values = np.arange(200_000, dtype=np.float32).reshape(500, 400).T
    found = statistics(values)
    assert (found.minimum, found.maximum, found.zero_count) == (0.0, 199_999.0, 1)
    assert found.mean == pytest.approx(99_999.5, rel=1e-15)
    assert found.norm == pytest.approx(math.sqrt(sum(n * n for n in range(200_000))), rel=1e-14)
