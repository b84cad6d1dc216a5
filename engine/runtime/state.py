"""What a session holds from run to run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .random_source import RandomSource
from .storage import VariableStorage


@dataclass
class SessionState:
    """The variables' values, the random numbers, and the resources of operations (iterators, queues)."""

    random: RandomSource
    storage: VariableStorage = field(default_factory=VariableStorage)
    resources: dict[Any, Any] = field(default_factory=dict)
