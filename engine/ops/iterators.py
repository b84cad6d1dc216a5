"""Reading an input pipeline: an iterator keeps its place in the session, under a name, from run to run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    OutOfRangeError,
    OutputPort,
    TensorShape,
    TensorSpec,
    declare,
)
from ..graph.dtypes import string
from .bodies import body_attribute
from .pipelines import (
    CAPTURED,
    DATASET,
    DTYPES,
    SHAPES,
    Element,
    Pipeline,
    by_port,
    component_ports,
    dtypes_of,
    pipeline_of,
    shapes_of,
)

#: Under which key a session keeps its iterators, by their names.
_ITERATORS = "iterators"
_NAME = Attribute("iterator", AttributeKind.TEXT, "iterator", "The name under which the session keeps the place.")
_ONE_SHOT = InputPort("dataset", optional=True)


class _Reading:
    """A pipeline that is being read."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._elements: Iterator[Element] = pipeline.elements()

    def next(self) -> Element | None:
        """The next element; None at the end, and ever after."""
        return next(self._elements, None)


def _iterators(k: Any) -> dict[str, _Reading]:
    found: dict[str, _Reading] = k.resource(_ITERATORS, dict)
    return found


def _make_kernel(k: Any) -> Callable[..., Any]:
    iterators, name = _iterators(k), k.attribute("iterator")

    def step(dataset: Any) -> Any:
        iterators[name] = _Reading(pipeline_of(dataset))
        return ()

    return step


def _present(k: Any, iterators: dict[str, _Reading], ports: dict[str, list[Any]]) -> _Reading:
    name, node = k.attribute("iterator"), k.op.node_name
    if ports.get("handle"):
        name = bytes(ports["handle"][0][()]).decode("utf-8")
        if name not in iterators:
            raise InvalidArgumentError(
                f"{node} reads from the iterator {name!r}, which this session does not have; feed what the "
                "string_handle of an iterator gives here, after that one was initialised.",
                node,
            )
    elif ports.get("dataset") and name not in iterators:
        iterators[name] = _Reading(pipeline_of(ports["dataset"][0]))
    if name not in iterators:
        raise FailedPreconditionError(
            "GetNext() failed because the iterator has not been initialized. Ensure that you have run the initializer "
            f"operation for this iterator before getting the next element (at {node}).",
            node,
        )
    return iterators[name]


def _next_kernel(k: Any) -> Callable[..., Any]:
    iterators, given, node = _iterators(k), len(k.inputs), k.op.node_name
    dtypes, shapes = dtypes_of(k.attribute("dtypes")), shapes_of(k.attribute("shapes"))

    def step(*arrays: Any) -> Any:
        element = _present(k, iterators, by_port(k.op, arrays[:given])).next()
        if element is None:
            raise OutOfRangeError(
                f"End of sequence (at {node}). Initialise the iterator again, or repeat the data set.", node
            )
        if len(element) != len(dtypes):
            raise InvalidArgumentError(
                f"{node} expects elements of {len(dtypes)} components, but the data set gives {len(element)}.", node
            )
        for array, dtype, shape in zip(element, dtypes, shapes, strict=True):
            if not shape.is_compatible_with(array.shape) or array.dtype != dtype.numpy:
                raise InvalidArgumentError(
                    f"{node} expects a component of {shape} {dtype.name}, but the data set gives "
                    f"{array.shape} {array.dtype}.",
                    node,
                )
        outs = arrays[given:]
        for out, array in zip(outs, element, strict=bool(outs)):
            np.copyto(out, array)
        return tuple(outs or element)

    return step


def _handle_kernel(k: Any) -> Callable[..., Any]:
    iterators, given, name = _iterators(k), len(k.inputs), k.attribute("iterator")

    def step(*arrays: Any) -> Any:
        if given and name not in iterators:
            iterators[name] = _Reading(pipeline_of(arrays[0]))
        out = arrays[given] if len(arrays) > given else np.empty((), object)
        out[()] = name.encode("utf-8")
        return out

    return step


def _components(node: Inference) -> list[TensorSpec]:
    dtypes, shapes = dtypes_of(node.attribute("dtypes")), shapes_of(node.attribute("shapes"))
    if len(dtypes) != len(shapes):
        raise node.shape_error(f"{node.op.name} has {len(dtypes)} dtypes and {len(shapes)} shapes; name as many.")
    return [TensorSpec(dtype, shape) for dtype, shape in zip(dtypes, shapes, strict=True)]


def _reduced(k: Any) -> Callable[..., Any]:
    given = len(k.inputs)

    def step(*arrays: Any) -> Any:
        ports = by_port(k.op, arrays[:given])
        body = k.body("body")
        body.begin(ports.get("captured", ()))
        state = [np.array(array) for array in ports["initial"]]
        for place, element in enumerate(pipeline_of(ports["dataset"][0]).elements()):
            state = body([*state, *element], place)
        outs = arrays[given:]
        for out, array in zip(outs, state, strict=bool(outs)):
            np.copyto(out, array)
        return tuple(outs or state)

    return step


declare(
    OpDeclaration(
        type="MakeIterator",
        category=Category.INTERNAL,
        symbol="▷",
        description="Lets an iterator begin at the first element of a data set.",
        formula="i \\leftarrow 1",
        infer=lambda node: [],
        inputs=(DATASET,),
        outputs=(),
        attributes=(_NAME,),
        kernel=_make_kernel,
        default_name="MakeIterator",
        stateful=True,
        gives_step=True,
        example="dataset.make_initializable_iterator().initializer",
    )
)
declare(
    OpDeclaration(
        type="IteratorGetNext",
        category=Category.INTERNAL,
        symbol="▶",
        description="The next element of a data set, another one in every run.",
        formula="x_i",
        infer=_components,
        inputs=(_ONE_SHOT, InputPort("handle", optional=True)),
        outputs=(OutputPort("component_0"),),
        attributes=(_NAME, DTYPES, SHAPES),
        kernel=_next_kernel,
        default_name="IteratorGetNext",
        stateful=True,
        free_dtype_inputs=("dataset", "handle"),
        outputs_for=component_ports,
        example="dataset.make_one_shot_iterator().get_next()",
    )
)
declare(
    OpDeclaration(
        type="IteratorHandle",
        category=Category.INTERNAL,
        symbol="@▶",
        description="A text that names an iterator.",
        formula="name",
        infer=lambda node: TensorSpec(string, TensorShape(())),
        inputs=(_ONE_SHOT,),
        attributes=(_NAME,),
        kernel=_handle_kernel,
        default_name="IteratorToStringHandle",
        stateful=True,
        free_dtype_inputs=("dataset",),
        example="iterator.string_handle()",
    )
)
declare(
    OpDeclaration(
        type="ReduceDataset",
        category=Category.INTERNAL,
        symbol="Σƒ",
        description="Computes something of a state and each element in turn, which becomes the next state.",
        formula="s_i = f(s_{i-1}, x_i)",
        infer=_components,
        inputs=(DATASET, InputPort("initial", variadic=True), CAPTURED),
        outputs=(OutputPort("component_0"),),
        attributes=(body_attribute("body", "The next state of a state and an element."), DTYPES, SHAPES),
        kernel=_reduced,
        default_name="ReduceDataset",
        stateful=True,
        free_dtype_inputs=("dataset", "initial", "captured"),
        outputs_for=component_ports,
        example="dataset.reduce(0, function)",
    )
)
