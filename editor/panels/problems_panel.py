"""What is wrong with the document, and the way there."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QListView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from editor.document import Document
from editor.icons import icon
from editor.panels.empty_state import EmptyState
from editor.theme import ICON_SIZE, SPACE_M, SPACE_S, TEXT_BODY, ThemeManager, current_theme, font
from engine.graph import Problem, Severity

_PROBLEM_ROLE = Qt.ItemDataRole.UserRole
_LEAST_HEIGHT = 28
_LINE_PADDING = 6
_WIDEST_NAME = 160


class ProblemsPanel(QWidget):
    """A row for each problem of the document; a double-click or Enter asks to be taken there."""

    activated = Signal(object)
    """The Problem the person wants to see."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.model = QStandardItemModel(self)
        self.view = _ProblemsView(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(_ProblemDelegate(self.view))
        self.view.setAccessibleName(self.tr("Problems"))
        self.empty = EmptyState("check", self.tr("No problems."), self, color="update")
        self._body = QStackedLayout(self)
        self._body.addWidget(self.empty)
        self._body.addWidget(self.view)
        self.view.doubleClicked.connect(self._activate)
        self.view.confirmed.connect(lambda: self._activate(self.view.currentIndex()))
        document.problems_changed.connect(self.refresh)
        document.replaced.connect(self.refresh)
        ThemeManager.instance().changed.connect(self.view.viewport().update)
        self.refresh()

    def refresh(self) -> None:
        """Shows the problems as they are now; the row that was current stays current while it is there."""
        current = self.view.currentIndex().data(_PROBLEM_ROLE)
        self.model.clear()
        for problem in self._document.problems:
            item = QStandardItem(str(problem))
            item.setEditable(False)
            item.setData(problem, _PROBLEM_ROLE)
            item.setToolTip(self.tr("Double-click to go to {node}.").format(node=problem.node) if problem.node else "")
            self.model.appendRow(item)
            if problem == current:
                self.view.setCurrentIndex(item.index())
        self._body.setCurrentWidget(self.view if self.model.rowCount() else self.empty)

    def _activate(self, index: QModelIndex) -> None:
        problem = index.data(_PROBLEM_ROLE)
        if isinstance(problem, Problem):
            self.activated.emit(problem)


class _ProblemsView(QListView):
    """Lays its rows out again for each width, so that sentences wrap."""

    confirmed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)


class _ProblemDelegate(QStyledItemDelegate):
    """Severity, node, sentence; the sentence on as many lines as it needs."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view: QListView = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        width = self._view.viewport().width()
        words = self._sentence_rect(QRect(0, 0, width, 0))
        height = _text_height(option, words.width(), index.data(_PROBLEM_ROLE).message)
        return QSize(width, max(_LEAST_HEIGHT, height + 2 * _LINE_PADDING))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        problem: Problem = index.data(_PROBLEM_ROLE)
        theme = current_theme()
        rect = option.rect
        is_error = problem.severity is Severity.ERROR
        picture = icon("error" if is_error else "warning", "error" if is_error else "warning")
        painter.save()
        picture.paint(painter, rect.left() + SPACE_M, rect.top() + _LINE_PADDING, ICON_SIZE, ICON_SIZE)
        name_rect = self._name_rect(rect)
        painter.setFont(font(TEXT_BODY, QFont.Weight.DemiBold))
        painter.setPen(theme.text)
        name = problem.node or self.tr("Document")
        shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, name_rect.width())
        painter.drawText(name_rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)
        painter.setFont(font(TEXT_BODY))
        painter.drawText(self._sentence_rect(rect), Qt.TextFlag.TextWordWrap, problem.message)
        painter.restore()

    def _name_rect(self, row: QRect) -> QRect:
        width = min(_WIDEST_NAME, row.width() // 4)
        return QRect(row.left() + SPACE_M + ICON_SIZE + SPACE_S, row.top() + _LINE_PADDING, width, ICON_SIZE + 2)

    def _sentence_rect(self, row: QRect) -> QRect:
        left = self._name_rect(row).right() + SPACE_M
        return QRect(left, row.top() + _LINE_PADDING, max(40, row.right() - left - SPACE_M), row.height())


def _text_height(option: QStyleOptionViewItem, width: int, text: str) -> int:
    return option.fontMetrics.boundingRect(QRect(0, 0, width, 10_000), Qt.TextFlag.TextWordWrap, text).height()
