"""The variables of a graph and what initialises and changes them, under TensorFlow's names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..graph import Operation, Tensor, Variable, get_default_graph
from ..graph.default import current_graph
from .build import apply
from .choosing import boolean_mask
from .scopes import GraphKeys
from .sources import constant, group

__all__ = [
    "VariableAggregation",
    "VariableSynchronization",
    "all_variables",
    "assert_variables_initialized",
    "assign",
    "assign_add",
    "assign_sub",
    "count_up_to",
    "global_variables",
    "global_variables_initializer",
    "initialize_all_tables",
    "initialize_all_variables",
    "initialize_local_variables",
    "initialize_variables",
    "is_variable_initialized",
    "local_variables",
    "local_variables_initializer",
    "model_variables",
    "moving_average_variables",
    "report_uninitialized_variables",
    "tables_initializer",
    "trainable_variables",
    "variables_initializer",
]


class VariableSynchronization:
    """How copies of a variable are kept equal; there is one copy here."""

    AUTO, NONE, ON_WRITE, ON_READ = range(4)


class VariableAggregation:
    """How changes from several devices are joined; there is one device here."""

    NONE, SUM, MEAN, ONLY_FIRST_REPLICA = range(4)


def _collected(key: str, scope: str | None) -> list[Variable]:
    """What is in a collection, with the variables that no program has had in its hands yet: those of a file."""
    graph = get_default_graph().outermost
    for op in graph.get_operations():
        if op.type == "Variable" and op.handle is None:
            Variable.of(op)
    return [each for each in graph.get_collection(key, scope) if each.op.name in graph]


def global_variables(scope: str | None = None) -> list[Variable]:
    """The variables that sessions share: all but local ones; with ``scope`` those whose names it begins."""
    return _collected(GraphKeys.GLOBAL_VARIABLES, scope)


all_variables = global_variables


def local_variables(scope: str | None = None) -> list[Variable]:
    """The variables that are neither trained nor saved: what metrics gather."""
    return _collected(GraphKeys.LOCAL_VARIABLES, scope)


def model_variables(scope: str | None = None) -> list[Variable]:
    """The variables that ``tf.contrib.layers`` made."""
    return _collected(GraphKeys.MODEL_VARIABLES, scope)


def moving_average_variables(scope: str | None = None) -> list[Variable]:
    """The variables of which moving averages are kept."""
    return _collected(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)


def trainable_variables(scope: str | None = None) -> list[Variable]:
    """The variables that optimizers train; with ``scope`` those whose names it begins."""
    return _collected(GraphKeys.TRAINABLE_VARIABLES, scope)


def variables_initializer(var_list: Iterable[Variable], name: str = "init") -> Operation:
    """An operation that sets the variables to their initial values."""
    variables = list(var_list)
    graph = current_graph(*variables)
    if not variables:
        return graph.create("Group", base_name=name)
    return graph.create("Initialize", {"variables": variables}, base_name=name)


initialize_variables = variables_initializer


def global_variables_initializer() -> Operation:
    """An operation that sets all variables made so far to their initial values."""
    return variables_initializer(global_variables())


def local_variables_initializer() -> Operation:
    """An operation that sets the local variables made so far to their initial values."""
    return variables_initializer(local_variables())


initialize_all_variables = global_variables_initializer
initialize_local_variables = local_variables_initializer


def tables_initializer(name: str = "init_all_tables") -> Operation:
    """An operation that fills all tables of the default graph."""
    return group(*get_default_graph().get_collection(GraphKeys.TABLE_INITIALIZERS), name=name)


initialize_all_tables = tables_initializer


def is_variable_initialized(variable: Variable, name: str | None = None) -> Tensor:
    """Whether the variable has a value: a bool, which can be asked for before it has one."""
    return variable.graph.apply("IsVariableInitialized", variable, name=name)


def _chosen(var_list: Iterable[Variable] | None) -> list[Variable]:
    return [*global_variables(), *local_variables()] if var_list is None else list(var_list)


def report_uninitialized_variables(
    var_list: Iterable[Variable] | None = None, name: str = "report_uninitialized_variables"
) -> Tensor:
    """The names of the variables that have no value yet, as texts: of all, global and local ones, when None."""
    variables = _chosen(var_list)
    graph = current_graph(*variables)
    with graph.as_default(), graph.name_scope(name):
        if not variables:
            return constant([], "string", [0])
        missing = [apply("LogicalNot", is_variable_initialized(variable)) for variable in variables]
        return boolean_mask(constant([variable.op.name for variable in variables]), apply("Stack", missing))


def assert_variables_initialized(var_list: Iterable[Variable] | None = None) -> Tensor | None:
    """A tensor that can only be computed when all the variables have values; None where there are no variables.

    Its run raises FailedPreconditionError otherwise.
    """
    variables = _chosen(var_list)
    return apply("Stack", [apply("Rank", variable) for variable in variables]) if variables else None


def assign(
    ref: Variable,
    value: Any,
    validate_shape: bool | None = None,
    use_locking: bool | None = None,
    name: str | None = None,
) -> Tensor:
    """The variable's value after it is set to ``value``."""
    return apply("Assign", ref, value, name=name)


def assign_add(ref: Variable, value: Any, use_locking: bool | None = None, name: str | None = None) -> Tensor:
    """The variable's value after ``value`` is added to it."""
    return apply("AssignAdd", ref, value, name=name)


def assign_sub(ref: Variable, value: Any, use_locking: bool | None = None, name: str | None = None) -> Tensor:
    """The variable's value after ``value`` is subtracted from it."""
    return apply("AssignSub", ref, value, name=name)


def count_up_to(ref: Variable, limit: int, name: str | None = None) -> Tensor:
    """The variable's value, which then grows by 1; a run at ``limit`` raises OutOfRangeError."""
    return ref.count_up_to(limit)
