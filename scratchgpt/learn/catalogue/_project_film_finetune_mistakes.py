"""Known mistakes of F.14, fine-tuning."""

from ...worked.film_by_hand_training import film_finetune
from ..exercise import Mistake
from ._project_film_loop_mistakes import Loop, of_the_loop
from ._unpaired import unpaired

_FRESH = "    moments, accuracies = fresh_moments(params), [accuracy()]\n"
_REVIEWS = "        for ids, label in reviews:\n"
_GRADIENTS = "film_gradients(params, ids, label, lm_weight)"
_LOSS = f"            _, grads = {_GRADIENTS}\n"
_STEP = "            params, moments = film_adam(params, grads, moments, lr)\n"
_AFTER = "        accuracies.append(accuracy())\n"
_SCORES = 'film_forward(params, ids)[0][-1] @ params["wy"]'

_ASKED = f"            seen.append(({_SCORES}).argmax() == label)\n"
_COUNTED = "        accuracies.append(float(np.mean(seen)))\n"

_WHEN = "How many numbers does the list hold after no epoch, and how many after one?"
_COMBINED = "What are the two parts of the loss of a labelled sentence, and how much does each count?"
_READ = "Where does Extract stand in a review?"
_SHARE = "What is the share of right answers among four when three are right?"

FINETUNE = unpaired(
    film_finetune,
    (
        *of_the_loop(Loop("reviews", "ids, label", _REVIEWS, _LOSS, "0.005")),
        Mistake(
            "label forgotten",
            "The steps follow the loss of the language alone: the labels are not in it.",
            _COMBINED,
            edits=((_GRADIENTS, "film_gradients(params, ids)"),),
        ),
        Mistake(
            "lambda of the default",
            "The weight of the language is always one half, whatever was asked for.",
            "Which of the arguments have you not used yet?",
            edits=((_GRADIENTS, "film_gradients(params, ids, label)"),),
        ),
        Mistake(
            "lambda 0",
            "The steps follow the loss of the class alone: the language has no part in it.",
            _COMBINED,
            edits=((_GRADIENTS, "film_gradients(params, ids, label, 0.0)"),),
        ),
        Mistake(
            "lambda 1",
            "Both losses count in full; that of the language has a weight.",
            _COMBINED,
            edits=((_GRADIENTS, "film_gradients(params, ids, label, 1.0)"),),
        ),
        Mistake(
            "learning rate for lambda",
            "The learning rate was taken for the weight of the language.",
            "In which order does your combined loss take its arguments?",
            edits=((_GRADIENTS, "film_gradients(params, ids, label, lr)"),),
        ),
        Mistake(
            "labels exchanged",
            "The model was trained on the other class of each review.",
            "Which class does a label of 1 stand for?",
            edits=((_GRADIENTS, "film_gradients(params, ids, 1 - label, lm_weight)"),),
        ),
        Mistake(
            "two steps for each review",
            "Each review gives two steps, one for the language and one for the class; both losses belong to one step.",
            _COMBINED,
            edits=(
                (
                    _LOSS,
                    "            _, grads = film_gradients(params, ids)\n"
                    "            params, moments = film_adam(params, grads, moments, lr * 1.0)\n"
                    "            _, grads = film_gradients(params, ids, label, 0.0)\n",
                ),
            ),
        ),
        Mistake(
            "wy trained alone",
            "Only wy was moved; all parameters should learn.",
            "Which of the parameters have a gradient?",
            edits=(
                (
                    _LOSS,
                    _LOSS + '            grads = {name: (name == "wy") * grads[name] for name in params}\n',
                ),
            ),
        ),
        Mistake(
            "wy left alone",
            "wy was never moved; it is what this stage is there for.",
            "Which of the parameters have a gradient?",
            edits=(
                (
                    _LOSS,
                    _LOSS + '            grads = {name: (name != "wy") * grads[name] for name in params}\n',
                ),
            ),
        ),
        Mistake(
            "wy drawn to zero first",
            "wy began as zeros, where it comes along with the other parameters.",
            "Which parameters does this stage begin with?",
            edits=((_FRESH, '    params = dict(params) | {"wy": 0 * params["wy"]}\n' + _FRESH),),
        ),
        Mistake(
            "read at the first position",
            "The class was read at the first position, which has seen nothing of the sentence.",
            _READ,
            edits=((_SCORES, _SCORES.replace("[-1]", "[0]")),),
        ),
        Mistake(
            "read before Extract",
            "The class was read one position before the last.",
            _READ,
            edits=((_SCORES, _SCORES.replace("[-1]", "[-2]")),),
        ),
        Mistake(
            "read from the mean state",
            "The class was read from the mean of all states.",
            _READ,
            edits=((_SCORES, _SCORES.replace("[-1]", ".mean(axis=0)")),),
        ),
        Mistake(
            "less likely class",
            "The class with the smaller score was taken for the answer, or wrong answers were counted.",
            "Which of the two scores belongs to the likelier class?",
            edits=((".argmax()", ".argmin()"),),
        ),
        Mistake(
            "number of right answers",
            "This is the number of right answers; their share was asked for.",
            _SHARE,
            edits=(("np.mean(right)", "np.sum(right)"),),
        ),
        Mistake(
            "percent",
            "These are hundredths; a share lies between 0 and 1.",
            _SHARE,
            edits=(("np.mean(right)", "100 * np.mean(right)"),),
        ),
        Mistake(
            "share of class 1",
            "This is the share of the reviews that were taken for class 1, whether that is right or not.",
            "With what does an answer have to agree?",
            edits=((".argmax() == label", ".argmax() == 1"),),
        ),
        Mistake(
            "probability of the label",
            "These are probabilities of the right class; the share of right answers was asked for.",
            _SHARE,
            edits=(
                (
                    f"({_SCORES}).argmax() == label",
                    f"np.exp(({_SCORES}) - np.log(np.exp({_SCORES}).sum()))[label]",
                ),
            ),
        ),
        Mistake(
            "last review alone",
            "The accuracy is that of the last review alone.",
            _SHARE,
            edits=(("np.mean(right)", "np.mean(right[-1:])"),),
        ),
        Mistake(
            "losses for accuracies",
            "The list holds losses, where the share of right answers was asked for.",
            _SHARE,
            edits=(
                (
                    f"({_SCORES}).argmax() == label",
                    "film_gradients(params, ids, label, lm_weight)[0] + 0.0",
                ),
            ),
        ),
        *(
            Mistake(
                f"asked on the way, {when}, {which}",
                "The answers of an epoch were counted on the way, each at other parameters; all reviews should be asked "
                "with the parameters of its end.",
                "Which parameters should each number of the list belong to?",
                edits=(
                    (_REVIEWS, "        seen = []\n" + _REVIEWS),
                    (_LOSS, before + _LOSS),
                    (_STEP, _STEP + after),
                    *ends,
                ),
            )
            for when, before, after in (("before each step", _ASKED, ""), ("after each step", "", _ASKED))
            for which, ends in (
                ("from the start", ((_AFTER, _COUNTED),)),
                (
                    "to the end",
                    (
                        ("[accuracy()]\n", "[]\n"),
                        (
                            _AFTER + "    return params, accuracies",
                            _COUNTED + "    return params, [*accuracies, accuracy()]",
                        ),
                    ),
                ),
            )
        ),
        Mistake(
            "always asked at the start",
            "Every number was measured with the parameters that training began with.",
            "Which parameters should each number of the list belong to?",
            edits=(
                (_SCORES, 'film_forward(first, ids)[0][-1] @ first["wy"]'),
                (_FRESH, "    first = params\n" + _FRESH),
            ),
        ),
        Mistake(
            "no accuracy before the start",
            "The list lacks the accuracy before the first epoch.",
            _WHEN,
            edits=(("[accuracy()]\n", "[]\n"),),
        ),
        Mistake(
            "no accuracy at the end",
            "The list lacks the accuracy at the end.",
            _WHEN,
            edits=(
                ("[accuracy()]\n", "[]\n"),
                (_REVIEWS, _AFTER + _REVIEWS),
                (_AFTER + "    return", "    return"),
            ),
        ),
        Mistake(
            "accuracy at every step",
            "The list has a number for every step, where one for every epoch was asked for.",
            _WHEN,
            edits=((_AFTER, _AFTER.replace("        a", "            a")),),
        ),
        Mistake(
            "one number",
            "Only the last accuracy came back, where a list was asked for.",
            _WHEN,
            edits=(("return params, accuracies", "return params, accuracies[-1]"),),
        ),
        Mistake(
            "accuracies alone",
            "The accuracies are there, and the trained parameters are missing.",
            "How many results were asked for?",
            edits=(("return params, accuracies", "return accuracies"),),
        ),
        Mistake(
            "parameters alone",
            "The trained parameters are there, and the accuracies are missing.",
            "How many results were asked for?",
            edits=(("return params, accuracies", "return params"),),
        ),
        Mistake(
            "results exchanged",
            "Parameters and accuracies stand in each other's place.",
            "In which order were they asked for?",
            edits=(("return params, accuracies", "return accuracies, params"),),
        ),
        Mistake(
            "first parameters returned",
            "The parameters that came back are those that training began with.",
            "Which parameters were to be returned?",
            edits=((_FRESH, "    first = params\n" + _FRESH), ("return params,", "return first,")),
        ),
    ),
    but=(
        "moments lost at every epoch",
        "lambda of the default",
        "label forgotten",
        "no accuracy before the start",
    ),
)
