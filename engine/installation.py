"""Standing in for TensorFlow: ``import tensorflow`` and its submodules give the engine.

``engine.install_as("tensorflow")`` adds a finder to Python's import system. Each module it gives hands every name on to
the part of the engine that stands for it; nothing is imported before a program asks for it.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from .graph.suggest import instead

#: The inner modules of TensorFlow that programs import, and the parts of the engine that have their names: places
#: below ``engine``, looked through in order; "" is the engine itself.
_PARTS: dict[str, tuple[str, ...]] = {
    "compat": ("compat",),
    "compat.v1": ("",),
    "core": (),
    "core.framework": (),
    "core.framework.summary_pb2": ("summary",),
    "core.framework.graph_pb2": ("",),
    "core.util": (),
    "core.util.event_pb2": ("summary",),
    "examples": (),
    "examples.tutorials": (),
    "examples.tutorials.mnist": ("tensorflow1.mnist",),
    "examples.tutorials.mnist.input_data": ("tensorflow1.mnist",),
    "models": (),
    "models.rnn": (),
    "models.rnn.rnn": ("tensorflow1.rnn", "nn"),
    "models.rnn.rnn_cell": ("nn.rnn_cell",),
    "python": (),
    "python.client": (),
    "python.client.device_lib": ("tensorflow1.device_lib",),
    "python.client.session": ("",),
    "python.framework": (),
    "python.ops": (),
    "python.layers": ("layers",),
    "python.layers.core": ("layers",),
    "python.ops.control_flow_ops": ("",),
    "python.ops.nn": ("nn", ""),
    "python.ops.nn_ops": ("nn", ""),
    "python.ops.rnn": ("tensorflow1.rnn", "nn", ""),
    "python.ops.rnn_cell": ("nn.rnn_cell",),
    "python.ops.rnn_cell_impl": ("nn.rnn_cell",),
    "python.ops.seq2seq": ("contrib.legacy_seq2seq", "contrib.seq2seq"),
    "python.ops.losses": ("losses",),
    "python.ops.losses.losses": ("losses",),
    "python.platform": (),
    "python.platform.gfile": ("gfile",),
    "python.platform.flags": ("flags",),
    "python.platform.app": ("app",),
    "python.platform.tf_logging": ("logging",),
    "python.training": ("train",),
    "python.util": (),
    "python.util.nest": ("tensorflow1.nest",),
    "python.summary": ("summary",),
    "python.saved_model": (),
}
#: Below these every name is looked for in the engine itself: ``tensorflow.python.ops.array_ops.reshape``.
_WHOLE = ("python.framework.", "python.ops.", "python.layers.", "python.training.", "python.eager.")


class StandIn(ModuleType):
    """A module that hands names on to parts of the engine."""

    def __init__(self, name: str, path: str, parts: Sequence[Any]) -> None:
        super().__init__(name, f"The engine, in the place of {name}.")
        self.__dict__["_path"] = path
        self.__dict__["_parts"] = parts

    def __getattr__(self, name: str) -> Any:
        for part in self.__dict__["_parts"] if name != "__all__" else ():
            try:
                return getattr(part, name)
            except AttributeError:
                continue
        if name == "__all__":  # from tensorflow import *
            return dir(self)
        if not name.startswith("__"):
            try:
                return importlib.import_module(f"{self.__name__}.{name}")
            except ModuleNotFoundError:
                pass
        raise AttributeError(
            f"module {self.__name__!r} has no attribute {name!r}{instead(name, dir(self))}.", name=name
        )

    def __dir__(self) -> list[str]:
        return sorted({name for part in self.__dict__["_parts"] for name in dir(part) if not name.startswith("_")})


class _Finder(MetaPathFinder, Loader):
    """Finds ``tensorflow`` and everything below it in the engine."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        inside = fullname.removeprefix(f"{self.name}.") if fullname != self.name else ""
        if fullname != self.name and inside == fullname:
            return None
        if _parts_of(inside) is None:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        inside = "" if spec.name == self.name else spec.name.removeprefix(f"{self.name}.")
        return StandIn(spec.name, inside, _parts_of(inside) or ())

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to do."""


def _parts_of(inside: str) -> Sequence[Any] | None:
    """The parts of the engine that stand for a module below TensorFlow; None when there is no such module."""
    import engine

    if not inside:
        return (engine,)
    places = _PARTS.get(inside)
    if places is None and inside.startswith(_WHOLE):
        places = ("nn", "")
    if places is not None:
        found = [_place(place) for place in places]
        return [part for part in found if part is not None]
    part = _place(inside)
    return (part,) if isinstance(part, ModuleType) else None


def _place(path: str) -> Any:
    """The part of the engine at a dotted place; None when it has none there."""
    import engine

    part: Any = engine
    for word in path.split(".") if path else ():
        try:
            part = getattr(part, word)
        except AttributeError:
            try:
                part = importlib.import_module(f"{part.__name__}.{word}")
            except (ImportError, AttributeError):
                return None
    return part


def install_as(name: str = "tensorflow") -> None:
    """Makes ``import tensorflow`` (or another name) and imports from its submodules give the engine in this process.

    Raises RuntimeError when a module of that name has been imported already.
    """
    present = sys.modules.get(name)
    if isinstance(present, StandIn):
        return
    if present is not None:
        raise RuntimeError(f"{name} has been imported already; call engine.install_as({name!r}) before that.")
    sys.meta_path.insert(0, _Finder(name))
    importlib.import_module(name)
