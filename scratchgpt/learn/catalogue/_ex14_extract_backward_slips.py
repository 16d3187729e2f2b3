"""14.4: what goes wrong with its gradients."""

from ...worked.extract_loss import extract_loss_backward
from ..exercise import Mistake
from ._unpaired import unpaired

_BACKWARD_PAIRED = (
    Mistake(
        "cache changed",
        "What is in the cache, the probabilities or the hidden states, was written over on the way; the cache may be used again.",
        "Into whose array do your gradients go?",
        (("probs.copy()", "probs"),),
    ),
    Mistake(
        "one-hot forgotten",
        "The gradient of the scores is that of the probabilities alone: nothing was taken away at the right class.",
        "What should the gradients of the scores of one row add up to?",
        (("dlogits[rows, labels] -= 1", "pass"),),
    ),
    Mistake(
        "sign",
        "All gradients have the other sign: following them would make the right class less likely.",
        "Should the score of the right class grow or shrink?",
        (("dlogits *= dloss / len(h)", "dlogits *= -dloss / len(h)"),),
    ),
    Mistake(
        "upstream gradient forgotten",
        "The gradient from above does not appear in yours.",
        "What happens to your gradients when the loss counts half?",
        (("dlogits *= dloss / len(h)", "dlogits *= 1 / len(h)"),),
    ),
    Mistake(
        "not averaged",
        "The gradients are too large by the number of rows.",
        "What was done to the losses of the rows in the forward pass?",
        (("dloss / len(h)", "dloss"),),
    ),
    Mistake(
        "averaged over the classes too",
        "The gradients are too small by the number of classes.",
        "Over what was the loss averaged?",
        (("dloss / len(h)", "dloss / probs.size"),),
    ),
    Mistake(
        "averaged over the positions too",
        "The gradients are too small by the number of positions.",
        "Over what was the loss averaged?",
        (("dloss / len(h)", "dloss / (len(h) * h.shape[1])"),),
    ),
    Mistake(
        "at the last column",
        "The gradient went to the last column of the batch, which is a pad in every shorter row; it belongs where the state was "
        "read.",
        "Where does Extract stand in a short row?",
        (("at = np.arange(len(h)), lengths - 1", "at = np.arange(len(h)), lengths * 0 - 1"),),
    ),
    Mistake(
        "one position too far",
        "The position is one too large: in padded rows that is the first pad, and in a full row there is no such position.",
        "At which position does a row of one token have its last?",
        (("at = np.arange(len(h)), lengths - 1", "at = np.arange(len(h)), lengths"),),
    ),
    Mistake(
        "gradient at every position",
        "Every position has got the gradient of Extract; the loss does not depend on the other states of the top at all.",
        "What happens to the loss when another state than that at Extract moves?",
        (("dh[rows, at] = matmul(dlogits, weight.T)", "dh[:] = matmul(dlogits, weight.T)[:, None]"),),
    ),
    Mistake(
        "states of all positions for the matrix",
        "The states of all positions went into the matrix's gradient; in the forward pass it met those at Extract alone.",
        "Which states did the matrix multiply?",
        (("matmul(h[rows, at].T, dlogits)", "matmul(h.sum(axis=1).T, dlogits)"),),
    ),
    Mistake(
        "results exchanged",
        "The two gradients stand in each other's place.",
        "In which order are they asked for?",
        (("    return dh, matmul(h[rows, at].T, dlogits)", "    return matmul(h[rows, at].T, dlogits), dh"),),
    ),
)

# Those that people make together with others; pairs cost time.
BACKWARD_PAIRED = unpaired(
    extract_loss_backward,
    _BACKWARD_PAIRED,
    but=(
        "one-hot forgotten",
        "sign",
        "upstream gradient forgotten",
        "not averaged",
        "at the last column",
        "gradient at every position",
        "states of all positions for the matrix",
        "results exchanged",
    ),
)

BACKWARD_ALONE = unpaired(
    extract_loss_backward,
    (
        Mistake(
            "sign of the one-hot",
            "The one was added at the right class, where it should be taken away.",
            "What should the gradients of the scores of one row add up to?",
            (("dlogits[rows, labels] -= 1", "dlogits[rows, labels] += 1"),),
        ),
        Mistake(
            "every label in every row",
            "In each row something was taken away at the labels of all rows, and not at its own alone.",
            "Which class is the right one in the first row?",
            (("dlogits[rows, labels] -= 1", "dlogits[:, labels] -= 1"),),
        ),
        Mistake(
            "averaged before the one-hot",
            "The probabilities were averaged over the rows, and then a whole one was taken away at the right class; both belong to "
            "the average.",
            "What should the gradients of the scores of one row add up to?",
            (
                ("probs.copy()", "probs * dloss / len(h)"),
                ("dlogits[rows, labels] -= 1\n    dlogits *= dloss / len(h)", "dlogits[rows, labels] -= 1"),
            ),
        ),
        Mistake(
            "averaged before the one-hot, upstream after",
            "The probabilities were averaged over the rows, and then a whole one was taken away at the right class; both belong to "
            "the average.",
            "What should the gradients of the scores of one row add up to?",
            (("probs.copy()", "probs / len(h)"), ("dlogits *= dloss / len(h)", "dlogits *= dloss")),
        ),
        Mistake(
            "mean state for the matrix",
            "The mean of the states of all positions went into the matrix's gradient; in the forward pass it met those at Extract "
            "alone.",
            "Which states did the matrix multiply?",
            (("matmul(h[rows, at].T, dlogits)", "matmul(h.mean(axis=1).T, dlogits)"),),
        ),
        Mistake(
            "averaged over the positions for rows",
            "The loss was an average over the rows; yours divides by the number of positions.",
            "How many rows are there, and how many positions?",
            (("dloss / len(h)", "dloss / h.shape[1]"),),
        ),
        Mistake(
            "averaged over the real tokens",
            "The gradients were divided by the number of real tokens of the batch; each row was classified once.",
            "Over what was the loss averaged?",
            (("dloss / len(h)", "dloss / lengths.sum()"),),
        ),
        Mistake(
            "divided by each row's length",
            "The gradient of each row was divided by its length as well; each row was classified once, however long it is.",
            "Over what was the loss averaged?",
            (("dlogits *= dloss / len(h)", "dlogits *= dloss / len(h) / lengths[:, None]"),),
        ),
        Mistake(
            "divided by the classes for rows",
            "The loss was an average over the rows; yours divides by the number of classes.",
            "How many rows are there, and how many classes?",
            (("dloss / len(h)", "dloss / weight.shape[1]"),),
        ),
        Mistake(
            "states' gradient not averaged",
            "The gradient of the matrix is right; that of the states is too large by the number of rows.",
            "Do both gradients come from the same gradient of the scores?",
            (("matmul(dlogits, weight.T)", "matmul(dlogits, weight.T) * len(h)"),),
        ),
        Mistake(
            "matrix's gradient not averaged",
            "The gradient of the states is right; that of the matrix is too large by the number of rows.",
            "Do both gradients come from the same gradient of the scores?",
            (("h[rows, at].T, dlogits)", "h[rows, at].T, dlogits) * len(h)"),),
        ),
        Mistake(
            "averaged twice",
            "The gradient of the matrix was averaged over the rows once more; each row's part is in it already as the mean had it.",
            "What does the chain rule do with the rows that one matrix served?",
            (("h[rows, at].T, dlogits)", "h[rows, at].T, dlogits) / len(h)"),),
        ),
        Mistake(
            "upstream gradient for the states only",
            "The gradient from above is missing in that of the matrix.",
            "On which of the two results does the loss's own gradient act?",
            (("h[rows, at].T, dlogits)", "h[rows, at].T, dlogits) / dloss"),),
        ),
        Mistake(
            "upstream gradient for the matrix only",
            "The gradient from above is missing in that of the states.",
            "On which of the two results does the loss's own gradient act?",
            (("matmul(dlogits, weight.T)", "matmul(dlogits, weight.T) / dloss"),),
        ),
        Mistake(
            "token before Extract",
            "The gradient went to the token before Extract, and the matrix was given its state.",
            "At which position does a row of one token have its last?",
            (("lengths - 1", "lengths - 2"),),
        ),
        Mistake(
            "at Start",
            "Everything happens at the first position, Start; the state was read at Extract.",
            "Where was the state read in the forward pass?",
            (("at = np.arange(len(h)), lengths - 1", "at = np.arange(len(h)), 0"),),
        ),
        Mistake(
            "where the longest row ends",
            "All rows are handled at the position where the longest ends; each has its Extract at its own.",
            "Where does Extract stand in a short row?",
            (("at = np.arange(len(h)), lengths - 1", "at = np.arange(len(h)), lengths.max() - 1"),),
        ),
        Mistake(
            "gradient at the last column, state at Extract",
            "The matrix's gradient is right; that of the states stands in the last column, which is a pad in every shorter row.",
            "Where was the state read in the forward pass?",
            (("dh[rows, at] =", "dh[:, -1] ="),),
        ),
        Mistake(
            "state of the last column for the matrix",
            "The states' gradient is right; the matrix was given the states of the last column, which are pads in shorter rows.",
            "Which states did the matrix multiply?",
            (("matmul(h[rows, at].T, dlogits)", "matmul(h[:, -1].T, dlogits)"),),
        ),
        Mistake(
            "all rows at all positions",
            "Each row got gradients at the positions of all rows; each has its Extract at its own.",
            "How do you say that the first row goes with the first position, the second with the second?",
            (("dh[rows, at] = matmul(dlogits, weight.T)", "dh[:, at] = matmul(dlogits, weight.T)[:, None]"),),
        ),
        Mistake(
            "gradient at the real tokens",
            "Every real token has got the gradient of Extract; the loss does not depend on the other states of the top at all.",
            "What happens to the loss when another state than that at Extract moves?",
            (
                (
                    "dh[rows, at] = matmul(dlogits, weight.T)",
                    "dh[:] = matmul(dlogits, weight.T)[:, None]\n"
                    "    dh *= (np.arange(h.shape[1]) < lengths[:, None])[..., None]",
                ),
            ),
        ),
        Mistake(
            "gradient shared by the real tokens",
            "The gradient of Extract was shared out among the real tokens; none of the others was read.",
            "What happens to the loss when another state than that at Extract moves?",
            (
                (
                    "dh[rows, at] = matmul(dlogits, weight.T)",
                    "dh[:] = (matmul(dlogits, weight.T) / lengths[:, None])[:, None]\n"
                    "    dh *= (np.arange(h.shape[1]) < lengths[:, None])[..., None]",
                ),
            ),
        ),
        Mistake(
            "states kept at the other positions",
            "Where nothing was read, the hidden states themselves stand in their gradient; it should be zero there.",
            "Into what kind of array does the gradient go back?",
            (("np.zeros_like(h)", "h.copy()"),),
        ),
        Mistake(
            "only the states at Extract",
            "The gradient of the states has no axis of positions: the layers below need one for every position.",
            "Which shape did the hidden states have?",
            (("    return dh, matmul(h", "    return dh[rows, at], matmul(h"),),
        ),
        Mistake(
            "matrix's gradient transposed",
            "The gradient of the matrix lies on its side: its rows and columns are exchanged.",
            "Which shape has the matrix?",
            (("matmul(h[rows, at].T, dlogits)", "matmul(dlogits.T, h[rows, at])"),),
        ),
        Mistake(
            "matrix not transposed",
            "On the way back the matrix was used as it lies; the gradient of the scores comes in at its other side.",
            "What does a matrix that makes classes of columns have to become, to make columns of classes?",
            (("matmul(dlogits, weight.T)", "matmul(dlogits, weight)"),),
        ),
        Mistake(
            "softmax differentiated twice",
            "The gradient of the scores went through the softmax's own derivative once more; what is taken away at the right class "
            "holds that already.",
            "Of which function of the scores is the difference of probabilities and one-hot the gradient?",
            (
                (
                    "dlogits *= dloss / len(h)",
                    "dlogits = probs * (dlogits - (dlogits * probs).sum(axis=1, keepdims=True)) * dloss / len(h)",
                ),
            ),
        ),
    ),
)
