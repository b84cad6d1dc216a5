"""The checkpoints of a folder, and what stands in one, under TensorFlow's names."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...encoding.graph_def import data_type_label
from ...formats.checkpoint import CheckpointReader as _Reader
from ...formats.checkpoint import index_file
from ...formats.checkpoint_state import CheckpointState, read_checkpoint_state, write_checkpoint_state
from ...graph import DType, NotFoundError, as_dtype
from .. import logging
from ..gfile import PathLike, as_path

__all__ = [
    "CheckpointState",
    "NewCheckpointReader",
    "checkpoint_exists",
    "generate_checkpoint_state_proto",
    "get_checkpoint_mtimes",
    "get_checkpoint_state",
    "latest_checkpoint",
    "list_variables",
    "load_checkpoint",
    "load_variable",
    "remove_checkpoint",
    "update_checkpoint_state",
]

Array = np.ndarray[Any, np.dtype[Any]]


# --- which there are ---------------------------------------------------------------------------------------------


def _state_file(save_dir: str, latest_filename: str | None) -> Path:
    return Path(save_dir, latest_filename or "checkpoint")


def generate_checkpoint_state_proto(
    save_dir: PathLike,
    model_checkpoint_path: str,
    all_model_checkpoint_paths: Sequence[str] | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
) -> CheckpointState:
    """What the file ``checkpoint`` is to say; relative paths become relative to a relative ``save_dir``."""
    folder = as_path(save_dir)
    paths = list(all_model_checkpoint_paths or [])
    if not paths or paths[-1] != model_checkpoint_path:
        paths.append(model_checkpoint_path)
    if all_model_checkpoint_timestamps and len(all_model_checkpoint_timestamps) != len(paths):
        raise ValueError(
            "Checkpoint timestamps, if provided, must match checkpoint paths (got paths "
            f"{paths} and timestamps {all_model_checkpoint_timestamps})"
        )
    if not os.path.isabs(folder):
        paths = [path if os.path.isabs(path) else os.path.relpath(path, folder) for path in paths]
        model_checkpoint_path = paths[-1]
    return CheckpointState(
        model_checkpoint_path=model_checkpoint_path,
        all_model_checkpoint_paths=paths,
        all_model_checkpoint_timestamps=all_model_checkpoint_timestamps,
        last_preserved_timestamp=last_preserved_timestamp,
    )


def update_checkpoint_state(
    save_dir: PathLike,
    model_checkpoint_path: str,
    all_model_checkpoint_paths: Sequence[str] | None = None,
    latest_filename: str | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
) -> None:
    """Writes the file ``checkpoint`` of a folder."""
    state = generate_checkpoint_state_proto(
        save_dir,
        model_checkpoint_path,
        all_model_checkpoint_paths,
        all_model_checkpoint_timestamps,
        last_preserved_timestamp,
    )
    file = _state_file(as_path(save_dir), latest_filename)
    if str(file) == state.model_checkpoint_path:
        raise RuntimeError(
            f"Save path '{model_checkpoint_path}' conflicts with path used for checkpoint state. Please use a "
            "different save path."
        )
    write_checkpoint_state(file, state)


def get_checkpoint_state(checkpoint_dir: PathLike, latest_filename: str | None = None) -> CheckpointState | None:
    """What the file ``checkpoint`` of a folder says: ``model_checkpoint_path`` is the latest, and
    ``all_model_checkpoint_paths`` all that are kept; None when there is no such file."""
    folder = as_path(checkpoint_dir)
    file = _state_file(folder, latest_filename)
    try:
        state = read_checkpoint_state(file)
    except ValueError as error:
        logging.warning("%s: Checkpoint ignored", error)
        return None
    if state is None:
        return None
    if not state.model_checkpoint_path:
        raise ValueError(f"Invalid checkpoint state loaded from {folder}")
    state.model_checkpoint_path = os.path.join(folder, state.model_checkpoint_path)
    paths = state.all_model_checkpoint_paths
    paths[:] = [os.path.join(folder, path) for path in paths]
    return state


def checkpoint_exists(checkpoint_prefix: PathLike) -> bool:
    """Whether there is a checkpoint with this prefix (``*`` and ``?`` stand for any letters)."""
    prefix = as_path(checkpoint_prefix)
    return bool(glob.glob(index_file(prefix)) or glob.glob(prefix))


def latest_checkpoint(checkpoint_dir: PathLike, latest_filename: str | None = None) -> str | None:
    """The prefix of the latest checkpoint of a folder, or None."""
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None or not state.model_checkpoint_path:
        return None
    prefix: str = state.model_checkpoint_path
    if checkpoint_exists(prefix):
        return prefix
    logging.error("Couldn't match files for checkpoint %s", prefix)
    return None


def get_checkpoint_mtimes(checkpoint_prefixes: Sequence[PathLike]) -> list[float]:
    """When the checkpoints that there are were written, in seconds since 1970."""
    files = [index_file(as_path(prefix)) for prefix in checkpoint_prefixes]
    return [os.stat(file).st_mtime for file in files if os.path.exists(file)]


def remove_checkpoint(
    checkpoint_prefix: PathLike, checkpoint_format_version: Any = 2, meta_graph_suffix: str = "meta"
) -> None:
    """Deletes the files of a checkpoint."""
    prefix = as_path(checkpoint_prefix)
    data = glob.glob(f"{glob.escape(prefix)}.data-?????-of-?????")
    for file in [f"{prefix}.{meta_graph_suffix}", index_file(prefix), *data]:
        Path(file).unlink(missing_ok=True)


# --- what stands in one ------------------------------------------------------------------------------------------


class NewCheckpointReader:
    """What stands in the checkpoint ``filepattern``. Raises NotFoundError when there is none."""

    def __init__(self, filepattern: PathLike) -> None:
        self._reader = _Reader(as_path(filepattern))

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        return {name: list(self._reader.shape(name)) for name in self._reader}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        return {name: as_dtype(self._reader.dtype_name(name)) for name in self._reader}

    def has_tensor(self, tensor_str: str) -> bool:
        return as_path(tensor_str) in self._reader

    def get_tensor(self, tensor_str: str) -> Any:
        """The value saved under a name. Raises NotFoundError when there is none."""
        return self._reader.array(as_path(tensor_str))[()]

    def debug_string(self) -> bytes:
        """A line for each value: name, dtype, shape."""
        lines = [
            f"{name} ({data_type_label(dtype.name)}) [{','.join(map(str, self._reader.shape(name)))}]"
            for name, dtype in self.get_variable_to_dtype_map().items()
        ]
        return "".join(f"{line}\n" for line in lines).encode()


def load_checkpoint(ckpt_dir_or_file: PathLike) -> NewCheckpointReader:
    """A reader for a checkpoint, or for the latest of a folder. Raises ValueError when there is none in it."""
    place = as_path(ckpt_dir_or_file)
    if os.path.isdir(place):
        latest = latest_checkpoint(place)
        if latest is None:
            raise ValueError(f"Couldn't find 'checkpoint' file or checkpoints in given directory {place}")
        place = latest
    return NewCheckpointReader(place)


def list_variables(ckpt_dir_or_file: PathLike) -> list[tuple[str, list[int]]]:
    """Name and shape of all that stands in a checkpoint (or the latest of a folder), by name."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


def load_variable(ckpt_dir_or_file: PathLike, name: str) -> Any:
    """One value of a checkpoint (or the latest of a folder). Raises NotFoundError when it is not in it."""
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))


def require_checkpoint(prefix: str) -> _Reader:
    """A reader for a prefix. Raises ValueError in TensorFlow's words when there is no checkpoint."""
    if not checkpoint_exists(prefix):
        raise ValueError(f"The passed save_path is not a valid checkpoint: {prefix}. Give what Saver.save returned.")
    try:
        return _Reader(prefix)
    except NotFoundError:
        raise ValueError(
            f"The passed save_path is not a valid checkpoint: {prefix}. Give what Saver.save returned."
        ) from None
