"""Reading a whole file and replacing one, so that a failure never costs what was there."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from ..graph import FileFormatError

#: A graph of a million nodes has a tenth of this.
MAX_BYTES = 2 * 1024**3


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises FileFormatError with a sentence when it cannot be read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FileFormatError(f"{path} is not a file; choose a .graph file.")
        if status.st_size > MAX_BYTES:
            raise FileFormatError(
                f"{path.name} is larger than {MAX_BYTES // 1024**3} GB; that is no graph. Keep data in CSV or .npy "
                "files."
            )
        return path.read_bytes()
    except FileFormatError:
        raise
    except FileNotFoundError:
        raise FileFormatError(f"There is no file {path}; look whether it was moved or renamed.") from None
    except (OSError, ValueError) as error:
        raise FileFormatError(f"{path} could not be read: {_reason(error)}. Choose another file.") from None


def replace_file(path: Path, data: bytes) -> None:
    """Writes a file at one stroke: whoever reads it sees the old bytes or the new ones, never a part.

    Symbolic links are followed and the permissions of an existing file are kept. Raises FileFormatError with a
    sentence when it cannot be done; then the old file is as it was.
    """
    try:
        target = Path(os.path.realpath(path))
        mode = _permissions(target)
        temporary = target.with_name(f".chainrule-{secrets.token_hex(6)}.tmp")
        try:
            _write_through(temporary, data)
            if mode is not None:
                temporary.chmod(mode)
            os.replace(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    except (OSError, ValueError) as error:
        raise FileFormatError(
            f"{path} could not be saved: {_reason(error)}. Free some space or choose another place; what was there "
            "is unchanged."
        ) from None


def _permissions(target: Path) -> int | None:
    """The permission bits of the file, or None when there is none yet. Raises OSError when it may not be replaced."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise IsADirectoryError(0, "it is not a file")
    if not os.access(target, os.W_OK):
        raise PermissionError(0, "the file is read-only")
    return stat.S_IMODE(mode)


def _write_through(path: Path, data: bytes) -> None:
    """Writes a new file and waits until the disk has it."""
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Makes the new name of a file last through a power cut, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _reason(error: OSError | ValueError) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return reason[:1].lower() + reason[1:]
