"""Comparing the states of runs, bit for bit."""

from __future__ import annotations

import hashlib

from engine.training.run import TrainingRun


def fingerprint(run: TrainingRun) -> str:
    """A hash of every variable, slot, random state, data cursor and sum that the further run depends on."""
    state = run.full_state()
    digest = hashlib.sha1()
    for op in sorted(state.variables.arrays, key=lambda op: op.name):
        array = state.variables.arrays[op]
        digest.update(f"{op.name} {array.dtype} {array.shape}".encode())
        digest.update(array.tobytes())
    initialized = sorted(op.name for op in state.variables.initialized)
    rest = state.epoch, state.batch, sorted(state.positions.items()), state.loss_sum, state.rows, state.last_loss
    digest.update(repr((initialized, rest)).encode())
    return digest.hexdigest()


def straight_run(run: TrainingRun, epochs: int) -> list[str]:
    """The fingerprint before each mini-batch of so many epochs, and the last one."""
    run.record_history()  # as the runs that it is compared with: the optimizer's slots are there from the start
    prints = [fingerprint(run)]
    for _ in range(epochs * run.batches_per_epoch):
        run.train_step()
        prints.append(fingerprint(run))
    return prints
