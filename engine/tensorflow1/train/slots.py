"""Where the variables are made that are kept beside other variables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...graph import Graph
from ..variable_scope import get_variable_scope


@contextmanager
def beside_variables(graph: Graph) -> Iterator[str]:
    """A with block for making slots: outside of name scopes and of what is to come before.

    Yields what their names begin with: the open variable scope's name, as in TensorFlow.
    """
    with graph.as_default(), graph.control_dependencies(None), graph.name_scope(None):
        scope = get_variable_scope().name
        yield f"{scope}/" if scope else ""
