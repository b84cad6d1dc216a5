"""What flows between the operations of an input pipeline: a way to go through elements, again and again.

An element is a tuple of arrays, one for each component. A :class:`Pipeline` stands in a scalar tensor of the dtype
``variant``. It holds no place of its own: whoever reads it asks for an iterator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    OutputPort,
    Tensor,
    TensorShape,
    TensorSpec,
    as_dtype,
    declare,
)
from ..graph.dtypes import variant

Array = np.ndarray[Any, np.dtype[Any]]
Element = tuple[Array, ...]
Elements = Callable[[], Iterator[Element]]
#: The arrays at the ports of an operation.
Ports = dict[str, list[Array]]
#: Called for every iterator; gives the way through the elements.
Make = Callable[[Any, Ports], Elements]

DATASET = InputPort("dataset")
CAPTURED = InputPort("captured", optional=True, variadic=True)


class Pipeline:
    """A way to go through elements; each call of ``elements`` begins anew.

    Each time that ``elements`` is asked for, what the steps remember from one pass to the next begins anew too: an
    iterator that is initialised again reads the orders of ``shuffle`` from the first one on.
    """

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], Elements]) -> None:
        self._make = make

    @property
    def elements(self) -> Elements:
        return self._make()


def pipeline_of(array: Array) -> Pipeline:
    """The pipeline in a scalar of dtype variant."""
    pipeline = array[()]
    assert isinstance(pipeline, Pipeline)
    return pipeline


def by_port(op: Operation, arrays: Sequence[Array]) -> Ports:
    """The arrays of an operation's inputs, by the port they are wired to."""
    left = iter(arrays)
    return {
        port: [next(left) for source in sources if isinstance(source, Tensor)]
        for port, sources in op.connected_ports()
        if port != "after"
    }


def number(k: Any, ports: Ports, name: str) -> int:
    """What is wired to a port, or the attribute that stands in for it."""
    wired = ports.get(name)
    return int(wired[0]) if wired else int(k.attribute(name))


def a_dataset(node: Inference) -> TensorSpec:
    """The rule of every operation that gives a data set."""
    return TensorSpec(variant, TensorShape(()))


def _kernel_of(make: Make) -> Callable[[Any], Callable[..., Any]]:
    def kernel(k: Any) -> Callable[..., Any]:
        given = len(k.inputs)

        def step(*arrays: Any) -> Array:
            out: Array = arrays[given] if len(arrays) > given else np.empty((), object)
            # The plan writes other numbers into the same arrays at its next run.
            ports = by_port(k.op, [np.array(array) for array in arrays[:given]])
            out[()] = Pipeline(lambda: make(k, ports))
            return out

        return step

    return kernel


def body_of(k: Any, ports: Ports) -> Callable[[Element], Element]:
    """The body of an operation as a function of elements, with what it captured as it is now."""
    body, calls = k.body("body"), count()
    body.begin([np.array(array) for array in ports.get("captured", ())])
    return lambda element: tuple(body(element, next(calls)))


def sized(name: str, default: int, description: str) -> tuple[InputPort, Attribute]:
    """A whole number that is either wired or an attribute."""
    return (
        InputPort(name, optional=True, attribute=name),
        Attribute(name, AttributeKind.INT, default, description),
    )


def dtypes_of(text: str) -> list[Any]:
    """The dtypes that a text such as "int64, float32" names."""
    return [as_dtype(word.strip()) for word in text.split(",") if word.strip()]


def component_ports(attributes: Mapping[str, Any]) -> Sequence[OutputPort]:
    """A port for each component of an element, as the attribute ``dtypes`` names them."""
    return [OutputPort(f"component_{place}") for place in range(len(dtypes_of(attributes["dtypes"])))]


def shapes_of(text: str) -> list[TensorShape]:
    """The shapes that a text such as "[?, 3]; []; ?" names; "?" is an unknown size or, alone, an unknown rank."""
    return [_shape_of(word.strip()) for word in text.split(";") if word.strip()]


def _shape_of(word: str) -> TensorShape:
    if word == "?":
        return TensorShape(None)
    sizes = [size.strip() for size in word.strip("[]").split(",") if size.strip()]
    return TensorShape([None if size == "?" else int(size) for size in sizes])


def shape_text(shape: TensorShape) -> str:
    """A shape as :func:`shapes_of` reads it."""
    return "?" if shape.dims is None else f"[{', '.join('?' if size is None else str(size) for size in shape.dims)}]"


DTYPES = Attribute("dtypes", AttributeKind.TEXT, "float32", "The dtypes of an element's components.")
SHAPES = Attribute("shapes", AttributeKind.TEXT, "[]", "The shapes of an element's components, for example [?, 3]; []")


def dataset_operation(
    op_type: str,
    symbol: str,
    description: str,
    formula: str,
    make: Make,
    inputs: tuple[InputPort, ...],
    attributes: tuple[Attribute, ...] = (),
    example: str = "",
) -> None:
    """Declares an operation that gives a data set."""
    declare(
        OpDeclaration(
            type=op_type,
            category=Category.INTERNAL,
            symbol=symbol,
            description=description,
            formula=formula,
            infer=a_dataset,
            inputs=inputs,
            outputs=(OutputPort("dataset"),),
            attributes=attributes,
            kernel=_kernel_of(make),
            default_name=op_type,
            free_dtype_inputs=tuple(port.name for port in inputs),
            example=example,
        )
    )
