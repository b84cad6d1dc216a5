"""Arrays in ``.npy`` and ``.npz`` files. Nothing pickled is ever loaded."""

from __future__ import annotations

import errno
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..graph import DataError
from ..graph.suggest import nearest_first

Array = np.ndarray[Any, np.dtype[Any]]

_HEADER_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


@dataclass(frozen=True)
class ArrayDescription:
    """One array of a file: its key ("" in an .npy file), its shape and the name of its dtype."""

    key: str
    shape: tuple[int, ...]
    dtype: str


def describe_numpy(path: Path) -> tuple[ArrayDescription, ...]:
    """The arrays of a file, from their headers alone. Raises DataError when it cannot be read."""
    try:
        if not _is_archive(path):
            with open(path, "rb") as file:
                return (_describe("", file),)
        with zipfile.ZipFile(path) as archive:
            found = []
            for member in archive.namelist():
                with archive.open(member) as stream:
                    found.append(_describe(member.removesuffix(".npy"), stream))
            return tuple(found)
    except Exception as error:  # A damaged file makes zipfile, zlib, tokenize and numpy raise errors of any kind.
        if _is_of_the_disk(error):
            raise
        raise _damaged(path, error) from None


def read_numpy_array(path: Path, key: str) -> Array:
    """The array in an .npy file, or the one called ``key`` in an .npz file ("" takes the only one).

    Raises DataError when there is no such array, or when it is not made of numbers.
    """
    try:
        loaded = np.load(path, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            array, name = loaded, path.name
            if key:
                raise DataError(f"{path.name} holds one array without a name; leave the key {key!r} out.")
        else:
            with loaded as archive:
                chosen = _choose_key(path.name, key, list(archive.files))
                array, name = archive[chosen], f"{path.name}, {chosen!r}"
    except Exception as error:  # As above; an array of objects raises a ValueError, for it would be pickled.
        if isinstance(error, DataError) or _is_of_the_disk(error):
            raise
        raise _damaged(path, error) from None
    if not isinstance(array, np.ndarray):
        raise DataError(f"{name} is no array; choose another one.")
    if array.dtype.kind not in "iufb":
        raise DataError(f"{name} is an array of {array.dtype}; only numbers and booleans can be fed; convert it.")
    return array


def _is_archive(path: Path) -> bool:
    with open(path, "rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _describe(key: str, stream: IO[bytes]) -> ArrayDescription:
    read_header = _HEADER_READERS.get(np.lib.format.read_magic(stream))
    if read_header is None:
        raise ValueError("an array with named fields")
    shape, _, dtype = read_header(stream)
    return ArrayDescription(key, shape, str(dtype))


def _choose_key(name: str, key: str, keys: list[str]) -> str:
    if key in keys:
        return key
    if not keys:
        raise DataError(f"{name} holds no arrays; choose another file.")
    if not key and len(keys) == 1:
        return keys[0]
    listed = ", ".join(nearest_first(key, keys)[:20])
    if not key:
        raise DataError(f"{name} holds several arrays; choose one of {listed}.")
    raise DataError(f"{name} holds no array {key!r}; it holds {listed}.")


def _is_of_the_disk(error: Exception) -> bool:
    """Whether a file could not be read at all. A damaged archive can send its reader to a place before its start."""
    return isinstance(error, OSError) and error.errno != errno.EINVAL


def _damaged(path: Path, error: Exception) -> DataError:
    if isinstance(error, MemoryError):
        return DataError(f"{path.name} holds an array that is too large for the memory; choose a smaller one.")
    if "Object arrays" in str(error) or "pickle" in str(error):
        return DataError(
            f"{path.name} holds Python objects, or is no NumPy file; save numbers with np.save or np.savez."
        )
    return DataError(f"{path.name} is no NumPy file, or is damaged; save it again with np.save or np.savez.")
