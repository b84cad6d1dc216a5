"""Sessions and their settings, under TensorFlow's names."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any, ClassVar

from ..graph import Graph
from ..graph.default import default_graph, pop_default_session, push_default_session
from ..runtime import Session

__all__ = [
    "ConfigProto",
    "GPUOptions",
    "GraphOptions",
    "InteractiveSession",
    "OptimizerOptions",
    "RunMetadata",
    "RunOptions",
]


class InteractiveSession(Session):
    """A session that is the default one, on its graph, from when it is made until it is closed."""

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        self._default_graph: AbstractContextManager[Graph] | None = default_graph(self.graph)
        self._default_graph.__enter__()
        push_default_session(self)

    def close(self) -> None:
        """Gives up the variables' values; the session is the default no more."""
        if self._default_graph is not None:
            pop_default_session(self)
            self._default_graph.__exit__(None, None, None)
            self._default_graph = None
        super().close()


class _Settings:
    """Named settings, each with what it is when nobody sets it: a value, or a class of further settings."""

    _defaults: ClassVar[dict[str, Any]] = {}

    def __init__(self, **settings: Any) -> None:
        for name, default in self._defaults.items():
            setattr(self, name, default() if callable(default) else default)
        for name, value in settings.items():
            setattr(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._defaults:
            raise AttributeError(f"Protocol message {type(self).__name__} has no {name!r} field.")
        own = getattr(self, name, None)
        if isinstance(value, dict) and isinstance(own, _Settings):
            value = type(own)(**value)
        super().__setattr__(name, value)

    def CopyFrom(self, other: _Settings) -> None:
        """Takes over all settings of another."""
        for name in self._defaults:
            setattr(self, name, getattr(other, name))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        changed = [
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if value != (default() if callable(default := self._defaults[name]) else default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"


class OptimizerOptions(_Settings):
    """How TensorFlow rewrites a graph before running it; taken, and without effect here."""

    DEFAULT, L1, L0 = 0, 0, -1
    OFF, ON_1, ON_2 = -1, 1, 2
    _defaults: ClassVar[dict[str, Any]] = {
        "do_common_subexpression_elimination": False,
        "do_constant_folding": False,
        "do_function_inlining": False,
        "opt_level": 0,
        "global_jit_level": 0,
        "max_folded_constant_in_bytes": 0,
        "cpu_global_jit": False,
    }


class GraphOptions(_Settings):
    """How TensorFlow treats a graph; taken, and without effect here."""

    _defaults: ClassVar[dict[str, Any]] = {
        "enable_recv_scheduling": False,
        "optimizer_options": OptimizerOptions,
        "build_cost_model": 0,
        "build_cost_model_after": 0,
        "infer_shapes": False,
        "place_pruned_graph": False,
        "enable_bfloat16_sendrecv": False,
        "timeline_step": 0,
        "rewrite_options": SimpleNamespace,
    }


class GPUOptions(_Settings):
    """How TensorFlow uses graphics cards; taken, and without effect: everything is computed on the CPU."""

    _defaults: ClassVar[dict[str, Any]] = {
        "per_process_gpu_memory_fraction": 0.0,
        "allow_growth": False,
        "allocator_type": "",
        "deferred_deletion_bytes": 0,
        "visible_device_list": "",
        "polling_active_delay_usecs": 0,
        "polling_inactive_delay_msecs": 0,
        "force_gpu_compatible": False,
        "experimental": SimpleNamespace,
    }


class ConfigProto(_Settings):
    """The settings of a session, nested as TensorFlow nests them: ``config.gpu_options.allow_growth = True``.

    They are taken and can be read again; a run gives the same whatever they are.
    """

    _defaults: ClassVar[dict[str, Any]] = {
        "device_count": dict,
        "intra_op_parallelism_threads": 0,
        "inter_op_parallelism_threads": 0,
        "use_per_session_threads": False,
        "session_inter_op_thread_pool": list,
        "placement_period": 0,
        "device_filters": list,
        "gpu_options": GPUOptions,
        "allow_soft_placement": False,
        "log_device_placement": False,
        "graph_options": GraphOptions,
        "operation_timeout_in_ms": 0,
        "rpc_options": SimpleNamespace,
        "cluster_def": None,
        "isolate_session_state": False,
        "share_cluster_devices_in_session": False,
        "experimental": SimpleNamespace,
    }


class RunOptions(_Settings):
    """The settings of one run; taken, and without effect here."""

    NO_TRACE, SOFTWARE_TRACE, HARDWARE_TRACE, FULL_TRACE = range(4)
    _defaults: ClassVar[dict[str, Any]] = {
        "trace_level": 0,
        "timeout_in_ms": 0,
        "inter_op_thread_pool": 0,
        "output_partition_graphs": False,
        "debug_options": None,
        "report_tensor_allocations_upon_oom": False,
        "experimental": SimpleNamespace,
    }


class RunMetadata(_Settings):
    """What TensorFlow notes of a run; it stays empty here."""

    _defaults: ClassVar[dict[str, Any]] = {
        "step_stats": None,
        "cost_graph": None,
        "partition_graphs": list,
        "function_graphs": list,
    }

    def SerializeToString(self) -> bytes:
        """No bytes, as there is nothing in it."""
        return b""
