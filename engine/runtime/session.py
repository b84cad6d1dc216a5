"""The session: it holds the variables' values and runs a graph."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import get_ident
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakSet

import numpy as np

from ..compiler import LoweredStep, compile_lowered, compile_program
from ..graph import Graph, GraphError, Operation, OpError, Output, Tensor, TensorSpec, Variable
from ..graph.collector import collector_paused
from ..graph.default import default_graph, get_default_graph, pop_default_session, push_default_session
from ..graph.errors import DeadlineExceededError
from ..ops.waiting import QueueWaitsError
from .backends.numpy_plan import NumpyPlan
from .calls import Call, call_key, is_known_by_key
from .feeds import feed_shapes, feed_values
from .fetches import Fetches, own_value
from .local_targets import forget_values, state_of
from .plan_cache import PlanCache
from .random_source import RandomSource
from .state import SessionState
from .storage import VariableStorage

if TYPE_CHECKING:
    from .explanation import Explanation

Array = np.ndarray[Any, np.dtype[Any]]

#: The sizes of a fed value.
Shape = tuple[int, ...]

#: How many calls of run it knows again.
KEPT_CALLS = 64


class Device(NamedTuple):
    """What a session computes on."""

    name: str
    device_type: str
    memory_limit_bytes: int = 0
    incarnation: int = 0


class Session:
    """Runs parts of one graph and keeps its variables' values from run to run.

    Two sessions on one graph do not touch each other. ``seed`` decides the random operations (None: the graph's
    seed, or another sequence in every session).
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None, *, seed: int | None = None):
        self._target = target
        self._config = config
        self.graph = get_default_graph() if graph is None else graph
        self._state = state_of(target, self.graph, seed)
        self._random = self._state.random
        #: The plan that was used last.
        self._latest: NumpyPlan | None = None
        self._plans = PlanCache(self._forget_calls)
        #: Calls of run that were made before.
        self._calls: OrderedDict[Hashable, Call] = OrderedDict()
        #: The threads there were when the session was made, and those that made or have used it.
        self._threads_before = WeakSet(threading.enumerate())
        self._users = {get_ident()}
        #: Plans work in arrays of their own, so that two threads must not run one at the same time.
        self._lock = threading.Lock()
        self._closed = False
        self._contexts: list[Any] = []

    @property
    def graph_def(self) -> Any:
        """The graph as TensorFlow's GraphDef."""
        return self.graph.as_graph_def()

    @property
    def random(self) -> RandomSource:
        """The source of the session's random numbers."""
        return self._state.random

    @property
    def state(self) -> SessionState:
        """The variables' values, the random numbers and the resources."""
        return self._state

    @property
    def _storage(self) -> VariableStorage:
        return self._state.storage

    def run(
        self, fetches: Any, feed_dict: Mapping[Any, Any] | None = None, options: Any = None, run_metadata: Any = None
    ) -> Any:
        """The values of ``fetches``, in the same nest of lists, tuples and dicts; None for an operation.

        Everything is computed with the variables' values at the start of the run; then updates are applied. A
        fetched Variable gives its value after them. Raises the errors that TensorFlow 1 raises.
        """
        key: Hashable = call_key(fetches, feed_dict)
        try:
            call = self._calls.get(key)
        except TypeError:  # a nest of nests
            key = call = None
        try:
            while True:
                try:
                    if call is not None:
                        with self._lock:
                            if call.plan.is_current(self.graph) and call.feed(feed_dict):
                                return self._carry_out(call)
                    return self._run(key, fetches, feed_dict)
                except QueueWaitsError as waits:
                    self._wait(waits)
        except OpError as error:
            if error.op is None and error.node is not None and error.node in self.graph:
                error.op = op = self.graph.get_operation_by_name(error.node)
                if op.made_at is not None:
                    error.message = f"{error.message} ({op.place_in_program})"
            raise

    def _run(self, key: Hashable | None, fetches: Any, feed_dict: Mapping[Any, Any] | None) -> Any:
        """A run that was not made before, or not with feeds of these shapes."""
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session. Make another one.")
        if not len(self.graph):
            raise RuntimeError("The Session graph is empty. Add operations to the graph before calling run().")
        wanted = Fetches(self.graph, fetches)
        values = feed_values(self.graph, feed_dict)
        with self._lock:
            plan = self.plan(wanted.outputs, feed_shapes(values))
            plan.feed(values)
            call = Call(plan, wanted, values)
            if not any(output in values for output in wanted.outputs):
                if key is not None and is_known_by_key(fetches, feed_dict, values):
                    self._calls[key] = call
                    if len(self._calls) > KEPT_CALLS:
                        self._calls.popitem(last=False)
                return self._carry_out(call)
            self._carry_out(call)
            results: list[Any] = [own_value(array) for array in plan.fetches]
            for place, output in enumerate(wanted.outputs):
                if output in values:  # a tensor that was fed comes back as the array it was fed as
                    results[place] = values[output].copy()  # type: ignore[index]
            return wanted.result(results)

    def _carry_out(self, call: Call) -> Any:
        plan = call.plan
        if not plan.is_settled:  # one that is uses no queue that others could wait for
            self._users.add(get_ident())
        if plan is not self._latest:
            self._latest = plan
            plan.last_use = self._plans.next_use()
        self._random.run += 1
        plan.run()
        return call.results()

    def _forget_calls(self, plan: NumpyPlan) -> None:
        if plan is self._latest:
            self._latest = None
        for key in [key for key, call in self._calls.items() if call.plan is plan]:
            del self._calls[key]

    def _wait(self, waits: QueueWaitsError) -> None:
        """Lets other threads change a queue. Raises DeadlineExceededError when there are none that could.

        A thread that was there before the session, and never used it, knows nothing of its queues.
        """
        self.random.run -= 1
        current = threading.current_thread()
        others = [thread for thread in threading.enumerate() if thread is not current]
        if all(thread in self._threads_before and thread.ident not in self._users for thread in others):
            raise DeadlineExceededError(
                f"{waits.message}, and no other thread runs that could change this: it would wait for ever. Put "
                "elements in or take some out first, or add a QueueRunner.",
                waits.node,
            )
        time.sleep(0.001)

    def make_callable(
        self, fetches: Any, feed_list: Sequence[Any] | None = None, accept_options: bool = False
    ) -> Callable[..., Any]:
        """A function of the values of ``feed_list``, in order, that gives what ``fetches`` have."""
        keys = list(feed_list or ())

        def run(*values: Any, options: Any = None, run_metadata: Any = None) -> Any:
            if len(values) != len(keys):
                raise ValueError(f"This function takes {len(keys)} values, one for each fed tensor, not {len(values)}.")
            return self.run(fetches, dict(zip(keys, values, strict=True)))

        return run

    @property
    def sess_str(self) -> bytes:
        """The target that the session was made with."""
        return self._target.encode()

    def list_devices(self) -> list[Device]:
        """The devices that everything is computed on: one CPU."""
        return [Device("/job:localhost/replica:0/task:0/device:CPU:0", "CPU")]

    @staticmethod
    def reset(target: str, containers: Sequence[str] | None = None, config: Any = None) -> None:
        """Takes the values away that sessions on the server ``target`` share; other sessions share none."""
        forget_values(target)

    def plan(
        self,
        outputs: Sequence[Output],
        feeds: Mapping[Tensor, Shape],
        initialize: Sequence[Operation] = (),
        exact: bool = False,
    ) -> NumpyPlan:
        """The plan that computes ``outputs`` from values of the given shapes, compiled at the first call only.

        ``initialize`` names variables that are set to their initial values by it; an ``exact`` plan gives the bits of
        :meth:`observed_plan`. Whoever runs the plan itself puts the fed values into ``plan.feed`` first and sets
        ``random.run``.
        """
        key = (tuple(outputs), tuple(feeds.items()), tuple(initialize), exact)
        plan = self._plans.get(key)
        if plan is not None and plan.is_current(self.graph):
            return plan
        with collector_paused():
            with self.graph.lock:
                version = self.graph.version
                program = compile_program(outputs, _specs(feeds), self._storage.spec, initialize, exact)
            plan = NumpyPlan(program, self._state, version)
        self._plans.add(key, plan)
        return plan

    def observed_plan(self, outputs: Sequence[Output], feeds: Mapping[Tensor, Shape]) -> tuple[LoweredStep, NumpyPlan]:
        """A plan that keeps every value, operation by operation as the graph is lowered, and what it was made from.

        It gives the same bits as an exact :meth:`plan`.
        """
        with collector_paused(), self.graph.lock:
            version = self.graph.version
            lowered = compile_lowered(outputs, _specs(feeds), self._storage.spec)
        return lowered, NumpyPlan(lowered.program, self._state, version, observed=True)

    def explain(self, fetches: Any, feed_dict: Mapping[Any, Any] | None = None, runs: int = 20) -> Explanation:
        """How :meth:`run` computes ``fetches``: what compiling has made of the graph, memory, and a profile of a run.

        The run that is profiled (``runs`` times; 0: not at all) changes neither variables nor random numbers. Raises
        what :meth:`run` raises, and InvalidArgumentError where something is done that cannot be taken back.
        """
        values = feed_values(self.graph, feed_dict)
        with self._lock:
            plan = self.plan(Fetches(self.graph, fetches).outputs, feed_shapes(values))
            plan.feed(values)
            return plan.explain(runs)

    def initialize(self, variables: Iterable[Operation] | None = None) -> None:
        """Sets variables to their initial values.

        None: all of the graph, and those that its operations keep for themselves.
        """
        if variables is None:
            variables = [op for op in self.graph.get_operations() if op.type == "Variable"]
            self._storage.initialize_hidden()
        chosen = list(variables)
        if chosen:
            self.plan([], {}, chosen).run()

    @property
    def hidden_variables(self) -> list[Operation]:
        """What operations that have run keep for themselves: an optimizer's slots."""
        return self._storage.hidden()

    def value(self, variable: Operation | Variable) -> Array:
        """A copy of a variable's present value. Raises FailedPreconditionError while it has none."""
        return self._storage.require(_variable_operation(variable)).copy()

    def set_value(self, variable: Operation | Variable, value: Any) -> None:
        """Gives a variable a value. Raises GraphError when it does not fit the variable's dtype and shape."""
        op = _variable_operation(variable)
        dtype = op.output.dtype
        array = np.asarray(value, None if dtype is None else dtype.numpy)
        if not op.output.shape.is_compatible_with(array.shape):
            raise GraphError(
                f"A value of shape {array.shape} does not fit {op.name}, which has {op.output.shape}; "
                "give it one of that shape.",
                op.name,
            )
        self._storage.set(op, array)

    def is_initialized(self, variable: Operation | Variable) -> bool:
        return self._storage.is_initialized(_variable_operation(variable))

    def close(self) -> None:
        """Gives up the variables' values and the plans; the session cannot run any more."""
        self._closed = True
        self._plans.clear()
        self._calls.clear()
        self._latest = None
        self._state = SessionState(self.random)

    @contextmanager
    def as_default(self) -> Iterator[Session]:
        """A with block in which ``eval`` and ``Operation.run`` use this session; it stays open."""
        push_default_session(self)
        try:
            yield self
        finally:
            pop_default_session(self)

    def __enter__(self) -> Session:
        context = default_graph(self.graph)
        context.__enter__()
        self._contexts.append(context)
        push_default_session(self)
        return self

    def __exit__(self, *error: Any) -> None:
        pop_default_session(self)
        self._contexts.pop().__exit__(None, None, None)
        self.close()


def _specs(feeds: Mapping[Tensor, Shape]) -> dict[Tensor, TensorSpec]:
    return {tensor: TensorSpec(tensor.dtype).with_shape(shape) for tensor, shape in feeds.items()}


def _variable_operation(variable: Operation | Variable) -> Operation:
    op = variable.op if isinstance(variable, Variable) else variable
    if op.type != "Variable":
        raise GraphError(f"{op.name} is a {op.type}, not a Variable; name a Variable.", op.name)
    return op
