"""Sums of products as one call: what the matrix library does in one go need not be multiplied first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from .instructions import Array, Instruction, root_of


def fuse_dot_products(
    instructions: Sequence[Instruction], own: Collection[int], ones: Mapping[int, Array], keep_products: bool
) -> list[Instruction | None]:
    """The instructions with ``dot(x · y, ones)`` as ``dot(x, y)``, where nothing else takes the product; None for that.

    ``own`` are the roots (by id) of which nothing is known outside of the step, ``ones`` the arrays full of ones.
    ``keep_products`` computes the products nevertheless, for somebody to look at.
    """
    touched = Counter(id(root) for each in instructions for root in _roots(each))
    made: dict[int, int] = {}
    #: The last instruction that filled each piece of memory.
    filled: dict[int, int] = {}
    fused: list[Instruction | None] = list(instructions)
    for place, instruction in enumerate(instructions):
        if not instruction.arguments:
            made.clear()  # it may change a variable, which cannot be seen from here
        filled.update((id(root_of(array)), place) for array in instruction.writes())
        if instruction.function is np.multiply or instruction.function is np.square:
            made[id(instruction.arguments[-1])] = place
        elif _is_sum(instruction, ones):
            product = root_of(instruction.arguments[0])
            key = id(product)
            if key in made and key in own and touched[key] == 2:
                factors = instructions[made[key]].arguments[:-1]
                is_unchanged = all(filled.get(id(root_of(factor)), -1) < made[key] for factor in factors)
                if is_unchanged and all(f.shape == product.shape and f.flags.c_contiguous for f in factors):
                    first, second = factors[0].reshape(-1), factors[-1].reshape(-1)
                    arguments = (first, second, instruction.arguments[2])
                    fused[place] = Instruction(instruction.op, np.dot, arguments, (2,))
                    fused[made[key]] = instructions[made[key]] if keep_products else None
    return fused


def _is_sum(instruction: Instruction, ones: Mapping[int, Array]) -> bool:
    """Whether it is a product of a vector with ones."""
    arguments = instruction.arguments
    return instruction.function is np.dot and arguments[0].ndim == 1 and id(arguments[1]) in ones


def _roots(instruction: Instruction) -> list[Array]:
    """The memory that an instruction touches, each once."""
    return list({id(root): root for root in map(root_of, instruction.arrays())}.values())
