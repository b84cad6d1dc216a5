"""What a session holds from run to run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..graph import Operation
from .random_source import RandomSource
from .storage import VariableStorage


@dataclass
class SessionState:
    """The variables' values, the random numbers, and the resources of operations (iterators, queues)."""

    random: RandomSource
    storage: VariableStorage = field(default_factory=VariableStorage)
    resources: dict[Any, Any] = field(default_factory=dict)

    def restorer(self, variables: Iterable[Operation]) -> Callable[[], None]:
        """What puts ``variables`` and the random numbers back to where they are now; not the resources."""
        values = self.storage.values(variables)
        positions = self.random.positions()

        def restore() -> None:
            self.storage.restore(values)
            self.random.restore(positions)

        return restore
