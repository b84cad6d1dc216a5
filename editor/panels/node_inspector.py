"""One node in the inspector."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from editor.document import Document
from editor.panels.attribute_section import AttributeSection
from editor.panels.data_editor import DataEditor
from editor.panels.figures import Array
from editor.panels.inspector_header import InspectorHeader
from editor.panels.sizes_section import SizesSection
from editor.panels.wiring_section import ValueSection, WiringSection
from editor.theme import SPACE_L, set_style
from engine.graph import NodeKind


class NodeInspector(QWidget):
    """Header, attributes, data of a placeholder, named sizes, wires and value of the node called :attr:`name`."""

    def __init__(self, document: Document, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        operation = document.operation(name)
        #: Kept to notice that another node has come under the same name.
        self.operation = operation
        self.name = name
        self.header = InspectorHeader(document, name, self)
        self.attributes = AttributeSection(document, name, self)
        self.data = DataEditor(document, name, self) if operation.kind is NodeKind.PLACEHOLDER else None
        self.sizes = SizesSection(document, name, self)
        self.wiring = WiringSection(document, name, self)
        self.value = ValueSection(self.tr("Value"), self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_L)
        layout.addWidget(self.header)
        divider = QFrame(self)
        set_style(divider, role="divider")
        divider.setFixedHeight(1)
        layout.addWidget(divider)
        if self.attributes.editors:
            layout.addWidget(self.attributes)
        else:
            self.attributes.hide()
        if self.data is not None:
            layout.addWidget(self.data)
        layout.addWidget(self.sizes)
        layout.addWidget(self.wiring)
        layout.addWidget(self.value)
        layout.addStretch(1)

    def rename(self, name: str) -> None:
        """The node is called ``name`` from now on."""
        self.name = self.header.name = self.attributes.name = self.sizes.name = self.wiring.name = name
        if self.data is not None:
            self.data.name = name
        self.refresh()

    def refresh(self) -> None:
        """Shows the node as it is now."""
        self.header.refresh()
        self.attributes.refresh()
        self.sizes.refresh()
        self.wiring.refresh()
        self.refresh_data()

    def refresh_data(self) -> None:
        if self.data is not None:
            self.data.refresh()

    def show_value(self, array: Array | None) -> None:
        self.value.show_value(self._as_declared(array))

    def _as_declared(self, array: Array | None) -> Array | None:
        """The loss and the metrics come from the run as Python's floats: here they have the node's dtype again."""
        outputs = self.operation.outputs
        dtype = outputs[0].spec.dtype if outputs else None
        return array if array is None or dtype is None else array.astype(dtype.numpy, copy=False)
