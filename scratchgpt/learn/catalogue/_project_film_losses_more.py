"""More mistakes of F.7 and F.8: other averages, other losses, other places."""

from ..exercise import Mistake

_LOSS = "-np.log(p[rows]).mean()"
_DLOGITS = "    dlogits = p / n"
_SCORES = 'h[:-1] @ params["wte"].T'
_DH = 'dh[:-1] = dlogits @ params["wte"]'
_DWTE = "dlogits.T @ h[:-1]"

_COUNT = "How many predictions does a sentence of T words contain?"
_MEAN = "Over what is the mean taken, in the loss and in each of its gradients?"
_SOFTMAX = "Which function lets scores compete?"

LANGUAGE = (
    *(
        Mistake(
            f"{which} prediction alone",
            f"Only the {which} prediction of the sentence counts; all of them have a part in the mean.",
            _COUNT,
            edits=(
                (_LOSS, f"-np.log(p[rows])[{place}]"),
                (_DLOGITS, f"    p[np.arange(n) != np.arange(n)[{place}]] = 0\n    dlogits = p"),
            ),
        )
        for which, place in (("last", -1), ("first", 0))
    ),
    Mistake(
        "dh of the sum",
        "dh is that of a sum over the predictions; loss and dwte are those of the mean.",
        _MEAN,
        edits=((_DH, f"{_DH} * n"),),
    ),
    Mistake(
        "dwte of the sum",
        "dwte is that of a sum over the predictions; loss and dh are those of the mean.",
        _MEAN,
        edits=((_DWTE, f"{_DWTE} * n"),),
    ),
    Mistake(
        "dwte divided twice",
        "dwte was divided by the number of predictions twice.",
        _MEAN,
        edits=((_DWTE, f"{_DWTE} / n"),),
    ),
    Mistake(
        "dh divided twice",
        "dh was divided by the number of predictions twice.",
        _MEAN,
        edits=((_DH, f"{_DH} / n"),),
    ),
    Mistake(
        "mean over the vocabulary too",
        "Loss and gradients were divided by the number of words in the vocabulary as well.",
        _MEAN,
        edits=(
            (_LOSS, f"{_LOSS} / len(params['wte'])"),
            (_DLOGITS, "    dlogits = p / n / len(params['wte'])"),
        ),
    ),
    Mistake(
        "loss over the vocabulary too",
        "The loss was divided by the number of words in the vocabulary as well.",
        _MEAN,
        edits=((_LOSS, f"{_LOSS} / len(params['wte'])"),),
    ),
    Mistake(
        "scores divided by the root of C",
        "The scores of the words were divided by the root of C, as if they were attention's.",
        "What is a word's score in the task?",
        edits=(
            (_SCORES, f"{_SCORES} / np.sqrt(h.shape[1])"),
            (_DLOGITS, f"{_DLOGITS} / np.sqrt(h.shape[1])"),
        ),
    ),
    Mistake(
        "sigmoid for softmax",
        "Each word's score was turned into a probability by itself; the words do not compete.",
        _SOFTMAX,
        edits=((f"film_softmax({_SCORES})", f"1 / (1 + np.exp(-({_SCORES})))"),),
    ),
    Mistake(
        "no softmax",
        "The logarithm was taken of scores, and not of probabilities.",
        _SOFTMAX,
        edits=((f"film_softmax({_SCORES})", _SCORES),),
    ),
    Mistake(
        "one softmax for the sentence",
        "All predictions share one softmax; each should have its own.",
        "What should the probabilities of one prediction sum to?",
        edits=((f"film_softmax({_SCORES})", f"film_softmax(({_SCORES}).ravel()).reshape(n, -1)"),),
    ),
    Mistake(
        "one taken away from the words that were read",
        "In the gradient the one was taken away at the words that were read; it belongs to those that came.",
        "Which word does the state at position 0 predict?",
        edits=(("p[rows] -= 1", "p[np.arange(n), ids[:-1]] -= 1"),),
    ),
    Mistake(
        "dwte at the target words alone",
        "dwte has rows for the words that came alone; all words were scored.",
        "Which rows of the table did the scores depend on?",
        edits=(
            (
                f"return float(loss), dh, {_DWTE}",
                'dwte = np.zeros_like(params["wte"])\n'
                "    np.add.at(dwte, ids[1:], h[:-1] * dlogits[rows][:, None])\n"
                "    return float(loss), dh, dwte",
            ),
        ),
    ),
    Mistake(
        "gradients exchanged and loss last",
        "The three results stand in another order.",
        "In which order were they asked for?",
        edits=((f"return float(loss), dh, {_DWTE}", f"return dh, {_DWTE}, float(loss)"),),
    ),
)

_LOOKED_UP = Mistake(
    "lookup's gradient in dwte, last places",
    "dh was written to the rows of the words that were read: that is the lookup's part, which comes in a later stage.",
    "Which of the two uses of the table is meant here?",
    edits=(
        (
            f"return float(loss), dh, {_DWTE}",
            f"dwte = {_DWTE}\n    dwte[ids] += dh\n    return float(loss), dh, dwte",
        ),
    ),
)
LANGUAGE = (
    *LANGUAGE,
    _LOOKED_UP,
    Mistake(
        "dh with the wrong sign",
        "dh points the other way; dwte is right.",
        "What is the gradient of the scores, in words?",
        edits=((_DH, _DH.replace("= dlogits", "= -dlogits")),),
    ),
    Mistake(
        "dwte with the wrong sign",
        "dwte points the other way; dh is right.",
        "What is the gradient of the scores, in words?",
        edits=((_DWTE, "-dlogits.T @ h[:-1]"),),
    ),
)

_CLASS_LOSS = "loss = -np.log(dlogits[label])"
_ONE = "dlogits[label] -= 1"
_READ = 'film_softmax(h[-1] @ params["wy"])'
_OUTER = "np.outer(h[-1], dlogits)"

_CLASS_DH = 'dh[-1] = params["wy"] @ dlogits'
_YES_NO = '1 / (1 + np.exp(-(h[-1] @ params["wy"])))'

CLASS = (
    *(
        Mistake(
            f"two yes/no questions{mark}",
            "Each class was asked by itself, with a sigmoid; here the two compete, and one of them is right.",
            _SOFTMAX,
            edits=(
                (_READ, _YES_NO),
                (
                    _CLASS_LOSS,
                    "one = np.arange(2) == label\n"
                    f"    loss = -np.log(np.where(one, dlogits, 1 - dlogits)).{total}()",
                ),
                (_ONE, f"{_ONE}{more}"),
            ),
        )
        for mark, total, more in (("", "sum", ""), (", averaged", "mean", "\n    dlogits /= 2"))
    ),
    Mistake(
        "dh divided by T",
        "dh was divided by the number of positions; only one of them is read.",
        "Over how many predictions is this loss taken?",
        edits=((_CLASS_DH, f"{_CLASS_DH} / len(h)"),),
    ),
    Mistake(
        "dwy divided by T",
        "dwy was divided by the number of positions; only one of them is read.",
        "Over how many predictions is this loss taken?",
        edits=((_OUTER, f"{_OUTER} / len(h)"),),
    ),
    Mistake(
        "dh with the wrong sign",
        "dh points the other way; dwy is right.",
        "What is the gradient of the scores, in words?",
        edits=((_CLASS_DH, _CLASS_DH.replace("@ dlogits", "@ -dlogits")),),
    ),
    Mistake(
        "dwy with the wrong sign",
        "dwy points the other way; dh is right.",
        "What is the gradient of the scores, in words?",
        edits=((_OUTER, "np.outer(h[-1], -dlogits)"),),
    ),
    Mistake(
        "sigmoid for softmax",
        "Each class's score was turned into a probability by itself; the two do not compete.",
        _SOFTMAX,
        edits=((_READ, '1 / (1 + np.exp(-(h[-1] @ params["wy"])))'),),
    ),
    Mistake(
        "squared error",
        "The loss is a squared distance of the probabilities from the label; a logarithm was asked for.",
        "Of which number should the logarithm be taken?",
        edits=((_CLASS_LOSS, "loss = ((dlogits - (np.arange(2) == label)) ** 2).sum()"),),
    ),
    Mistake(
        "losses of both classes",
        "The losses of both classes were added; that of the label was asked for.",
        "How many classes has a review?",
        edits=((_CLASS_LOSS, "loss = -np.log(dlogits).sum()"),),
    ),
    Mistake(
        "mean loss of both classes",
        "The losses of both classes were averaged; that of the label was asked for.",
        "How many classes has a review?",
        edits=((_CLASS_LOSS, "loss = -np.log(dlogits).mean()"),),
    ),
    Mistake(
        "entropy",
        "The loss is the entropy of the two probabilities; the label has no part in it.",
        "Which of the arguments does a loss have to depend on?",
        edits=((_CLASS_LOSS, "loss = -(dlogits * np.log(dlogits)).sum()"),),
    ),
    Mistake(
        "gradients halved",
        "The gradients were divided by the number of classes.",
        "Over how many predictions is this loss taken?",
        edits=((_ONE, f"{_ONE}\n    dlogits /= 2"),),
    ),
    Mistake(
        "dwy at the label alone",
        "Only the label's column of wy got a gradient; both classes were scored.",
        "What happens to the other class's score when the label's is to win?",
        edits=((_OUTER, "np.outer(h[-1], dlogits * (np.arange(2) == label))"),),
    ),
    Mistake(
        "gradient at the label alone",
        "Only the label's score got a gradient; the other one should fall.",
        "What happens to the other class's score when the label's is to win?",
        edits=((_ONE, f"{_ONE}\n    dlogits[1 - label] = 0"),),
    ),
    Mistake(
        "softmax twice",
        "Softmax was applied to probabilities again: the loss is too even.",
        "How often should the exponential be taken?",
        edits=((_READ, f"film_softmax({_READ})"),),
    ),
    Mistake(
        "scores divided by the root of C",
        "The scores of the classes were divided by the root of C, as if they were attention's.",
        "What are the two scores in the task?",
        edits=(
            (_READ, 'film_softmax(h[-1] @ params["wy"] / np.sqrt(h.shape[1]))'),
            (_ONE, f"{_ONE}\n    dlogits /= np.sqrt(h.shape[1])"),
        ),
    ),
    Mistake(
        "gradients exchanged and loss last",
        "The three results stand in another order.",
        "In which order were they asked for?",
        edits=((f"return float(loss), dh, {_OUTER}", f"return dh, {_OUTER}, float(loss)"),),
    ),
)
