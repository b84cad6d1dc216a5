"""How the graph is trained: the document's run settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QListView,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from editor.document import Document
from editor.panels.fields import guard_from_wheel, show_number
from editor.panels.metrics_model import MetricsModel
from editor.panels.section import Section, add_form_row, form_layout, narrow_combo
from editor.theme import SPACE_L, set_style
from engine.graph import NodeKind, Operation

_LARGEST = 2**31 - 1
_METRIC_ROWS = 5


class RunSettingsPanel(QWidget):
    """Edits ``document.model.run``; each change is one undo step."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        #: Whether other nodes may be there, or have other names or shapes, than are offered.
        self._are_nodes_old = False
        title = QLabel(self.tr("Run settings"), self)
        set_style(title, role="heading")
        form = form_layout()

        self.epochs = self._spin(1)
        self.batch_size = self._spin(0)
        self.batch_size.setSpecialValueText(self.tr("All rows"))
        self.shuffle = QCheckBox(self)
        self.seed = self._spin(0)
        self.held_back = self._spin(0)
        self.held_back.setSpecialValueText(self.tr("None"))
        self.optimizer = QComboBox(self)
        narrow_combo(self.optimizer)
        self.metrics = QListView(self)
        self._metrics_model = MetricsModel(self)
        self.metrics.setModel(self._metrics_model)
        self.metrics.setUniformItemSizes(True)
        # A bar for a long name would cover the last row; the name is whole on hover.
        self.metrics.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_style(self.metrics, framed=True)
        self.no_metrics = QLabel(self.tr("A node that gives one number can be a metric; there is none yet."), self)
        self.no_metrics.setWordWrap(True)
        set_style(self.no_metrics, role="muted")

        add_form_row(form, self.tr("Epochs"), self.epochs, self.tr("How often the run goes through all rows."))
        add_form_row(
            form,
            self.tr("Batch size"),
            self.batch_size,
            self.tr("Rows for one update of the variables; 0 takes all rows at once."),
        )
        add_form_row(
            form,
            self.tr("Shuffle"),
            self.shuffle,
            self.tr("Puts the rows in another order in every epoch, when there is more than one batch."),
        )
        add_form_row(
            form,
            self.tr("Seed"),
            self.seed,
            self.tr("Chooses the random numbers; the same seed gives the same run."),
        )
        add_form_row(
            form,
            self.tr("Held-back rows"),
            self.held_back,
            self.tr("Rows at the end of the data that are not trained on; metrics are computed on them."),
        )
        add_form_row(
            form,
            self.tr("Optimizer"),
            self.optimizer,
            self.tr("The optimizer node that is run in every step."),
        )
        metrics = Section(self.tr("Metrics"), self)
        self.metrics.setToolTip(self.tr("Nodes that are computed after every epoch and drawn beside the loss."))
        self.metrics.setAccessibleName(self.tr("Metrics"))
        metrics.body.addWidget(self.metrics)
        metrics.body.addWidget(self.no_metrics)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_L)
        layout.addWidget(title)
        layout.addLayout(form)
        layout.addWidget(metrics)
        layout.addStretch(1)

        self.epochs.valueChanged.connect(lambda value: self._change(epochs=value))
        self.batch_size.valueChanged.connect(lambda value: self._change(batch_size=value))
        self.shuffle.clicked.connect(lambda checked: self._change(shuffle=checked))
        self.seed.valueChanged.connect(lambda value: self._change(seed=value))
        self.held_back.valueChanged.connect(lambda value: self._change(held_back=value))
        self.optimizer.activated.connect(lambda row: self._change(optimizer=self.optimizer.itemData(row)))
        self._metrics_model.ticked.connect(lambda names: self._change(metrics=names))
        document.run_settings_changed.connect(self.refresh)
        document.replaced.connect(self.refresh)
        for signal in (document.nodes_added, document.nodes_removed, document.nodes_changed, document.node_renamed):
            signal.connect(self._note_nodes)
        document.edited.connect(self._follow_nodes)
        self.refresh()

    def refresh(self) -> None:
        """Shows the settings as they are now."""
        settings = self._document.model.run
        for spin, value in (
            (self.epochs, settings.epochs),
            (self.batch_size, settings.batch_size),
            (self.seed, settings.seed),
            (self.held_back, settings.held_back),
        ):
            show_number(spin, value)
        self.shuffle.setChecked(settings.shuffle)
        self._refresh_nodes()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh_nodes()

    def _note_nodes(self) -> None:
        self._are_nodes_old = True

    def _follow_nodes(self) -> None:
        if self._are_nodes_old:
            self._refresh_nodes()

    def _refresh_nodes(self) -> None:
        """Offers the nodes there are now; in large graphs that takes long, so only while it can be seen."""
        if not self.isVisible():
            return
        self._are_nodes_old = False
        operations = self._document.graph.get_operations()
        self._fill_optimizers([op.name for op in operations if op.kind is NodeKind.OPTIMIZER])
        self._fill_metrics([op.name for op in operations if _can_be_metric(op)])

    def _fill_optimizers(self, names: list[str]) -> None:
        chosen = self._document.model.run.optimizer
        self.optimizer.clear()
        only = names[0] if len(names) == 1 else ""
        self.optimizer.addItem(self.tr("Automatic ({name})").format(name=only) if only else self.tr("Automatic"), "")
        for name in names + ([chosen] if chosen and chosen not in names else []):
            self.optimizer.addItem(name, name)
        self.optimizer.setCurrentIndex(self.optimizer.findData(chosen))

    def _fill_metrics(self, names: list[str]) -> None:
        chosen = self._document.model.run.metrics
        rows = names + [name for name in chosen if name not in names]
        self._metrics_model.show(rows, chosen)
        self.metrics.setVisible(bool(rows))
        self.no_metrics.setVisible(not rows)
        self.metrics.setFixedHeight(min(len(rows), _METRIC_ROWS) * 28 + 4)

    def _change(self, **settings: Any) -> None:
        self._document.set_run_settings(replace(self._document.model.run, **settings))

    def _spin(self, minimum: int) -> QSpinBox:
        spin = QSpinBox(self)
        spin.setRange(minimum, _LARGEST)
        # One undo step for a number that is typed, not one for each digit.
        spin.setKeyboardTracking(False)
        spin.setGroupSeparatorShown(True)
        guard_from_wheel(spin)
        return spin


def _can_be_metric(op: Operation) -> bool:
    """Whether the node computes one number."""
    is_computed = op.kind in (NodeKind.OPERATION, NodeKind.LOSS) and not op.is_unknown
    if not is_computed or len(op.outputs) != 1:
        return False
    dtype = op.output.dtype
    return op.output.shape.is_compatible_with(()) and (dtype is None or dtype.is_number or dtype.is_bool)
