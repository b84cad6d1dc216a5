"""``tf.data.Iterator``: a place in a data set, from which ``get_next`` goes on in every run."""

from __future__ import annotations

from typing import Any

from ...graph import Operation, Tensor, get_default_graph
from ...graph.default import current_graph
from ...graph.walk import postorder
from .. import nest
from ..build import create, tensor_of
from .structure import Structured, leaf_attributes, refuse_other, typed_structure

__all__ = ["Iterator"]


class Iterator(Structured):
    """Gives the elements of a data set one after the other; a session keeps the place under the iterator's name."""

    def __init__(
        self, name: str, structure: Any, inputs: dict[str, Tensor] | None = None, initializer: Operation | None = None
    ) -> None:
        self._name = name
        self._structure = structure
        self._inputs = inputs or {}
        self._initializer = initializer

    @staticmethod
    def from_structure(
        output_types: Any, output_shapes: Any = None, shared_name: str | None = None, output_classes: Any = None
    ) -> Iterator:
        """An iterator for data sets of one form; :meth:`make_initializer` gives it one of them."""
        name = get_default_graph().outermost.unique_name("Iterator", mark_as_used=True)
        return Iterator(shared_name or name, typed_structure(output_types, output_shapes))

    @staticmethod
    def from_string_handle(
        string_handle: Any, output_types: Any, output_shapes: Any = None, output_classes: Any = None
    ) -> Iterator:
        """The iterator that a text names, which another iterator's :meth:`string_handle` has given."""
        return Iterator("", typed_structure(output_types, output_shapes), {"handle": tensor_of(string_handle)})

    @property
    def initializer(self) -> Operation:
        """The operation that lets it begin. Raises ValueError for one that has none of its own."""
        if self._initializer is None:
            raise ValueError(
                "Iterator does not have an initializer; initialise it with make_initializer of a dataset, or make it "
                "with make_initializable_iterator."
            )
        return self._initializer

    def make_initializer(self, dataset: Any, name: str | None = None) -> Operation:
        """An operation that lets it begin at the first element of a data set.

        Raises TypeError where the dtypes or shapes of the elements do not fit.
        """
        refuse_other(self._structure, dataset._structure)
        return create("MakeIterator", {"dataset": dataset._variant_tensor}, {"iterator": self._name}, name)

    def get_next(self, name: str | None = None) -> Any:
        """The next element, as a nest of tensors; the run ends with OutOfRangeError when there is none."""
        attributes = {"iterator": self._name, **leaf_attributes(self._structure)}
        op = create("IteratorGetNext", dict(self._inputs), attributes, name)
        return nest.pack_sequence_as(self._structure, list(op.outputs))

    def string_handle(self, name: str | None = None) -> Tensor:
        """A text that names this iterator in the session that computes it."""
        if "handle" in self._inputs:
            return self._inputs["handle"]
        return create("IteratorHandle", dict(self._inputs), {"iterator": self._name}, name).output


def one_shot_iterator(dataset: Tensor, structure: Any) -> Iterator:
    """An iterator that begins when it is first read. Raises ValueError where the data set needs something fed."""
    for op in postorder([dataset.op], lambda op: [source.op for source in op.inputs]):
        if op.type == "Placeholder":
            raise ValueError(
                f"Cannot capture a placeholder (name:{op.name}, type:Placeholder) by value. Use "
                "make_initializable_iterator, and feed it when the initializer runs."
            )
    name = current_graph(dataset).unique_name("OneShotIterator", mark_as_used=True)
    return Iterator(name, structure, {"dataset": dataset})


def initializable_iterator(dataset: Tensor, structure: Any) -> Iterator:
    """An iterator that begins when its initializer runs."""
    name = current_graph(dataset).unique_name("Iterator", mark_as_used=True)
    return Iterator(name, structure, initializer=create("MakeIterator", {"dataset": dataset}, {"iterator": name}, None))
