"""The plans that a session has made, the latest used of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count

from .backends.numpy_plan import NumpyPlan

#: How many plans are kept at most,
MOST_PLANS = 32
#: and how many bytes all of them may hold together. The newest plan stays, however large it is.
MOST_BYTES = 1 << 30


class PlanCache:
    """Plans by what they compute; the one used longest ago goes first."""

    def __init__(self, forget: Callable[[NumpyPlan], None]) -> None:
        #: Called with each plan that goes, to be let go of elsewhere too.
        self._forget = forget
        self._plans: dict[Hashable, NumpyPlan] = {}
        #: Gives the number of the next use, for a plan's ``last_use``.
        self.next_use: Callable[[], int] = count(1).__next__

    def get(self, key: Hashable) -> NumpyPlan | None:
        plan = self._plans.get(key)
        if plan is not None:
            plan.last_use = self.next_use()
        return plan

    def add(self, key: Hashable, plan: NumpyPlan) -> None:
        """Keeps a plan, in the place of one with the same key. Older ones go where there are too many."""
        self.discard(key)
        self._plans[key] = plan
        plan.last_use = self.next_use()
        held = sum(each.held for each in self._plans.values())
        if len(self._plans) <= MOST_PLANS and held <= MOST_BYTES:
            return
        *older, _ = sorted(self._plans.items(), key=lambda entry: entry[1].last_use)
        for old_key, old in older:
            if len(self._plans) <= MOST_PLANS and held <= MOST_BYTES:
                break
            held -= old.held
            self.discard(old_key)

    def discard(self, key: Hashable) -> None:
        plan = self._plans.pop(key, None)
        if plan is not None:
            self._forget(plan)

    def clear(self) -> None:
        self._plans.clear()
