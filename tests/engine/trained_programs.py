"""Random programs as training steps: some of what a drawn program is fed are variables, which an optimizer changes."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

import engine
from tests.engine.differential.programs import Built, Program, draw_program

_OPTIMIZERS = (
    lambda: engine.train.GradientDescentOptimizer(0.1),
    lambda: engine.train.MomentumOptimizer(0.1, 0.9),
    lambda: engine.train.AdamOptimizer(0.05),
    lambda: engine.train.RMSPropOptimizer(0.05),
    lambda: engine.train.AdagradOptimizer(0.1),
    lambda: engine.train.FtrlOptimizer(0.1),
)


class _WithVariables:
    """The engine, but its first placeholders are variables with the values that would be fed."""

    def __init__(self, program: Program) -> None:
        self.variables: list[Any] = []
        self._values = program.feeds()[:2]

    def __getattr__(self, name: str) -> Any:
        return getattr(engine, name)

    def placeholder(self, dtype: Any, shape: Any) -> Any:
        if len(self.variables) == len(self._values):
            return engine.placeholder(dtype, shape)
        self.variables.append(engine.Variable(self._values[len(self.variables)]))
        return self.variables[-1].value()


class TrainingStep:
    """A drawn program with a loss, gradients and an optimizer's step; in the default graph."""

    def __init__(self, seed: int, steps: int = 8) -> None:
        self.program = draw_program(seed, steps)
        tf = _WithVariables(self.program)
        built = Built(tf, self.program)
        self.variables = tf.variables
        results, gradients = built.results()
        self.fetches = [*results, *(gradient for gradient in gradients if gradient is not None)]
        self.feeds = dict(list(zip(built.placeholders, self.program.feeds(), strict=True))[2:])
        floats = [tensor for tensor in built.tensors[4:] if tensor.dtype in (engine.float32, engine.float64)]
        reached = [one for one in floats[-1:] if any(g is not None for g in engine.gradients(one, self.variables))]
        self.update = []
        if reached:
            loss = engine.reduce_mean(engine.square(engine.tanh(reached[0])))
            optimizer = random.Random(seed).choice(_OPTIMIZERS)()
            self.update = [optimizer.minimize(loss, var_list=self.variables), loss]

    def run(self, steps: int = 3, seed: int = 5) -> list[Any]:
        """Everything that the steps give, and the variables and slots after them."""
        with engine.Session(seed=seed) as session:
            session.run(engine.global_variables_initializer())
            found = [session.run([*self.fetches, *self.update], self.feeds) for _ in range(steps)]
            kept = [np.array(session.value(op)) for op in session.hidden_variables]
            return [found, session.run(self.variables), kept]
