"""Optimizers: composite nodes, which the compiler lowers to primitive operations that change variables."""

from __future__ import annotations

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    DType,
    Inference,
    InputPort,
    NodeKind,
    OpDeclaration,
    PortKind,
    Tensor,
    TensorSpec,
    declare,
)
from ..graph.declaration import FinishRule, Slot, UpdateRule, Updating
from . import updates


def integer_loss_sentence(name: str, dtype: DType) -> str:
    """What is wrong with a loss that is not made of floats, in TensorFlow's words. ``name`` is the tensor's."""
    return (
        f"Invalid type tf.{dtype.name} for {name}, expected: tf.float32, tf.float64. A loss must be a "
        "float; put a Cast "
        "before it."
    )


def _optimizer(node: Inference) -> list[TensorSpec]:
    dtype = node.spec("loss").dtype
    if dtype is not None and not dtype.is_floating:
        source = node.source("loss")
        name = source.name if isinstance(source, Tensor) else "loss"
        raise node.dtype_error(integer_loss_sentence(name, dtype))
    for port in node.op.declaration.inputs:
        if port.attribute is not None and node.is_connected(port.name):
            _require_number(node, port.name)
    _check_gradients(node)
    _check_slots(node)
    return []


def _require_number(node: Inference, port: str) -> None:
    node.require_float(port)
    if not node.spec(port).shape.is_compatible_with(()):
        raise node.shape_error(
            f"{node.op.name} needs one number as its {port.replace('_', ' ')}, but {node.describe(port)}; wire a "
            "scalar to it."
        )


def _check_gradients(node: Inference) -> None:
    gradients, variables = node.specs("gradients"), node.specs("variables")
    if not gradients:
        return
    if node.is_connected("loss"):
        raise node.shape_error(f"{node.op.name} follows a loss or gradients, not both; take one of the wires away.")
    if len(gradients) != len(variables):
        raise node.shape_error(
            f"{node.op.name} needs one of 'gradients' for each of 'variables': {len(variables)}, not {len(gradients)}."
        )
    for gradient, variable in zip(gradients, variables, strict=True):
        if not gradient.shape.is_compatible_with(variable.shape):
            raise node.shape_error(
                f"Each of 'gradients' of {node.op.name} needs the shape of its variable, {variable.shape}, not "
                f"{gradient.shape}; change one of them."
            )


def _check_slots(node: Inference) -> None:
    slots, variables, updating = node.specs("slots"), node.specs("variables"), node.op.declaration.updating
    assert updating is not None
    if not slots:
        return
    own = len(updating.slots_of(node.op.attributes, shared=False))
    shared = len(updating.slots_of(node.op.attributes, shared=True))
    needed = shared + own * len(variables)
    if len(slots) != needed:
        raise node.shape_error(
            f"{node.op.name} needs {needed} variables at 'slots' ({own} for each of 'variables', "
            f"{shared} for all), not {len(slots)}; take them all away to let it keep its own."
        )


def _number(name: str, default: float, description: str, minimum: float | None = 0.0) -> Attribute:
    return Attribute(name, AttributeKind.FLOAT, default, description, minimum=minimum)


def _share(name: str, default: float, description: str) -> Attribute:
    return Attribute(name, AttributeKind.FLOAT, default, description, minimum=0.0, maximum=1.0)


_SLOTS = InputPort("slots", PortKind.VARIABLE, optional=True, variadic=True, for_programs=True)


def _declare(
    op_type: str,
    symbol: str,
    description: str,
    formula: str,
    rule: UpdateRule,
    example: str,
    *,
    rate: float = 0.1,
    attributes: tuple[Attribute, ...] = (),
    slots: tuple[Slot, ...] = (),
    wired: tuple[str, ...] = (),
    by_programs: tuple[str, ...] = (),
    further: tuple[InputPort, ...] = (),
    finish: FinishRule | None = None,
    leaves_other_rows: bool = False,
    changes_rows_alone: bool = False,
    is_scaled_gradient: bool = False,
) -> None:
    """Declares an optimizer; ``wired`` names the attributes that have ports too, ``by_programs`` those for programs."""
    learning_rate = _number("learning_rate", rate, "How far a step goes; usually between 0.1 and 0.0001.")
    declare(
        OpDeclaration(
            type=op_type,
            category=Category.TRAINING,
            symbol=symbol,
            description=description,
            formula=formula,
            infer=_optimizer,
            inputs=(
                InputPort("loss", unless="gradients"),
                *(InputPort(name, optional=True, attribute=name) for name in ("learning_rate", *wired)),
                *further,
                InputPort("variables", PortKind.VARIABLE, optional=True, variadic=True),
                InputPort("gradients", optional=True, variadic=True, for_programs=True),
                *([_SLOTS] if slots else []),
                *(InputPort(name, optional=True, attribute=name, for_programs=True) for name in by_programs),
            ),
            outputs=(),
            attributes=(learning_rate, *attributes),
            updating=Updating(rule, slots, finish, leaves_other_rows, changes_rows_alone, is_scaled_gradient),
            kind=NodeKind.OPTIMIZER,
            default_name=op_type,
            stateful=True,
            gives_step=True,
            free_dtype_inputs=("learning_rate", *wired, *by_programs, *(port.name for port in further)),
            example=example,
        )
    )


_EPSILON = "A small number that keeps the step finite where the root is 0."
_L1 = _number("l1_regularization_strength", 0.0, "How strongly elements are drawn to exactly 0.")
_L2 = _number("l2_regularization_strength", 0.0, "How strongly large elements are drawn towards 0.")
_START = _number("initial_accumulator_value", 0.1, "What the sum of squares begins with.")

_declare(
    "GradientDescent",
    "↘",
    "Moves variables a small step against the gradient of the loss.",
    r"\theta \leftarrow \theta - \eta \frac{\partial L}{\partial \theta}",
    updates.gradient_descent,
    "tf.train.GradientDescentOptimizer(0.1).minimize(loss)",
    changes_rows_alone=True,
    is_scaled_gradient=True,
)
_declare(
    "Momentum",
    "↘m",
    "Keeps variables moving: each step adds the gradient to a part of the step before.",
    r"m \leftarrow \mu m + \frac{\partial L}{\partial \theta}, \quad \theta \leftarrow \theta - \eta m",
    updates.momentum,
    "tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)",
    attributes=(
        _number("momentum", 0.9, "The part of the last step that is kept.", None),
        Attribute(
            "use_nesterov", AttributeKind.BOOL, False, "Whether the gradient is followed as if the step were made."
        ),
    ),
    slots=(Slot("momentum"),),
    wired=("momentum",),
    leaves_other_rows=True,
)
_declare(
    "Adam",
    "↘A",
    "Follows the mean of the gradients, divided by the root of the mean of their squares.",
    r"\theta \leftarrow \theta - \eta \cdot \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \cdot \frac{m}{\sqrt{v}+\epsilon}",
    updates.adam,
    "tf.train.AdamOptimizer(0.001).minimize(loss)",
    rate=0.001,
    attributes=(
        _share("beta1", 0.9, "How much of the mean of the gradients is kept in a step."),
        _share("beta2", 0.999, "How much of the mean of their squares is kept in a step."),
        _number("epsilon", 1e-8, _EPSILON),
    ),
    slots=(
        Slot("beta1_power", "beta1", shared=True),
        Slot("beta2_power", "beta2", shared=True),
        Slot("m"),
        Slot("v"),
    ),
    by_programs=("beta1", "beta2", "epsilon"),
    finish=updates.adam_finish,
)
_declare(
    "RMSProp",
    "↘R",
    "Divides the gradient by the root of a moving mean of its squares.",
    r"v \leftarrow \rho v + (1-\rho) g^2, \quad \theta \leftarrow \theta - \eta \frac{g}{\sqrt{v + \epsilon}}",
    updates.rmsprop,
    "tf.train.RMSPropOptimizer(0.001).minimize(loss)",
    rate=0.001,
    attributes=(
        _share("decay", 0.9, "How much of the mean of the squares is kept in a step."),
        _number("momentum", 0.0, "The part of the last step that is kept.", None),
        _number("epsilon", 1e-10, _EPSILON),
        Attribute("centered", AttributeKind.BOOL, False, "Whether the mean of the gradients is taken off the squares."),
    ),
    slots=(Slot("rms", 1.0), Slot("mg", only_if="centered"), Slot("momentum")),
    wired=("momentum",),
    by_programs=("decay", "epsilon"),
    leaves_other_rows=True,
)
_declare(
    "Adagrad",
    "↘Σ",
    "Divides the gradient by the root of the sum of all its squares so far.",
    r"s \leftarrow s + g^2, \quad \theta \leftarrow \theta - \eta \frac{g}{\sqrt{s}}",
    updates.adagrad,
    "tf.train.AdagradOptimizer(0.1).minimize(loss)",
    attributes=(_START,),
    slots=(Slot("accumulator", "initial_accumulator_value"),),
    leaves_other_rows=True,
)
_declare(
    "Adadelta",
    "↘Δ",
    "Makes steps of about the size of the last ones, whatever the size of the gradients.",
    r"\theta \leftarrow \theta - \eta \cdot \frac{\sqrt{d+\epsilon}}{\sqrt{v+\epsilon}} \cdot g",
    updates.adadelta,
    "tf.train.AdadeltaOptimizer(1.0).minimize(loss)",
    rate=0.001,
    attributes=(
        _share("rho", 0.95, "How much of the means of the squares is kept in a step."),
        _number("epsilon", 1e-8, "A small number that lets the first step begin."),
    ),
    slots=(Slot("accum"), Slot("accum_update")),
    by_programs=("rho", "epsilon"),
    leaves_other_rows=True,
)
_declare(
    "Ftrl",
    "↘F",
    "Follows the regularized leader: sets elements to 0 that hardly help.",
    r"\theta \leftarrow \frac{\lambda_1 \mathrm{sign}(z) - z}{\sqrt{n} / \eta + 2 \lambda_2}",
    updates.ftrl,
    "tf.train.FtrlOptimizer(0.1).minimize(loss)",
    attributes=(
        Attribute(
            "learning_rate_power",
            AttributeKind.FLOAT,
            -0.5,
            "How the step shrinks with the sum of squares: -0.5 as its root, 0 not at all.",
            maximum=0.0,
        ),
        _START,
        _L1,
        _L2,
        _number("l2_shrinkage_regularization_strength", 0.0, "How strongly the gradient itself draws towards 0."),
    ),
    slots=(Slot("accum", "initial_accumulator_value"), Slot("linear")),
    leaves_other_rows=True,
)
_declare(
    "ProximalGradientDescent",
    "↘P",
    "Gradient descent that draws elements towards 0, some exactly to it.",
    r"\theta \leftarrow \mathrm{prox}\left(\theta - \eta g\right)",
    updates.proximal_gradient_descent,
    "tf.train.ProximalGradientDescentOptimizer(0.1).minimize(loss)",
    attributes=(_L1, _L2),
    leaves_other_rows=True,
)
_declare(
    "ProximalAdagrad",
    "↘PΣ",
    "Adagrad that draws elements towards 0, some exactly to it.",
    r"\theta \leftarrow \mathrm{prox}\left(\theta - \eta \frac{g}{\sqrt{s}}\right)",
    updates.proximal_adagrad,
    "tf.train.ProximalAdagradOptimizer(0.1).minimize(loss)",
    attributes=(_START, _L1, _L2),
    slots=(Slot("accumulator", "initial_accumulator_value"),),
    leaves_other_rows=True,
)
_declare(
    "AdagradDA",
    "↘DA",
    "Adagrad by dual averaging: sets elements from the sums of all gradients so far.",
    r"\theta \leftarrow -\frac{\eta \sum g}{\lambda_2 t \eta + \sqrt{\sum g^2}}",
    updates.adagrad_da,
    "tf.train.AdagradDAOptimizer(0.1, global_step).minimize(loss)",
    attributes=(
        _number("initial_gradient_squared_accumulator_value", 0.1, "What the sum of squares begins with."),
        _L1,
        _L2,
    ),
    slots=(
        Slot("gradient_accumulator"),
        Slot("gradient_squared_accumulator", "initial_gradient_squared_accumulator_value"),
    ),
    further=(InputPort("global_step"),),
    leaves_other_rows=True,
)
