"""What a port takes, found out by asking the engine: no declaration lists it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from editor.adding.scratch import source_declaration
from engine.graph import (
    DTYPES,
    DType,
    Graph,
    InputPort,
    OpDeclaration,
    PortKind,
    TensorShape,
    TensorSpec,
    check_connect,
)

#: Tensors with more axes than this are not asked about.
HIGHEST_RANK = 5


@dataclass(frozen=True)
class PortLimits:
    """The dtypes and the numbers of axes that an input takes."""

    dtypes: tuple[DType, ...]
    ranks: tuple[int, ...]

    @property
    def takes_any_dtype(self) -> bool:
        return len(self.dtypes) == len(DTYPES)

    @property
    def takes_any_rank(self) -> bool:
        return len(self.ranks) == HIGHEST_RANK + 1


#: By the type of the operation and the name of the port.
_known: dict[tuple[str, str], PortLimits] = {}


def port_limits(declaration: OpDeclaration, port: InputPort) -> PortLimits:
    """What one input takes while the others are not wired."""
    place = declaration.type, port.name
    if place not in _known:
        _known[place] = _find_out(declaration, port)
    return _known[place]


def _find_out(declaration: OpDeclaration, port: InputPort) -> PortLimits:
    try:
        asking = _Asking(declaration, port)
    except Exception:  # rules of operations that only programs make raise as they like without all of their wires
        return PortLimits((), ())
    dtypes = tuple(dtype for dtype in DTYPES if asking.takes(TensorSpec(dtype)))
    asked_with = dtypes[0] if dtypes else None
    ranks = range(HIGHEST_RANK + 1)
    return PortLimits(
        dtypes, tuple(rank for rank in ranks if asking.takes(TensorSpec(asked_with, TensorShape([None] * rank))))
    )


class _Asking:
    """A new operation in a graph of its own, at a port of which wires are tried."""

    def __init__(self, declaration: OpDeclaration, port: InputPort) -> None:
        self._graph = Graph()
        self._target = self._graph.add(declaration)
        self._port = port.name
        self._kind = PortKind.TENSOR if port.kind is PortKind.STEP else port.kind

    def takes(self, spec: TensorSpec) -> bool:
        source = self._graph.add(source_declaration(spec, self._kind))
        try:
            return bool(check_connect(self._graph, source.outputs[0], self._target, self._port))
        except Exception:  # as above
            return False
        finally:
            self._graph.remove(source)


_FLOATS = frozenset(("float16", "float32", "float64"))
_WHOLE = frozenset(dtype.name for dtype in DTYPES if dtype.is_integer)


def dtype_families(dtypes: Iterable[DType]) -> tuple[list[str], list[str]]:
    """The families ("float", "integer") of which all dtypes are among these, and the names of the other dtypes."""
    names = [dtype.name for dtype in dtypes]
    families = [
        family for family, members in (("float", _FLOATS), ("integer", _WHOLE)) if members and members <= set(names)
    ]
    whole = {"float": _FLOATS, "integer": _WHOLE}
    covered = {name for family in families for name in whole[family]}
    return families, [name for name in names if name not in covered]
