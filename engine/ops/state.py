"""Changing variables, and doing several things in one run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    OutOfRangeError,
    PortKind,
    TensorShape,
    TensorSpec,
    bool_,
    declare,
)
from ..graph.declaration import StraightLine

_VARIABLE = InputPort("variable", PortKind.VARIABLE)


def _assigned(node: Inference) -> TensorSpec:
    variable, value = node.spec("variable"), node.spec("value")
    dtype = node.same_dtype("variable", "value")
    if not variable.shape.is_compatible_with(value.shape):
        raise node.shape_error(
            f"{node.op.name} needs a value of the variable's shape: {node.describe('variable')} and "
            f"{node.describe('value')}; change one of them."
        )
    return TensorSpec(dtype, variable.shape.merge_with(value.shape))


@StraightLine
def _assign_kernel(k: Any) -> Callable[..., Any]:
    xp = k.xp
    return lambda variable, value: xp.copy(value, variable)


@StraightLine
def _assign_add_kernel(k: Any) -> Callable[..., Any]:
    xp = k.xp
    return lambda variable, value: xp.add(variable, value, variable)


@StraightLine
def _assign_sub_kernel(k: Any) -> Callable[..., Any]:
    xp = k.xp
    return lambda variable, value: xp.subtract(variable, value, variable)


for _type, _symbol, _words, _formula, _kernel, _example in (
    ("Assign", "←", "Sets a variable to a value", r"\theta \leftarrow x", _assign_kernel, "W.assign(x)"),
    (
        "AssignAdd",
        "+=",
        "Adds a value to a variable",
        r"\theta \leftarrow \theta + x",
        _assign_add_kernel,
        "W.assign_add(x)",
    ),
    (
        "AssignSub",
        "−=",
        "Subtracts a value from a variable",
        r"\theta \leftarrow \theta - x",
        _assign_sub_kernel,
        "W.assign_sub(x)",
    ),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.STATE,
            symbol=_symbol,
            description=f"{_words}; gives the new value.",
            formula=_formula,
            infer=_assigned,
            inputs=(_VARIABLE, InputPort("value")),
            kernel=_kernel,
            default_name=_type,
            stateful=True,
            gives_step=True,
            example=_example,
        )
    )
declare(
    OpDeclaration(
        type="Initialize",
        category=Category.STATE,
        symbol="⟲",
        description="Sets variables to their initial values.",
        formula=r"\theta \leftarrow \theta_0",
        infer=lambda node: [],
        inputs=(InputPort("variables", PortKind.VARIABLE, variadic=True),),
        outputs=(),
        default_name="init",
        stateful=True,
        gives_step=True,
        example="tf.global_variables_initializer()",
    )
)


def _is_initialized_kernel(k: Any) -> Callable[..., Any]:
    xp, storage, variable = k.xp, k.state.storage, k.op.inputs[0].op
    kept = variable.origin or variable
    return lambda variable, out=None: xp.copy(np.asarray(storage.is_initialized(kept)), out)


declare(
    OpDeclaration(
        type="IsVariableInitialized",
        category=Category.STATE,
        symbol="?",
        description="Whether a variable has a value; it need not have one.",
        formula=r"\exists \theta",
        infer=lambda node: TensorSpec(bool_, TensorShape(())),
        inputs=(_VARIABLE,),
        kernel=_is_initialized_kernel,
        default_name="IsVariableInitialized",
        stateful=True,
        example="tf.is_variable_initialized(W)",
    )
)
declare(
    OpDeclaration(
        type="Group",
        category=Category.STATE,
        symbol="{}",
        description="Is done when everything wired to it is done.",
        formula=r"\{a, b, \dots\}",
        infer=lambda node: [],
        outputs=(),
        default_name="group_deps",
        stateful=True,
        takes_steps=True,
        gives_step=True,
        example="tf.group(a, b)",
    )
)


def _below_limit_kernel(k: Any) -> Callable[..., Any]:
    xp, limit = k.xp, k.attribute("limit")

    def step(x: Any, out: Any = None) -> Any:
        if x >= limit:
            raise OutOfRangeError(f"Reached limit of {limit}", k.op.node_name)
        return xp.copy(x, out)

    return step


declare(
    OpDeclaration(
        type="BelowLimit",
        category=Category.INTERNAL,
        symbol="<",
        description="A number, as long as it is below a limit.",
        formula=r"x < n",
        infer=lambda node: node.spec("x"),
        inputs=(InputPort("x"),),
        attributes=(Attribute("limit", AttributeKind.INT, 1, "The number that must not be reached."),),
        kernel=_below_limit_kernel,
        default_name="BelowLimit",
        stateful=True,
        example="used by Variable.count_up_to",
    )
)
