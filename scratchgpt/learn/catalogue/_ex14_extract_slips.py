"""14.3: what goes wrong with the loss at Extract."""

from ...worked.extract_loss import extract_loss_forward
from ..exercise import Mistake
from ._unpaired import unpaired

_FORWARD_PAIRED = (
    Mistake(
        "state at the last column",
        "The state comes from the last column of the batch, which is a pad in every row that is shorter: the prediction for a "
        "text then depends on its company.",
        "Where does Extract stand in a short row?",
        (("h[rows, lengths - 1]", "h[:, -1]"),),
    ),
    Mistake(
        "one position too far",
        "The position is one too large: in padded rows that is the first pad, and in a full row there is no such position.",
        "At which position does a row of one token have its last?",
        (("h[rows, lengths - 1]", "h[rows, lengths]"),),
    ),
    Mistake(
        "token before Extract",
        "The state comes from the token before Extract, which has not seen everything.",
        "At which position does a row of one token have its last?",
        (("h[rows, lengths - 1]", "h[rows, lengths - 2]"),),
    ),
    Mistake(
        "state at Start",
        "The state comes from the first position, Start, which has seen nothing but itself.",
        "Which position of a causal model has seen the whole row?",
        (("h[rows, lengths - 1]", "h[:, 0]"),),
    ),
    Mistake(
        "mean over all positions",
        "The states of all positions were averaged, pads among them; only the one at Extract counts.",
        "Which position of a causal model has seen the whole row?",
        (("h[rows, lengths - 1]", "h.mean(axis=1)"),),
    ),
    Mistake(
        "sum for mean",
        "The losses of the rows were added up; they should be averaged.",
        "What should a batch of two equal rows cost, compared with one of them?",
        (("labels].mean()", "labels].sum()"),),
    ),
    Mistake(
        "sign",
        "The loss has the other sign: it would be highest when the right class is certain.",
        "Is the logarithm of a probability above or below zero?",
        (("loss = -log_probs", "loss = log_probs"),),
    ),
    Mistake(
        "bits",
        "The loss is in bits; nats are asked for.",
        "To which base is your logarithm?",
        (("labels].mean()", "labels].mean() / np.log(2)"),),
    ),
    Mistake(
        "all rows against all labels",
        "Every row was compared with the labels of all rows, and not with its own alone.",
        "How many numbers does your choice of log-probabilities give?",
        (("-log_probs[rows, labels]", "-log_probs[:, labels]"),),
    ),
    Mistake(
        "softmax over the batch",
        "The probabilities add up to 1 over the rows of the batch; they should over the classes of each row.",
        "Who shares out the probability, the rows or the classes?",
        (("log_softmax(matmul(states, weight))", "log_softmax(matmul(states, weight), axis=0)"),),
    ),
    Mistake(
        "log-probabilities in the cache",
        "The loss is right; the cache holds the logarithms of the probabilities, where the probabilities should be.",
        "What do the entries of a row in the cache add up to?",
        (("np.exp(log_probs))", "log_probs)"),),
    ),
    Mistake(
        "scores in the cache",
        "The loss is right; the cache holds the scores, where the probabilities should be.",
        "What do the entries of a row in the cache add up to?",
        (("np.exp(log_probs))", "matmul(states, weight))"),),
    ),
)

# Those that people make together with others; pairs cost time.
FORWARD_PAIRED = unpaired(
    extract_loss_forward,
    _FORWARD_PAIRED,
    but=(
        "state at the last column",
        "token before Extract",
        "state at Start",
        "mean over all positions",
        "sum for mean",
        "sign",
        "bits",
        "log-probabilities in the cache",
    ),
)

FORWARD_ALONE = unpaired(
    extract_loss_forward,
    (
        Mistake(
            "counted from the end",
            "The lengths were counted from the end of the row, as if the pads came first.",
            "On which side of the real tokens do the pads stand?",
            (("h[rows, lengths - 1]", "h[rows, -lengths]"),),
        ),
        Mistake(
            "first pad",
            "Of rows with padding the state of the first pad was read, one position behind Extract.",
            "At which position does a row of one token have its last?",
            (("h[rows, lengths - 1]", "h[rows, np.minimum(lengths, h.shape[1] - 1)]"),),
        ),
        Mistake(
            "where the longest row ends",
            "All rows were read where the longest ends; each has its Extract at its own position.",
            "Where does Extract stand in a short row?",
            (("h[rows, lengths - 1]", "h[:, lengths.max() - 1]"),),
        ),
        Mistake(
            "where the first row ends",
            "All rows were read where the first one ends; each has its Extract at its own position.",
            "Does your position differ from row to row?",
            (("h[rows, lengths - 1]", "h[:, lengths[0] - 1]"),),
        ),
        Mistake(
            "one row's positions for all",
            "Every row was read at the positions of all rows: there are as many states per row as rows.",
            "How do you say that the first row goes with the first position, the second with the second?",
            (("h[rows, lengths - 1]", "h[:, lengths - 1]"),),
        ),
        Mistake(
            "mean over the real tokens",
            "The states of all real tokens were averaged; only the one at Extract counts.",
            "Which position of a causal model has seen the whole row?",
            (
                (
                    "h[rows, lengths - 1]",
                    "(h * (np.arange(h.shape[1]) < lengths[:, None])[..., None]).sum(axis=1) / lengths[:, None]",
                ),
            ),
        ),
        Mistake(
            "sum over the real tokens",
            "The states of all real tokens were added up; only the one at Extract counts.",
            "Which position of a causal model has seen the whole row?",
            (
                (
                    "h[rows, lengths - 1]",
                    "(h * (np.arange(h.shape[1]) < lengths[:, None])[..., None]).sum(axis=1)",
                ),
            ),
        ),
        Mistake(
            "sum over all positions",
            "The states of all positions were added up, pads among them; only the one at Extract counts.",
            "Which position of a causal model has seen the whole row?",
            (("h[rows, lengths - 1]", "h.sum(axis=1)"),),
        ),
        Mistake(
            "largest over the real tokens",
            "Of each column the largest number of all real tokens was taken; only the state at Extract counts.",
            "Which position of a causal model has seen the whole row?",
            (
                (
                    "h[rows, lengths - 1]",
                    "np.where((np.arange(h.shape[1]) < lengths[:, None])[..., None], h, -np.inf).max(axis=1)",
                ),
            ),
        ),
        Mistake(
            "largest over all positions",
            "Of each column the largest number of all positions was taken; only the state at Extract counts.",
            "Which position of a causal model has seen the whole row?",
            (("h[rows, lengths - 1]", "h.max(axis=1)"),),
        ),
    ),
)
