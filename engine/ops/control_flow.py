"""Branches and loops: operations that run graphs of their own.

``If`` runs one of two bodies, ``While`` runs a body as long as a condition holds, ``Scan`` runs a body once for each
step of a sequence. What a body takes from the graph around it is wired to the operation like any other input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Graph,
    GraphError,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    OutputPort,
    PortKind,
    Tensor,
    TensorShape,
    TensorSpec,
    declare,
)
from ..graph.body import Body
from .body_gradients import accumulating_body, gradient_body

_VARIABLES = InputPort("variables", PortKind.VARIABLE, optional=True, variadic=True)


def _captures(name: str) -> InputPort:
    return InputPort(name, optional=True, variadic=True)


def _body_attribute(name: str, description: str) -> Attribute:
    return Attribute(name, AttributeKind.GRAPH, Body(Graph(), (), ()), description)


def _ports(prefix: str, count: int) -> list[OutputPort]:
    return [OutputPort(f"{prefix}_{index}") for index in range(count)]


def _tensors(op: Operation, port: str) -> list[Tensor]:
    return [source for source in op.inputs_of(port) if isinstance(source, Tensor)]


def _is_float(tensor: Tensor) -> bool:
    return tensor.dtype is not None and tensor.dtype.is_floating


def _grad_or_zeros(output: Tensor, grad: Tensor | None) -> Tensor:
    return output.graph.apply("ZerosLike", output) if grad is None else grad


def _merged(first: TensorSpec, second: TensorSpec) -> TensorSpec:
    """What is known of a tensor that has either spec."""
    if first.shape.dims is None or second.shape.dims is None or len(first.shape) != len(second.shape):
        return TensorSpec(first.dtype or second.dtype)
    sizes = [a if a == b else None for a, b in zip(first.shape.dims, second.shape.dims, strict=True)]
    return TensorSpec(first.dtype or second.dtype, TensorShape(sizes))


# --- If --------------------------------------------------------------------------------------------------------------


def _if(node: Inference) -> list[TensorSpec]:
    node.require("predicate", lambda dtype: dtype.is_bool, "a bool")
    if not node.spec("predicate").shape.is_compatible_with(()):
        raise node.shape_error(f"{node.op.name} decides by one bool, but {node.describe('predicate')}; reduce it.")
    branches = [node.attribute(branch).infer(node.specs(f"{branch}_inputs")) for branch in ("then", "else")]
    for index, (one, other) in enumerate(zip(*branches, strict=True)):
        if None not in (one.dtype, other.dtype) and one.dtype is not other.dtype:
            raise node.dtype_error(
                f"Outputs of true_fn and false_fn must have the same type: output {index} of {node.op.name} is "
                f"{one.dtype} in one and {other.dtype} in the other; put a Cast into one."
            )
    return [_merged(one, other) for one, other in zip(*branches, strict=True)]


def _if_outputs(attributes: Mapping[str, Any]) -> list[OutputPort]:
    return _ports("output", len(attributes["then"].outputs))


def _if_kernel(k: Any) -> Callable[..., Any]:
    op = k.op
    bodies = {True: k.body("then"), False: k.body("else")}
    taken = {True: len(op.inputs_of("then_inputs")), False: len(op.inputs_of("else_inputs"))}
    count = len(k.inputs)
    xp = k.xp

    def step(predicate: Any, *arrays: Any) -> Any:
        holds = bool(predicate)
        first = 0 if holds else taken[True]
        body = bodies[holds]
        body.begin(())
        results = body(arrays[first : first + taken[holds]], 0)
        outs = arrays[count - 1 :] or [None] * len(results)
        return tuple(xp.copy(result, out) for result, out in zip(results, outs, strict=True))

    return step


def _if_gradient(op: Operation, *grads: Tensor | None) -> Sequence[Tensor | None]:
    """The same branch backwards: an If whose bodies compute the gradients to what each body took."""
    given = [_grad_or_zeros(output, grad) for output, grad in zip(op.outputs, grads, strict=True)]
    used = [place for place, output in enumerate(op.outputs) if _is_float(output)]
    inputs = {branch: _tensors(op, f"{branch}_inputs") for branch in ("then", "else")}
    floats = [tensor for branch in ("then", "else") for tensor in inputs[branch] if _is_float(tensor)]
    if not floats:
        return [None] * len(op.inputs)
    bodies = {}
    for branch, other in (("then", "else"), ("else", "then")):
        body = op.attributes[branch]
        bodies[branch] = gradient_body(
            body,
            op.graph,
            used,
            [place for place, tensor in enumerate(inputs[branch]) if _is_float(tensor)],
            before=[t for t in inputs["then"] if _is_float(t)] if branch == "else" else (),
            behind=[t for t in inputs[other] if _is_float(t)] if branch == "then" else (),
        )
    seeds = [given[place] for place in used]
    node = op.graph.create(
        "If",
        {
            "predicate": op.inputs[0],
            "then_inputs": [*inputs["then"], *seeds, *bodies["then"].others],
            "else_inputs": [*inputs["else"], *seeds, *bodies["else"].others],
        },
        {"then": bodies["then"].body, "else": bodies["else"].body},
    )
    found = iter(node.outputs)
    return [
        None,
        *(next(found) if _is_float(tensor) else None for tensor in (*inputs["then"], *inputs["else"])),
        *[None] * len(op.inputs_of("variables")),
    ]


# --- While -----------------------------------------------------------------------------------------------------------


def _while(node: Inference) -> list[TensorSpec]:
    """The specs that stay as they are from iteration to iteration; a size that changes is unknown."""
    body, condition = node.attribute("body"), node.attribute("condition")
    present = node.specs("initial")
    captured = node.specs("body_inputs")
    if len(body.inputs) != len(present) + len(captured):
        return [TensorSpec(tensor.dtype, tensor.shape) for tensor in body.outputs]
    if condition.outputs:
        (test,) = condition.infer([*present, *node.specs("condition_inputs")])
        if test.dtype is not None and not test.dtype.is_bool:
            raise node.dtype_error(f"The condition of {node.op.name} gives {test.dtype.name}; compare it to something.")
    for _ in range(8):
        following = [_merged(a, b) for a, b in zip(present, body.infer([*present, *captured]), strict=True)]
        if [spec.shape for spec in following] == [spec.shape for spec in present]:
            break
        present = following
    return [TensorSpec(spec.dtype, spec.shape) for spec in present]


def _while_outputs(attributes: Mapping[str, Any]) -> list[OutputPort]:
    return _ports("output", len(attributes["body"].outputs))


class _Loop:
    """A While bound to a session: its bodies, and how its inputs are divided among them."""

    def __init__(self, k: Any) -> None:
        op = k.op
        self.condition, self.body = k.body("condition"), k.body("body")
        self.count = len(op.inputs_of("initial"))
        self.tested = self.count + len(op.inputs_of("condition_inputs"))
        self.taken = self.tested + len(op.inputs_of("body_inputs"))
        self.most = op.attributes["maximum_iterations"]

    def states(self, arrays: Sequence[Any]) -> Any:
        """The values of the loop variables before each iteration, and at last those behind the last one."""
        self.condition.begin(arrays[self.count : self.tested])
        self.body.begin(arrays[self.tested : self.taken])
        values = list(arrays[: self.count])
        iteration = 0
        yield values
        while (self.most is None or iteration < self.most) and bool(self.condition(values, iteration)[0]):
            values = self.body(values, iteration)
            iteration += 1
            yield values


def _while_kernel(k: Any) -> Callable[..., Any]:
    loop, xp, count = _Loop(k), k.xp, len(k.inputs)

    def step(*arrays: Any) -> Any:
        values: Any = ()
        for present in loop.states(arrays[:count]):
            values = present
        outs = arrays[count:] or [None] * len(values)
        return tuple(xp.copy(value, out) for value, out in zip(values, outs, strict=True))

    return step


def _while_gradient(op: Operation, *grads: Tensor | None) -> Sequence[Tensor | None]:
    """Backwards through the iterations: a node that runs the loop again, keeps its states and goes back."""
    initial, captured = _tensors(op, "initial"), _tensors(op, "body_inputs")
    states = [place for place, tensor in enumerate(initial) if _is_float(tensor)]
    taken = [place for place, tensor in enumerate(captured) if _is_float(tensor)]
    if not states:
        return [None] * len(op.inputs)
    if op.inputs_of("variables"):
        names = ", ".join(source.op.name for source in op.inputs_of("variables"))
        raise GraphError(f"{op.name} changes {names}, so no gradient goes back through it.", op.name)
    wanted = [*states, *(len(initial) + place for place in taken)]
    body = gradient_body(op.attributes["body"], op.graph, states, wanted).body
    node = op.graph.create(
        "WhileGradient",
        {
            "initial": initial,
            "condition_inputs": _tensors(op, "condition_inputs"),
            "body_inputs": captured,
            "grads": [_grad_or_zeros(op.outputs[place], grads[place]) for place in states],
        },
        {
            "body": op.attributes["body"],
            "condition": op.attributes["condition"],
            "maximum_iterations": op.attributes["maximum_iterations"],
            "gradient": body,
            "states": states,
            "taken": taken,
        },
    )
    found = iter(node.outputs)
    to_initial = [next(found) if place in states else None for place in range(len(initial))]
    to_captured = [next(found) if place in taken else None for place in range(len(captured))]
    return [*to_initial, *[None] * len(op.inputs_of("condition_inputs")), *to_captured]


def _while_backwards(node: Inference) -> list[TensorSpec]:
    initial, captured = node.specs("initial"), node.specs("body_inputs")
    chosen = [
        *(initial[place] for place in node.attribute("states") if place < len(initial)),
        *(captured[place] for place in node.attribute("taken") if place < len(captured)),
    ]
    return [TensorSpec(spec.dtype, spec.shape) for spec in chosen]


def _while_backwards_kernel(k: Any) -> Callable[..., Any]:
    """Runs the loop forwards, keeping the states, then the gradient's body backwards over them."""
    loop, back, xp = _Loop(k), k.body("gradient"), k.xp
    states, taken, count = k.attribute("states"), k.attribute("taken"), len(k.inputs)

    def step(*arrays: Any) -> Any:
        kept = list(loop.states(arrays[: loop.taken]))
        captured = arrays[loop.tested : loop.taken]
        grads = list(arrays[loop.taken : count])
        sums = [np.zeros_like(captured[place]) for place in taken]
        back.begin(())
        for iteration in range(len(kept) - 2, -1, -1):
            found = back([*kept[iteration], *captured, *grads], iteration)
            grads = found[: len(states)]
            for total, part in zip(sums, found[len(states) :], strict=True):
                xp.add(total, part, total)
        results = [*grads, *sums]
        outs = arrays[count:] or [None] * len(results)
        return tuple(xp.copy(np.asarray(result), out) for result, out in zip(results, outs, strict=True))

    return step


# --- Scan ------------------------------------------------------------------------------------------------------------


def _scan(node: Inference) -> list[TensorSpec]:
    body, states = node.attribute("body"), node.specs("initial")
    sequences, captured = node.specs("sequences"), node.specs("body_inputs")
    length: int | None = None
    for spec in sequences:
        if spec.shape.rank == 0:
            raise node.shape_error(f"{node.op.name} runs over the first axis of its sequences, but one is a scalar.")
        size = spec.shape.dims[0] if spec.shape.dims else None
        if length is not None and size is not None and size != length:
            raise node.shape_error(f"The sequences of {node.op.name} have {length} and {size} steps; make them equal.")
        length = size if length is None else length
    slices = [TensorSpec(s.dtype, TensorShape(None) if s.shape.dims is None else s.shape[1:]) for s in sequences]
    if len(body.inputs) != len(slices) + len(states) + len(captured):
        return [TensorSpec()] * len(node.op.outputs)
    for _ in range(8):
        results = body.infer([*slices, *states, *captured])
        following = [_merged(a, b) for a, b in zip(states, results, strict=False)]
        if [spec.shape for spec in following] == [spec.shape for spec in states]:
            break
        states = following
    kept = [TensorSpec(spec.dtype, spec.shape) for spec in states]
    return [
        *kept,
        *(TensorSpec(spec.dtype, TensorShape([length]).concatenate(spec.shape)) for spec in results[len(states) :]),
        *(TensorSpec(spec.dtype, TensorShape([length]).concatenate(spec.shape)) for spec in kept),
    ]


def _scan_outputs(attributes: Mapping[str, Any]) -> list[OutputPort]:
    states, results = attributes["states"], len(attributes["body"].outputs)
    return [*_ports("state", states), *_ports("output", results - states), *_ports("history", states)]


def _scan_kernel(k: Any) -> Callable[..., Any]:
    op, xp, body, count = k.op, k.xp, k.body("body"), len(k.inputs)
    sequences, states = len(op.inputs_of("sequences")), k.attribute("states")
    results = len(op.attributes["body"].outputs) - states
    backwards = k.attribute("backwards")
    keeps_history = [k.is_needed(states + results + place) for place in range(states)]
    specs = k.outputs

    def made(output: int, length: int, sample: Any) -> Any:
        return np.empty((length, *sample.shape), sample.dtype if sample is not None else specs[output].dtype.numpy)

    def step(*arrays: Any) -> Any:
        outs = list(arrays[count:]) or [None] * len(specs)
        present = [np.asarray(array) for array in arrays[sequences : sequences + states]]
        body.begin(arrays[sequences + states : count])
        length = len(arrays[0])
        for place, is_kept in enumerate(keeps_history):
            if is_kept and outs[states + results + place] is None:
                outs[states + results + place] = made(states + results + place, length, present[place])
        for time in range(length):
            iteration = length - 1 - time if backwards else time
            for place, is_kept in enumerate(keeps_history):
                if is_kept:
                    outs[states + results + place][time] = present[place]
            found = body([*(array[time] for array in arrays[:sequences]), *present], iteration)
            present = found[:states]
            for place, result in enumerate(found[states:], states):
                if outs[place] is None:
                    outs[place] = made(place, length, result)
                outs[place][time] = result
        for place, value in enumerate(present):
            outs[place] = xp.copy(value, outs[place])
        for place, out in enumerate(outs):
            if out is None:  # nothing ran, or nobody asks for it
                shape = specs[place].shape
                outs[place] = np.empty(shape.known() if shape.is_known else (0,), specs[place].dtype.numpy)
        return tuple(outs)

    return step


def _scan_gradient(op: Operation, *grads: Tensor | None) -> Sequence[Tensor | None]:
    """Backwards through the steps: a Scan over the reversed sequences whose body computes the step's gradients.

    Its states are the gradients to the states, and the sums of those to what the body captured.
    """
    graph, states = op.graph, op.attributes["states"]
    sequences, initial, captured = (_tensors(op, port) for port in ("sequences", "initial", "body_inputs"))
    results = len(op.attributes["body"].outputs) - states
    outputs = op.outputs
    parts = accumulating_body(
        op.attributes["body"],
        graph,
        len(sequences),
        states,
        [place for place in range(results) if _is_float(outputs[states + place]) and grads[states + place] is not None],
        [place for place in range(states) if grads[states + results + place] is not None],
    )

    def turned(tensor: Tensor) -> Tensor:
        return graph.apply("Reverse", tensor, axis=[0])

    histories = outputs[states + results :]
    node = graph.create(
        "Scan",
        {
            "sequences": [
                *(turned(tensor) for tensor in sequences),
                *(turned(history) for history in histories),
                *(turned(_present(grads[states + place])) for place in parts.result_places),
                *(turned(_present(grads[states + results + place])) for place in parts.history_places),
            ],
            "initial": [
                *(_grad_or_zeros(outputs[place], grads[place]) for place in parts.state_places),
                *(graph.apply("ZerosLike", captured[place]) for place in parts.captured_places),
            ],
            "body_inputs": captured,
        },
        {
            "body": parts.body,
            "states": len(parts.state_places) + len(parts.captured_places),
            "backwards": not op.attributes["backwards"],
        },
    )
    to_states = dict(zip(parts.state_places, node.outputs, strict=False))
    to_captured = dict(zip(parts.captured_places, node.outputs[len(parts.state_places) :], strict=False))
    behind = len(parts.state_places) + len(parts.captured_places)
    to_sequences = {
        place: turned(output) for place, output in zip(parts.sequence_places, node.outputs[behind:], strict=False)
    }
    return [
        *(to_sequences.get(place) for place in range(len(sequences))),
        *(to_states.get(place) for place in range(len(initial))),
        *(to_captured.get(place) for place in range(len(captured))),
    ]


def _present(grad: Tensor | None) -> Tensor:
    assert grad is not None
    return grad


_MOST = Attribute(
    "maximum_iterations", AttributeKind.INT, None, "After how many it ends at the latest; none never.",
    optional=True, minimum=0,
)  # fmt: skip

declare(
    OpDeclaration(
        type="If",
        category=Category.CONTROL,
        symbol="⋎",
        description="Runs one of two graphs, as a condition says.",
        formula=r"\begin{cases} f(x) & \text{predicate} \\ g(x) & \text{else} \end{cases}",
        infer=_if,
        inputs=(InputPort("predicate"), _captures("then_inputs"), _captures("else_inputs"), _VARIABLES),
        outputs=(),
        attributes=(
            _body_attribute("then", "What runs when the condition holds."),
            _body_attribute("else", "What runs when it does not."),
        ),
        kernel=_if_kernel,
        gradient=_if_gradient,
        default_name="cond",
        stateful=True,
        free_dtype_inputs=("predicate", "then_inputs", "else_inputs", "variables"),
        outputs_for=_if_outputs,
        example="tf.cond(x > 0, lambda: x, lambda: -x)",
    )
)
_LOOP_ATTRIBUTES = (
    _body_attribute("body", "What an iteration does: from the loop variables to their next values."),
    _body_attribute("condition", "Whether another iteration follows."),
    _MOST,
)
declare(
    OpDeclaration(
        type="While",
        category=Category.CONTROL,
        symbol="↻",
        description="Runs a graph again and again as long as a condition holds.",
        formula=r"x \leftarrow f(x) \text{ while } c(x)",
        infer=_while,
        inputs=(
            InputPort("initial", variadic=True),
            _captures("condition_inputs"),
            _captures("body_inputs"),
            _VARIABLES,
        ),
        outputs=(),
        attributes=_LOOP_ATTRIBUTES,
        kernel=_while_kernel,
        gradient=_while_gradient,
        default_name="while",
        stateful=True,
        free_dtype_inputs=("initial", "condition_inputs", "body_inputs", "variables"),
        outputs_for=_while_outputs,
        example="tf.while_loop(lambda i: i < 10, lambda i: i + 1, [0])",
    )
)
declare(
    OpDeclaration(
        type="WhileGradient",
        category=Category.INTERNAL,
        symbol="↺",
        description="Carries gradients back through the iterations of a While.",
        formula=r"\frac{\partial L}{\partial x_0}",
        infer=_while_backwards,
        inputs=(
            InputPort("initial", variadic=True),
            _captures("condition_inputs"),
            _captures("body_inputs"),
            InputPort("grads", variadic=True),
        ),
        outputs=(),
        attributes=(
            *_LOOP_ATTRIBUTES,
            _body_attribute("gradient", "What goes back through one iteration."),
            Attribute("states", AttributeKind.AXES, (), "The loop variables that have gradients."),
            Attribute("taken", AttributeKind.AXES, (), "The captured tensors that have gradients."),
        ),
        kernel=_while_backwards_kernel,
        default_name="while_grad",
        stateful=True,
        free_dtype_inputs=("initial", "condition_inputs", "body_inputs", "grads"),
        outputs_for=lambda attributes: _ports("output", len(attributes["states"]) + len(attributes["taken"])),
        example="used by the gradient of While",
    )
)
declare(
    OpDeclaration(
        type="Scan",
        category=Category.CONTROL,
        symbol="⟳",
        description="Runs a graph once for each step of a sequence, handing its states on from step to step.",
        formula=r"(s_{t+1}, y_t) = f(x_t, s_t)",
        infer=_scan,
        inputs=(
            InputPort("sequences", variadic=True),
            InputPort("initial", optional=True, variadic=True),
            _captures("body_inputs"),
        ),
        outputs=(),
        attributes=(
            _body_attribute(
                "body", "What a step does: from a slice of each sequence and the states to new states and results."
            ),
            Attribute("states", AttributeKind.INT, 0, "How many states there are.", minimum=0),
            Attribute(
                "backwards", AttributeKind.BOOL, False, "Whether its first step is the last one for random numbers."
            ),
        ),
        kernel=_scan_kernel,
        gradient=_scan_gradient,
        default_name="scan",
        stateful=True,
        free_dtype_inputs=("sequences", "initial", "body_inputs"),
        outputs_for=_scan_outputs,
        example="tf.scan(lambda total, x: total + x, values)",
    )
)
