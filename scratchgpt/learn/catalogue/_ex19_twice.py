"""19.2 to 19.4: slips that come in company, and quantities that are neighbours of what was asked for."""

from ..exercise import Mistake

_WHOLE = "_, norm = layernorm_forward(parts.sum(axis=0), weight, bias, eps)"
_SHARES = "(centred * norm.rstd * weight * direction).sum(axis=-1)"
_CONSTANT = "(bias * direction).sum(axis=-1)"
_LOGIT = "logit = lambda x: (layernorm_forward(x, weight, bias, eps)[0] * direction).sum(axis=-1)\n    "
_FROZEN = "Is the norm held still, or does it see another stream each time?"

ATTRIBUTION = tuple(
    Mistake(key, says, asks, edits=edits)
    for key, says, asks, edits in (
        (
            "what the logit loses without a part",
            "These are the drops of the logit when a part is taken out of the stream: the norm changes with it. Here the norm "
            "is held still at the whole stream.",
            _FROZEN,
            (
                (
                    f"shares = {_SHARES}",
                    f"{_LOGIT}whole = parts.sum(axis=0)\n"
                    "    shares = array_module(parts).stack([logit(whole) - logit(whole - part) for part in parts])",
                ),
            ),
        ),
        (
            "logits of the stream so far",
            "Each row holds the logit of the stream up to the part, as a lens shows it; the part's own share was asked for.",
            _FROZEN,
            ((f"shares = {_SHARES}", f"{_LOGIT}shares = logit(parts.cumsum(axis=0))"),),
        ),
        (
            "what each part changed in the lens",
            "Each row holds by how much the part changed the logit that a lens shows; the norm changes with it. Here the norm is "
            "held still at the whole stream.",
            _FROZEN,
            (
                (
                    f"shares = {_SHARES}",
                    f"{_LOGIT}shares = logit(parts.cumsum(axis=0))\n    shares[1:] -= shares[:-1].copy()",
                ),
            ),
        ),
        (
            "every direction for every position",
            "Each position met the rows of all positions' tokens; it has one of its own.",
            "What does the head do with a normalised vector and the row of a token?",
            ((_SHARES, "matmul(centred * norm.rstd * weight, direction.T).sum(axis=-1)"),),
        ),
        (
            "bias in the stream",
            "The bias was counted as a part of the stream before the norm; it is added behind it.",
            "In which order do deviation, gain and bias act?",
            (
                (_WHOLE, "_, norm = layernorm_forward(parts.sum(axis=0) + bias, weight, bias, eps)"),
                (_CONSTANT, "((bias - bias.mean()) * norm.rstd * weight * direction).sum(axis=-1)"),
            ),
        ),
        (
            "bias in the stream for the deviation",
            "The deviation was taken with the bias in the stream already; it is added behind the norm.",
            "In which order do deviation, gain and bias act?",
            ((_WHOLE, "_, norm = layernorm_forward(parts.sum(axis=0) + bias, weight, bias, eps)"),),
        ),
        (
            "row of the token in the last row",
            "The last row is the sum of the token's row; the bias has not met it.",
            "What would the logit be if all parts were 0, and in which row does that stand?",
            ((_CONSTANT, "direction.sum(axis=-1)"),),
        ),
        (
            "divided by n - 1, eps forgotten",
            "The variance was divided by n - 1, not by n, and the small constant under the root is missing.",
            "By what is the variance divided in a norm, and by what in statistics?",
            (
                (
                    _WHOLE,
                    "x = parts.sum(axis=0)\n"
                    "    norm = layernorm_forward(x, weight, bias, eps)[1]._replace("
                    "rstd=1 / x.std(axis=-1, keepdims=True, ddof=1))",
                ),
            ),
        ),
    )
)

_PICKED = "weights[..., queries, queries - T // 2 + 1]"
_WHERE = "In 7 4 9 7 4 9, at which position should the second 4 look?"

INDUCTION = tuple(
    Mistake(key, says, asks, edits=((old, new),))
    for key, says, asks, old, new in (
        (
            "all weight from the second position on",
            "All weight on the positions behind the first, up to where the second half begins, was counted.",
            _WHERE,
            _PICKED,
            "weights[..., queries, 1 : T // 2 + 1].sum(axis=-1)",
        ),
        (
            "every query, the first half too",
            "The queries of the first half were counted too, each with the position behind itself.",
            "Which queries have an earlier occurrence of their token?",
            _PICKED,
            "weights[..., array_module(weights).arange(T), (array_module(weights).arange(T) + 1) % (T // 2)]",
        ),
        (
            "averaged over the heads, queries kept",
            "The weights lie with the queries in front, and the mean went over the last axis, that of the heads.",
            "How many scores should come out for three heads?",
            f"{_PICKED}.mean(axis=-1)",
            f"array_module(weights).moveaxis({_PICKED}, -1, 0).mean(axis=-1)",
        ),
        (
            "compared with what lies before",
            "Each weight was divided by all weight of its row that lies before the query.",
            "Is the weight itself asked for, or something made of it?",
            _PICKED,
            "array_module(weights).stack([weights[..., q, q - T // 2 + 1] / weights[..., q, :q].sum(axis=-1) "
            "for q in range(T // 2, T)], axis=-1)",
        ),
        (
            "first and last query left out",
            "The first and the last position of the second half have not been counted.",
            "Which queries have an earlier occurrence of their token?",
            f"{_PICKED}.mean(axis=-1)",
            f"{_PICKED}[..., 1:-1].mean(axis=-1)",
        ),
    )
)

_SCORES = "log_probs = log_softmax(matmul(h, weight) + bias)"
_LOSS = "loss = -log_probs[rows, labels].mean()"
_MINUS_ONE = "dlogits[rows, labels] -= 1"
_GOOD_WEIGHT = "weight - lr * matmul(h.T, dlogits)"
_GOOD_BIAS = "bias - lr * dlogits.sum(axis=0)"
_LABEL = "Which entry of each row belongs to the label, and what is true of it?"
_MEAN = "By how much does the mean over the states move when the loss of one of them does?"
_SHAPE = "Which shape had it when it was given to you?"

PROBE = (
    *(
        Mistake(key, says, asks, edits=edits)
        for key, says, asks, edits in (
            (
                "bias's gradient summed",
                "The gradients of the bias were added up over the states, those of the weight averaged.",
                _MEAN,
                ((_GOOD_BIAS, "bias - lr * dlogits.sum(axis=0) * len(labels)"),),
            ),
            (
                "weight's gradient summed",
                "The gradients of the weight were added up over the states, those of the bias averaged.",
                _MEAN,
                ((_GOOD_WEIGHT, "weight - lr * matmul(h.T, dlogits) * len(labels)"),),
            ),
            (
                "squared error of the scores",
                "Loss and step are those of a squared error between scores and labels; softmax and cross-entropy were asked for.",
                "What makes probabilities of the scores?",
                (
                    (
                        _LOSS,
                        "gap = matmul(h, weight) + bias - xp.eye(len(bias))[labels]\n    loss = (gap * gap).mean()",
                    ),
                    ("dlogits = xp.exp(log_probs)", "dlogits = 2 * gap"),
                    (f"    {_MINUS_ONE}\n", ""),
                ),
            ),
            (
                "hard decisions",
                "A state pulls only when another class is in front, as for a perceptron; its probabilities say how much.",
                _LABEL,
                (("dlogits = xp.exp(log_probs)", "dlogits = xp.eye(len(bias))[log_probs.argmax(axis=1)]"),),
            ),
            (
                "everything summed, overflow",
                "Loss and gradient were added up over the states, both belong to a mean; and large scores overflow.",
                _MEAN,
                (
                    (
                        _SCORES,
                        "log_probs = xp.log((lambda e: e / e.sum(axis=-1, keepdims=True))(xp.exp(matmul(h, weight) + bias)))",
                    ),
                    (_LOSS, "loss = -log_probs[rows, labels].sum()"),
                    ("    dlogits /= len(labels)\n", ""),
                ),
            ),
            (
                "everything summed, vanished probability",
                "Loss and gradient were added up over the states, both belong to a mean; and a probability too small for a float has "
                "an infinite log.",
                _MEAN,
                (
                    (_SCORES, "log_probs = xp.log(xp.exp(log_softmax(matmul(h, weight) + bias)))"),
                    (_LOSS, "loss = -log_probs[rows, labels].sum()"),
                    ("    dlogits /= len(labels)\n", ""),
                ),
            ),
            (
                "bias not returned",
                "The new bias is missing from the results.",
                "Which three results were asked for, and in which order?",
                ((f", {_GOOD_BIAS}", ""),),
            ),
            (
                "bias with an axis too many",
                "The bias came back with an axis of 1 in front.",
                _SHAPE,
                (("dlogits.sum(axis=0)", "dlogits.sum(axis=0, keepdims=True)"),),
            ),
            (
                "weight transposed",
                "The weight came back the other way round, classes by channels.",
                _SHAPE,
                ((_GOOD_WEIGHT, f"({_GOOD_WEIGHT}).T"),),
            ),
        )
    ),
    *(
        Mistake(
            f"{name} in the log",
            "A small number was added to the probabilities before their log was taken, or they were kept above one: that bounds "
            "the loss of a state that is judged quite wrongly, which can be in the hundreds.",
            "How large is the loss when the right class is 900 behind?",
            edits=((_LOSS, f"loss = -xp.log(xp.exp(log_probs[rows, labels]) + {name}).mean()"),),
        )
        for name in ("1e-7", "1e-8", "1e-9", "1e-10", "1e-12", "1e-15", "1e-16", "1e-20", "1e-30", "1e-300")
    ),
)
