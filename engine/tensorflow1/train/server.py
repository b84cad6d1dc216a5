"""Programs written for several processes, run in one: a cluster of a single task, this process.

There is no network here: a cluster with other processes is refused when a server is made for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from types import SimpleNamespace
from typing import Any, NoReturn

from ...graph import Operation, UnimplementedError
from ...graph.devices import merged_device
from ...graph.tensorflow_types import tensorflow_type
from ...runtime.local_targets import add_local_target

__all__ = ["ClusterSpec", "Server", "replica_device_setter"]

_ports = count(2222)


class ClusterSpec:
    """The jobs of a cluster, and the addresses of each job's tasks: a list of them, or a dict by number."""

    def __init__(self, cluster: Any) -> None:
        jobs = cluster.as_dict() if isinstance(cluster, ClusterSpec) else cluster
        if not isinstance(jobs, Mapping):
            raise TypeError(
                "`cluster` must be a dictionary mapping one or more job names to lists of network addresses, or a "
                "`ClusterDef` protocol buffer"
            )
        self._jobs: dict[str, dict[int, str]] = {}
        for job, tasks in jobs.items():
            if not isinstance(tasks, Mapping | list | tuple):
                raise TypeError(f"The tasks for job {job!r} must be a list or a dictionary from integers to strings.")
            numbered = tasks.items() if isinstance(tasks, Mapping) else enumerate(tasks)
            self._jobs[str(job)] = {int(task): str(address) for task, address in numbered}

    @property
    def jobs(self) -> list[str]:
        """The names of the jobs."""
        return list(self._jobs)

    def num_tasks(self, job_name: str) -> int:
        """How many tasks a job has. Raises ValueError for one that is not there."""
        return len(self._tasks(job_name))

    def task_indices(self, job_name: str) -> list[int]:
        """The numbers of a job's tasks."""
        return sorted(self._tasks(job_name))

    def task_address(self, job_name: str, task_index: int) -> str:
        """Where a task is. Raises ValueError for one that is not there."""
        tasks = self._tasks(job_name)
        if task_index not in tasks:
            raise ValueError(f"No task with index {task_index!r} in job {job_name!r}")
        return tasks[task_index]

    def job_tasks(self, job_name: str) -> list[str | None]:
        """The addresses of a job's tasks in order; None for a number that no task has."""
        tasks = self._tasks(job_name)
        return [tasks.get(place) for place in range(max(tasks, default=-1) + 1)]

    def as_dict(self) -> dict[str, Any]:
        """The jobs with lists of addresses, or with dicts where numbers are left out."""
        return {
            job: [tasks[place] for place in range(len(tasks))] if sorted(tasks) == list(range(len(tasks))) else tasks
            for job, tasks in self._jobs.items()
        }

    def _tasks(self, job_name: str) -> dict[int, str]:
        if job_name not in self._jobs:
            raise ValueError(f"No such job in cluster: {job_name!r}. Name it in the ClusterSpec.")
        return self._jobs[job_name]

    def __bool__(self) -> bool:
        return bool(self._jobs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClusterSpec) and self._jobs == other._jobs

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"ClusterSpec({', '.join(f'{job!r}: {tasks!r}' for job, tasks in self.as_dict().items())})"


class Server:
    """This process, as the only task of a cluster; sessions on its ``target`` share the variables of a graph.

    Raises UnimplementedError for a cluster of several tasks.
    """

    def __init__(
        self,
        server_or_cluster_def: Any,
        job_name: str | None = None,
        task_index: int | None = None,
        protocol: str | None = None,
        config: Any = None,
        start: bool = True,
    ) -> None:
        cluster = ClusterSpec(server_or_cluster_def)
        tasks = [(job, task) for job in cluster.jobs for task in cluster.task_indices(job)]
        if len(tasks) != 1:
            raise UnimplementedError(
                f"This cluster has {len(tasks)} tasks, but everything runs in this one process. Name one task, or take "
                "tf.train.Server.create_local_server()."
            )
        job, task = job_name or tasks[0][0], tasks[0][1] if task_index is None else int(task_index)
        address = cluster.task_address(job, task)
        port = address.rpartition(":")[2]
        self._target = f"grpc://localhost:{port if port not in ('', '0') else next(_ports)}"
        self._server_def = SimpleNamespace(
            cluster=cluster, job_name=job, task_index=task, protocol=protocol or "grpc", default_session_config=config
        )
        add_local_target(self._target)

    @staticmethod
    def create_local_server(config: Any = None, start: bool = True) -> Server:
        """A server in this process alone."""
        return Server({"local": ["localhost:0"]}, protocol="grpc", config=config, start=start)

    @property
    def target(self) -> str:
        """What a session is given to run on this server."""
        return self._target

    @property
    def server_def(self) -> Any:
        """The cluster, the job and the task."""
        return self._server_def

    def start(self) -> None:
        """Nothing to do: it runs where the program runs."""

    def join(self) -> NoReturn:
        """Raises UnimplementedError: it would wait for ever, as no other process ends it."""
        raise UnimplementedError("Server.join() would wait for ever: this process is the whole cluster. Leave it out.")


#: TensorFlow's types of the operations that parameter servers hold.
_PARAMETERS = ("Variable", "VariableV2", "VarHandleOp", "MutableHashTable", "MutableHashTableV2")


def replica_device_setter(
    ps_tasks: int = 0,
    ps_device: str = "/job:ps",
    worker_device: str = "/job:worker",
    merge_devices: bool = True,
    cluster: Any = None,
    ps_ops: Any = None,
    ps_strategy: Callable[[Operation], int] | None = None,
) -> Callable[[Operation], str] | None:
    """A function for ``tf.device`` that places variables on the tasks of one job in turn, and all else on another.

    None where there is no such job. Everything is computed in this process all the same.
    """
    if cluster is not None:
        tasks = ClusterSpec(cluster).as_dict()
        job = ps_device.partition("/job:")[2].partition("/")[0]
        if job not in tasks:
            return None
        ps_tasks = len(tasks[job])
    if ps_tasks == 0:
        return None
    held = tuple(ps_ops) if ps_ops is not None else _PARAMETERS
    turns = count()
    strategy = ps_strategy if ps_strategy is not None else lambda op: next(turns) % ps_tasks
    if not callable(strategy):
        raise TypeError("ps_strategy must be callable")

    def device(op: Operation) -> str:
        if not merge_devices and op.device:
            return op.device
        if ps_device and tensorflow_type(op.type) in held:
            return merged_device(f"{ps_device}/task:{strategy(op)}", op.device)
        return merged_device(worker_device, op.device)

    return device
