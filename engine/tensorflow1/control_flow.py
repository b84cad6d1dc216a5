"""Branches and loops under TensorFlow's names: cond, case, while_loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import Graph, Operation, Output, Tensor, TensorShape, TensorSpec, as_shape, get_default_graph, int32
from ..graph.body import BodyGraph
from ..graph.convert import as_output
from ..graph.default import current_graph
from . import nest
from .assertions import Assert
from .build import apply, is_tensor, static_int, tensor_of

__all__ = ["case", "cond", "no_op", "while_loop"]

Function = Callable[..., Any]


def _result_tensors(graph: BodyGraph, structure: Any) -> tuple[list[Tensor], list[bool]]:
    """The leaves of what a branch returned as tensors of its graph, and which of them were operations.

    An operation counts as done when a tensor that comes after it is computed.
    """
    tensors, steps = [], []
    for leaf in nest.flatten(structure):
        steps.append(isinstance(leaf, Operation) or leaf is None)
        if leaf is None:
            leaf = graph.create("Group", {})
        if isinstance(leaf, Operation):
            done = as_output(graph, True)
            leaf = graph.create("Identity", {"x": done, "after": [leaf.done]}).output
        tensor = as_output(graph, leaf.flow if hasattr(leaf, "with_flow") else leaf)
        assert isinstance(tensor, Tensor)
        # What a branch gives back must be computed by it: an input handed on becomes a value of the branch.
        tensors.append(tensor if tensor.op.type != "Placeholder" else graph.apply("Identity", tensor))
    return tensors, steps


def cond(
    pred: Any,
    true_fn: Function | None = None,
    false_fn: Function | None = None,
    strict: bool = False,
    name: str | None = None,
    fn1: Function | None = None,
    fn2: Function | None = None,
) -> Any:
    """What ``true_fn()`` gives where ``pred`` (a bool tensor) holds, and what ``false_fn()`` gives elsewhere.

    Only the branch that is taken runs. Both must give the same nest of tensors with the same dtypes; a list with one
    tensor comes back as the tensor unless ``strict``. Raises TypeError or ValueError where they differ.
    """
    branches = [true_fn or fn1, false_fn or fn2]
    if branches[0] is None or branches[1] is None:
        raise TypeError("cond(): true_fn and false_fn are needed, both callable.")
    if not all(callable(branch) for branch in branches):
        raise TypeError("true_fn must be callable." if not callable(branches[0]) else "false_fn must be callable.")
    if isinstance(pred, bool):
        raise TypeError("pred must not be a Python bool: choose with an if of Python, or give a tensor.")
    predicate = tensor_of(pred)
    outer = current_graph(predicate)
    graphs, structures, results, kinds = [], [], [], []
    for branch in branches:
        graph = BodyGraph(outer)
        with graph.as_default():
            structure = branch()  # type: ignore[misc]
            tensors, steps = _result_tensors(graph, structure)
        graphs.append(graph)
        structures.append(structure)
        results.append(tensors)
        kinds.append(steps)
    if len(results[0]) != len(results[1]):
        raise ValueError(
            f"Incompatible return values of true_fn and false_fn: they give {len(results[0])} and {len(results[1])} "
            "tensors; make both give the same."
        )
    bodies = [graph.body((), tensors) for graph, tensors in zip(graphs, results, strict=True)]
    node = run_bodies(
        outer,
        "If",
        {"predicate": predicate},
        {"then": bodies[0], "else": bodies[1]},
        {"then_inputs": graphs[0], "else_inputs": graphs[1]},
        name,
    )
    outputs = _like_leaves(structures[0], node.outputs)
    leaves = [node if first and second else output for output, first, second in zip(outputs, *kinds, strict=True)]
    packed = nest.pack_sequence_as(structures[0], leaves)
    is_single = isinstance(packed, list | tuple) and len(packed) == 1 and not hasattr(packed, "_fields")
    return packed[0] if is_single and not strict else packed


def run_bodies(
    outer: Graph,
    op_type: str,
    inputs: dict[str, Any],
    bodies: dict[str, Any],
    captures: dict[str, BodyGraph],
    name: str | None,
) -> Operation:
    """The operation that runs bodies, with what they captured and the variables they change wired to it."""
    changed = dict.fromkeys(variable for graph in captures.values() for variable in graph.changed)
    wired = inputs | {port: list(graph.captured) for port, graph in captures.items()}
    if changed:
        wired["variables"] = list(changed)
    return outer.create(op_type, wired, bodies, name)


def no_op(name: str | None = None) -> Operation:
    """An operation that does nothing."""
    return get_default_graph().create("Group", name=name, base_name="NoOp")


def case(
    pred_fn_pairs: Any,
    default: Function | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """What the function of the first predicate that holds gives, or ``default()`` when none does.

    The run stops with an InvalidArgumentError when none holds and there is no ``default``, and, where the predicates
    are ``exclusive``, when several hold.
    """
    pairs = list(pred_fn_pairs.items()) if isinstance(pred_fn_pairs, dict) else list(pred_fn_pairs)
    if not pairs:
        raise ValueError("case() needs at least one pair of a predicate and a function.")
    graph = current_graph(*(predicate for predicate, _ in pairs))
    with graph.name_scope(name or "case"):
        if default is None:
            default = _only_where_it_holds(pairs)
            pairs.pop()
        chosen: Function = default
        for predicate, function in reversed(pairs):
            chosen = _branch(predicate, function, chosen, strict)
        with graph.control_dependencies([_at_most_one(pairs)] if exclusive and len(pairs) > 1 else []):
            return chosen()


def _only_where_it_holds(pairs: Sequence[Any]) -> Function:
    """The function of the last predicate, for runs in which that holds: the others do not where it is called."""
    predicate, function = pairs[-1]
    count = len(pairs)
    shown = apply("Stack", [tensor_of(each) for each, _ in pairs])

    def checked() -> Any:
        check = Assert(predicate, ["Input error: None of conditions evaluated as True:", shown], count)
        with get_default_graph().control_dependencies([check]):
            return nest.map_structure(_behind_the_check, function())

    return checked


def _behind_the_check(leaf: Any) -> Any:
    """What a function gave, also where it was there before, as a value that waits for what it is made under."""
    return leaf if leaf is None or isinstance(leaf, Operation) else apply("Identity", tensor_of(leaf))


def _at_most_one(pairs: Sequence[Any]) -> Operation:
    predicates = [tensor_of(predicate) for predicate, _ in pairs]
    shown = apply("Stack", predicates)
    names = ", ".join(predicate.name for predicate in predicates)
    message = f"Input error: exclusive=True: more than 1 conditions ({names}) evaluated as True:"
    count = apply("ReduceSum", apply("Cast", shown, dtype=int32))
    return Assert(apply("LessEqual", count, 1), [message, shown], len(pairs))


def _branch(predicate: Any, function: Function, otherwise: Function, strict: bool) -> Function:
    return lambda: cond(predicate, function, otherwise, strict)


def while_loop(
    cond: Function,
    body: Function,
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
    maximum_iterations: Any = None,
    return_same_structure: bool = False,
) -> Any:
    """``body`` applied again and again to the loop variables as long as ``cond`` of them holds.

    ``loop_vars`` is a list (or tuple, or nest) of tensors. The result has the same form; a single loop variable comes
    back as a tensor. Raises ValueError where an iteration changes a shape that must stay, unless
    ``shape_invariants`` allows it, and TypeError where it changes a dtype.
    """
    if not callable(cond):
        raise TypeError("cond must be callable.")
    if not callable(body):
        raise TypeError("body must be callable.")
    if not nest.flatten(loop_vars):
        raise ValueError("No loop variables provided")
    if is_tensor(maximum_iterations) and tensor_of(maximum_iterations).spec.value is None:
        return _counted_loop(cond, body, loop_vars, shape_invariants, maximum_iterations, name, return_same_structure)
    first = [_leaf_tensor(leaf) for leaf in nest.flatten(loop_vars)]
    outer = current_graph(*first)
    initial = [tensor_of(leaf) for leaf in first]
    specs = [TensorSpec(tensor.dtype, tensor.shape) for tensor in initial]
    if shape_invariants is not None:
        shapes = [as_shape(shape) for shape in _flat_shapes(loop_vars, shape_invariants)]
        specs = [TensorSpec(spec.dtype, shape) for spec, shape in zip(specs, shapes, strict=True)]
    test_graph, body_graph = BodyGraph(outer), BodyGraph(outer)
    most = None if maximum_iterations is None else static_int(maximum_iterations, "maximum_iterations")
    with test_graph.as_default():
        tested = [test_graph.input(spec, f"loop_{place}") for place, spec in enumerate(specs)]
        verdict = tensor_of(cond(*_arguments(loop_vars, tested)))
        test = test_graph.body(tested, [_reduced_to_scalar(verdict)])
    with body_graph.as_default():
        present = [body_graph.input(spec, f"loop_{place}") for place, spec in enumerate(specs)]
        returned = body(*_arguments(loop_vars, present))
        results = _next_values(body_graph, returned, specs, declared=shape_invariants is not None)
        step = body_graph.body(present, results)
    node = run_bodies(
        outer,
        "While",
        {"initial": initial},
        {"body": step, "condition": test, "maximum_iterations": most},
        {"condition_inputs": test_graph, "body_inputs": body_graph},
        name,
    )
    last = node.outputs[: len(specs)]
    for output, spec in zip(last, specs, strict=True):
        if spec.shape.is_compatible_with(output.shape):
            output.spec = TensorSpec(spec.dtype, output.shape.merge_with(spec.shape))
    packed = nest.pack_sequence_as(loop_vars, _like_leaves(loop_vars, last))
    is_single = isinstance(packed, list | tuple) and len(packed) == 1 and not hasattr(packed, "_fields")
    return packed[0] if is_single and not return_same_structure else packed


def _counted_loop(
    cond: Function, body: Function, loop_vars: Any, shape_invariants: Any, most: Any, name: str | None, as_given: bool
) -> Any:
    """A loop that ends after a number of iterations that is computed: it has a counter among its variables."""
    limit = tensor_of(most)
    variables = list(loop_vars) if isinstance(loop_vars, list | tuple) else [loop_vars]
    start = tensor_of(0, limit.dtype)
    shapes = None if shape_invariants is None else [TensorShape([]), *shape_invariants]

    def goes_on(count: Tensor, *present: Any) -> Tensor:
        return apply("LogicalAnd", apply("Less", count, limit), cond(*present))

    def step(count: Tensor, *present: Any) -> list[Any]:
        found = body(*present)
        following = list(found) if isinstance(found, list | tuple) and len(variables) > 1 else [found]
        return [count + 1, *following]

    _, *results = while_loop(goes_on, step, [start, *variables], shapes, name=name)
    if len(results) == 1 and not as_given:
        return results[0]
    packed: Any = type(loop_vars)(*results) if hasattr(loop_vars, "_fields") else type(loop_vars)(results)
    return packed


def _leaf_tensor(leaf: Any) -> Any:
    """A loop variable as a tensor; what stands for one (a TensorArray) gives its own."""
    return leaf.flow if hasattr(leaf, "with_flow") else tensor_of(leaf)


def _like_leaves(structure: Any, tensors: Sequence[Tensor]) -> list[Any]:
    """The tensors, as TensorArrays where the nest has one."""
    return [
        leaf.with_flow(tensor) if hasattr(leaf, "with_flow") else tensor
        for leaf, tensor in zip(nest.flatten(structure), tensors, strict=True)
    ]


def _arguments(structure: Any, tensors: Sequence[Tensor]) -> Sequence[Any]:
    packed = nest.pack_sequence_as(structure, _like_leaves(structure, tensors))
    return packed if isinstance(packed, list | tuple) else [packed]


def _flat_shapes(structure: Any, shapes: Any) -> list[Any]:
    """The shapes of a nest that has a shape at the place of each leaf of ``structure``."""
    if nest.is_nested(structure):
        keys = range(len(structure)) if isinstance(structure, list | tuple) else sorted(structure)
        return [shape for key in keys for shape in _flat_shapes(structure[key], shapes[key])]
    return [shapes]


def _reduced_to_scalar(verdict: Tensor) -> Tensor:
    """TensorFlow takes a condition with one element, whatever its rank."""
    return verdict if verdict.shape.rank in (0, None) else apply("Reshape", verdict, shape=TensorShape(()))


def _next_values(graph: BodyGraph, returned: Any, specs: Sequence[TensorSpec], declared: bool) -> list[Tensor]:
    """What an iteration gives, checked against the loop variables."""
    leaves = nest.flatten(returned)
    if len(leaves) != len(specs):
        raise ValueError(
            f"The number of inputs and outputs of body must match loop_vars: {len(specs)}, but body gives "
            f"{len(leaves)}; give a value for each."
        )
    results = []
    for place, (leaf, spec) in enumerate(zip(leaves, specs, strict=True)):
        value = leaf.flow if hasattr(leaf, "with_flow") else leaf
        tensor = as_output(graph, value, None if isinstance(value, Output) else spec.dtype)
        assert isinstance(tensor, Tensor)
        if tensor.dtype is not None and spec.dtype is not None and tensor.dtype is not spec.dtype:
            raise TypeError(
                f"Loop variable {place} is {spec.dtype.name}, but the body makes it {tensor.dtype.name}; put a Cast "
                "into the body."
            )
        if not hasattr(leaf, "with_flow"):
            _refuse_changing_shape(place, spec, tensor, declared)
        is_handed_on = tensor.op.type == "Placeholder"
        results.append(graph.apply("Identity", tensor) if is_handed_on else tensor)
    return results


def _refuse_changing_shape(place: int, spec: TensorSpec, tensor: Tensor, declared: bool) -> None:
    shape = tensor.shape
    fits = spec.shape.dims is None or (
        shape.dims is not None
        and len(shape.dims) == len(spec.shape.dims)
        and all(a is None or a == b for a, b in zip(spec.shape.dims, shape.dims, strict=True))
    )
    if fits or (shape.dims is None and not spec.shape.is_known):
        return
    what = "not compatible with its shape invariant" if declared else "not an invariant for the loop"
    raise ValueError(
        f"The shape for loop variable {place} is {what}. It enters the loop with shape {spec.shape}, but has shape "
        f"{shape} after one iteration. To allow the shape to vary across iterations, use the `shape_invariants` "
        "argument of tf.while_loop to specify a less-specific shape."
    )
