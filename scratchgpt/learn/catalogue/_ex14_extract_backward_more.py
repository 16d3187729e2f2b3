"""14.4: mistakes that are seldom made, held against an answer alone."""

from ...worked.extract_loss import extract_loss_backward
from ..exercise import Mistake
from ._unpaired import unpaired

AT = "at = np.arange(len(h)), lengths - 1"
STATES, MATRIX = "dh[rows, at] = matmul(dlogits, weight.T)", "matmul(h[rows, at].T, dlogits)"
PAD = "np.minimum(lengths, h.shape[1] - 1)"
REAL = "(np.arange(h.shape[1]) < lengths[:, None])[..., None]"

BACKWARD_MORE = unpaired(
    extract_loss_backward,
    (
        Mistake(
            "first pad",
            "In rows with padding everything happens at the first pad, one position behind Extract.",
            "At which position does a row of one token have its last?",
            ((AT, f"at = np.arange(len(h)), {PAD}"),),
        ),
        Mistake(
            "gradient at the first pad, state at Extract",
            "The matrix's gradient is right; in rows with padding that of the states stands at the first pad.",
            "Where was the state read in the forward pass?",
            (("dh[rows, at] =", f"dh[rows, {PAD}] ="),),
        ),
        Mistake(
            "state of the first pad for the matrix",
            "The states' gradient is right; in rows with padding the matrix was given the state of the first pad.",
            "Which states did the matrix multiply?",
            ((MATRIX, f"matmul(h[rows, {PAD}].T, dlogits)"),),
        ),
        Mistake(
            "gradient from Extract on",
            "The pads behind Extract have got its gradient too; they mean nothing and get none.",
            "What happens to the loss when the state at a pad moves?",
            (
                (
                    STATES,
                    "dh[:] = matmul(dlogits, weight.T)[:, None]\n    dh *= (np.arange(h.shape[1]) >= at[:, None])[..., None]",
                ),
            ),
        ),
        Mistake(
            "last row only for the matrix",
            "The matrix's gradient comes from the last row alone: the others have been forgotten on the way.",
            "When each row has its say in turn, what becomes of what the one before it said?",
            ((MATRIX, "matmul(h[rows, at][-1:].T, dlogits[-1:])"),),
        ),
        Mistake(
            "derivative of one probability",
            "The gradient of each score was multiplied by the derivative of its own probability; what is taken away at the right class "
            "holds the softmax already.",
            "Of which function of the scores is the difference of probabilities and one-hot the gradient?",
            (("dlogits *= dloss / len(h)", "dlogits *= probs * (1 - probs) * dloss / len(h)"),),
        ),
        Mistake(
            "derivative of the logarithm alone",
            "The gradient of the scores is that of the logarithm alone; on the way to the scores comes the softmax.",
            "What happens to the loss when a wrong class's score grows?",
            (
                (
                    "dlogits *= dloss / len(h)",
                    "dlogits = np.where(np.eye(weight.shape[1])[labels] > 0, -1 / probs, 0) * dloss / len(h)",
                ),
            ),
        ),
        Mistake(
            "states of the real tokens for the matrix",
            "The states of all real tokens went into the matrix's gradient; in the forward pass it met those at Extract alone.",
            "Which states did the matrix multiply?",
            ((MATRIX, f"matmul((h * {REAL}).sum(axis=1).T, dlogits)"),),
        ),
        Mistake(
            "mean of the real tokens for the matrix",
            "The mean of the states of all real tokens went into the matrix's gradient; in the forward pass it met those at Extract "
            "alone.",
            "Which states did the matrix multiply?",
            ((MATRIX, f"matmul(((h * {REAL}).sum(axis=1) / lengths[:, None]).T, dlogits)"),),
        ),
        Mistake(
            "states' gradient of the first position",
            "The matrix's gradient is right; that of the states stands at the first position.",
            "Where was the state read in the forward pass?",
            (("dh[rows, at] =", "dh[:, 0] ="),),
        ),
        Mistake(
            "upstream gradient divided",
            "The gradients were divided by the gradient from above, where they should be multiplied.",
            "What happens to your gradients when the loss counts twice?",
            (("dloss / len(h)", "1 / dloss / len(h)"),),
        ),
        Mistake(
            "upstream gradient added",
            "The gradient from above was added, where the gradients should be multiplied by it.",
            "What happens to your gradients when the loss counts nothing?",
            (("dlogits *= dloss / len(h)", "dlogits = (dlogits + dloss) / len(h)"),),
        ),
        Mistake(
            "root of the rows",
            "The gradients were divided by the root of the number of rows.",
            "What was done to the losses of the rows in the forward pass?",
            (("dloss / len(h)", "dloss / len(h) ** 0.5"),),
        ),
        Mistake(
            "averaged twice everywhere",
            "The gradients were divided by the number of rows twice.",
            "How often was the loss averaged?",
            (("dloss / len(h)", "dloss / len(h) ** 2"),),
        ),
        Mistake(
            "right class only",
            "The gradient of the scores is zero but at the right class; the other classes pull too.",
            "What happens to the loss when a wrong class's score grows?",
            (("dlogits *= dloss / len(h)", "dlogits *= dloss / len(h) * np.eye(weight.shape[1])[labels]"),),
        ),
        Mistake(
            "minus the one-hot alone",
            "The gradient of the scores has nothing of the probabilities, only what is taken away at the right class.",
            "When should the gradient of a row vanish?",
            (("probs.copy()", "np.zeros_like(probs)"),),
        ),
        Mistake(
            "gradient for state",
            "The matrix's gradient was made with the gradient of the states, where the states themselves belong.",
            "What did the matrix multiply in the forward pass?",
            (("matmul(h[rows, at].T, dlogits)", "matmul(dh[rows, at].T, dlogits)"),),
        ),
        Mistake(
            "matrix's gradient per row",
            "There is a gradient of the matrix for each row; one matrix served them all.",
            "What does the chain rule do with the many uses of one matrix?",
            (("matmul(h[rows, at].T, dlogits)", "h[rows, at][:, :, None] * dlogits[:, None]"),),
        ),
    ),
)
