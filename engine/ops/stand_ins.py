"""The types of nodes that stand for another operation, or for nothing, once a graph is compiled."""

from __future__ import annotations

#: The ports of a block. A compiled graph has none: what is wired to them takes their place.
BLOCK_INPUT, BLOCK_OUTPUT = "BlockInput", "BlockOutput"
BLOCK_PORTS = (BLOCK_INPUT, BLOCK_OUTPUT)

#: By the value of an Activation node's attribute, the operation that is computed in its place.
FUNCTIONS = {
    "none": "Identity",
    "relu": "Relu",
    "elu": "Elu",
    "selu": "Selu",
    "softplus": "Softplus",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
}
