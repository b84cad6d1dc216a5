"""What a kernel is given once, when it is bound to the shapes of its inputs."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ...graph import Operation, Output, TensorSpec
from ..philox import single_words
from ..random_source import Numbers
from ..state import SessionState
from . import numpy_namespace

if TYPE_CHECKING:
    from ..body_function import BodyFunction


class KernelContext:
    """The operation, the specs of its inputs and outputs, and what its session holds."""

    __slots__ = ("_fetched", "inputs", "op", "outputs", "state", "xp")

    def __init__(
        self,
        op: Operation,
        state: SessionState,
        inputs: Sequence[TensorSpec],
        outputs: Sequence[TensorSpec],
        fetched: Container[Output] = (),
        xp: Any = numpy_namespace,
    ) -> None:
        self._fetched = fetched
        #: The array functions that the kernel calls.
        self.xp = xp
        self.op = op
        self.state = state
        self.inputs: list[TensorSpec] = list(inputs)
        #: Fully known, but for operations whose result decides its own shape.
        self.outputs: list[TensorSpec] = list(outputs)

    @property
    def random(self) -> Callable[[], Numbers]:
        """Gives the operation's random numbers in the present run; to be called at every step."""
        return self.state.random.numbers(self.op)

    def attribute(self, name: str) -> Any:
        return self.op.attributes[name]

    def body(self, attribute: str) -> BodyFunction:
        """The body that an attribute holds, as a function of arrays."""
        from ..body_function import BodyFunction  # late: a body runs as a plan of its own

        return BodyFunction(self.op.attributes[attribute], self.state)

    def operation(self, op: Operation) -> Callable[[int], None]:
        """Runs another operation of the graph in the midst of this run; to be called with how often it ran before."""
        from ..body_function import OperationFunction  # late: it runs as a plan of its own

        return OperationFunction(op, self.state)

    def words(self, seeds: tuple[int, int] | None) -> Iterator[int]:
        """Random whole numbers below 2³², one after the other: TensorFlow's for these seeds, any for None."""
        if seeds is None:
            import secrets  # late: few programs need it

            seeds = (secrets.randbits(31) + 1, secrets.randbits(31) + 1)
        return single_words(*seeds)

    def is_needed(self, output: int) -> bool:
        """Whether anything takes the value of an output."""
        return self.op.outputs[output] in self._fetched or bool(self.op.outputs[output].consumers())

    def resource(self, key: Any, make: Callable[[], Any]) -> Any:
        """What the session keeps under ``key`` from run to run (an iterator, a queue); made at the first use."""
        resources = self.state.resources
        if key not in resources:
            resources[key] = make()
        return resources[key]
