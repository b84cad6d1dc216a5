"""Whether the training process has a model, and whether the document has been edited since it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from editor.document import Document
from editor.run.snapshot import Attributes, Conditions, attributes_of, fork_words

Array = np.ndarray[Any, np.dtype[Any]]


class Freshness(QObject):
    """Compares the document with what the training process's model was made from."""

    edited = Signal()
    """The first edit that matters for training since the model was made."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        #: What the model was made from; None while there is none.
        self._conditions: Conditions | None = None
        self._attributes: Attributes = {}
        #: Whether the model belongs to the graph, data or settings before an edit.
        self.is_stale = False
        #: Whether nodes or wires have come or gone since the model was made.
        self._is_rewired = False
        for signal in document.graph_signals:
            signal.connect(self._note_edit)
        for signal in (document.nodes_added, document.nodes_removed, document.wires_added, document.wires_removed):
            signal.connect(self._note_rewiring)
        document.data_changed.connect(self._compare)
        document.run_settings_changed.connect(self._compare)

    @property
    def has_model(self) -> bool:
        return self._conditions is not None

    @property
    def is_fresh(self) -> bool:
        """Whether there is a model, made from the document as it is now."""
        return self.has_model and not self.is_stale

    def note_model(self) -> None:
        """The model is made from the document as it is now."""
        self._conditions = Conditions.of(self._document)
        self._attributes = attributes_of(self._document)
        self._is_rewired = False
        self.is_stale = False

    def forget_model(self) -> None:
        self._conditions = None
        self.is_stale = False

    def changes(self) -> str:
        """What has been edited since the model was made, in a few words."""
        assert self._conditions is not None
        now, graph = Conditions.of(self._document), self._document.graph
        return fork_words(self._conditions, now, self._attributes, graph, self._is_rewired)

    def has_variables(self, values: Mapping[str, Array]) -> bool:
        """Whether the document has the variables that ``values`` are of, and no others."""
        graph = self._document.graph
        variables = {op.name: op.output for op in graph.get_operations() if op.type == "Variable"}
        return variables.keys() == values.keys() and all(
            variables[name].shape.is_compatible_with(value.shape) for name, value in values.items()
        )

    def _note_rewiring(self) -> None:
        self._is_rewired = True

    def _note_edit(self) -> None:
        if self.is_fresh:
            self.is_stale = True
            self.edited.emit()

    def _compare(self) -> None:
        if self._conditions is not None and self._conditions != Conditions.of(self._document):
            self._note_edit()
