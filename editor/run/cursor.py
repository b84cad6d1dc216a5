"""The window's side of the cursor: how it is moved, where it is, and questions about what is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from editor.run.messages import Go, Inquire, Inquired, Moved
from editor.run.motions import Motion, RunToNode, Seek, Step, Stride
from editor.run.questions import Question
from editor.run.step_view import StepOperation, StepView
from engine.debugger.moment import Moment
from engine.graph import Problem

#: Called with the answer to a question, or the Problem why there is none.
Receive = Callable[[Any], None]


class CursorControl(QObject):
    """Moves the cursor of a run and asks about the step that it is in. No method waits.

    One motion is under way at a time. A seek that comes meanwhile takes the place of the one that waits; steps wait
    one after the other.
    """

    moved = Signal(object)
    """The StepView: the cursor stands somewhere else, or could not move; None when there is no cursor any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view: StepView | None = None
        self._operations: tuple[StepOperation, ...] = ()
        self._is_moving = False
        self._waiting: list[Motion] = []
        self._inquiry = 0
        self._receivers: dict[int, Receive] = {}
        #: Bytes that the history takes, as of the last motion.
        self.history_bytes = 0

    # --- what the controller knows -------------------------------------------------------------------------------

    def _send(self, message: object) -> None:
        """Sends a message to the training process."""
        raise NotImplementedError

    def _get_ready_to_move(self) -> bool:
        """Loads the document's model where no run can be stepped through; False when it cannot be loaded."""
        raise NotImplementedError

    # --- moving --------------------------------------------------------------------------------------------------

    @property
    def view(self) -> StepView | None:
        """Where the cursor is; None while training goes on, and before anything was loaded."""
        return self._view

    def step_operation(self, count: int = 1) -> None:
        """Carries out so many operations, or takes as many back where ``count`` is negative."""
        self._move(Step(Stride.OPERATION, count))

    def step_phase(self, count: int = 1) -> None:
        """To the end of the present phase, or back to its beginning."""
        self._move(Step(Stride.PHASE, count))

    def step_batch(self, count: int = 1) -> None:
        """To the end of the present mini-batch, or back to its beginning."""
        self._move(Step(Stride.BATCH, count))

    def step_epochs(self, count: int = 1) -> None:
        """To the end of the present epoch, or back to its beginning."""
        self._move(Step(Stride.EPOCH, count))

    def run_to_node(self, name: str) -> None:
        """To the next operation of a node."""
        self._move(RunToNode(name))

    def seek(self, moment: Moment) -> None:
        """To a moment that the run has come by."""
        if self._waiting and isinstance(self._waiting[-1], Seek):
            self._waiting[-1] = Seek(moment)
        else:
            self._move(Seek(moment))

    def _move(self, motion: Motion) -> None:
        if not self._get_ready_to_move():
            return
        if self._is_moving:
            self._waiting.append(motion)
        else:
            self._is_moving = True
            self._send(Go(motion))

    def _receive_moved(self, message: Moved) -> None:
        if message.operations is not None:
            self._operations = message.operations
        self.history_bytes = message.history_bytes
        self._view = StepView(
            message.moment,
            message.last,
            message.first,
            message.batches_per_epoch,
            self._operations,
            message.problem,
            message.stop,
        )
        self._is_moving = False
        if message.problem is not None:
            self._waiting.clear()
        if self._waiting:
            self._is_moving = True
            self._send(Go(self._waiting.pop(0)))
        self.moved.emit(self._view)

    def _give_up_motion(self) -> bool:
        """There is nothing that could be stepped through. Returns whether it was to be."""
        was_moving = self._is_moving
        self._is_moving = False
        self._waiting.clear()
        return was_moving

    def _forget_cursor(self) -> None:
        """Training goes on, or another run begins."""
        self._give_up_motion()
        if self._view is not None:
            self._view = None
            self.moved.emit(None)

    # --- asking --------------------------------------------------------------------------------------------------

    def inquire(self, question: Question, receive: Receive) -> None:
        """Asks the training process; ``receive`` is called later with the answer, or the Problem why there is none.

        A run goes on meanwhile. Before anything has run, the document's model is loaded.
        """
        if not self._get_ready_to_move():
            receive(Problem(self.tr("The graph cannot be run; mend its problems first.")))
            return
        self._inquiry += 1
        self._receivers[self._inquiry] = receive
        self._send(Inquire(self._inquiry, question))

    def _receive_answer(self, message: Inquired) -> None:
        receive = self._receivers.pop(message.number, None)
        if receive is not None:
            receive(message.answer)

    def _give_up_questions(self, problem: Problem) -> None:
        """The training process is gone, and will answer nothing."""
        receivers, self._receivers = self._receivers, {}
        for receive in receivers.values():
            receive(problem)
