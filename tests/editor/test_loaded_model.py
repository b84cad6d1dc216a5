"""A model as the training process holds it."""

from editor.run.loaded_model import LoadedModel
from engine.formats import model_to_bytes
from engine.model import CsvColumns
from engine.training.history import DEFAULT_MEMORY
from tests.engine.models import linear_regression


def test_a_path_that_no_file_can_have_is_refused_in_a_sentence() -> None:
    model = linear_regression()
    model.data["x"] = CsvColumns("a\0b.csv", ("1",))
    loaded = LoadedModel(model_to_bytes(model), None, {}, DEFAULT_MEMORY)
    assert loaded.run is None and loaded.problem is not None
    assert loaded.problem.node == "x" and "could not be read" in loaded.problem.message
    loaded.reset()
    assert loaded.problem is not None
