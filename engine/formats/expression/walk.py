"""Reads the parts of an expression one by one and adds the operations that they mean."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from ...graph import DTYPES, EngineError, Graph, NodeKind, OpDeclaration, Operation, Tensor, float32
from ...graph.convert import as_output
from .functions import Arguments, find_operation, flat, similar_names
from .operators import BINARY, COMPARISONS, INSTEAD
from .syntax import ExpressionError, Source, Statement

#: What the term that is added in a layer is called.
_BIAS = re.compile(r"b(ias)?_?\d*")

#: A tensor, an operation without one tensor to go on with, a list of these and of numbers, or a number, text or None.
Value = Any


class Walk:
    """Goes through the statements of a source once, from top to bottom."""

    def __init__(self, source: Source, graph: Graph, known: Mapping[str, Operation]) -> None:
        self._source = source
        self._graph = graph
        #: Nodes that were there before, by what the text calls them.
        self._known = known
        self._outside = set(known.values())
        #: What lines have named, and nodes that were made for names.
        self._named: dict[str, Value] = {}

    def read(self) -> None:
        """Adds the operations. Raises ExpressionError."""
        for statement in self._source.statements:
            try:
                self._read(statement)
            except RecursionError:
                sentence = "it is nested too deeply; name its parts on lines of their own."
                raise self._source.error(statement.value, sentence) from None

    def _read(self, statement: Statement) -> None:
        count = len(self._graph)
        value = self._value(statement.value)
        if not statement.names:
            if isinstance(statement.value, ast.Name | ast.Attribute):
                self._fail(statement.value, "a name alone adds nothing; write an expression like relu(x @ W + b).")
            if len(self._graph) == count:
                self._as_tensor(value, statement.value)
            return
        if len(statement.names) == 1:
            if not isinstance(value, list | Tensor | Operation) or _is_literal(value):
                value = self._as_tensor(value, statement.value)
            is_new = len(self._graph) > count
            self._give_name(statement.value, statement.names[0], value, is_new)
            return
        if not isinstance(value, list) or len(value) != len(statement.names):
            given = len(value) if isinstance(value, list) else 1
            self._fail(statement.value, f"{len(statement.names)} names stand before =, but there is {given} behind it.")
        self._named.update(zip(statement.names, value, strict=True))

    def _give_name(self, node: ast.expr, name: str, value: Value, is_new: bool) -> None:
        self._named[name] = value
        op = value.op if isinstance(value, Tensor) else value
        if is_new and isinstance(op, Operation) and op not in self._outside:
            self._try(node, lambda: self._graph.rename(op, self._free_name(name)))

    def _free_name(self, name: str) -> str:
        return self._graph.unique_name(name) if name in self._graph else name

    def _fail(self, node: ast.AST, sentence: str) -> NoReturn:
        raise self._source.error(node, sentence)

    # --- values --------------------------------------------------------------------------------------------------

    def _value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.List() | ast.Tuple():
                return [self._value(part) for part in node.elts]
            case ast.Name():
                return self._variable(node)
            case ast.Attribute():
                return self._dotted(node)
            case ast.BinOp():
                return self._binary(node)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.Call():
                return self._call(node)
            case ast.Subscript():
                return self._part(node)
        self._fail(node, INSTEAD.get(type(node), f"{self._source.text_of(node)} cannot be read as an expression."))

    def _constant(self, node: ast.Constant) -> Value:
        if node.value is None or isinstance(node.value, bool | int | float | str):
            return node.value
        self._fail(node, f"{self._source.text_of(node)} is no number; write numbers, texts, True, False or None.")

    def _variable(self, node: ast.Name) -> Value:
        name = node.id
        if name in self._named:
            return self._named[name]
        if name in self._known:
            return self._tensor_of(self._known[name])
        op_type = "Variable" if _is_variable_name(name) else "Placeholder"
        op: Operation = self._try(node, lambda: self._graph.add(op_type, self._free_name(name)))
        self._named[name] = op.output
        return op.output

    def _dotted(self, node: ast.Attribute) -> Value:
        """``tf.float32``, ``layer.W`` for the node layer/W, ``split.output_1`` for an output of a node."""
        written = self._source.dotted_name(node)
        if node.attr == "T" and written not in self._known:
            tensor = self._as_tensor(self._operand(node.value), node.value)
            return self._try(node, lambda: self._graph.create("Transpose", {"x": tensor}).output)
        if written is None:
            self._fail(node, f"{self._source.text_of(node)} cannot be read; write functions like relu(x).")
        if written in self._known:
            return self._tensor_of(self._known[written])
        name, _, port = written.rpartition(".")
        op = self._known.get(name)
        output = None if op is None else op.output_named(port)
        if isinstance(output, Tensor):
            return output
        if name in ("tf", "np") and port in (dtype.name for dtype in DTYPES):
            return port
        if op is not None:
            outputs = ", ".join(tensor.port for tensor in op.outputs)
            self._fail(node, f"{op.name} has no output called {port!r}; it has {outputs or 'none'}.")
        self._fail(node, f"there is no node called {written.replace('.', '/')!r}; look at its spelling.")

    def _tensor_of(self, op: Operation) -> Value:
        return op.outputs[0] if op.outputs else op

    def _binary(self, node: ast.BinOp) -> Value:
        apply = BINARY.get(type(node.op))
        if apply is None:
            self._fail(node, "<< and >> cannot be used on tensors.")
        are_new = [self._makes_variable(part) for part in (node.left, node.right)]
        left, right = self._operand(node.left), self._operand(node.right)
        if isinstance(node.op, ast.MatMult):
            self._fit_factors(are_new, left, right)
        if not isinstance(left, Tensor) and not isinstance(right, Tensor):
            left = self._as_tensor(left, node.left)
        return self._try(node, lambda: apply(left, right))

    def _fit_factors(self, are_new: Sequence[bool], left: Value, right: Value) -> None:
        """Makes a variable that has just been made for the name W in ``x @ W`` a matrix that fits the other factor."""
        if are_new[1] and isinstance(right, Tensor):
            self._graph.set_attribute(right.op, "shape", [_size(left, -1), 1])
        if are_new[0] and isinstance(left, Tensor):
            self._graph.set_attribute(left.op, "shape", [1, _size(right, 0)])

    def _makes_variable(self, node: ast.expr) -> bool:
        is_new = isinstance(node, ast.Name) and node.id not in self._named and node.id not in self._known
        return is_new and isinstance(node, ast.Name) and _is_variable_name(node.id)

    def _unary(self, node: ast.UnaryOp) -> Value:
        value = self._operand(node.operand)
        if isinstance(node.op, ast.Not):
            self._fail(node, "not does not work on tensors; write ~ instead.")
        if isinstance(node.op, ast.UAdd):
            return value
        if isinstance(node.op, ast.USub):
            if isinstance(value, int | float) and not isinstance(value, bool):
                return -value
            tensor = self._as_tensor(value, node.operand)
            return self._try(node, lambda: -tensor)
        tensor = self._as_tensor(value, node.operand)
        return self._try(node, lambda: ~tensor)

    def _comparison(self, node: ast.Compare) -> Value:
        if len(node.ops) != 1:
            self._fail(node, "comparisons cannot follow each other; write (a < b) & (b < c).")
        op_type = COMPARISONS.get(type(node.ops[0]))
        if op_type is None:
            self._fail(node, "is and in do not work on tensors; write ==.")
        left, right = self._operand(node.left), self._operand(node.comparators[0])
        if not isinstance(left, Tensor) and not isinstance(right, Tensor):
            left = self._as_tensor(left, node.left)
        return self._try(node, lambda: self._graph.create(op_type, {"x": left, "y": right}).output)

    def _operand(self, node: ast.expr) -> Value:
        """A value that can be computed with."""
        value = self._value(node)
        if isinstance(value, Operation):
            self._fail(node, f"{value.name} gives no value that could be computed with.")
        if value is None or isinstance(value, str):
            self._fail(node, f"{self._source.text_of(node)} is no number.")
        return value

    def _as_tensor(self, value: Value, node: ast.expr) -> Tensor:
        if isinstance(value, Tensor):
            return value
        if isinstance(value, Operation) or value is None:
            self._fail(node, f"{self._source.text_of(node)} has no value.")
        # Where nothing else says so, numbers are float32, as those of a new Constant are.
        dtype = None if any(isinstance(item, str | bool) for item in flat(value)) else float32
        output = self._try(node, lambda: as_output(self._graph, value, dtype))
        assert isinstance(output, Tensor)
        return output

    def _part(self, node: ast.Subscript) -> Value:
        value = self._operand(node.value)
        if isinstance(value, list) and not _is_literal(value):
            index = self._value(node.slice)
            if not isinstance(index, int) or not -len(value) <= index < len(value):
                self._fail(node.slice, f"there are {len(value)} outputs; choose one by a number from 0.")
            return value[index]
        tensor = self._as_tensor(value, node.value)
        key = self._index(node.slice)
        return self._try(node, lambda: tensor[key])

    def _index(self, node: ast.expr) -> Any:
        match node:
            case ast.Tuple():
                return tuple(self._index(part) for part in node.elts)
            case ast.Slice():
                return slice(
                    *(None if part is None else self._value(part) for part in (node.lower, node.upper, node.step))
                )
            case ast.Constant(value=value) if value is Ellipsis:
                return Ellipsis
            case ast.Attribute(attr="newaxis"):
                return None
        return self._value(node)

    # --- functions -----------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> Value:
        name = self._source.dotted_name(node.func)
        if name is None:
            if isinstance(node.func, ast.Attribute) and node.func.attr == "minimize":
                return self._minimize(node, node.func.value)
            self._fail(node.func, f"{self._source.text_of(node.func)} is no function; write one like relu(x).")
        arguments = Arguments(self._operation(node.func, name))
        are_new = [self._makes_variable(part) for part in node.args]
        node_name = self._bound(node, arguments)
        if arguments.declaration.type == "MatMul" and len(are_new) == 2:
            self._fit_factors(are_new, arguments.inputs["x"], arguments.inputs["y"])
        return self._create(node, arguments, node_name)

    def _minimize(self, node: ast.Call, optimizer: ast.expr) -> Value:
        """``GradientDescentOptimizer(0.1).minimize(loss)``: settings first, what is minimized second."""
        name = self._source.dotted_name(optimizer.func) if isinstance(optimizer, ast.Call) else None
        if not isinstance(optimizer, ast.Call) or name is None:
            self._fail(optimizer, "only an optimizer can minimize, as in GradientDescentOptimizer(0.1).minimize(loss).")
        declaration = self._operation(optimizer.func, name)
        if declaration.kind is not NodeKind.OPTIMIZER:
            self._fail(optimizer, f"{declaration.type} is no optimizer, so it cannot minimize.")
        arguments = Arguments(declaration)
        settings = {attribute.name: None for attribute in declaration.attributes}
        positional, named = self._given(optimizer, arguments)
        named = {**dict(zip(settings, positional, strict=False)), **named}
        self._try(optimizer, lambda: arguments.bind((), {k: v for k, v in named.items() if k != "name"}))
        return self._create(node, arguments, self._bound(node, arguments))

    def _operation(self, node: ast.expr, name: str) -> OpDeclaration:
        declaration = find_operation(name)
        if declaration is None:
            similar = similar_names(name)
            hint = f"; there is {', '.join(similar)}" if similar else "; look for it in the palette"
            self._fail(node, f"there is no operation called {name}{hint}.")
        return declaration

    def _given(self, node: ast.Call, arguments: Arguments) -> tuple[list[Value], dict[str, Value]]:
        positional = []
        for place, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                self._fail(argument, "write the arguments one by one.")
            positional.append(self._argument(argument, arguments.takes_size_names(place)))
        named: dict[str, Value] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                self._fail(keyword.value, "write the arguments one by one.")
            named[keyword.arg] = self._argument(keyword.value, arguments.takes_size_names(keyword.arg))
        return positional, named

    def _argument(self, node: ast.expr, takes_size_names: bool) -> Value:
        """A value; where sizes may have names, ``[B, 3]`` has one."""
        if takes_size_names and isinstance(node, ast.List | ast.Tuple):
            return [part.id if isinstance(part, ast.Name) else self._value(part) for part in node.elts]
        return self._value(node)

    def _bound(self, node: ast.Call, arguments: Arguments) -> str | None:
        """Binds what is given and returns the name that the node is to have."""
        positional, named = self._given(node, arguments)
        name = named.pop("name", None)
        if name is not None and not isinstance(name, str):
            self._fail(node, "a name is a text in quotes.")
        self._try(node, lambda: arguments.bind(positional, named))
        return name

    def _create(self, node: ast.Call, arguments: Arguments, name: str | None) -> Value:
        def create() -> Operation:
            return self._graph.create(arguments.declaration, arguments.inputs, arguments.attributes, name)

        op = self._try(node, create)
        if not op.outputs:
            return op
        return list(op.outputs) if len(op.outputs) > 1 else op.output

    def _try(self, node: ast.AST, make: Callable[[], Any]) -> Any:
        """What ``make`` gives. What is wrong with it is told with the place in the text."""
        try:
            return make()
        except ExpressionError:
            raise
        except (EngineError, TypeError, ValueError, IndexError, OverflowError) as error:
            raise self._source.error(node, str(error)) from None


def _size(value: Value, axis: int) -> int:
    """The size of a tensor along an axis; 1 where that is not known."""
    dims = value.shape.dims if isinstance(value, Tensor) else None
    return (dims[axis] or 1) if dims else 1


def _is_literal(value: Value) -> bool:
    """Whether a value is made of numbers and texts alone."""
    if isinstance(value, list):
        return all(_is_literal(item) for item in value)
    return not isinstance(value, Tensor | Operation)


def _is_variable_name(name: str) -> bool:
    """Whether a new node of this name is a Variable: W, b, b1 and bias are, x is not."""
    return name[:1].isupper() or _BIAS.fullmatch(name) is not None
