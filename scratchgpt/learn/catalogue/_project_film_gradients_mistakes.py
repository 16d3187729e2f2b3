"""Known mistakes of F.12, the combined loss and its gradients."""

from ...worked.film_by_hand_gradients import film_gradients
from ..exercise import Mistake
from ._unpaired import unpaired

_SHARE = "share = 1.0 if label is None else lm_weight"
_START = 'loss, dh, dwy = share * lm, share * dh_lm, np.zeros_like(params["wy"])'
_SUM = "loss, dh = loss + task, dh + dh_task"
_TABLE = 'grads["wte"] += share * dwte'
_GRADS = 'film_backward(params, dh, cache) | {"wy": dwy}'

_LAMBDA = "Which of the two losses does the weight belong to?"
_EACH = "What happens to the gradients of a loss that is multiplied by a number?"
_ALONE = "What is the loss of a sentence that has no label?"
_TABLES = "How often is the table of the words used, from the ids to the scores?"
_WY = "Which of the two losses depends on wy?"

GRADIENTS = unpaired(
    film_gradients,
    (
        Mistake(
            "lambda on the class",
            "The weight multiplies the loss of the class; it belongs to that of the language.",
            _LAMBDA,
            edits=(
                (_SHARE, "share = 1.0"),
                (_SUM, "loss, dh, dwy = loss + lm_weight * task, dh + lm_weight * dh_task, lm_weight * dwy"),
            ),
        ),
        Mistake(
            "lambda on the class, wy in full",
            "The weight multiplies the loss of the class on the way down; it belongs to that of the language.",
            _LAMBDA,
            edits=(
                (_SHARE, "share = 1.0"),
                (_SUM, "loss, dh = loss + lm_weight * task, dh + lm_weight * dh_task"),
            ),
        ),
        Mistake(
            "mean of the two losses",
            "The combined loss was halved, as if it were a mean; it is a sum with a weight.",
            _LAMBDA,
            edits=(
                (_SUM, "loss, dh, dwy = (loss + task) / 2, (dh + dh_task) / 2, dwy / 2"),
                (_TABLE, 'grads["wte"] += share * dwte * (1 if label is None else 0.5)'),
            ),
        ),
        Mistake(
            "lambda on both",
            "The weight multiplies both losses; the class counts in full.",
            _LAMBDA,
            edits=((_SUM, "loss, dh, dwy = loss + share * task, dh + share * dh_task, share * dwy"),),
        ),
        Mistake(
            "lambda on neither",
            "Both losses count in full; that of the language has a weight.",
            _LAMBDA,
            edits=((_SHARE, "share = 1.0"),),
        ),
        Mistake(
            "shares of lambda and one minus lambda",
            "The class counts with one minus the weight, where it counts in full.",
            _LAMBDA,
            edits=(
                (
                    _SUM,
                    "loss, dh, dwy = loss + (1 - share) * task, dh + (1 - share) * dh_task, (1 - share) * dwy",
                ),
            ),
        ),
        Mistake(
            "lambda without a label too",
            "Without a label the loss of the language was weighted as well: it is all there is, and counts in full.",
            _ALONE,
            edits=((_SHARE, "share = lm_weight"),),
        ),
        Mistake(
            "lambda always 0.5",
            "The weight is always one half, whatever was asked for.",
            "Which of the arguments have you not used yet?",
            edits=((_SHARE, "share = 1.0 if label is None else 0.5"),),
        ),
        Mistake(
            "lambda on the loss alone",
            "The loss is right, but the gradients of the language have no weight.",
            _EACH,
            edits=((_START, _START.replace("share * dh_lm", "dh_lm")), (_TABLE, 'grads["wte"] += dwte')),
        ),
        Mistake(
            "lambda forgotten on the loss",
            "The gradients are right, but in the loss that of the language has no weight.",
            "Which number do these gradients belong to?",
            edits=((_START, _START.replace("share * lm,", "lm,")),),
        ),
        Mistake(
            "lambda forgotten on the way down",
            "The states got the gradient of the language without its weight.",
            _EACH,
            edits=((_START, _START.replace("share * dh_lm", "dh_lm")),),
        ),
        Mistake(
            "lambda forgotten in the table",
            "The head's part of the gradient of wte lacks the weight of its loss.",
            _EACH,
            edits=((_TABLE, 'grads["wte"] += dwte'),),
        ),
        Mistake(
            "lambda twice in the table",
            "The head's part of the gradient of wte has the weight of its loss twice.",
            _EACH,
            edits=((_TABLE, 'grads["wte"] += share * share * dwte'),),
        ),
        Mistake(
            "lambda on all of the table",
            "All of the gradient of wte was weighted; the lookup's part has the weight in it already, and some of it comes from the class.",
            _EACH,
            edits=((_TABLE, 'grads["wte"] = share * (grads["wte"] + dwte)'),),
        ),
        Mistake(
            "lambda on the way down for both",
            "The gradient of the states was weighted as a whole; the class counts in full.",
            _LAMBDA,
            edits=(
                (_START, _START.replace("share * dh_lm", "dh_lm")),
                (_SUM, "loss, dh = loss + task, share * (dh + dh_task)"),
            ),
        ),
        Mistake(
            "lookup's part only",
            "The gradient of wte has the lookup's part alone; the same table also scored the words.",
            _TABLES,
            edits=((f"    {_TABLE}\n", ""),),
        ),
        Mistake(
            "head's part only",
            "The gradient of wte has the head's part alone; the same table also looked the words up.",
            _TABLES,
            edits=((_TABLE, 'grads["wte"] = share * dwte'),),
        ),
        Mistake(
            "halves averaged",
            "The two parts of the gradient of wte were averaged, where both count in full.",
            _TABLES,
            edits=((_TABLE, 'grads["wte"] = (grads["wte"] + share * dwte) / 2'),),
        ),
        Mistake(
            "head's part twice",
            "The head's part of the gradient of wte was added twice.",
            _TABLES,
            edits=((_TABLE, 'grads["wte"] += 2 * share * dwte'),),
        ),
        Mistake(
            "language lost with a label",
            "With a label only the class has a loss: the language model has none.",
            "What are the two parts of the loss of a labelled sentence?",
            edits=((_SHARE, "share = 1.0 if label is None else 0.0"),),
        ),
        Mistake(
            "class lost on the way down",
            "The class has a part in the loss and in the gradient of wy, but not in what goes down into the model.",
            "What do both losses want of the states?",
            edits=((_SUM, "loss = loss + task"),),
        ),
        Mistake(
            "language lost on the way down",
            "With a label only the class sends a gradient down into the model.",
            "What do both losses want of the states?",
            edits=((_SUM, "loss, dh = loss + task, dh_task"),),
        ),
        Mistake(
            "loss of the class missing",
            "The gradients are right, but the loss is that of the language alone.",
            "What are the two parts of the loss of a labelled sentence?",
            edits=((_SUM, "dh = dh + dh_task"),),
        ),
        Mistake(
            "loss of the language missing",
            "The gradients are right, but the loss of a labelled sentence is that of the class alone.",
            "What are the two parts of the loss of a labelled sentence?",
            edits=((_SUM, "loss, dh = task, dh + dh_task"),),
        ),
        Mistake(
            "losses subtracted",
            "The loss of the language was taken away from that of the class, where it has to be added.",
            "Should the language get better or worse?",
            edits=((_SHARE, "share = 1.0 if label is None else -lm_weight"),),
        ),
        Mistake(
            "wy forgotten",
            "The gradient of wy is always zeros.",
            _WY,
            edits=((_GRADS, 'film_backward(params, dh, cache) | {"wy": np.zeros_like(dwy)}'),),
        ),
        Mistake(
            "wy missing",
            "There is no gradient of wy at all.",
            "How many parameters are there?",
            edits=((_GRADS, "film_backward(params, dh, cache)"),),
        ),
        Mistake(
            "wy missing without a label",
            "Without a label there is no gradient of wy; it should be zeros then.",
            "How many parameters does the optimizer know?",
            edits=((_GRADS, 'film_backward(params, dh, cache) | ({} if label is None else {"wy": dwy})'),),
        ),
        Mistake(
            "wy weighted",
            "The gradient of wy has the language's weight in it.",
            _WY,
            edits=(('{"wy": dwy}', '{"wy": dwy if label is None else share * dwy}'),),
        ),
        Mistake(
            "label 0 taken for none",
            "A label of 0 was treated as if there were none.",
            "What is the truth of 0, and how do you ask whether something is None?",
            edits=((_SHARE, "label = label or None\n    share = 1.0 if label is None else lm_weight"),),
        ),
        Mistake(
            "class 1 without a label",
            "A sentence without a label got the loss of a class all the same.",
            _ALONE,
            edits=((_SHARE, "label = 1 if label is None else label\n    share = lm_weight"),),
        ),
        Mistake(
            "loss alone",
            "The loss is there, and the gradients are missing.",
            "How many results were asked for?",
            edits=(("return loss, grads", "return loss"),),
        ),
        Mistake(
            "gradients alone",
            "The gradients are there, and the loss is missing.",
            "How many results were asked for?",
            edits=(("return loss, grads", "return grads"),),
        ),
        Mistake(
            "results exchanged",
            "Loss and gradients stand in each other's place.",
            "In which order were they asked for?",
            edits=(("return loss, grads", "return grads, loss"),),
        ),
    ),
    but=(
        "lambda on the loss alone",
        "lambda without a label too",
        "lookup's part only",
        "wy weighted",
        "wy forgotten",
        "class lost on the way down",
    ),
)
