"""What conditions read of a training run."""

from __future__ import annotations

import numpy as np

from ...graph import Tensor
from ...training.loss import loss_number
from ...training.run import TrainingRun
from ..causes.step_place import StepPlace
from ..observed_step import ObservedStep
from .terms import Array
from .tokens import ConditionError


class RunReadings:
    """Of one mini-batch of ``run``: before it, or when it is done (``is_done``); ``step`` where it was observed."""

    def __init__(
        self,
        run: TrainingRun,
        place: StepPlace,
        is_done: bool = False,
        step: ObservedStep | None = None,
        metrics: dict[str, float] | None = None,
    ) -> None:
        self._run = run
        self.place = place
        self._is_done = is_done
        self._step = step
        self._metrics = metrics or {}

    def counter(self, name: str) -> float | None:
        if name != "loss":
            return float(getattr(self.place, name))
        if not self._is_done:
            return None
        if self._step is None:
            return self._run.batch_loss
        loss = self._step.value(self._step.loss)
        return None if loss is None else loss_number(loss)

    def tensor(self, node: str) -> Array | None:
        op = self._run.graph.operation(node)
        if op.type == "Variable":
            return self._run.session_state.storage.require(op)
        if node in self._run.metric_names:
            metric = self._metrics.get(node)
            return None if metric is None else np.asarray(metric)
        lowered = self._lowered(op.output, node)
        return None if lowered is None or self._step is None else self._step.value(lowered)

    def gradient(self, node: str) -> Array | None:
        lowered = self._lowered(self._run.graph.operation(node).output, node)
        if lowered is None or self._step is None:
            return None
        gradient = self._step.gradient(lowered)
        if gradient is None:
            raise ConditionError(
                f"No gradient of the loss goes back to {node}; name a node between a trained variable and the loss.",
                1,
                node,
            )
        if self._step.place(gradient.op) is None and self._step.value(gradient) is None:
            raise ConditionError(
                f"No operation of the step computes the gradient at {node}, because the update needs only its parts or "
                "none of it; name a node between a trained variable and the loss.",
                1,
                node,
            )
        return self._step.value(gradient)

    def _lowered(self, tensor: Tensor, node: str) -> Tensor | None:
        if self._step is None:
            return None
        lowered = self._step.lowered(tensor)
        if lowered is None:
            raise ConditionError(
                f"{node} is not computed in a training step; add it to the metrics in the run settings, or name a node "
                "that the loss depends on.",
                1,
                node,
            )
        return lowered
