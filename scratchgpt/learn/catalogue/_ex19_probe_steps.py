"""19.4: mistakes in the step itself of a linear probe."""

from ..exercise import Mistake
from ._ex19_probe_forward import BIAS, BIAS_ASKS, STEP, WEIGHT

_RETURN = f"return loss, {WEIGHT}, {BIAS}"
_ORDER = "Which three results were asked for, and in which order?"

PROBE_STEPS = (
    *(
        Mistake(key, says, asks, edits=((_RETURN, new),))
        for key, says, asks, new in (
            (
                "learning rate forgotten",
                "The whole gradient was taken away: the learning rate is missing.",
                STEP,
                "return loss, weight - matmul(h.T, dlogits), bias - dlogits.sum(axis=0)",
            ),
            (
                "learning rate fixed",
                "The step has the usual learning rate, where you were given another.",
                "Which of the arguments have you not used yet?",
                "return loss, weight - 0.1 * matmul(h.T, dlogits), bias - 0.1 * dlogits.sum(axis=0)",
            ),
            (
                "bias without learning rate",
                "The weight went one step, the bias the whole gradient.",
                STEP,
                "return loss, weight - lr * matmul(h.T, dlogits), bias - dlogits.sum(axis=0)",
            ),
            (
                "weight without learning rate",
                "The bias went one step, the weight the whole gradient.",
                STEP,
                "return loss, weight - matmul(h.T, dlogits), bias - lr * dlogits.sum(axis=0)",
            ),
            (
                "weight uphill",
                "The weight went up the slope, the bias down.",
                STEP,
                "return loss, weight + lr * matmul(h.T, dlogits), bias - lr * dlogits.sum(axis=0)",
            ),
            (
                "bias uphill",
                "The bias went up the slope, the weight down.",
                STEP,
                "return loss, weight - lr * matmul(h.T, dlogits), bias + lr * dlogits.sum(axis=0)",
            ),
            (
                "gradients returned",
                "These are the gradients; the weight and the bias after the step were asked for.",
                _ORDER,
                "return loss, matmul(h.T, dlogits), dlogits.sum(axis=0)",
            ),
            (
                "steps returned",
                "These are the steps; the weight and the bias after them were asked for.",
                _ORDER,
                "return loss, -lr * matmul(h.T, dlogits), -lr * dlogits.sum(axis=0)",
            ),
            (
                "loss last",
                "The three results are right, but the loss stands last.",
                _ORDER,
                "return weight - lr * matmul(h.T, dlogits), bias - lr * dlogits.sum(axis=0), loss",
            ),
            (
                "loss left out",
                "The loss is missing from the results.",
                _ORDER,
                "return weight - lr * matmul(h.T, dlogits), bias - lr * dlogits.sum(axis=0)",
            ),
            (
                "bias before weight",
                "New weight and new bias have changed places.",
                _ORDER,
                "return loss, bias - lr * dlogits.sum(axis=0), weight - lr * matmul(h.T, dlogits)",
            ),
            (
                "bias by the last state",
                "The bias heard the last state alone.",
                BIAS_ASKS,
                "return loss, weight - lr * matmul(h.T, dlogits), bias - lr * dlogits[-1]",
            ),
            (
                "states reshaped",
                "The states were reshaped where they have to be transposed.",
                "Do a transposed matrix and a reshaped one have the same numbers in the same places?",
                "return loss, weight - lr * matmul(h.reshape(h.shape[1], -1), dlogits), "
                "bias - lr * dlogits.sum(axis=0)",
            ),
            (
                "weight's gradient reshaped",
                "The gradient of the weight was made classes by channels and then reshaped, not transposed.",
                "Do a transposed matrix and a reshaped one have the same numbers in the same places?",
                "return loss, weight - lr * matmul(dlogits.T, h).reshape(weight.shape), "
                "bias - lr * dlogits.sum(axis=0)",
            ),
            (
                "half a step",
                "The steps are half as long as they should be.",
                STEP,
                "return loss, weight - 0.5 * lr * matmul(h.T, dlogits), bias - 0.5 * lr * dlogits.sum(axis=0)",
            ),
            (
                "two steps at once",
                "The steps are twice as long as they should be.",
                STEP,
                "return loss, weight - 2 * lr * matmul(h.T, dlogits), bias - 2 * lr * dlogits.sum(axis=0)",
            ),
            (
                "divided by the learning rate",
                "The gradient was divided by the learning rate, where it has to be multiplied.",
                STEP,
                "return loss, weight - matmul(h.T, dlogits) / lr, bias - dlogits.sum(axis=0) / lr",
            ),
            (
                "weights decayed",
                "The weight shrank besides, by the learning rate's portion of itself; plain gradient descent does not do that.",
                "What has weight decay to do here?",
                "return loss, (1 - lr) * weight - lr * matmul(h.T, dlogits), bias - lr * dlogits.sum(axis=0)",
            ),
            (
                "step by the sign",
                "The step has the same length everywhere: only the sign of the gradient was heeded.",
                STEP,
                "return loss, weight - lr * xp.sign(matmul(h.T, dlogits)), "
                "bias - lr * xp.sign(dlogits.sum(axis=0))",
            ),
            (
                "gradient of length 1",
                "The gradients were brought to length 1 before the step.",
                STEP,
                "unit = lambda g: g / xp.sqrt((g * g).sum())\n"
                "    return loss, weight - lr * unit(matmul(h.T, dlogits)), bias - lr * unit(dlogits.sum(axis=0))",
            ),
        )
    ),
)
