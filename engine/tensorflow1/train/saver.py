"""``tf.train.Saver``: variables to checkpoints and back."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...formats.checkpoint import CheckpointReader, write_checkpoint
from ...graph import FileFormatError, InvalidArgumentError, NotFoundError, Tensor, Variable
from .. import logging
from ..gfile import as_path
from ..variables import global_variables
from .checkpoints import (
    get_checkpoint_mtimes,
    remove_checkpoint,
    require_checkpoint,
    update_checkpoint_state,
)
from .meta_graph import export_meta_graph

__all__ = ["Saver", "SaverDef"]

Array = np.ndarray[Any, np.dtype[Any]]
Variables = Mapping[str, Variable] | Sequence[Variable] | None

_FAILED = (
    "Restoring from checkpoint failed. This is most likely due to {} from the checkpoint. Please ensure that you have "
    "not altered the graph expected based on the checkpoint. Original error:\n\n{}"
)


class SaverDef:
    """The versions of the checkpoint format that TensorFlow knows; V2 is the one that is written and read."""

    LEGACY, V1, V2 = range(3)


class Saver:
    """Saves variables in checkpoints, TensorFlow's own files, and restores them.

    ``var_list`` is a list of variables, which are saved under their names, or a dict from names to variables; None
    takes all there are at this moment. ``max_to_keep`` checkpoints are kept (None or 0: all), older ones are
    deleted, except one for every ``keep_checkpoint_every_n_hours``. ``reshape`` lets a variable take a saved value
    of another shape with as many elements.
    """

    def __init__(
        self,
        var_list: Variables = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        saver_def: Any = None,
        builder: Any = None,
        defer_build: bool = False,
        allow_empty: bool = False,
        write_version: int = SaverDef.V2,
        pad_step_number: bool = False,
        save_relative_paths: bool = False,
        filename: str | None = None,
    ) -> None:
        if defer_build and var_list:
            raise ValueError(
                "If `var_list` is provided then build cannot be deferred. Either set defer_build=False or "
                "var_list=None."
            )
        self._given = var_list
        self._variables: dict[str, Variable] | None = None
        self._reshape = reshape
        self._max_to_keep = max_to_keep or 0
        self._keep_hours = keep_checkpoint_every_n_hours
        self._allow_empty = allow_empty
        self._pad_step_number = pad_step_number
        self._save_relative_paths = save_relative_paths
        self._kept: list[tuple[str, float]] = []
        self._next_to_keep = time.time() + self._keep_hours * 3600
        if not defer_build:
            self.build()

    def build(self) -> None:
        """Decides which variables are saved, when that was put off. Raises ValueError when there are none."""
        if self._variables is None:
            self._variables = _named(global_variables() if self._given is None else self._given)
        if not self._variables and not self._allow_empty:
            self._variables = None
            raise ValueError("No variables to save. Make a tf.Variable before the Saver, or pass allow_empty=True.")

    @property
    def variables(self) -> dict[str, Variable]:
        """The variables by the names under which they are saved."""
        if self._variables is None:
            raise RuntimeError("The Saver has not been built; call build() first.")
        return dict(self._variables)

    # --- saving --------------------------------------------------------------------------------------------------

    def save(
        self,
        sess: Any,
        save_path: str | os.PathLike[str],
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> str | None:
        """Writes a checkpoint and returns its prefix: ``save_path``, with ``-step`` when there is a ``global_step``.

        ``global_step`` is a number, a variable or a tensor. The graph is written beside it as ``PREFIX.meta``.
        Raises FailedPreconditionError when a variable has no value yet, ValueError when the folder's parent is not
        there.
        """
        if not hasattr(sess, "set_value"):
            raise TypeError(f"'sess' must be a Session; {sess}. Give the tf.Session whose variables are saved.")
        latest_filename = latest_filename or "checkpoint"
        path = as_path(save_path)
        if os.path.split(latest_filename)[0]:
            raise ValueError(
                "'latest_filename' must not contain path components; name a file, the folder is that of save_path."
            )
        if os.path.basename(path) == latest_filename and global_step is None:
            raise ValueError(f"'latest_filename' collides with 'save_path': '{latest_filename}' and '{path}'")
        prefix = path
        if global_step is not None:
            step = _step_number(sess, global_step)
            prefix = f"{path}-{step:08d}" if self._pad_step_number else f"{path}-{step}"
        values = {name: sess.value(variable) for name, variable in self.variables.items()}
        folder = os.path.dirname(path)
        _make_folder(folder, path)
        if values:
            write_checkpoint(prefix, values)
            if write_state:
                self._remember(prefix)
                self._write_state(folder, prefix, latest_filename)
                self._delete_old(meta_graph_suffix)
        if write_meta_graph:
            try:
                self.export_meta_graph(f"{prefix}.{meta_graph_suffix}", graph=sess.graph)
            except FileFormatError as error:
                logging.warning("The graph is not saved with the variables: %s", error)
        return prefix if values else None

    def export_meta_graph(
        self,
        filename: str | os.PathLike[str] | None = None,
        collection_list: Sequence[str] | None = None,
        as_text: bool = False,
        export_scope: str | None = None,
        clear_devices: bool = False,
        clear_extraneous_savers: bool = False,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
        graph: Any = None,
    ) -> Any:
        """Writes the graph, its collections and what this saver saves, as :func:`import_meta_graph` reads it."""
        saved = {name: variable.op.name for name, variable in self.variables.items()}
        return export_meta_graph(filename, collection_list=collection_list, graph=graph, saved=saved)

    def _remember(self, prefix: str) -> None:
        if self._max_to_keep:
            self._kept = [entry for entry in self._kept if entry[0] != prefix]
            self._kept.append((prefix, time.time()))

    def _write_state(self, folder: str, prefix: str, latest_filename: str) -> None:
        """Lists the checkpoints that stay; with ``save_relative_paths`` as seen from their folder."""
        keep = self._kept[-self._max_to_keep :] if self._max_to_keep else []
        paths = [path for path, _ in keep]
        if self._save_relative_paths:
            paths = [os.path.relpath(path, folder) if os.path.isabs(path) else path for path in paths]
            prefix = os.path.relpath(prefix, folder) if os.path.isabs(prefix) else prefix
        update_checkpoint_state(folder, prefix, paths, latest_filename)

    def _delete_old(self, meta_graph_suffix: str) -> None:
        while self._max_to_keep and len(self._kept) > self._max_to_keep:
            prefix, made = self._kept.pop(0)
            if made > self._next_to_keep:
                self._next_to_keep += self._keep_hours * 3600
                continue
            try:
                remove_checkpoint(prefix, meta_graph_suffix=meta_graph_suffix)
            except OSError as error:
                logging.warning("Ignoring: %s", error)

    # --- restoring -----------------------------------------------------------------------------------------------

    def restore(self, sess: Any, save_path: str | os.PathLike[str] | None) -> None:
        """Gives the variables the values of a checkpoint; they need no initialising before.

        All fit, or none is changed. Raises ValueError when there is no such checkpoint, NotFoundError when a
        variable is not in it, InvalidArgumentError when a shape or dtype is another.
        """
        variables = self.variables
        if not variables:
            return
        if save_path is None:
            raise ValueError("Can't load save_path when it is None. Save first: latest_checkpoint found none.")
        reader = require_checkpoint(as_path(save_path))
        logging.info("Restoring parameters from %s", reader.prefix)
        missing = sorted(name for name in variables if name not in reader)
        if missing:
            sentence = f"Key {missing[0]} not found in checkpoint"
            if len(missing) > 1:
                sentence += f" (nor {', '.join(missing[1:])})"
            raise NotFoundError(_FAILED.format("a Variable name or other graph key that is missing", sentence))
        values = {name: self._fitting(reader, name, variables[name]) for name in sorted(variables)}
        for name, value in values.items():
            sess.set_value(variables[name], value)

    def _fitting(self, reader: CheckpointReader, name: str, variable: Variable) -> Array:
        """The saved value of a variable, when it fits."""
        value = reader.array(name)
        dtype = variable.output.dtype
        if dtype is not None and dtype.name != reader.dtype_name(name):
            sentence = (
                f"tensor_name = {name}; expected dtype {_c_name(dtype.name)} does not equal original dtype "
                f"{_c_name(reader.dtype_name(name))}"
            )
            raise InvalidArgumentError(_FAILED.format("a mismatch between the current graph and the graph", sentence))
        shape = variable.shape
        if shape.is_compatible_with(value.shape):
            return value
        if self._reshape and shape.is_known and int(np.prod(shape.known())) == value.size:
            return value.reshape(shape.known())
        sentence = (
            "Assign requires shapes of both tensors to match. "
            f"lhs shape= {_bracketed(shape.as_list())} rhs shape= {_bracketed(value.shape)}: {name} was saved with "
            "another shape than the variable has now."
        )
        raise InvalidArgumentError(
            _FAILED.format("a mismatch between the current graph and the graph", sentence), variable.op.name
        )

    # --- which there are -----------------------------------------------------------------------------------------

    @property
    def last_checkpoints(self) -> list[str]:
        """The prefixes of the checkpoints this saver wrote and has not deleted, oldest first."""
        return [prefix for prefix, _ in self._kept]

    def set_last_checkpoints(self, last_checkpoints: list[str]) -> None:
        """Says which checkpoints there are, oldest first."""
        self._kept = [(prefix, np.inf) for prefix in last_checkpoints]

    def set_last_checkpoints_with_time(self, last_checkpoints_with_time: list[tuple[str, float]]) -> None:
        """Says which checkpoints there are, oldest first, and when each was made."""
        self._kept = list(last_checkpoints_with_time)

    def recover_last_checkpoints(self, checkpoint_paths: Sequence[str]) -> None:
        """Takes those of these checkpoints that there are as this saver's own, as after a restart."""
        found = [(path, get_checkpoint_mtimes([path])) for path in checkpoint_paths]
        self._kept = [(path, times[0]) for path, times in found if times]


def _named(given: Variables) -> dict[str, Variable]:
    """The variables by the names under which they are saved. Raises TypeError for what is no variable."""
    if isinstance(given, Mapping):
        for variable in given.values():
            if not isinstance(variable, Variable):
                raise TypeError(
                    "names_to_saveables must be a dict mapping string names to Tensors/Variables. Not a variable: "
                    f"{variable}"
                )
        return {str(name): variable for name, variable in given.items()}
    named: dict[str, Variable] = {}
    for variable in given or ():
        if not isinstance(variable, Variable):
            raise TypeError(
                f"Variable to save is not a Variable: {variable}. Give variables, or a dict from names to them."
            )
        if variable.op.name in named:
            raise ValueError(
                f"At least two variables have the same name: {variable.op.name}. Give a dict with a name for each."
            )
        named[variable.op.name] = variable
    return named


def _step_number(sess: Any, global_step: Any) -> int:
    if isinstance(global_step, Tensor | Variable):
        return int(sess.run(global_step))
    if isinstance(global_step, bool) or not hasattr(global_step, "__index__"):
        array = np.asarray(global_step)
        if array.ndim or array.dtype.kind not in "iu":
            raise TypeError(f"global_step must be a whole number, a variable or a tensor; {global_step!r} is none.")
        return int(array)
    return int(global_step)


def _make_folder(folder: str, path: str) -> None:
    """Makes the folder of a checkpoint, not those above it. Raises ValueError when they are missing."""
    if folder and not os.path.isdir(folder):
        try:
            os.mkdir(folder)
        except OSError:
            raise ValueError(
                f"Parent directory of {path} doesn't exist, can't save. Make it first, for example with "
                "tf.gfile.MakeDirs."
            ) from None


def _bracketed(sizes: Sequence[int | None]) -> str:
    return f"[{','.join('?' if size is None else str(size) for size in sizes)}]"


def _c_name(dtype: str) -> str:
    return {"float32": "float", "float64": "double"}.get(dtype, dtype)
