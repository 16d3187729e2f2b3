"""08.3 and 08.4: what wrong answers put in place of the constants of GELU and of its tangent."""

import math
from collections.abc import Callable
from typing import Any

ROOT, CUBIC = math.sqrt(2 / math.pi), 0.044715
Function = Callable[..., Any]

# name, what stands in front of the sum
FACTORS = (
    ("root of 2 pi", "the root of 2 pi, 2.51", math.sqrt(2 * math.pi)),
    ("one over the root of 2 pi", "one over the root of 2 pi, 0.40", 1 / math.sqrt(2 * math.pi)),
    ("root of the pi alone", "2 over the root of pi, 1.13", 2 / math.sqrt(math.pi)),
    ("root of one over pi", "the root of 1/pi, 0.56", 1 / math.sqrt(math.pi)),
    ("pi half", "pi/2, 1.57", math.pi / 2),
    ("root of one half", "one over the root of 2, 0.71", math.sqrt(0.5)),
    ("root of 2", "the root of 2, 1.41", math.sqrt(2)),
    ("rounded to 0.8", "rounded, 0.8", 0.8),
    ("rounded to 0.798", "rounded, 0.798", 0.798),
    ("rounded to 0.7979", "rounded, 0.7979", 0.7979),
)
CUBICS = (0.0044715, 0.4715, 0.447, 0.0447, 0.045, 0.04, 0.04475, 0.044175, 0.04471, 0.0447715, 0.47715)


def changed_sum(factor: float = ROOT, cubic: float = CUBIC) -> tuple[Function, Function]:
    """u and its slope, with other constants."""
    return lambda x: factor * (x + cubic * x**3), lambda x: factor * (1 + 3 * cubic * x * x)


OVERFLOW = "Is there a function in NumPy that knows the tangent for every number?"
LEFT = (
    "array_module(x).tanh(",
    "(lambda u: (1 - np.exp(-2 * u)) / (1 + np.exp(-2 * u)))(",
)
ONE = ("array_module(x).tanh(", "(lambda u: (np.exp(2 * u) - 1) / (np.exp(2 * u) + 1))(")
TWO = ("array_module(x).tanh(", "(lambda u: (np.exp(u) - np.exp(-u)) / (np.exp(u) + np.exp(-u)))(")
