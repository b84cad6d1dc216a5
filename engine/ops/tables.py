"""Tables: values by keys, filled once and looked up in again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    FailedPreconditionError,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    TensorShape,
    TensorSpec,
    declare,
    int64,
)

_TABLE = Attribute("table", AttributeKind.TEXT, "table", "The name under which the session keeps the table.")


def _tables(k: Any) -> dict[str, dict[Any, Any]]:
    found: dict[str, dict[Any, Any]] = k.resource("tables", dict)
    return found


def _present(k: Any, tables: dict[str, dict[Any, Any]]) -> dict[Any, Any]:
    table = tables.get(k.attribute("table"))
    if table is None:
        raise FailedPreconditionError(
            f"Table not initialized. Run tf.tables_initializer() before {k.op.node_name}.", k.op.node_name
        )
    return table


def _fill_kernel(k: Any) -> Callable[..., Any]:
    tables, name, node = _tables(k), k.attribute("table"), k.op.node_name

    def step(keys: Any, values: Any) -> Any:
        if name in tables:
            return ()
        if keys.size != values.size:
            raise InvalidArgumentError(
                f"{node} has {keys.size} keys and {values.size} values; give a value for each key.", node
            )
        table: dict[Any, Any] = {}
        for key, value in zip(keys.reshape(-1).tolist(), values.reshape(-1).tolist(), strict=True):
            if table.setdefault(key, value) != value:
                raise FailedPreconditionError(
                    f"HashTable has different value for same key. Key {key!r} has {table[key]!r} and trying to add "
                    f"value {value!r} (at {node}).",
                    node,
                )
        tables[name] = table
        return ()

    return step


def _lookup_kernel(k: Any) -> Callable[..., Any]:
    tables, xp = _tables(k), k.xp

    def step(keys: Any, default: Any, out: Any = None) -> Any:
        table, other = _present(k, tables), default[()]
        found = np.empty(keys.size, default.dtype)
        found[:] = [table.get(key, other) for key in keys.reshape(-1).tolist()]
        return xp.copy(found.reshape(keys.shape), out)

    return step


def _looked_up(node: Inference) -> TensorSpec:
    return TensorSpec(node.spec("default").dtype, node.spec("keys").shape)


def _size_kernel(k: Any) -> Callable[..., Any]:
    tables, xp = _tables(k), k.xp
    return lambda out=None: xp.copy(np.array(len(_present(k, tables)), np.int64), out)


declare(
    OpDeclaration(
        type="TableFill",
        category=Category.INTERNAL,
        symbol="→▦",
        description="Fills a table with values by keys, the first time it runs.",
        formula="t_k = v",
        infer=lambda node: [],
        inputs=(InputPort("keys"), InputPort("values")),
        outputs=(),
        attributes=(_TABLE,),
        kernel=_fill_kernel,
        default_name="table_init",
        stateful=True,
        gives_step=True,
        free_dtype_inputs=("keys", "values"),
        example="tf.tables_initializer()",
    )
)
declare(
    OpDeclaration(
        type="TableLookup",
        category=Category.INTERNAL,
        symbol="▦→",
        description="What a table has for keys, or the default.",
        formula="t_k",
        infer=_looked_up,
        inputs=(InputPort("keys"), InputPort("default")),
        attributes=(_TABLE,),
        kernel=_lookup_kernel,
        default_name="hash_table_Lookup",
        stateful=True,
        free_dtype_inputs=("keys", "default"),
        example="table.lookup(keys)",
    )
)
declare(
    OpDeclaration(
        type="TableSize",
        category=Category.INTERNAL,
        symbol="#▦",
        description="How many keys a table has.",
        formula="n",
        infer=lambda node: TensorSpec(int64, TensorShape(())),
        attributes=(_TABLE,),
        kernel=_size_kernel,
        default_name="hash_table_Size",
        stateful=True,
        example="table.size()",
    )
)
