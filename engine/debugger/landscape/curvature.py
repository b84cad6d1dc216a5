"""How a loss is curved, and how far a step of gradient descent may go."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...graph import Operation
from .loss_function import LossFunction
from .plane import Plane

Array = np.ndarray[Any, np.dtype[Any]]

#: Products with the Hessian that are computed at the most and at the least (unless they are all there are), and how
#: little an estimate may still change at the end.
MOST_PRODUCTS = 60
LEAST_PRODUCTS = 6
TOLERANCE = 1e-4


class LargestCurvature:
    """The largest eigenvalue of the Hessian at a point, over all trained variables, one product after another.

    By the method of Lanczos: power iteration that keeps all the vectors it came by. The largest eigenvalue of the
    Hessian's restriction to their space only grows with each product, towards that of the Hessian.
    """

    def __init__(self, loss: LossFunction, point: Array) -> None:
        self._loss = loss
        self._point = point
        start = np.random.default_rng(0).standard_normal(loss.space.size)
        self._basis = [start / np.linalg.norm(start)]
        self._diagonal: list[float] = []
        self._beside: list[float] = []
        #: The estimate so far; None before the first product, NaN where the gradient is not finite.
        self.value: float | None = None
        self.is_settled = False

    def advance(self) -> bool:
        """Computes one more product. Returns whether the estimate has settled."""
        if self.is_settled:
            return True
        vector = self._basis[-1]
        product = self._loss.hessian_product(self._point, vector)
        if not np.isfinite(product).all():
            self.value, self.is_settled = float("nan"), True
            return True
        self._diagonal.append(float(vector @ product))
        tridiagonal = np.diag(self._diagonal) + np.diag(self._beside, 1) + np.diag(self._beside, -1)
        last, self.value = self.value, float(np.linalg.eigvalsh(tridiagonal)[-1])
        for _ in range(2):  # twice, for the products are rounded
            product = product - sum((each @ product) * each for each in self._basis)
        length = float(np.linalg.norm(product))
        scale = max(map(abs, [*self._diagonal, *self._beside]))
        is_whole = len(self._basis) == self._loss.space.size or length <= 1e-6 * scale
        has_converged = last is not None and abs(self.value - last) <= TOLERANCE * abs(self.value)
        has_converged = has_converged and len(self._basis) >= LEAST_PRODUCTS
        if is_whole or has_converged or len(self._basis) == MOST_PRODUCTS:
            self.is_settled = True
        else:
            self._beside.append(length)
            self._basis.append(product / length)
        return self.is_settled


def plane_gradient(loss: LossFunction, plane: Plane, point: Array) -> Array:
    """The gradient along a plane's directions, of shape (2,)."""
    gradient = loss.gradient(point)
    return np.array([plane.x @ gradient, plane.y @ gradient])


def plane_hessian(loss: LossFunction, plane: Plane, point: Array) -> Array:
    """The Hessian along a plane's directions, of shape (2, 2) and symmetric: dᵢᵀ H dⱼ."""
    products = [loss.hessian_product(point, direction) for direction in (plane.x, plane.y)]
    restricted = np.array([[direction @ product for product in products] for direction in (plane.x, plane.y)])
    symmetric: Array = (restricted + restricted.T) / 2
    return symmetric


def diverging_rate(curvature: float, optimizer: Operation) -> tuple[float, bool]:
    """From which learning rate on a step is too long for a quadratic with this largest curvature, and if that is exact.

    Gradient descent diverges from 2 / λ on; with momentum m from 2 (1 + m) / λ (Polyak's heavy ball), where it does
    not look ahead. For any other optimizer the number is that of gradient descent, and not exact. Infinite where
    nothing is curved upwards.
    """
    if not curvature > 0:
        return float("inf"), optimizer.type in ("GradientDescent", "Momentum")
    if (
        optimizer.type == "Momentum"
        and not optimizer.attributes["use_nesterov"]
        and not optimizer.inputs_of("momentum")
    ):
        return 2 * (1 + float(optimizer.attributes["momentum"])) / curvature, True
    return 2 / curvature, optimizer.type == "GradientDescent"
