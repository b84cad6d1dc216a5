"""Graphs, gradients, execution. ``import engine as tf`` runs TensorFlow 1 style programs.

What most programs use is here from the start; the larger submodules (``tf.layers``, ``tf.contrib`` …) are imported
when a program first names them, so that ``import engine`` stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import ops as _ops
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
from .graph.suggest import instead as _instead
from .installation import install_as
from .runtime import Session
from .tensorflow1 import arithmetic as _arithmetic
from .tensorflow1 import arrays as _arrays
from .tensorflow1 import casting as _casting
from .tensorflow1 import choosing as _choosing
from .tensorflow1 import clipping as _clipping
from .tensorflow1 import control_flow as _control_flow
from .tensorflow1 import dtypes as _dtypes
from .tensorflow1 import elementwise as _elementwise
from .tensorflow1 import gathering as _gathering
from .tensorflow1 import matrices as _matrices
from .tensorflow1 import python_calls as _python_calls
from .tensorflow1 import random as _random
from .tensorflow1 import reductions as _reductions
from .tensorflow1 import scopes as _scopes
from .tensorflow1 import segments as _segments
from .tensorflow1 import sessions as _sessions
from .tensorflow1 import sorting as _sorting
from .tensorflow1 import sources as _sources
from .tensorflow1 import special as _special
from .tensorflow1 import variable_scope as _variable_scope
from .tensorflow1 import variables as _variables
from .tensorflow1.arithmetic import *  # noqa: F403
from .tensorflow1.arrays import *  # noqa: F403
from .tensorflow1.casting import *  # noqa: F403
from .tensorflow1.choosing import *  # noqa: F403
from .tensorflow1.clipping import *  # noqa: F403
from .tensorflow1.control_flow import *  # noqa: F403
from .tensorflow1.dtypes import *  # noqa: F403
from .tensorflow1.elementwise import *  # noqa: F403
from .tensorflow1.gathering import *  # noqa: F403
from .tensorflow1.matrices import *  # noqa: F403
from .tensorflow1.python_calls import *  # noqa: F403
from .tensorflow1.random import *  # noqa: F403
from .tensorflow1.reductions import *  # noqa: F403
from .tensorflow1.scopes import *  # noqa: F403
from .tensorflow1.segments import *  # noqa: F403
from .tensorflow1.sessions import *  # noqa: F403
from .tensorflow1.sorting import *  # noqa: F403
from .tensorflow1.sources import *  # noqa: F403
from .tensorflow1.special import *  # noqa: F403
from .tensorflow1.variable_scope import *  # noqa: F403
from .tensorflow1.variables import *  # noqa: F403

if TYPE_CHECKING:
    from .tensorflow1 import (
        app,
        bitwise,
        compat,
        contrib,
        data,
        flags,
        gfile,
        image,
        initializers,
        io,
        layers,
        linalg,
        logging,
        losses,
        math,
        metrics,
        nn,
        python_io,
        random,
        summary,
        test,
        train,
        version,
    )
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
    from .tensorflow1.factorizations import qr
    from .tensorflow1.graph_def import AttrValue, GraphDef, NodeDef, TensorProto
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
    from .tensorflow1.nn import sigmoid, tanh
    from .tensorflow1.spatial import depth_to_space, extract_image_patches, space_to_depth
    from .tensorflow1.summary import Event, HistogramProto, SessionLog, Summary, SummaryMetadata
    from .tensorflow1.summary.operations import (
        audio_summary,
        histogram_summary,
        image_summary,
        merge_all_summaries,
        merge_summary,
        scalar_summary,
    )
    from .tensorflow1.tensor_array import TensorArray
    from .tensorflow1.version import COMPILER_VERSION, GIT_VERSION, VERSION

del _ops

#: Submodules of :mod:`engine.tensorflow1` that are imported when they are first named.
_SUBMODULES = (
    "app",
    "bitwise",
    "compat",
    "contrib",
    "data",
    "flags",
    "gfile",
    "image",
    "initializers",
    "io",
    "linalg",
    "layers",
    "logging",
    "losses",
    "math",
    "metrics",
    "nn",
    "python_io",
    "random",
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

__all__ = [
    "zeros_initializer",
    "ones_initializer",
    "glorot_uniform_initializer",
    "constant_initializer",
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
    "contrib",
    "data",
    "depth_to_space",
    "disable_control_flow_v2",
    "disable_eager_execution",
    "disable_resource_variables",
    "disable_tensor_equality",
    "disable_v2_behavior",
    "disable_v2_tensorshape",
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
    "histogram_summary",
    "image",
    "image_summary",
    "initializers",
    "install_as",
    "io",
    "linalg",
    "layers",
    "logging",
    "losses",
    "math",
    "merge_all_summaries",
    "merge_summary",
    "metrics",
    "nn",
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
    "summary",
    "tanh",
    "test",
    "train",
    "truncated_normal_initializer",
    "uniform_unit_scaling_initializer",
    "variance_scaling_initializer",
    "version",
]
__all__ += _arithmetic.__all__
__all__ += _arrays.__all__
__all__ += _casting.__all__
__all__ += _choosing.__all__
__all__ += _clipping.__all__
__all__ += _control_flow.__all__
__all__ += _python_calls.__all__
__all__ += _sorting.__all__
__all__ += _dtypes.__all__
__all__ += _elementwise.__all__
__all__ += _gathering.__all__
__all__ += _matrices.__all__
__all__ += _random.__all__
__all__ += _reductions.__all__
__all__ += _scopes.__all__
__all__ += _segments.__all__
__all__ += _sessions.__all__
__all__ += _sources.__all__
__all__ += _special.__all__
__all__ += _variable_scope.__all__
__all__ += _variables.__all__


def __getattr__(name: str) -> Any:
    """Imports a submodule at its first use. Raises AttributeError, naming what there is instead, for other names."""
    if name in _SUBMODULES:
        found: Any = importlib.import_module(f".tensorflow1.{name}", __name__)
    elif name in _ELSEWHERE:
        found = getattr(importlib.import_module(f".tensorflow1.{_ELSEWHERE[name]}", __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{_instead(name, __all__)}.", name=name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
