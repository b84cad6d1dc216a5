"""Tensors of a training step by name, their excerpts, pictures and measures, against numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.debugger.debugger import Debugger
from engine.debugger.tensors.excerpts import CoarsePlane, Distribution, Region, element_index, plane_of, plane_shape
from engine.debugger.tensors.images import MOST_ELEMENTS, Picture, Reading, choices, readings
from engine.debugger.tensors.series import Measure, Series
from engine.debugger.tensors.tensor_name import Availability, Kind, TensorName
from engine.graph import EngineError
from engine.training.run import TrainingRun
from tests.engine.models import classifier, linear_regression


@pytest.fixture
def debugger():
    return Debugger(TrainingRun(linear_regression()), 1 << 20)


def look(debugger, name, kind=Kind.VALUE):
    return TensorName(name, 0, kind).find(debugger.run.graph, debugger.step)


def test_values_and_gradients_come_as_the_step_computes_them(debugger):
    assert look(debugger, "x")[0].tolist() == [1, 2, 3, 4], "data is there before the step"
    assert look(debugger, "hypothesis") == (None, Availability.NOT_YET)
    assert look(debugger, "W", Kind.GRADIENT) == (None, Availability.NOT_YET)
    debugger.step_phase()
    assert look(debugger, "hypothesis")[0].tolist() == [2, 3, 4, 5]
    assert look(debugger, "cost")[0] == pytest.approx((9 + 25 + 49 + 81) / 4)
    debugger.step_phase()
    # The tutorial's gradients at W = b = 1 on these data.
    error = np.array([2, 3, 4, 5.0]) - [5, 8, 11, 14]
    assert look(debugger, "W", Kind.GRADIENT)[0] == pytest.approx([np.mean(2 * error * [1, 2, 3, 4])])
    assert look(debugger, "b", Kind.GRADIENT)[0] == pytest.approx([np.mean(2 * error)])
    assert look(debugger, "hypothesis", Kind.GRADIENT)[0] == pytest.approx(2 * error / 4)


def test_what_has_no_numbers_says_why(debugger):
    debugger.step_batch()
    assert look(debugger, "y", Kind.GRADIENT) == (None, Availability.NO_GRADIENT)
    with pytest.raises(EngineError, match="nothing"):
        look(debugger, "nothing")
    with pytest.raises(EngineError, match="no output"):
        look(debugger, "train")
    other = Debugger(TrainingRun(classifier()), 1 << 20)
    other.step_batch()
    assert look(other, "accuracy") == (None, Availability.NOT_IN_STEP)


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=4, max_side=5)), st.data())
def test_an_element_of_a_plane_is_that_of_the_tensor(array, data):
    leading = tuple(data.draw(st.integers(0, size - 1)) for size in array.shape[:-2])
    plane = plane_of(array, leading)
    assert plane.shape == plane_shape(array.shape)
    row, column = (data.draw(st.integers(0, size - 1)) for size in plane.shape)
    index = element_index(array.shape, leading, row, column)
    assert np.array_equal(array[index], plane[row, column], equal_nan=True)


def test_a_region_ends_where_the_plane_ends():
    array = np.arange(24).reshape(2, 3, 4)
    assert Region((1,), 1, 2, 10, 10).take(array).tolist() == [[18, 19], [22, 23]]
    assert Region((9,)).take(array).tolist() == array[1].tolist(), "an index of a tensor that was larger before"
    assert Region().take(np.zeros((0, 3, 2))).shape == (0, 2)


@given(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)),
    st.integers(1, 4),
    st.integers(1, 4),
)
def test_a_coarse_cell_has_the_largest_magnitude(array, rows, columns):
    excerpt = CoarsePlane(Region(), rows, columns)
    coarse = excerpt.take(array)
    down, across = excerpt.steps(array.shape)
    assert coarse.shape[0] <= rows and coarse.shape[1] <= columns
    for row in range(coarse.shape[0]):
        for column in range(coarse.shape[1]):
            part = array[row * down : (row + 1) * down, column * across : (column + 1) * across]
            cell = coarse[row, column]
            assert np.isnan(cell) if np.isnan(part).any() else abs(cell) == np.abs(part).max() and cell in part


def test_the_distribution_is_of_all_elements():
    assert Distribution().take(np.arange(6).reshape(2, 3)).counts.tolist() == [1] * 6


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((28, 28), [Reading.IMAGE]),
        ((100, 784), [Reading.ROWS, Reading.IMAGE]),
        ((32, 32, 3), [Reading.IMAGE, Reading.BATCH]),
        ((10, 8, 8), [Reading.BATCH]),
        ((10, 28, 28, 1), [Reading.BATCH, Reading.CHANNELS]),
        ((10, 28, 28, 6), [Reading.CHANNELS]),
        ((5, 5, 1, 32), [Reading.FILTERS, Reading.CHANNELS]),
        ((7,), []),
        ((3, 1), []),
        ((0, 4, 4, 3), []),
        ((), []),
    ],
)
def test_what_a_shape_can_be_read_as(shape, expected):
    assert list(readings(shape)) == expected


def test_pictures_are_the_right_elements():
    batch = np.random.default_rng(3).normal(size=(4, 6, 5, 3))
    assert (Picture(Reading.BATCH, 2).take(batch)[0] == batch[2]).all()
    channels = Picture(Reading.CHANNELS, 1).take(batch)
    assert channels.shape == (3, 6, 5, 1) and (channels[2, :, :, 0] == batch[1, :, :, 2]).all()
    filters = Picture(Reading.FILTERS, 4).take(batch)
    assert choices(batch.shape, Reading.FILTERS) == 5
    assert filters.shape == (3, 4, 6, 1) and (filters[1, :, :, 0] == batch[:, :, 4, 1]).all()
    rows = np.arange(32).reshape(2, 16)
    assert (Picture(Reading.ROWS, 1).take(rows)[0, :, :, 0] == rows[1].reshape(4, 4)).all()
    assert Picture(Reading.IMAGE).take(np.zeros((2000, 1000))).size <= MOST_ELEMENTS


def test_measures_are_numpys():
    array = np.array([[3.0, -4.0], [0.5, np.nan]])
    name = TensorName("W")
    of = {measure: Series(name, measure).of(array) for measure in Measure if measure is not Measure.ELEMENT}
    finite = array[np.isfinite(array)]
    assert of == {
        Measure.MEAN: pytest.approx(finite.mean()),
        Measure.NORM: pytest.approx(np.linalg.norm(finite)),
        Measure.MINIMUM: -4.0,
        Measure.MAXIMUM: 3.0,
        Measure.LARGEST_MAGNITUDE: 4.0,
    }
    assert Series(name, Measure.ELEMENT, (0, 1)).of(array) == -4.0
    assert np.isnan(Series(name, Measure.MEAN).of(np.array([np.inf])))
    with pytest.raises(EngineError, match=r"\[2, 2\] and no element \[2, 0\]"):
        Series(name, Measure.ELEMENT, (2, 0)).of(array)
    with pytest.raises(EngineError, match="strings"):
        Series(name, Measure.NORM).of(np.array([b"a"], object))
