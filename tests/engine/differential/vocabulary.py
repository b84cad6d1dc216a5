"""What random programs are made of: functions under TensorFlow's names, and how to draw arguments for them.

An entry looks at the tensors there are (dtype and shape) and draws a call: which tensors it takes and plain values for
its other arguments. It says nothing of what the call gives; that is what is compared.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

Shape = tuple[int, ...]

FLOATS = ("float32", "float64")
INTS = ("int32", "int64")
NUMBERS = (*FLOATS, *INTS)


class Value(NamedTuple):
    """A tensor of a program under construction."""

    place: int
    dtype: str
    shape: Shape


@dataclass(frozen=True)
class Call:
    """One call: ``{"t": place}`` among the arguments stands for a tensor; everything is plain JSON."""

    function: str
    arguments: list[Any]
    options: dict[str, Any]
    #: Which of several results is kept; None where there is one.
    keep: int | None = None


class Pool:
    """The tensors of a program under construction, and the dice."""

    def __init__(self, values: Sequence[Value], dice: random.Random) -> None:
        self.values = list(values)
        self.dice = dice

    def pick(self, dtypes: Sequence[str], accepts: Callable[[Shape], bool] = lambda shape: True) -> Value | None:
        fitting = [value for value in self.values if value.dtype in dtypes and accepts(value.shape)]
        # The latest come most often: programs become deep.
        return self.dice.choice(fitting[-4:] if self.dice.random() < 0.6 else fitting) if fitting else None

    def partner(self, of: Value, accepts: Callable[[Shape], bool] = lambda shape: True) -> Value | None:
        return self.pick([of.dtype], accepts)


Entry = Callable[[Pool], "Call | None"]


def t(value: Value) -> dict[str, int]:
    return {"t": value.place}


def unary(name: str, dtypes: Sequence[str], accepts: Callable[[Shape], bool] = lambda shape: True) -> Entry:
    def entry(pool: Pool) -> Call | None:
        x = pool.pick(dtypes, accepts)
        return x and Call(name, [t(x)], {})

    return entry


def broadcastable(a: Shape, b: Shape) -> bool:
    return all(m == n or 1 in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False))


def binary(name: str, dtypes: Sequence[str]) -> Entry:
    def entry(pool: Pool) -> Call | None:
        x = pool.pick(dtypes)
        y = x and pool.partner(x, lambda shape: broadcastable(shape, x.shape))
        return Call(name, [t(x), t(y)], {}) if x and y else None

    return entry


def safe_divisor(name: str, dtypes: Sequence[str]) -> Entry:
    """A division by numbers that are not 0."""

    def entry(pool: Pool) -> Call | None:
        x = pool.pick(dtypes)
        if x is None:
            return None
        divisor = pool.dice.choice([1, 2, 3, -2]) if x.dtype in INTS else pool.dice.choice([0.5, 2.0, -3.0])
        return Call(name, [t(x), {"like": x.dtype, "value": divisor}], {})

    return entry


def axes_of(pool: Pool, shape: Shape) -> Any:
    dice = pool.dice
    rank = len(shape)
    kind = dice.choice(["none", "one", "several"]) if rank else "none"
    if kind == "none":
        return None
    chosen = dice.sample(range(rank), dice.randint(1, rank)) if kind == "several" else [dice.randrange(rank)]
    signed = [axis - rank if dice.random() < 0.4 else axis for axis in chosen]
    return signed if kind == "several" else signed[0]


def reduction(name: str, dtypes: Sequence[str]) -> Entry:
    def entry(pool: Pool) -> Call | None:
        x = pool.pick(dtypes)
        if x is None:
            return None
        keep = pool.dice.choice(["keepdims", "keep_dims"])
        return Call(name, [t(x)], {"axis": axes_of(pool, x.shape), keep: pool.dice.random() < 0.5})

    return entry


def along_axis(name: str, dtypes: Sequence[str], option: str = "axis", **extra: Sequence[Any]) -> Entry:
    def entry(pool: Pool) -> Call | None:
        x = pool.pick(dtypes, lambda shape: len(shape) > 0 and 0 not in shape)
        if x is None:
            return None
        options = {option: pool.dice.randrange(-len(x.shape), len(x.shape))}
        return Call(name, [t(x)], options | {key: pool.dice.choice(list(each)) for key, each in extra.items()})

    return entry


def matmul(pool: Pool) -> Call | None:
    x = pool.pick(FLOATS, lambda shape: len(shape) >= 2)
    if x is None:
        return None
    ta, tb = pool.dice.random() < 0.5, pool.dice.random() < 0.5
    inner = x.shape[-2] if ta else x.shape[-1]
    y = pool.partner(
        x, lambda s: len(s) == len(x.shape) and s[:-2] == x.shape[:-2] and (s[-1] if tb else s[-2]) == inner
    )
    return y and Call("matmul", [t(x), t(y)], {"transpose_a": ta, "transpose_b": tb})


def transposed(pool: Pool) -> Call | None:
    x = pool.pick((*NUMBERS, "bool"))
    if x is None:
        return None
    order = list(range(len(x.shape)))
    pool.dice.shuffle(order)
    return Call("transpose", [t(x)], {"perm": order if pool.dice.random() < 0.7 else None})


def factors(dice: random.Random, count: int) -> list[int]:
    """Sizes whose product is ``count``."""
    sizes = []
    while count > 1 and len(sizes) < 3:
        size = dice.choice([n for n in range(1, count + 1) if count % n == 0])
        sizes.append(size)
        count //= size
    return [*sizes, count]


def reshaped(pool: Pool) -> Call | None:
    x = pool.pick((*NUMBERS, "bool"))
    if x is None:
        return None
    sizes = factors(pool.dice, prod(x.shape))
    if prod(x.shape) and pool.dice.random() < 0.5:
        sizes[pool.dice.randrange(len(sizes))] = -1
    return Call("reshape", [t(x), sizes], {})


def reshaped_by_shape(pool: Pool) -> Call | None:
    """A shape that is computed: the first size of the tensor itself, and the rest flat."""
    x = pool.pick(FLOATS, lambda shape: len(shape) >= 1 and 0 not in shape)
    return x and Call("reshape", [t(x), [{"size": x.place, "axis": 0}, -1]], {})


def joined(name: str) -> Entry:
    def entry(pool: Pool) -> Call | None:
        x = pool.pick((*NUMBERS, "bool"), lambda shape: len(shape) > 0 or name == "stack")
        if x is None:
            return None
        rank = len(x.shape) + (name == "stack")
        axis = pool.dice.randrange(-rank, rank)
        parts = [x, pool.partner(x, lambda shape: shape == x.shape) or x]
        return Call(name, [[t(part) for part in parts]], {"axis": axis})

    return entry


def cut(pool: Pool) -> Call | None:
    x = pool.pick((*NUMBERS, "bool"), lambda shape: any(size > 1 for size in shape))
    if x is None:
        return None
    axis = pool.dice.choice([axis for axis, size in enumerate(x.shape) if size > 1])
    size = x.shape[axis]
    if pool.dice.random() < 0.4:
        return Call("unstack", [t(x)], {"axis": axis, "num": size}, pool.dice.randrange(size))
    if pool.dice.random() < 0.5:
        first = pool.dice.randint(1, size - 1)
        return Call("split", [t(x), [first, size - first]], {"axis": axis}, pool.dice.randrange(2))
    return Call("split", [t(x), size], {"axis": axis}, pool.dice.randrange(size))


def indexed(pool: Pool) -> Call | None:
    """``x[…]``, written as text."""
    x = pool.pick((*NUMBERS, "bool"), lambda shape: len(shape) > 0 and 0 not in shape)
    if x is None:
        return None
    dice = pool.dice
    parts = []
    for size in x.shape[: dice.randint(1, len(x.shape))]:
        kind = dice.choice(["all", "one", "range", "step", "back"])
        if kind == "all":
            parts.append(":")
        elif kind == "one":
            parts.append(str(dice.randrange(-size, size)))
        elif kind == "range":
            first = dice.randrange(size)
            parts.append(f"{first}:{dice.randint(first + 1, size)}")
        else:
            parts.append("::2" if kind == "step" else "::-1")
    if dice.random() < 0.3:
        parts.append("...")
    if dice.random() < 0.3:
        parts.insert(dice.randint(0, len(parts)), "newaxis")
    return Call("getitem", [t(x), ", ".join(parts)], {})


def expanded(pool: Pool) -> Call | None:
    x = pool.pick((*NUMBERS, "bool"), lambda shape: len(shape) < 4)
    return x and Call("expand_dims", [t(x), pool.dice.randrange(-len(x.shape) - 1, len(x.shape) + 1)], {})


def squeezed(pool: Pool) -> Call | None:
    x = pool.pick(NUMBERS, lambda shape: 1 in shape)
    if x is None:
        return None
    ones = [axis for axis, size in enumerate(x.shape) if size == 1]
    return Call("squeeze", [t(x)], {"axis": pool.dice.choice([None, [ones[0]], ones])})


def tiled(pool: Pool) -> Call | None:
    x = pool.pick(NUMBERS, lambda shape: len(shape) > 0 and prod(shape) < 200)
    return x and Call("tile", [t(x), [pool.dice.randint(1, 2) for _ in x.shape]], {})


def padded(pool: Pool) -> Call | None:
    x = pool.pick(NUMBERS, lambda shape: len(shape) > 0 and 0 not in shape and prod(shape) < 200)
    if x is None:
        return None
    mode = pool.dice.choice(["CONSTANT", "REFLECT", "SYMMETRIC"])
    most = [2 if mode == "CONSTANT" else min(2, size - (mode == "REFLECT")) for size in x.shape]
    paddings = [[pool.dice.randint(0, limit), pool.dice.randint(0, limit)] for limit in most]
    return Call("pad", [t(x), paddings], {"mode": mode})


def gathered(pool: Pool) -> Call | None:
    x = pool.pick(NUMBERS, lambda shape: len(shape) > 0 and 0 not in shape)
    if x is None:
        return None
    axis = pool.dice.randrange(len(x.shape))
    indices: Any = [pool.dice.randrange(x.shape[axis]) for _ in range(pool.dice.randint(1, 4))]
    if pool.dice.random() < 0.3:
        indices = [indices, indices[::-1]]
    return Call("gather", [t(x), indices], {"axis": axis})


def gathered_nd(pool: Pool) -> Call | None:
    x = pool.pick(NUMBERS, lambda shape: len(shape) > 1 and 0 not in shape)
    if x is None:
        return None
    depth = pool.dice.randint(1, len(x.shape))
    rows = [[pool.dice.randrange(size) for size in x.shape[:depth]] for _ in range(pool.dice.randint(1, 3))]
    return Call("gather_nd", [t(x), rows], {})


def chosen(pool: Pool) -> Call | None:
    condition = pool.pick(["bool"])
    x = condition and pool.pick(NUMBERS, lambda shape: shape == condition.shape)
    y = x and pool.partner(x, lambda shape: shape == x.shape)
    return Call("where", [t(condition), t(x), t(y)], {}) if condition and x and y else None


def cast(pool: Pool) -> Call | None:
    x = pool.pick((*NUMBERS, "bool"))
    if x is None:
        return None
    targets = NUMBERS if x.dtype in INTS or x.dtype == "bool" else FLOATS
    return Call("cast", [t(x), {"dtype": pool.dice.choice(targets)}], {})


def rounded_to_int(pool: Pool) -> Call | None:
    """Floats are squeezed first: what is too large for a whole number is undefined."""
    x = pool.pick(FLOATS)
    return x and Call("small_ints", [t(x)], {})


def one_hot(pool: Pool) -> Call | None:
    x = pool.pick(INTS, lambda shape: len(shape) < 3)
    return x and Call("one_hot", [t(x), pool.dice.randint(1, 4)], {"axis": pool.dice.choice([-1, 0])})


def clipped(pool: Pool) -> Call | None:
    x = pool.pick(FLOATS)
    if x is None:
        return None
    if pool.dice.random() < 0.5:
        return Call("clip_by_value", [t(x), -0.7, 0.9], {})
    return Call("clip_by_norm", [t(x), 1.5], {})


def top_k(pool: Pool) -> Call | None:
    x = pool.pick(FLOATS, lambda shape: len(shape) > 0 and shape[-1] > 0)
    return x and Call("nn.top_k", [t(x), pool.dice.randint(1, x.shape[-1])], {}, pool.dice.randrange(2))


def segments(name: str) -> Entry:
    def entry(pool: Pool) -> Call | None:
        x = pool.pick(FLOATS, lambda shape: len(shape) > 0 and shape[0] > 0)
        if x is None:
            return None
        ids = sorted(pool.dice.randrange(3) for _ in range(x.shape[0]))
        if name.startswith("unsorted"):
            pool.dice.shuffle(ids)
            return Call(name, [t(x), ids, 3], {})
        return Call(name, [t(x), [place - ids[0] for place in ids]], {})

    return entry


def cross_entropy(name: str) -> Entry:
    def entry(pool: Pool) -> Call | None:
        x = pool.pick(FLOATS, lambda shape: len(shape) > 0 and 0 not in shape)
        return x and Call(name, [], {"labels": {"labels_like": x.place}, "logits": t(x)})

    return entry


def sparse_cross_entropy(pool: Pool) -> Call | None:
    x = pool.pick(FLOATS, lambda shape: len(shape) == 2 and 0 not in shape)
    if x is None:
        return None
    labels = [pool.dice.randrange(x.shape[1]) for _ in range(x.shape[0])]
    return Call("nn.sparse_softmax_cross_entropy_with_logits", [], {"labels": labels, "logits": t(x)})


def image_of(pool: Pool) -> Value | None:
    return pool.pick(FLOATS, lambda shape: len(shape) == 4 and shape[1] >= 2 and shape[2] >= 2 and shape[0] > 0)


def convolution(pool: Pool) -> Call | None:
    x = image_of(pool)
    if x is None or x.shape[3] == 0:
        return None
    dice = pool.dice
    size = [dice.randint(1, 2), dice.randint(1, 2), x.shape[3], dice.randint(1, 2)]
    step = dice.randint(1, 2)
    options = {"strides": [1, step, step, 1], "padding": dice.choice(["SAME", "VALID"])}
    return Call("nn.conv2d", [t(x), {"fixed": size, "dtype": x.dtype}], options)


def pooling(name: str) -> Entry:
    def entry(pool: Pool) -> Call | None:
        x = image_of(pool)
        if x is None:
            return None
        step = pool.dice.randint(1, 2)
        options = {"ksize": [1, 2, 2, 1], "strides": [1, step, step, 1], "padding": pool.dice.choice(["SAME", "VALID"])}
        return Call(name, [t(x)], options)

    return entry


def as_image(pool: Pool) -> Call | None:
    x = pool.pick(FLOATS, lambda shape: 0 not in shape and prod(shape) % 4 == 0 and prod(shape) < 400)
    if x is None:
        return None
    rest = prod(x.shape) // 4
    channels = pool.dice.choice([n for n in range(1, rest + 1) if rest % n == 0])
    return Call("reshape", [t(x), [rest // channels, 2, 2, channels]], {})


def biased(pool: Pool) -> Call | None:
    x = pool.pick(FLOATS, lambda shape: len(shape) >= 2)
    return x and Call("nn.bias_add", [t(x), {"fixed": [x.shape[-1]], "dtype": x.dtype}], {})


def moments(pool: Pool) -> Call | None:
    x = pool.pick(FLOATS, lambda shape: len(shape) > 0 and 0 not in shape)
    if x is None:
        return None
    axes = pool.dice.sample(range(len(x.shape)), pool.dice.randint(1, len(x.shape)))
    return Call("nn.moments", [t(x), axes], {"keep_dims": pool.dice.random() < 0.5}, pool.dice.randrange(2))


def contracted(pool: Pool) -> Call | None:
    x = pool.pick(FLOATS, lambda shape: len(shape) >= 1)
    y = x and pool.partner(x, lambda shape: len(shape) >= 1 and shape[0] == x.shape[-1])
    return Call("tensordot", [t(x), t(y), 1], {}) if x and y else None


def einsum(pool: Pool) -> Call | None:
    x = pool.pick(FLOATS, lambda shape: len(shape) == 2)
    y = x and pool.partner(x, lambda shape: len(shape) == 2 and shape[0] == x.shape[1])
    equation = pool.dice.choice(["ij,jk->ik", "ij,jk->ki", "ij,jk->i", "ij,jk->j"])
    return Call("einsum", [equation, t(x), t(y)], {}) if x and y else None


def square_matrix(name: str) -> Entry:
    return unary(name, FLOATS, lambda shape: len(shape) >= 2 and shape[-1] == shape[-2] and shape[-1] > 0)


def inverse(name: str) -> Entry:
    """Of a matrix that is far from singular: x xᵀ + 2."""

    def entry(pool: Pool) -> Call | None:
        x = pool.pick(["float64"], lambda shape: len(shape) == 2 and 0 < shape[0] <= 3 and shape[1] > 0)
        return x and Call(name, [{"definite": x.place}], {})

    return entry


def band(pool: Pool) -> Call | None:
    x = pool.pick(FLOATS, lambda shape: len(shape) >= 2)
    return x and Call("matrix_band_part", [t(x), pool.dice.choice([-1, 0, 1]), pool.dice.choice([-1, 0, 1])], {})


def constant_of_its_shape(pool: Pool) -> Call | None:
    x = pool.pick(FLOATS)
    name = pool.dice.choice(["shape", "size", "rank", "zeros_like", "ones_like"])
    return x and Call(name, [t(x)], {})


def broadcast_to(pool: Pool) -> Call | None:
    x = pool.pick(NUMBERS, lambda shape: len(shape) < 3 and 0 not in shape)
    if x is None:
        return None
    wider = [pool.dice.randint(1, 3) if size == 1 else size for size in x.shape]
    return Call("broadcast_to", [t(x), [pool.dice.randint(1, 2), *wider]], {})


def masked(pool: Pool) -> Call | None:
    x = pool.pick(FLOATS, lambda shape: len(shape) > 0 and shape[0] > 0)
    if x is None:
        return None
    mask = [pool.dice.random() < 0.6 for _ in range(x.shape[0])]
    mask[0] = True
    return Call("boolean_mask", [t(x), mask], {})


def squared_loss(name: str) -> Entry:
    def entry(pool: Pool) -> Call | None:
        x = pool.pick(["float32"])
        y = x and pool.partner(x, lambda shape: shape == x.shape)
        return Call(name, [t(x), t(y)], {}) if x and y else None

    return entry


def _named(words: str, make: Callable[[str], Entry]) -> dict[str, Entry]:
    """An entry for each of several functions."""
    return {name: make(name) for name in words.split()}


def turned(pool: Pool) -> Call | None:
    x = pool.pick(NUMBERS, lambda shape: len(shape) > 0)
    return x and Call("reverse", [t(x), [pool.dice.randrange(len(x.shape))]], {})


#: Everything but what is random, reads files or keeps state.
ENTRIES: dict[str, Entry] = {
    **_named(
        "sin cos tan asinh atan sinh cosh tanh exp expm1 floor ceil round rint sigmoid erf erfc log_sigmoid reciprocal "
        "sqrt rsqrt log log1p asin acos acosh atanh lgamma digamma is_nan is_inf is_finite nn.elu nn.selu nn.softplus "
        "nn.softsign nn.leaky_relu nn.relu6 nn.swish nn.l2_loss",
        lambda name: unary(name, FLOATS),
    ),
    **_named("negative abs square sign identity stop_gradient nn.relu", lambda name: unary(name, NUMBERS)),
    **_named("add subtract multiply maximum minimum squared_difference", lambda name: binary(name, NUMBERS)),
    **_named("divide pow atan2 div_no_nan", lambda name: binary(name, FLOATS)),
    **_named("floordiv floormod truncatediv div", lambda name: safe_divisor(name, NUMBERS)),
    "truncatemod": safe_divisor("truncatemod", INTS),
    **_named("equal not_equal less less_equal greater greater_equal", lambda name: binary(name, NUMBERS)),
    **_named("logical_and logical_or logical_xor", lambda name: binary(name, ["bool"])),
    "logical_not": unary("logical_not", ["bool"]),
    **_named("reduce_sum reduce_mean reduce_max reduce_min reduce_prod", lambda name: reduction(name, NUMBERS)),
    **_named("reduce_all reduce_any", lambda name: reduction(name, ["bool"])),
    "reduce_logsumexp": reduction("reduce_logsumexp", FLOATS),
    **_named("argmax argmin", lambda name: along_axis(name, NUMBERS)),
    **_named("cumsum cumprod", lambda name: along_axis(name, FLOATS, exclusive=[False, True], reverse=[False, True])),
    **_named("nn.softmax nn.log_softmax nn.l2_normalize sort", lambda name: along_axis(name, FLOATS)),
    "reverse": turned,
    "matmul": matmul,
    "transpose": transposed,
    "reshape": reshaped,
    "reshape by shape": reshaped_by_shape,
    **_named("concat stack", joined),
    "split": cut,
    "getitem": indexed,
    "expand_dims": expanded,
    "squeeze": squeezed,
    "tile": tiled,
    "pad": padded,
    "gather": gathered,
    "gather_nd": gathered_nd,
    "where": chosen,
    "cast": cast,
    "whole numbers": rounded_to_int,
    "one_hot": one_hot,
    "clip": clipped,
    "nn.top_k": top_k,
    **_named("segment_sum segment_mean segment_max segment_min segment_prod unsorted_segment_sum", segments),
    **_named(
        "nn.softmax_cross_entropy_with_logits_v2 nn.softmax_cross_entropy_with_logits "
        "nn.sigmoid_cross_entropy_with_logits",
        cross_entropy,
    ),
    "nn.sparse_softmax_cross_entropy_with_logits": sparse_cross_entropy,
    "image": as_image,
    "nn.conv2d": convolution,
    **_named("nn.max_pool nn.avg_pool", pooling),
    "nn.bias_add": biased,
    "nn.moments": moments,
    "nn.lrn": unary("nn.lrn", ["float32"], lambda shape: len(shape) == 4 and 0 not in shape),
    "tensordot": contracted,
    "einsum": einsum,
    **_named("trace matrix_diag_part", square_matrix),
    **_named("matrix_inverse matrix_determinant cholesky", inverse),
    "matrix_diag": unary("matrix_diag", FLOATS, lambda shape: 0 < len(shape) < 3 and 0 not in shape),
    "matrix_band_part": band,
    "shapes": constant_of_its_shape,
    "broadcast_to": broadcast_to,
    "boolean_mask": masked,
    **_named("losses.mean_squared_error losses.absolute_difference losses.huber_loss", squared_loss),
}
