"""Small pictures of ``.graph`` files, read when they are asked for.

A sketch takes some milliseconds to read, so it is read from the file itself each time the file has changed: a picture
kept elsewhere could be out of date.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from editor.files.watch import stamp_of
from engine.formats.sketch import Sketch, read_sketch
from engine.graph import FileFormatError

#: Of larger files there is no picture, in bytes: reading them would be felt.
_LARGEST = 20 << 20
#: So many sketches are kept.
_KEPT = 64

_kept: OrderedDict[tuple[Path, tuple[int, int, int]], Sketch | None] = OrderedDict()


def sketch_of_file(path: Path) -> Sketch | None:
    """The sketch of a file; None for one that is not there, is no graph, or is too large."""
    stamp = stamp_of(path)
    if stamp is None or stamp[1] > _LARGEST:
        return None
    key = (path, stamp)
    if key not in _kept:
        try:
            _kept[key] = read_sketch(path)
        except FileFormatError:
            _kept[key] = None
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return _kept[key]
