"""Is a hand-derived gradient right? Compare it with what the function itself says, by finite differences.

    report = check(lambda: loss(w), {"w": w}, {"w": dw})                        entry by entry
    slopes = numerical_gradient(f, x)                                           the slopes themselves
    report = check_direction(f, buffer, gradient, rng=rng)                      a whole buffer at once
    report = check_pair(gelu_forward, gelu_backward, {"x": x}, rng=rng)         a forward/backward pair
    report = check_layer(Linear(3, 4), {"x": x}, rng=rng)                       a layer and its parameters
    report = check_model(model, params, ids, targets)                           a whole GPT
    print(report); report.ok, report.max_error

Everything is float64 and of size 1: in float32, or at weights of 0.02, a wrong gradient can pass.
Pairs and layers are also held to their contract: backward leaves inputs, dy and cache as they are, and a
layer adds to the gradients it finds.
`python -m scratchgpt.gradcheck FILE.py` checks the pairs and layers in a file of your own.
"""

from .checks import check_layer, check_model, check_pair, expected_zeros
from .differences import check, check_direction, numerical_gradient
from .report import Report, Row

__all__ = [
    "Report",
    "Row",
    "check",
    "check_direction",
    "check_layer",
    "check_model",
    "check_pair",
    "expected_zeros",
    "numerical_gradient",
]
