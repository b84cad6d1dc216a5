"""``tf.gfile``: files and folders of this machine."""

from __future__ import annotations

import glob as _glob
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from ..graph import AlreadyExistsError, FailedPreconditionError, NotFoundError, OpError, errors

__all__ = [
    "Copy",
    "DeleteRecursively",
    "Exists",
    "FastGFile",
    "FileStatistics",
    "GFile",
    "Glob",
    "IsDirectory",
    "ListDirectory",
    "MakeDirs",
    "MkDir",
    "Open",
    "Remove",
    "Rename",
    "Stat",
    "Walk",
]

PathLike = str | bytes | os.PathLike[str]


def as_path(path: PathLike) -> str:
    """A path as text."""
    return path.decode() if isinstance(path, bytes) else os.fspath(path)


def as_op_error(error: OSError, path: str) -> OpError:
    """TensorFlow's error for what the system says."""
    kinds: dict[type[OSError], type[OpError]] = {
        FileNotFoundError: NotFoundError,
        FileExistsError: AlreadyExistsError,
        PermissionError: errors.PermissionDeniedError,
        IsADirectoryError: FailedPreconditionError,
        NotADirectoryError: FailedPreconditionError,
    }
    return kinds.get(type(error), errors.UnknownError)(f"{path}; {error.strerror or error}")


class GFile:
    """A file, opened at the first use. Without ``b`` in ``mode`` it holds text in UTF-8.

    Raises NotFoundError when there is none to be read.
    """

    def __init__(self, name: PathLike, mode: str = "r") -> None:
        self._name = as_path(name)
        self._mode = mode
        self._file: IO[Any] | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def mode(self) -> str:
        return self._mode

    def _opened(self) -> IO[Any]:
        if self._file is None:
            form = {} if "b" in self._mode else {"encoding": "utf-8", "newline": ""}
            try:
                self._file = Path(self._name).open(self._mode, **form)  # type: ignore[call-overload]  # noqa: SIM115
            except OSError as error:
                raise as_op_error(error, self._name) from None
        return self._file

    def _readable(self) -> IO[Any]:
        if "r" not in self._mode and "+" not in self._mode:
            raise errors.PermissionDeniedError("File isn't open for reading. Open it with the mode 'r'.")
        return self._opened()

    def read(self, n: int = -1) -> Any:
        """The rest of the file, or ``n`` characters (bytes) of it."""
        return self._readable().read(n)

    def readline(self) -> Any:
        return self._readable().readline()

    def readlines(self) -> list[Any]:
        return list(self._readable().readlines())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._readable())

    def __next__(self) -> Any:
        return next(self._readable())

    def write(self, file_content: Any) -> None:
        """Adds to the file."""
        if self._mode in ("r", "rb"):
            raise errors.PermissionDeniedError("File isn't open for writing. Open it with the mode 'w' or 'a'.")
        if "b" in self._mode and isinstance(file_content, str):
            file_content = file_content.encode()
        elif "b" not in self._mode and isinstance(file_content, bytes):
            file_content = file_content.decode()
        self._opened().write(file_content)

    def seek(self, offset: int, whence: int = 0) -> None:
        self._opened().seek(offset, whence)

    def tell(self) -> int:
        return self._opened().tell()

    def size(self) -> int:
        """The length of the file in bytes."""
        self.flush()
        return int(Stat(self._name).length)

    def flush(self) -> None:
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> GFile:
        if "w" in self._mode or "a" in self._mode:
            self._opened()
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


FastGFile = GFile
Open = GFile


class FileStatistics:
    """The length of a file in bytes, when it was changed, and whether it is a folder."""

    def __init__(self, length: int, mtime_nsec: int, is_directory: bool) -> None:
        self.length = length
        self.mtime_nsec = mtime_nsec
        self.is_directory = is_directory


def Exists(filename: PathLike) -> bool:
    """Whether there is a file or folder."""
    return os.path.exists(as_path(filename))


def IsDirectory(dirname: PathLike) -> bool:
    """Whether there is a folder."""
    return os.path.isdir(as_path(dirname))


def Glob(filename: PathLike | list[PathLike]) -> list[str]:
    """The files whose names fit a pattern (or one of several)."""
    patterns = filename if isinstance(filename, list) else [filename]
    return sorted(found for pattern in patterns for found in _glob.glob(as_path(pattern)))


def ListDirectory(dirname: PathLike) -> list[str]:
    """The names in a folder. Raises NotFoundError when there is none."""
    path = as_path(dirname)
    if not os.path.isdir(path):
        raise NotFoundError("Could not find directory. Look whether the path is right.")
    return sorted(os.listdir(path))


def MakeDirs(dirname: PathLike) -> None:
    """Makes a folder and those above it; nothing happens when it is there."""
    _try(lambda path: os.makedirs(path, exist_ok=True), dirname)


def MkDir(dirname: PathLike) -> None:
    """Makes a folder. Raises AlreadyExistsError when it is there, NotFoundError when the one above it is not."""
    _try(os.mkdir, dirname)


def DeleteRecursively(dirname: PathLike) -> None:
    """Deletes a folder and all that is in it. Raises NotFoundError when there is none."""
    _try(lambda path: shutil.rmtree(path) if os.path.isdir(path) else os.remove(path), dirname)


def Remove(filename: PathLike) -> None:
    """Deletes a file. Raises NotFoundError when there is none."""
    _try(os.remove, filename)


def Copy(oldpath: PathLike, newpath: PathLike, overwrite: bool = False) -> None:
    """Copies a file. Raises AlreadyExistsError when there is one already and ``overwrite`` is False."""
    _refuse_existing(newpath, overwrite)
    _try(lambda path: shutil.copyfile(path, as_path(newpath)), oldpath)


def Rename(oldname: PathLike, newname: PathLike, overwrite: bool = False) -> None:
    """Renames a file. Raises AlreadyExistsError when there is one already and ``overwrite`` is False."""
    _refuse_existing(newname, overwrite)
    _try(lambda path: os.replace(path, as_path(newname)), oldname)


def Stat(filename: PathLike) -> FileStatistics:
    """Length, time of change and kind of a file. Raises NotFoundError when there is none."""
    path = as_path(filename)
    try:
        found = os.stat(path)
    except OSError as error:
        raise as_op_error(error, path) from None
    return FileStatistics(found.st_size, found.st_mtime_ns, os.path.isdir(path))


def Walk(top: PathLike, in_order: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:
    """Folder, folders in it, files in it: for a folder and all below it, those above first when ``in_order``."""
    return os.walk(as_path(top), topdown=in_order)


def _try(action: Callable[[str], Any], path: PathLike) -> None:
    try:
        action(as_path(path))
    except OSError as error:
        raise as_op_error(error, as_path(path)) from None


def _refuse_existing(path: PathLike, overwrite: bool) -> None:
    if not overwrite and os.path.exists(as_path(path)):
        raise AlreadyExistsError("file already exists. Pass overwrite=True to replace it.")
