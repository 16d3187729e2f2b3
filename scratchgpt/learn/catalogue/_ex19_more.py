"""19.2 to 19.4: further mistakes, each for itself."""

from ..exercise import Mistake

_WHOLE = "_, norm = layernorm_forward(parts.sum(axis=0), weight, bias, eps)"
_CENTRED = "centred = parts - parts.mean(axis=-1, keepdims=True)"
_SHARES = "(centred * norm.rstd * weight * direction).sum(axis=-1)"
_RETURN = "array_module(parts).concatenate([shares, constant[None]])"
_DEVIATION = "By which number does the model divide the stream at this position?"
_SIGN = "Can a part make a token less likely?"
_BARE = "What does the stream pass before the head?"

ATTRIBUTION = (
    Mistake(
        "parts overwritten",
        "The shares are right, but the parts that you were given lost their means on the way; others still need them.",
        "Whose array is it?",
        edits=(
            (_WHOLE, f"{_WHOLE}\n    parts -= parts.mean(axis=-1, keepdims=True)"),
            (_CENTRED, "centred = parts"),
        ),
    ),
    *(
        Mistake(key, says, asks, edits=edits)
        for key, says, asks, edits in (
            (
                "deviation of the first position",
                "All positions were divided by the deviation of the first; each has its own.",
                _DEVIATION,
                ((_SHARES, "(centred * norm.rstd[0] * weight * direction).sum(axis=-1)"),),
            ),
            (
                "deviation of the last position",
                "All positions were divided by the deviation of the last; each has its own.",
                _DEVIATION,
                ((_SHARES, "(centred * norm.rstd[-1] * weight * direction).sum(axis=-1)"),),
            ),
            (
                "sizes only, the bias too",
                "All shares have lost their signs: a part can speak against a token too.",
                _SIGN,
                ((_RETURN, f"abs({_RETURN})"),),
            ),
            (
                "no norm, no row for the bias",
                "The parts met the row of the token as they are, and the bias has no row: nothing of the norm is left.",
                _BARE,
                ((_RETURN, "(parts * direction).sum(axis=-1)"),),
            ),
            (
                "parts centred only, no row for the bias",
                "Of the whole norm only the mean is left: deviation, gain and bias are missing.",
                _BARE,
                ((_RETURN, "(centred * direction).sum(axis=-1)"),),
            ),
            (
                "centred only",
                "Of the norm only mean and bias are left: deviation and gain are missing.",
                _BARE,
                ((_SHARES, "(centred * direction).sum(axis=-1)"),),
            ),
            (
                "direction normalised too",
                "The row of the token lost its mean before it met the parts; only the parts lose theirs, and the gain comes "
                "between.",
                "What does the head do with a normalised vector and the row of a token?",
                (
                    (
                        _SHARES,
                        "(centred * norm.rstd * weight * (direction - direction.mean(axis=-1, keepdims=True)))"
                        ".sum(axis=-1)",
                    ),
                ),
            ),
            (
                "what is left without a part",
                "Each row holds the logit without the part; the part's own share was asked for.",
                "Do your shares of a position add up to its logit?",
                (
                    (
                        _SHARES,
                        "(lambda s: s.sum(axis=0) - s)((centred * norm.rstd * weight * direction).sum(axis=-1))",
                    ),
                ),
            ),
        )
    ),
)

_PICKED = "weights[..., queries, queries - T // 2 + 1]"
_SECOND = "In 7 4 9 7 4 9, at which position should the second 9 look?"
_MANY = "How many weights does the mean go over?"

INDUCTION = (
    *(
        Mistake(key, says, asks, edits=edits)
        for key, says, asks, edits in (
            (
                "last key wrapped round",
                "The last query was sent to the very first position; behind its token's earlier occurrence the second half begins.",
                _SECOND,
                ((_PICKED, "weights[..., queries, (queries + 1) % (T // 2)]"),),
            ),
            (
                "last key kept in the first half",
                "The last query was sent to the end of the first half; behind its token's earlier occurrence the second half begins.",
                _SECOND,
                (
                    (
                        _PICKED,
                        "weights[..., queries, array_module(weights).minimum(queries - T // 2 + 1, T // 2 - 1)]",
                    ),
                ),
            ),
            (
                "last query left out, counted all the same",
                "The last position's weight was left out, and the sum divided as if it were there.",
                _MANY,
                ((f"{_PICKED}.mean(axis=-1)", f"{_PICKED}[..., :-1].sum(axis=-1) / (T // 2)"),),
            ),
            (
                "first query left out, counted all the same",
                "The first weight of the second half was left out, and the sum divided as if it were there.",
                _MANY,
                ((f"{_PICKED}.mean(axis=-1)", f"{_PICKED}[..., 1:].sum(axis=-1) / (T // 2)"),),
            ),
            (
                "divided by one less",
                "The sum was divided by one less than the number of queries.",
                _MANY,
                ((f"{_PICKED}.mean(axis=-1)", f"{_PICKED}.sum(axis=-1) / (T // 2 - 1)"),),
            ),
            (
                "divided by one more",
                "The sum was divided by one more than the number of queries.",
                _MANY,
                ((f"{_PICKED}.mean(axis=-1)", f"{_PICKED}.sum(axis=-1) / (T // 2 + 1)"),),
            ),
            (
                "share of hits among earlier positions",
                "These are shares of queries whose largest weight on the first half lies in the right place; the mean weight there "
                "was asked for.",
                "Is the weight itself asked for, or something made of it?",
                (
                    (
                        _PICKED,
                        "(weights[..., queries, : T // 2].argmax(axis=-1) == queries - T // 2 + 1)",
                    ),
                ),
            ),
            (
                "quarter for half",
                "The halves were taken for half as long as they are.",
                "How long is a half?",
                ((_PICKED, "weights[..., queries, queries - T // 4 + 1]"),),
            ),
            (
                "column of the earlier occurrences",
                "All weight that the position behind the earlier occurrence gets was added up, from whichever query.",
                "Whose attention is asked for?",
                ((_PICKED, "weights[..., queries - T // 2 + 1].sum(axis=-2)"),),
            ),
        )
    ),
)

_BOTH = "weight - lr * matmul(h.T, dlogits), bias - lr * dlogits.sum(axis=0)"
_LOSS = "loss = -log_probs[rows, labels].mean()"

PROBE = (
    Mistake(
        "learnt in place",
        "The step is right, but it changed the weight and the bias that you were given; new arrays were asked for.",
        "Whose arrays are these?",
        edits=(
            (
                f"return loss, {_BOTH}",
                "weight -= lr * matmul(h.T, dlogits)\n    bias -= lr * dlogits.sum(axis=0)\n    return loss, weight, bias",
            ),
        ),
    ),
    *(
        Mistake(key, says, asks, edits=edits)
        for key, says, asks, edits in (
            (
                "means multiplied",
                "The mean of the states met the sum of the gradients; each state belongs to its own gradient.",
                "Which state belongs to which gradient?",
                (
                    (
                        _BOTH,
                        "weight - lr * h.mean(axis=0)[:, None] * dlogits.sum(axis=0), bias - lr * dlogits.sum(axis=0)",
                    ),
                ),
            ),
            (
                "loss divided by the channels too",
                "The loss was divided by the number of channels as well; there is one label for each state.",
                "How many numbers does the mean go over?",
                ((_LOSS, "loss = -log_probs[rows, labels].sum() / h.size"),),
            ),
            (
                "loss halved",
                "The loss was halved, as one does with squared errors.",
                "Which loss is it that has a half in front?",
                ((_LOSS, "loss = -log_probs[rows, labels].mean() / 2"),),
            ),
            (
                "largest probability for the label's",
                "The loss is made of the largest probability of each state, whether it is the label's or not.",
                "Which entry of each row belongs to the label, and what is true of it?",
                ((_LOSS, "loss = -log_probs.max(axis=1).mean()"),),
            ),
            (
                "states normalised",
                "The states were brought to mean 0 and deviation 1 first; the probe reads them as they are.",
                "What are the scores of a class made of?",
                (
                    (
                        "log_softmax(matmul(h, weight) + bias)",
                        "log_softmax(matmul((h - h.mean(axis=-1, keepdims=True)) / h.std(axis=-1, keepdims=True), weight)"
                        " + bias)",
                    ),
                ),
            ),
            (
                "penalty on the weights",
                "The weight shrank besides, by the learning rate's hundredth of itself; plain gradient descent does not do that.",
                "What has weight decay to do here?",
                (
                    (
                        _BOTH,
                        "weight - lr * (matmul(h.T, dlogits) + 0.01 * weight), bias - lr * dlogits.sum(axis=0)",
                    ),
                ),
            ),
        )
    ),
)
