"""A ravine: the smallest loss on which update rules part company. Two parameters, two curvatures.

The rules are the package's own, from `optim`; here is only the ground that they walk on.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..ops.arrays import Array
from ..optim import Optimizer
from ..params import Params, Spec


@dataclass(frozen=True)
class Ravine:
    """loss(w) = 1/2 w H w, lowest at 0; H has the two `curvatures`, along axes turned by `angle` (radians).

    With angle 0 the first parameter runs along the ravine and the second one across it.
    """

    curvatures: tuple[float, float] = (1.0, 25.0)
    angle: float = 0.0

    @property
    def hessian(self) -> Array:
        """The matrix H (2, 2) of second derivatives: R diag(curvatures) R^T, R the rotation by `angle`."""
        c, s = math.cos(self.angle), math.sin(self.angle)
        turn = np.array([[c, -s], [s, c]])
        return turn @ np.diag(self.curvatures) @ turn.T

    def loss(self, w: Array) -> Array:
        """Return the loss (...) at points w (..., 2)."""
        return 0.5 * np.einsum("...i,ij,...j->...", w, self.hessian, w)

    def gradient(self, w: Array) -> Array:
        """Return H w (..., 2), the gradient at points w (..., 2)."""
        return w @ self.hessian  # H is symmetric

    def turned(self, w: Array) -> Array:
        """Return points w (..., 2), given along and across the ravine, in the axes of the parameters."""
        c, s = math.cos(self.angle), math.sin(self.angle)
        return w @ np.array([[c, s], [-s, c]])


def walk(ravine: Ravine, rule: Optimizer, lr: float, steps: int, start: tuple[float, float]) -> Array:
    """Return the points (steps + 1, 2) that an update rule visits; `start` is along and across the ravine.

    No noise, a constant learning rate, float64.
    """
    params = Params.zeros({"w": Spec((2,))}, np.float64)
    params.buffer[...] = ravine.turned(np.array(start))
    grads, moments = params.zeros_like(), rule.init(params)
    path = [params.buffer.copy()]
    for step in range(1, steps + 1):
        grads.buffer[...] = ravine.gradient(params.buffer)
        rule.step(params, grads, moments, lr=lr, step=step)
        path.append(params.buffer.copy())
    return np.array(path)


def factor_per_step(lr: float, curvature: float, beta: float = 0.0) -> float:
    """Return by what factor a parameter shrinks in each step of the heavy ball, in the long run.

    One step maps (w_t, w_(t-1)) to (w_(t+1), w_t) by the matrix [[1 + beta - lr h, -beta], [1, 0]]: the
    factor is the largest modulus of its eigenvalues, |1 - lr h| for beta 0.

    Source: Polyak 1964.
    """
    matrix = np.array([[1 + beta - lr * curvature, -beta], [1.0, 0.0]])
    return float(np.abs(np.linalg.eigvals(matrix)).max())
