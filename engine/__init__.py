"""Graphs, gradients, execution. ``import engine as tf`` runs TensorFlow 1 style programs.

Almost everything is imported when a program first names it, so that ``import engine`` stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .graph import (
    Graph,
    Operation,
    Tensor,
    TensorShape,
    Variable,
    errors,
    get_default_graph,
    get_default_session,
    reset_default_graph,
)
from .graph.declaration import add_families as _add_families
from .graph.suggest import explain_unknown_names as _explain_unknown_names
from .graph.suggest import unknown_name as _unknown_name
from .ops.families import FAMILIES as _FAMILIES
from .tensorflow1.fronts import front_with as _front_with
from .tensorflow1.fronts import names_of as _names_of

if TYPE_CHECKING:
    from .installation import install_as
    from .runtime import Session
    from .tensorflow1 import (
        app,
        bitwise,
        compat,
        contrib,
        data,
        distributions,
        flags,
        gfile,
        image,
        initializers,
        io,
        layers,
        linalg,
        logging,
        lookup,
        losses,
        math,
        metrics,
        nn,
        python_io,
        random,
        sparse,
        strings,
        summary,
        test,
        train,
        version,
    )
    from .tensorflow1.arithmetic import *  # noqa: F403
    from .tensorflow1.arrays import *  # noqa: F403
    from .tensorflow1.assertions import *  # noqa: F403
    from .tensorflow1.behavior import (
        disable_control_flow_v2,
        disable_eager_execution,
        disable_resource_variables,
        disable_tensor_equality,
        disable_v2_behavior,
        disable_v2_tensorshape,
        enable_eager_execution,
        enable_resource_variables,
        enable_v2_behavior,
        executing_eagerly,
    )
    from .tensorflow1.casting import *  # noqa: F403
    from .tensorflow1.choosing import *  # noqa: F403
    from .tensorflow1.clipping import *  # noqa: F403
    from .tensorflow1.control_flow import *  # noqa: F403
    from .tensorflow1.counting import *  # noqa: F403
    from .tensorflow1.dtypes import *  # noqa: F403
    from .tensorflow1.elementwise import *  # noqa: F403
    from .tensorflow1.factorizations import qr
    from .tensorflow1.gathering import *  # noqa: F403
    from .tensorflow1.graph_def import AttrValue, GraphDef, NodeDef, TensorProto
    from .tensorflow1.indexed_parts import *  # noqa: F403
    from .tensorflow1.initializers import (
        constant_initializer,
        glorot_normal_initializer,
        glorot_uniform_initializer,
        ones_initializer,
        orthogonal_initializer,
        random_normal_initializer,
        random_uniform_initializer,
        truncated_normal_initializer,
        uniform_unit_scaling_initializer,
        variance_scaling_initializer,
        zeros_initializer,
    )
    from .tensorflow1.known_values import *  # noqa: F403
    from .tensorflow1.matrices import *  # noqa: F403
    from .tensorflow1.nn import sigmoid, tanh
    from .tensorflow1.parsing import *  # noqa: F403
    from .tensorflow1.python_calls import *  # noqa: F403
    from .tensorflow1.queues import *  # noqa: F403
    from .tensorflow1.random import *  # noqa: F403
    from .tensorflow1.reductions import *  # noqa: F403
    from .tensorflow1.registered import *  # noqa: F403
    from .tensorflow1.scans import *  # noqa: F403
    from .tensorflow1.scopes import *  # noqa: F403
    from .tensorflow1.segments import *  # noqa: F403
    from .tensorflow1.sessions import *  # noqa: F403
    from .tensorflow1.sorting import *  # noqa: F403
    from .tensorflow1.sources import *  # noqa: F403
    from .tensorflow1.sparse_tensors import *  # noqa: F403
    from .tensorflow1.spatial import depth_to_space, extract_image_patches, space_to_depth
    from .tensorflow1.special import *  # noqa: F403
    from .tensorflow1.summary import Event, HistogramProto, SessionLog, Summary, SummaryMetadata
    from .tensorflow1.summary.operations import (
        audio_summary,
        histogram_summary,
        image_summary,
        merge_all_summaries,
        merge_summary,
        scalar_summary,
    )
    from .tensorflow1.templates import make_template
    from .tensorflow1.tensor_array import TensorArray
    from .tensorflow1.texts import *  # noqa: F403
    from .tensorflow1.variable_scope import *  # noqa: F403
    from .tensorflow1.variables import *  # noqa: F403
    from .tensorflow1.version import COMPILER_VERSION, GIT_VERSION, VERSION

_add_families(f"{__name__}.ops", _FAMILIES)
_explain_unknown_names(errors)

#: Modules of :mod:`engine.tensorflow1` whose names are all names of the top level; the most used first.
_FRONTS = (
    "sources",
    "variables",
    "dtypes",
    "arithmetic",
    "matrices",
    "reductions",
    "arrays",
    "random",
    "scopes",
    "variable_scope",
    "elementwise",
    "casting",
    "choosing",
    "clipping",
    "control_flow",
    "scans",
    "gathering",
    "python_calls",
    "assertions",
    "registered",
    "segments",
    "sessions",
    "sorting",
    "special",
    "parsing",
    "queues",
    "sparse_tensors",
    "texts",
    "counting",
    "indexed_parts",
    "known_values",
)
#: Submodules of :mod:`engine.tensorflow1` that are imported when they are first named.
_SUBMODULES = (
    "app",
    "bitwise",
    "compat",
    "contrib",
    "data",
    "distributions",
    "flags",
    "gfile",
    "image",
    "initializers",
    "io",
    "linalg",
    "layers",
    "logging",
    "lookup",
    "losses",
    "math",
    "metrics",
    "nn",
    "python_io",
    "random",
    "sparse",
    "strings",
    "summary",
    "test",
    "train",
    "version",
)
#: Names that stand in such a submodule and in the top level too.
_ELSEWHERE = {
    "qr": "factorizations",
    "constant_initializer": "initializers",
    "glorot_normal_initializer": "initializers",
    "glorot_uniform_initializer": "initializers",
    "ones_initializer": "initializers",
    "orthogonal_initializer": "initializers",
    "random_normal_initializer": "initializers",
    "random_uniform_initializer": "initializers",
    "truncated_normal_initializer": "initializers",
    "uniform_unit_scaling_initializer": "initializers",
    "variance_scaling_initializer": "initializers",
    "zeros_initializer": "initializers",
    "AttrValue": "graph_def",
    "Event": "summary",
    "GraphDef": "graph_def",
    "HistogramProto": "summary",
    "NodeDef": "graph_def",
    "SessionLog": "summary",
    "Summary": "summary",
    "SummaryMetadata": "summary",
    "TensorArray": "tensor_array",
    "TensorProto": "graph_def",
    "VERSION": "version",
    "GIT_VERSION": "version",
    "COMPILER_VERSION": "version",
    "audio_summary": "summary.operations",
    "disable_control_flow_v2": "behavior",
    "disable_eager_execution": "behavior",
    "disable_resource_variables": "behavior",
    "disable_tensor_equality": "behavior",
    "disable_v2_behavior": "behavior",
    "disable_v2_tensorshape": "behavior",
    "enable_eager_execution": "behavior",
    "enable_resource_variables": "behavior",
    "enable_v2_behavior": "behavior",
    "executing_eagerly": "behavior",
    "histogram_summary": "summary.operations",
    "image_summary": "summary.operations",
    "make_template": "templates",
    "merge_all_summaries": "summary.operations",
    "merge_summary": "summary.operations",
    "scalar_summary": "summary.operations",
    "depth_to_space": "spatial",
    "extract_image_patches": "spatial",
    "space_to_depth": "spatial",
    "sigmoid": "nn",
    "tanh": "nn",
}
#: The version of TensorFlow whose programs run.
__version__ = "1.15.5"

#: What is there without looking into the fronts; :func:`dir` gives all.
__all__ = [
    "AttrValue",
    "COMPILER_VERSION",
    "Event",
    "GIT_VERSION",
    "Graph",
    "GraphDef",
    "HistogramProto",
    "NodeDef",
    "Operation",
    "Session",
    "SessionLog",
    "Summary",
    "SummaryMetadata",
    "Tensor",
    "TensorArray",
    "TensorProto",
    "TensorShape",
    "VERSION",
    "Variable",
    "app",
    "audio_summary",
    "bitwise",
    "compat",
    "constant_initializer",
    "contrib",
    "data",
    "depth_to_space",
    "disable_control_flow_v2",
    "disable_eager_execution",
    "disable_resource_variables",
    "disable_tensor_equality",
    "disable_v2_behavior",
    "disable_v2_tensorshape",
    "distributions",
    "enable_eager_execution",
    "enable_resource_variables",
    "enable_v2_behavior",
    "errors",
    "executing_eagerly",
    "extract_image_patches",
    "flags",
    "get_default_graph",
    "get_default_session",
    "gfile",
    "glorot_normal_initializer",
    "glorot_uniform_initializer",
    "histogram_summary",
    "image",
    "image_summary",
    "initializers",
    "install_as",
    "io",
    "layers",
    "linalg",
    "logging",
    "lookup",
    "losses",
    "math",
    "make_template",
    "merge_all_summaries",
    "merge_summary",
    "metrics",
    "nn",
    "ones_initializer",
    "orthogonal_initializer",
    "python_io",
    "qr",
    "random",
    "random_normal_initializer",
    "random_uniform_initializer",
    "reset_default_graph",
    "scalar_summary",
    "sigmoid",
    "space_to_depth",
    "sparse",
    "strings",
    "summary",
    "tanh",
    "test",
    "train",
    "truncated_normal_initializer",
    "uniform_unit_scaling_initializer",
    "variance_scaling_initializer",
    "version",
    "zeros_initializer",
]


def _found(name: str) -> Any:
    """What a name stands for. Raises AttributeError, naming what there is instead, for one that is not there."""
    if name == "Session":
        return importlib.import_module(".runtime", __name__).Session
    if name == "install_as":
        return importlib.import_module(".installation", __name__).install_as
    if name in _SUBMODULES:
        submodule = importlib.import_module(f".tensorflow1.{name}", __name__)
        _explain_unknown_names(submodule)
        return submodule
    if name in _ELSEWHERE:
        return getattr(importlib.import_module(f".tensorflow1.{_ELSEWHERE[name]}", __name__), name)
    front = _front_with(_FRONTS, name)
    if front is None:
        raise _unknown_name(__name__, name, _all_names())
    return getattr(front, name)


def _all_names() -> list[str]:
    return sorted({*__all__, *_names_of(_FRONTS)})


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = _found(name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_all_names()})
