"""What could have been meant by a name that does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any


def nearest_first(name: str, known: Sequence[str], cutoff: float = 0.4) -> list[str]:
    """All of ``known``, those that are spelled like ``name`` before the others."""
    near = nearest(name, known, len(known), cutoff)
    return [*near, *(other for other in known if other not in near)]


def nearest(name: str, known: Sequence[str], limit: int, cutoff: float) -> list[str]:
    """Those of ``known`` that are spelled like ``name``, the nearest first, at most ``limit``."""
    import difflib  # late: only errors need it

    return difflib.get_close_matches(name, known, n=limit, cutoff=cutoff) if known else []


def instead(name: str, known: Sequence[str], limit: int = 8) -> str:
    """What could be written instead of ``name``, nearest first, as the end of a sentence without its full stop."""
    if not known:
        return "; it has none"
    offered = nearest(name, known, limit, 0.5) if limit < len(known) else nearest_first(name, known, 0.5)
    return f"; there is {', '.join(offered)}" if offered else "; look at its spelling"


#: Large parts of TensorFlow that are left out, and what programs use in their place.
_LEFT_OUT = {
    "keras": "build with tf.layers or tf.get_variable, and train with tf.train's optimizers",
    "estimator": "build the graph yourself, and train it with tf.train's optimizers and a session",
    "feature_column": "make columns of numbers yourself, with tf.one_hot and tf.nn.embedding_lookup",
    "learn": "build the graph yourself, with tf.layers and tf.train",
    "tpu": "everything is computed on the CPU; leave it out",
    "distribute": "everything is computed in this process; leave it out",
    "saved_model": "save variables with tf.train.Saver",
    "spectral": "there are no complex numbers",
    "signal": "there are no complex numbers",
}


def unknown_name(module: str, name: str, known: Sequence[str]) -> AttributeError:
    """The error for a name that a module does not have: it says what there is instead."""
    if name.startswith("__"):
        return AttributeError(f"module {module!r} has no attribute {name!r}", name=name)
    if name in _LEFT_OUT:
        words = f"module {module!r} has no attribute {name!r}: it is not implemented here; {_LEFT_OUT[name]}."
        return AttributeError(words, name=name)
    offered = nearest(name, known, 8, 0.5) or nearest(name, known, 3, 0.0) or known[:3]
    there_is = f"; there is {', '.join(offered)}" if offered else ""
    return AttributeError(
        f"module {module!r} has no attribute {name!r}{there_is}. {name} is not implemented here.", name=name
    )


def explain_unknown_names(module: ModuleType) -> None:
    """Lets a module of names that programs use, and those in it, say what there is in the place of unknown ones."""
    names = vars(module)

    def missing(name: str) -> Any:
        raise unknown_name(_as_programs_call_it(module), name, public_names(module))

    names.setdefault("__getattr__", missing)
    for part in [names[name] for name in public_names(module) if name in names]:
        if isinstance(part, ModuleType) and ".tensorflow1." in part.__name__ and "__getattr__" not in vars(part):
            explain_unknown_names(part)


def public_names(module: ModuleType) -> list[str]:
    """The names that a module offers: its ``__all__`` where it has one."""
    names = vars(module)
    hidden = ("_", "annotations", "TYPE_CHECKING")
    return sorted(names.get("__all__") or (name for name in names if not name.startswith(hidden)))


def _as_programs_call_it(module: ModuleType) -> str:
    return f"tensorflow.{module.__name__.split('.', 2)[2]}"
