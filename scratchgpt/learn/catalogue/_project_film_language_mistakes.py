"""Known mistakes of F.7, the loss of the language model."""

from typing import Any

import numpy as np

from ...worked.film_by_hand import film_language_loss, film_softmax
from ..exercise import Mistake
from ._project_film_losses_more import LANGUAGE as MORE
from ._unpaired import unpaired

_STATES = "h[:-1] @ params"
_LOSS = "-np.log(p[rows]).mean()"
_DLOGITS = "    dlogits = p / n"
_RETURN = "return float(loss), dh, dlogits.T @ h[:-1]"
_DH = 'dh[:-1] = dlogits @ params["wte"]'

_SHIFT = "Which word does the state at position 0 predict?"
_COUNT = "How many predictions does a sentence of T words contain?"
_MINUS = "What is the gradient of the loss by the scores, in words?"


def _all_positions(params: Any, h: Any, ids: Any, targets: Any) -> Any:
    """Every state predicts, with a target for each."""
    n = len(ids)
    p = film_softmax(h @ params["wte"].T)
    rows = np.arange(n), targets
    loss = -np.log(p[rows]).mean()
    p[rows] -= 1
    p /= n
    return float(loss), p @ params["wte"], p.T @ h


def _shifted_states(params: Any, h: Any, ids: Any, targets: Any) -> Any:
    """The states from position 1 on predict these words."""
    n = len(ids) - 1
    p = film_softmax(h[1:] @ params["wte"].T)
    rows = np.arange(n), targets
    loss = -np.log(p[rows]).mean()
    p[rows] -= 1
    p /= n
    dh = np.zeros_like(h)
    dh[1:] = p @ params["wte"]
    return float(loss), dh, p.T @ h[1:]


LANGUAGE = unpaired(
    film_language_loss,
    (
        Mistake(
            "targets not shifted",
            "Each state had to predict the word it had just read, the last one left out.",
            _SHIFT,
            edits=(("np.arange(n), ids[1:]", "np.arange(n), ids[:-1]"),),
        ),
        Mistake(
            "every state predicts its own word",
            "All states predict, each of them the word that it has read.",
            _SHIFT,
            wrong=lambda params, h, ids: _all_positions(params, h, ids, ids),
        ),
        Mistake(
            "last word followed by the first",
            "The last state had to predict the first word of the sentence, as if the sentence were a ring.",
            _COUNT,
            wrong=lambda params, h, ids: _all_positions(params, h, ids, np.roll(ids, -1)),
        ),
        Mistake(
            "shifted backwards",
            "Each state had to predict the word before its own.",
            _SHIFT,
            wrong=lambda params, h, ids: _shifted_states(params, h, ids, ids[:-1]),
        ),
        Mistake(
            "states from position 1",
            "The states from position 1 on were used: each had read the word it had to predict.",
            "Which state has read the first word and nothing else?",
            wrong=lambda params, h, ids: _shifted_states(params, h, ids, ids[1:]),
        ),
        Mistake(
            "sum for mean",
            "Loss and gradients are sums over the predictions, where the mean was asked for: long sentences cost more.",
            "Should the loss of a sentence grow with its length?",
            edits=((".mean()", ".sum()"), (_DLOGITS, "    dlogits = p")),
        ),
        Mistake(
            "gradients of the sum",
            "The loss is a mean, and the gradients are those of a sum.",
            "What does the division do to the gradients?",
            edits=((_DLOGITS, "    dlogits = p"),),
        ),
        Mistake(
            "loss summed",
            "The gradients are those of a mean, and the loss is a sum.",
            "Should the loss of a sentence grow with its length?",
            edits=((".mean()", ".sum()"),),
        ),
        Mistake(
            "divided by T",
            "Loss and gradients were divided by the number of words; one of them predicts nothing.",
            _COUNT,
            edits=((_LOSS, "-np.log(p[rows]).sum() / len(ids)"), (_DLOGITS, "    dlogits = p / len(ids)")),
        ),
        Mistake(
            "gradients divided by T",
            "The gradients were divided by the number of words; one of them predicts nothing.",
            _COUNT,
            edits=((_DLOGITS, "    dlogits = p / len(ids)"),),
        ),
        Mistake(
            "loss divided by T",
            "The loss was divided by the number of words; one of them predicts nothing.",
            _COUNT,
            edits=((_LOSS, "-np.log(p[rows]).sum() / len(ids)"),),
        ),
        Mistake(
            "divided by the vocabulary too",
            "The gradients were divided by the number of words in the vocabulary as well.",
            "Over what does the loss take its mean?",
            edits=((_DLOGITS, '    dlogits = p / n / len(params["wte"])'),),
        ),
        Mistake(
            "no one taken away",
            "The gradient of the scores is the probabilities alone: what came is not in it.",
            _MINUS,
            edits=(("    p[rows] -= 1\n", ""),),
        ),
        Mistake(
            "one added",
            "A one was added at the right word, where it has to be taken away.",
            _MINUS,
            edits=(("p[rows] -= 1", "p[rows] += 1"),),
        ),
        Mistake(
            "one taken away everywhere",
            "A one was taken away from every word of the columns, not at one word of each row.",
            "How many ones does a prediction take away?",
            edits=(("p[rows] -= 1", "p[:, ids[1:]] -= 1"),),
        ),
        Mistake(
            "gradients with the wrong sign",
            "The gradients point the other way: what came, minus what the model said.",
            _MINUS,
            edits=((_DLOGITS, "    dlogits = -p / n"),),
        ),
        Mistake(
            "log-likelihood",
            "The loss is negative: it is the log-likelihood, whose sign has to be turned.",
            "Is a loss small or large when the model is right?",
            edits=((_LOSS, "np.log(p[rows]).mean()"),),
        ),
        Mistake(
            "log-likelihood and its gradients",
            "Loss and gradients have the wrong sign: this is the log-likelihood, which grows as the model gets better.",
            "Is a loss small or large when the model is right?",
            edits=((_LOSS, "np.log(p[rows]).mean()"), (_DLOGITS, "    dlogits = -p / n")),
        ),
        Mistake(
            "logarithm to base 2",
            "The loss is in bits: it was asked for with the natural logarithm.",
            "Which base has the logarithm?",
            edits=(("-np.log(", "-np.log2("),),
        ),
        Mistake(
            "probability for its logarithm",
            "The loss is the mean probability, with a minus; the logarithm is missing.",
            "What was to be averaged?",
            edits=((_LOSS, "-p[rows].mean()"),),
        ),
        Mistake(
            "logarithm of the mean",
            "The mean was taken first and the logarithm of it afterwards.",
            "In which order were logarithm and mean asked for?",
            edits=((_LOSS, "-np.log(p[rows].mean())"),),
        ),
        Mistake(
            "perplexity",
            "This is the perplexity: e to the loss.",
            "Was the mean loss asked for, or e to it?",
            edits=((_LOSS, "np.exp(-np.log(p[rows]).mean())"),),
        ),
        Mistake(
            "losses of all predictions",
            "The loss is a list with a number for each prediction; one number was asked for.",
            "What makes one number of many?",
            edits=((".mean()", ""), ("float(loss)", "loss")),
        ),
        Mistake(
            "softmax over the positions",
            "The predictions compete for each word; the words compete in each prediction.",
            "What should the probabilities of one prediction sum to?",
            edits=(
                ('film_softmax(h[:-1] @ params["wte"].T)', 'film_softmax((h[:-1] @ params["wte"].T).T).T'),
            ),
        ),
        Mistake(
            "softmax applied twice",
            "Softmax was applied to probabilities: the loss is too even.",
            "How often should the exponential be taken?",
            edits=(
                (
                    'film_softmax(h[:-1] @ params["wte"].T)',
                    'film_softmax(film_softmax(h[:-1] @ params["wte"].T))',
                ),
            ),
        ),
        Mistake(
            "Jacobian of softmax again",
            "The gradient went through softmax once more, though it is that of the scores already.",
            _MINUS,
            edits=(
                (
                    _DLOGITS,
                    '    q = film_softmax(h[:-1] @ params["wte"].T)\n'
                    "    dlogits = q * (p - (p * q).sum(axis=1, keepdims=True)) / n",
                ),
            ),
        ),
        Mistake(
            "gradient at the right word alone",
            "Only the score of the right word got a gradient; the others should fall.",
            "What happens to the other words' scores when the right one is to win?",
            edits=((_DLOGITS, "    p = np.where(p < 0, p, 0.0)\n    dlogits = p / n"),),
        ),
        Mistake(
            "dh of T - 1 rows",
            "dh lacks the row of the last state: it has nothing to predict, and its gradient is zeros.",
            "Which shape have the hidden states?",
            edits=((f"    dh = np.zeros_like(h)\n    {_DH}", '    dh = dlogits @ params["wte"]'),),
        ),
        Mistake(
            "dh from position 1",
            "The rows of dh stand one place too late: the row of zeros belongs to the last state.",
            "Which state has nothing to predict?",
            edits=((_DH, 'dh[1:] = dlogits @ params["wte"]'),),
        ),
        Mistake(
            "dwte turned round",
            "The gradient of the table is turned round: it has a row per channel, where a row per word was asked for.",
            "Which shape has the table?",
            edits=(("dlogits.T @ h[:-1]", "h[:-1].T @ dlogits"),),
        ),
        Mistake(
            "states from position 1 in dwte",
            "The table's gradient was made with the states from position 1 on; it was the others that predicted.",
            "Which states scored words?",
            edits=(("dlogits.T @ h[:-1]", "dlogits.T @ h[1:]"),),
        ),
        Mistake(
            "table not used for dh",
            "dh was made with the words' rows alone that came; every word's row has a part in it.",
            "Which rows of the table did the scores depend on?",
            edits=((_DH, 'dh[:-1] = -(1 / n) * params["wte"][ids[1:]]'),),
        ),
        Mistake(
            "lookup's gradient in dwte",
            "dh was added to the rows of the words that were read: that is the lookup's part, which comes in a later stage.",
            "Which of the two uses of the table is meant here?",
            edits=(
                (
                    f"    {_RETURN}",
                    "    dwte = dlogits.T @ h[:-1]\n    np.add.at(dwte, ids, dh)\n    return float(loss), dh, dwte",
                ),
            ),
        ),
        Mistake(
            "results exchanged",
            "The two gradients stand in each other's place.",
            "In which order were they asked for?",
            edits=((_RETURN, "return float(loss), dlogits.T @ h[:-1], dh"),),
        ),
        Mistake(
            "scores' gradient for dh",
            "In the place of dh stands the gradient of the scores.",
            "Which shape have the hidden states?",
            edits=((_RETURN, "return float(loss), dlogits, dlogits.T @ h[:-1]"),),
        ),
        Mistake(
            "loss alone",
            "The loss is there, and both gradients are missing.",
            "How many results were asked for?",
            edits=((_RETURN, "return float(loss)"),),
        ),
        *MORE,
    ),
    but=(
        "gradients of the sum",
        "no one taken away",
        "dh of T - 1 rows",
        "dwte turned round",
        "log-likelihood",
    ),
)
