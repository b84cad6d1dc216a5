"""Random programs: drawn once, then built on any library that has TensorFlow 1's names."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from math import prod
from types import ModuleType
from typing import Any

import numpy as np

import engine

from .vocabulary import ENTRIES, Call, Pool, Shape, Value

Array = np.ndarray[Any, np.dtype[Any]]

#: Shapes of what is fed.
SHAPES: list[Shape] = [(), (3,), (1,), (2, 3), (3, 2), (2, 1), (1, 3), (3, 3), (2, 2, 3), (1, 2, 2, 2), (4,), (2, 4)]


@dataclass
class Program:
    """Placeholders and the calls that follow; everything is plain, so that it can stand in a file."""

    seed: int
    dtypes: list[str]
    shapes: list[list[int]]
    #: What the program tells of the shapes of its placeholders: sizes, None for unknown ones; None for an unknown rank.
    told: list[list[int | None] | None]
    calls: list[Call]
    #: The shapes that the placeholders' values and the calls' results have.
    made: list[list[int]]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Program:
        return cls(**{**data, "calls": [Call(**call) for call in data["calls"]]})

    def feeds(self) -> list[Array]:
        generator = np.random.default_rng(self.seed)
        values = []
        for dtype, shape in zip(self.dtypes, self.shapes, strict=True):
            if dtype == "bool":
                values.append(generator.integers(0, 2, shape).astype(bool))
            elif dtype.startswith("int"):
                values.append(generator.integers(-3, 4, shape).astype(dtype))
            else:
                values.append((generator.normal(size=shape) * 1.2).astype(dtype))
        return values


class Built:
    """A program built on a library."""

    def __init__(self, tf: ModuleType | Any, program: Program, told: bool = True) -> None:
        self._tf = tf
        self._program = program
        shapes = program.told if told else program.shapes
        self.placeholders = [
            tf.placeholder(getattr(tf, dtype), shape) for dtype, shape in zip(program.dtypes, shapes, strict=True)
        ]
        self.tensors: list[Any] = list(self.placeholders)
        for call in program.calls:
            self.tensors.append(self.call(call))

    def call(self, call: Call) -> Any:
        tf = self._tf
        arguments = [self._argument(argument) for argument in call.arguments]
        options = {key: self._argument(value) for key, value in call.options.items()}
        if call.function == "getitem":
            return eval(f"x[{arguments[1]}]", {"x": arguments[0], "newaxis": None})  # the vocabulary's own text
        if call.function == "small_ints":
            return tf.cast(tf.clip_by_value(arguments[0] * 2.0, -5.0, 5.0), tf.int32)
        function = tf
        for part in call.function.split("."):
            function = getattr(function, part)
        result = function(*arguments, **options)
        return result if call.keep is None else result[call.keep]

    def _argument(self, argument: Any) -> Any:
        tf = self._tf
        if isinstance(argument, list):
            return [self._argument(item) for item in argument]
        if not isinstance(argument, dict):
            return argument
        if "t" in argument:
            return self.tensors[argument["t"]]
        if "size" in argument:
            return tf.shape(self.tensors[argument["size"]])[argument["axis"]]
        if "like" in argument:
            return np.array(argument["value"], argument["like"])
        if "labels_like" in argument:
            # Rows that add up to 1, and that the gradient reaches, too.
            return tf.nn.softmax(0.5 * self.tensors[argument["labels_like"]])
        if "definite" in argument:
            x = self.tensors[argument["definite"]]
            # NaN has no inverse: TensorFlow stops there.
            small = tf.where(tf.is_finite(x), tf.tanh(x), tf.zeros_like(x))
            return tf.matmul(small, small, transpose_b=True) + 2.0 * np.eye(self._rows(x))
        if "fixed" in argument:
            shape = argument["fixed"]
            values = np.sin(np.arange(1, 1 + int(np.prod(shape)))).reshape(shape)
            return tf.constant(values, dtype=getattr(tf, argument["dtype"]))
        return getattr(tf, argument["dtype"])

    def _rows(self, tensor: Any) -> int:
        place = next(place for place, each in enumerate(self.tensors) if each is tensor)
        return self._program.made[place][0]

    def results(self) -> tuple[list[Any], list[Any]]:
        """The tensors to compare, and the gradients of the floats among them to the placeholders."""
        tf = self._tf
        last = self.tensors[-1]
        floats = [tensor for tensor in self.tensors[-3:] if tensor.dtype in (tf.float32, tf.float64)]
        sources = [place for place in self.placeholders if place.dtype in (tf.float32, tf.float64)]
        if not floats or not sources:
            return [last], []
        gradients = tf.gradients(floats[-1], sources)
        # Rows that were looked up have gradients of another kind in TensorFlow.
        return [last], [None if gradient is None else tf.convert_to_tensor(gradient) for gradient in gradients]


def draw_program(seed: int, steps: int = 8) -> Program:
    """A program that can be built; the engine's static shapes tell what fits what."""
    dice = random.Random(seed)
    main = dice.choice(["float32", "float64"])
    dtypes = [main, main, dice.choice([main, "int32", "int64"]), dice.choice([main, "bool"])]
    shapes = [dice.choice(SHAPES) for _ in dtypes]
    vague = dice.randrange(3)
    told: list[list[int | None] | None] = [
        None if vague == 2 and dice.random() < 0.5 else [None if vague and dice.random() < 0.5 else n for n in shape]
        for shape in shapes
    ]
    program = Program(seed, dtypes, [list(shape) for shape in shapes], told, [], [list(shape) for shape in shapes])
    graph = engine.Graph()
    with graph.as_default():
        built = Built(engine, program, told=False)
        wanted = dice.randint(3, steps)
        for _ in range(60):
            if len(program.calls) >= wanted:
                break
            values = [
                Value(place, tensor.dtype.name, tuple(shape))
                for place, (tensor, shape) in enumerate(zip(built.tensors, program.made, strict=True))
                if prod(shape) <= 500
            ]
            call = ENTRIES[dice.choice(list(ENTRIES))](Pool(values, dice))
            if not call:
                continue
            tensor = built.call(call)
            built.tensors.append(tensor)
            program.calls.append(call)
            if tensor.shape.is_fully_defined():
                program.made.append(tensor.shape.as_list())
            else:
                feeds = dict(zip(built.placeholders, program.feeds(), strict=True))
                with engine.Session(graph=graph) as session:
                    program.made.append(list(np.shape(session.run(tensor, feeds))))
    return program
