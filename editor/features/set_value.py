"""Giving a variable another value where the cursor is: the run forks there."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from editor.actions import ActionText, make_action
from editor.features.feature import Feature, Place, Workbench
from editor.panels.fields import LineField
from editor.run.state import RunState
from editor.theme import SPACE_L, SPACE_M
from engine.graph import AttributeValueError, DataError, NodeKind, Operation, Problem, float32
from engine.graph.literals import format_array, parse_array
from engine.training.data import cast_array

Array = np.ndarray[Any, np.dtype[Any]]

#: Values with more elements are not written into the field: nobody edits them there.
_SHOWN_ELEMENTS = 200


class SetValueDialog(QDialog):
    """Asks for the value of a variable; a single number fills all of it."""

    def __init__(self, variable: Operation, present: Array, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Set value"))
        self._variable = variable
        self._present = present
        #: What was accepted.
        self.value: Array | None = None
        text = self.tr("{name} is {shape} {dtype}. Another value begins another run where the cursor is.")
        label = QLabel(
            text.format(name=variable.name, shape=list(present.shape) or self.tr("a scalar,"), dtype=present.dtype)
        )
        label.setWordWrap(True)
        self.field = LineField(self)
        self.field.edit.setAccessibleName(self.tr("Value"))
        if present.size <= _SHOWN_ELEMENTS:
            self.field.show_value(format_array(present))
            self.field.edit.selectAll()
        else:
            self.field.edit.setPlaceholderText(self.tr("a number for all elements, or all of them as nested lists"))
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel, self)
        self.buttons.accepted.connect(self._accept_text)
        self.buttons.rejected.connect(self.reject)
        self.field.edit.returnPressed.connect(self._accept_text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(label)
        layout.addWidget(self.field)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(420)
        self.field.edit.setFocus()

    def _accept_text(self) -> None:
        try:
            self.value = self._read(self.field.edit.text())
        except (AttributeValueError, DataError) as error:
            self._refuse(error.message)
            return
        self.accept()

    def _refuse(self, sentence: str) -> None:
        """Says why below the field, for which the dialog makes room."""
        self.field.refuse(sentence)
        self.field.edit.setFocus()
        self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))

    def _read(self, text: str) -> Array:
        """The typed value in the variable's dtype and shape. Raises AttributeValueError or DataError."""
        array = cast_array(parse_array(text), self._variable.output.dtype or float32, self._variable.name)
        if array.size == 1:
            return np.full(self._present.shape, array.ravel()[0], self._present.dtype)
        if array.shape != self._present.shape:
            raise DataError(
                self.tr("The value has shape {given}, and {name} has {wanted}; give a number for each element.").format(
                    given=list(array.shape), name=self._variable.name, wanted=list(self._present.shape)
                )
            )
        return array


class SetValue(Feature):
    """The action on a variable's node."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.action = make_action(
            bench.window,
            ActionText(
                self.tr("Set &value here…"),
                self.tr("Gives the selected variable another value where the cursor is, and runs on from there."),
            ),
            self.ask,
            "variables",
            "Ctrl+Alt+V",
        )
        self.add_actions(Place.VALUES, self.action)
        self.add_actions(Place.DEBUG, self.action)
        bench.canvas.selection_changed.connect(lambda names: self._follow())
        bench.controller.state_changed.connect(lambda state: self._follow())
        bench.controller.values_changed.connect(lambda values: self._follow())
        self._follow()

    def _chosen(self) -> Operation | None:
        names = self.bench.canvas.selected_nodes()
        if len(names) != 1 or names[0] not in self.bench.document.graph:  # it may just have been removed
            return None
        op = self.bench.document.operation(names[0])
        return op if op.kind is NodeKind.VARIABLE else None

    def _follow(self) -> None:
        self.action.setEnabled(
            self._chosen() is not None and self.bench.controller.state not in (RunState.RUNNING, RunState.STARTING)
        )

    def ask(self) -> None:
        """Asks for the value and forks the run."""
        variable = self._chosen()
        if variable is None:
            return
        present = self.bench.controller.variable_values().get(variable.name)
        if present is None:
            sentence = self.tr("{name} has no value yet. Run the graph or step into it first.")
            self.problem_found.emit(Problem(sentence.format(name=variable.name), variable.name))
            return
        dialog = SetValueDialog(variable, present, self.bench.window)
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.value is not None:
            self.bench.controller.set_values({variable.name: dialog.value})
