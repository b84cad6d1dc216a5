"""What each operation does: one declaration per operation, one file per family.

Importing this package declares them all; the order here is the order in which palettes list them.
"""

from . import (
    activations,
    arithmetic,
    arrays,
    bias,
    broadcast,
    comparisons,
    convolutions,
    depthwise,
    gather,
    gradients,
    losses,
    matrices,
    optimizers,
    pooling,
    random,
    reductions,
    sources,
    state,
)

__all__ = [
    "activations",
    "arithmetic",
    "arrays",
    "bias",
    "broadcast",
    "comparisons",
    "convolutions",
    "depthwise",
    "gather",
    "gradients",
    "losses",
    "matrices",
    "optimizers",
    "pooling",
    "random",
    "reductions",
    "sources",
    "state",
]
