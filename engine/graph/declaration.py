"""What an operation is: one declaration holds everything there is to know about it.

The palette, the inspector, the documentation, the compiler and the tests are all driven by these.
"""

from __future__ import annotations

import enum
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .attributes import Attribute, AttributeKind
from .errors import GraphError

if TYPE_CHECKING:
    from .inference import Inference
    from .operation import Tensor
    from .spec import TensorSpec


class PortKind(enum.Enum):
    """What flows through a port."""

    #: A tensor.
    TENSOR = "tensor"
    #: A variable itself, so that the operation can change it.
    VARIABLE = "variable"
    #: No value: only "this has been done", the order of things.
    STEP = "step"


class NodeKind(enum.Enum):
    """How a node is drawn and listed."""

    PLACEHOLDER = "placeholder"
    VARIABLE = "variable"
    CONSTANT = "constant"
    OPERATION = "operation"
    LOSS = "loss"
    OPTIMIZER = "optimizer"
    UNKNOWN = "unknown"


class Category(enum.Enum):
    """The families in which the palette groups operations."""

    INPUT = "Inputs and variables"
    ARITHMETIC = "Arithmetic"
    ACTIVATION = "Activations"
    MATRIX = "Matrices"
    CONVOLUTION = "Convolution and pooling"
    REDUCTION = "Reductions"
    ARRAY = "Arrays"
    LOGIC = "Comparison and choice"
    RANDOM = "Random"
    LOSS = "Losses"
    TRAINING = "Training"
    STATE = "Changing variables"
    SUMMARY = "Summaries"
    CONTROL = "Loops and branches"
    INTERNAL = "Internal"


@dataclass(frozen=True)
class InputPort:
    """A place where a wire may end.

    ``variadic`` ports take any number of wires, in order. An ``optional`` port may stay empty; when ``attribute``
    names an attribute, that attribute's value stands in for the missing wire. One that is not optional may stay empty
    too when the port called ``unless`` is wired. One ``for_programs`` is drawn only when it is wired.
    """

    name: str
    kind: PortKind = PortKind.TENSOR
    optional: bool = False
    variadic: bool = False
    attribute: str | None = None
    unless: str | None = None
    for_programs: bool = False


@dataclass(frozen=True)
class OutputPort:
    """A place where wires begin. One ``for_programs`` is drawn only when it is wired."""

    name: str
    kind: PortKind = PortKind.TENSOR
    for_programs: bool = False


#: Every operation has this port: what is wired to it runs before the operation does (control dependencies).
AFTER = InputPort("after", PortKind.STEP, optional=True, variadic=True)
#: Every operation has this port: "I have run".
DONE = OutputPort("done", PortKind.STEP)

InferRule = Callable[["Inference"], "TensorSpec | Sequence[TensorSpec]"]
#: Called once when a plan is made; returns the function that the plan calls at every step with the inputs'
#: arrays and, where the shapes are known, the outputs' buffers as further positional arguments.
Kernel = Callable[[Any], Callable[..., Any]]


class StraightLine:
    """Marks a kernel whose function makes the same calls of the array namespace at every step, and nothing else.

    It fills its output (an operation that changes a variable: that), hands an ``out`` to each call, and looks at no
    value: so a plan may hold the calls themselves.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def __call__(self, context: Any) -> Callable[..., Any]:
        return self._kernel(context)


#: Called with the operation and the gradient of the loss to each of its outputs (None to one that it does not depend
#: on); builds nodes and returns the gradient to each input, in the order of ``op.inputs``; None where there is none.
GradientRule = Callable[..., "Sequence[Tensor | None]"]
#: The static value of the result from those of the inputs (float64, NaN for unknown elements); None when unknown.
ValueRule = Callable[["Inference"], "np.ndarray[Any, Any] | None"]
#: The output ports of an operation with these attributes.
PortRule = Callable[[Mapping[str, Any]], "Sequence[OutputPort]"]


#: Called with a variable, its gradient and what else an optimizer's step needs; builds nodes and returns the changes.
UpdateRule = Callable[[Any], Any]
#: Called with an optimizer's settings and what has been written; returns the new values of the shared slots.
FinishRule = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Slot:
    """A value that an optimizer keeps from step to step, beside each variable that it trains."""

    name: str
    #: What it is full of before the first step: a number, or the attribute that gives it.
    initial: float | str = 0.0
    #: Whether there is one number for all variables instead of an array like each.
    shared: bool = False
    #: The attribute that decides whether there is such a slot; "" for always.
    only_if: str = ""


@dataclass(frozen=True)
class Updating:
    """How an optimizer changes a variable, from the gradient of the loss to it."""

    rule: UpdateRule
    slots: tuple[Slot, ...] = ()
    #: Gives the shared slots their next values, once in a step.
    finish: FinishRule | None = None
    #: Whether the rows of a variable that were not looked up stay as they are, slots included.
    leaves_other_rows: bool = False
    #: Whether it subtracts, without slots, the same from a row whether it is given that row's gradient or all of it:
    #: of a variable that is looked up in, the rows that were looked up are changed, and the others not touched.
    changes_rows_alone: bool = False
    #: Whether all that it does is to subtract the gradient times the learning rate: the gradient may then be that of
    #: the loss times the learning rate from the start, which saves a product for each variable.
    is_scaled_gradient: bool = False

    def slots_of(self, attributes: Mapping[str, Any], shared: bool) -> list[Slot]:
        """The shared slots, or those that each variable has, of an optimizer with these attributes."""
        return [slot for slot in self.slots if slot.shared is shared and (attributes.get(slot.only_if, True))]


@dataclass(frozen=True)
class OpDeclaration:
    """Everything about one type of operation."""

    #: The type's name, as files and programs spell it.
    type: str
    category: Category
    #: What stands on the node: "+", "Σ", "σ".
    symbol: str
    description: str
    #: The mathematics, in LaTeX.
    formula: str
    infer: InferRule
    inputs: tuple[InputPort, ...] = ()
    outputs: tuple[OutputPort, ...] = (OutputPort("output"),)
    attributes: tuple[Attribute, ...] = ()
    kernel: Kernel | None = None
    gradient: GradientRule | None = None
    #: Of an optimizer: what a step of it does.
    updating: Updating | None = None
    kind: NodeKind = NodeKind.OPERATION
    #: What a new node is called; TensorFlow 1's own default name where it has one.
    default_name: str = ""
    #: Whether two equal ones may not be merged and a constant one may not be folded (randomness, state).
    stateful: bool = False
    #: Whether the results are its input seen another way: no copies, no buffers of their own.
    is_view: bool = False
    #: Whether the "after" and "done" ports are drawn: the operation is about order, not about a value.
    takes_steps: bool = False
    gives_step: bool = False
    #: Inputs of which only the shape and dtype matter, not the values.
    shape_only_inputs: tuple[str, ...] = ()
    #: Inputs at which a Python number does not take the dtype of the other operands.
    free_dtype_inputs: tuple[str, ...] = ()
    #: Inputs whose values, not only their shapes, decide the shape of the result.
    value_inputs: tuple[str, ...] = ()
    #: Works out the static value of the first output, for operations that shapes are computed with.
    static_value: ValueRule | None = None
    #: Where the attributes decide how many outputs there are; ``outputs`` are then those of the defaults.
    outputs_for: PortRule | None = None
    #: One line of Python that uses it.
    example: str = ""

    @cached_property
    def input_names(self) -> tuple[str, ...]:
        """The names of the declared inputs, in order."""
        return tuple(port.name for port in self.inputs)

    @cached_property
    def required_inputs(self) -> tuple[InputPort, ...]:
        """The inputs that may not stay empty, unless another one is wired."""
        return tuple(port for port in self.inputs if not port.optional)

    @cached_property
    def unwired(self) -> dict[str, tuple[Any, ...]]:
        """The wiring of a new operation: nothing at every declared input."""
        return dict.fromkeys(self.input_names, ())

    @cached_property
    def _inputs_by_name(self) -> dict[str, InputPort]:
        return {**{port.name: port for port in self.inputs}, AFTER.name: AFTER}

    @cached_property
    def _attributes_by_name(self) -> dict[str, Attribute]:
        return {attribute.name: attribute for attribute in self.attributes}

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        return {attribute.name: attribute.default for attribute in self.attributes}

    def input_port(self, name: str) -> InputPort | None:
        return self._inputs_by_name.get(name)

    @property
    def has_bodies(self) -> bool:
        """Whether it runs graphs of its own, which programs build."""
        return any(attribute.kind is AttributeKind.GRAPH for attribute in self.attributes)

    def output_ports(self, attributes: Mapping[str, Any]) -> tuple[OutputPort, ...]:
        """The output ports of an operation with these attributes."""
        return self.outputs if self.outputs_for is None else tuple(self.outputs_for(attributes))

    @cached_property
    def _declared_tensors(self) -> tuple[OutputPort, ...]:
        return tuple(port for port in self.outputs if port.kind is not PortKind.STEP)

    def tensor_ports(self, attributes: Mapping[str, Any]) -> tuple[OutputPort, ...]:
        """Those output ports of an operation with these attributes that give a tensor."""
        if self.outputs_for is None:
            return self._declared_tensors
        return tuple(port for port in self.outputs_for(attributes) if port.kind is not PortKind.STEP)

    def attribute(self, name: str) -> Attribute | None:
        return self._attributes_by_name.get(name)

    def default_attributes(self) -> dict[str, Any]:
        return self._defaults.copy()


_DECLARATIONS: dict[str, OpDeclaration] = {}
#: The module that declares each type, which is imported when one of its types is first asked for; in palettes' order.
_MODULES: dict[str, str] = {}


def add_families(package: str, families: Mapping[str, Sequence[str]]) -> None:
    """Says which types of operations each module of a package declares."""
    for family, types in families.items():
        _MODULES.update(dict.fromkeys(types, f"{package}.{family}"))


def declare(declaration: OpDeclaration) -> OpDeclaration:
    """Adds an operation to those that graphs may hold."""
    if declaration.type in _DECLARATIONS:
        raise GraphError(f"The operation {declaration.type} is declared twice.")
    _DECLARATIONS[declaration.type] = declaration
    return declaration


def get_declaration(op_type: str) -> OpDeclaration | None:
    """The declaration of ``op_type``, or None when no such operation exists."""
    if op_type not in _DECLARATIONS and op_type in _MODULES:
        importlib.import_module(_MODULES[op_type])
    return _DECLARATIONS.get(op_type)


def declarations() -> tuple[OpDeclaration, ...]:
    """All declared operations, in the families' order; after them those that no family has."""
    for module in dict.fromkeys(_MODULES.values()):
        importlib.import_module(module)
    return tuple(_DECLARATIONS[op_type] for op_type in dict.fromkeys((*_MODULES, *_DECLARATIONS)))


def unknown_declaration(op_type: str, inputs: Sequence[str], outputs: Sequence[str]) -> OpDeclaration:
    """A stand-in for an operation this version does not know, with the ports its wires need.

    A node of an unknown type is kept, drawn as unknown and saved back unchanged.
    """
    from .spec import UNKNOWN_SPEC

    ports = tuple(OutputPort(name) for name in outputs if name != DONE.name)
    return OpDeclaration(
        type=op_type,
        category=Category.INTERNAL,
        symbol="?",
        description=f"This version has no operation called {op_type}.",
        formula="",
        infer=lambda node: [UNKNOWN_SPEC] * len(ports),
        inputs=tuple(InputPort(name, optional=True, variadic=True) for name in inputs if name != AFTER.name),
        outputs=ports,
        kind=NodeKind.UNKNOWN,
    )
