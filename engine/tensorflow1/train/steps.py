"""The global step: a variable that counts the steps of training."""

from __future__ import annotations

from typing import Any

from ...graph import Graph, Tensor, Variable, get_default_graph, int64

__all__ = [
    "assert_global_step",
    "create_global_step",
    "get_global_step",
    "get_or_create_global_step",
    "global_step",
]


def global_step(sess: Any, global_step_tensor: Any) -> int:
    """The number of steps, as a session holds it."""
    return int(sess.run(global_step_tensor))


def get_global_step(graph: Graph | None = None) -> Variable | None:
    """The variable in the collection global_step, or of that name; None when there is none.

    Raises TypeError when it is not a whole number.
    """
    graph = graph or get_default_graph()
    collected = graph.get_collection("global_step")
    if len(collected) == 1:
        assert_global_step(collected[0])
        return collected[0]  # type: ignore[no-any-return]
    if "global_step" not in graph:
        return None
    op = graph.operation("global_step")
    if op.type != "Variable":
        return None
    variable = Variable.of(op)
    assert_global_step(variable)
    return variable


def create_global_step(graph: Graph | None = None) -> Variable:
    """A new variable global_step, which begins at 0. Raises ValueError when there is one."""
    graph = graph or get_default_graph()
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists. Use tf.train.get_global_step().')
    with graph.as_default(), graph.name_scope(None):
        step = Variable(0, trainable=False, name="global_step", dtype=int64)
    graph.add_to_collection("global_step", step)
    return step


def get_or_create_global_step(graph: Graph | None = None) -> Variable:
    """The variable global_step, made when there is none yet."""
    found = get_global_step(graph)
    return create_global_step(graph) if found is None else found


def assert_global_step(global_step_tensor: Any) -> None:
    """Raises TypeError unless it is a scalar whole number that is a variable or a tensor."""
    if not isinstance(global_step_tensor, Variable | Tensor):
        raise TypeError(f'Existing "global_step" must be a Variable or Tensor: {global_step_tensor}.')
    dtype = global_step_tensor.dtype
    if dtype is not None and not dtype.is_integer:
        raise TypeError(f'Existing "global_step" does not have integer type: {dtype.name}; make it an int64.')
    if not global_step_tensor.shape.is_compatible_with(()):
        raise TypeError(f'Existing "global_step" is not scalar: {global_step_tensor.shape}; make it one number.')
