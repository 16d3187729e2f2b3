"""Known mistakes of F.13, pre-training."""

from ...worked.film_by_hand_training import film_pretrain
from ..exercise import Mistake
from ._project_film_loop_mistakes import Loop, of_the_loop
from ._unpaired import unpaired

_FRESH = "    moments, perplexities = fresh_moments(params), [perplexity()]\n"
_SENTENCES = "        for ids in sentences:\n"
_LOSS = "            _, grads = film_gradients(params, ids)\n"
_AFTER = "        perplexities.append(perplexity())\n"
_MEAN = "np.average(losses, weights=[len(ids) - 1 for ids in sentences])"

_MEANS = "How many predicted words has each sentence, and how many has all of the text?"
_WHEN = "How many numbers does the list hold after no epoch, and how many after one?"

PRETRAIN = unpaired(
    film_pretrain,
    (
        *of_the_loop(Loop("sentences", "ids", _SENTENCES, _LOSS, "0.01")),
        Mistake(
            "combined loss",
            "The sentences were given a label: in this stage there is none.",
            "What can the gradients of a sentence without a label depend on?",
            edits=((_LOSS, _LOSS.replace("(params, ids)", "(params, ids, 0)")),),
        ),
        Mistake(
            "mean of the sentences' losses",
            "The perplexity comes from the mean of the sentences' losses: a word of a short sentence counts more.",
            _MEANS,
            edits=((_MEAN, "np.mean(losses)"),),
        ),
        Mistake(
            "mean of the sentences' perplexities",
            "The perplexities of the sentences were averaged; the mean loss has to be taken first.",
            "In which order do mean and power of e stand?",
            edits=((f"np.exp({_MEAN})", "np.mean(np.exp(losses))"),),
        ),
        Mistake(
            "sentences weighted by their words",
            "A sentence counts as often as it has words; one of them is not predicted.",
            _MEANS,
            edits=(("len(ids) - 1 for", "len(ids) for"),),
        ),
        Mistake(
            "perplexities weighted by their words",
            "The perplexities of the sentences were averaged with their numbers of words; the mean loss has to be taken first.",
            "In which order do mean and power of e stand?",
            edits=((f"np.exp({_MEAN})", f"{_MEAN.replace('losses', 'np.exp(losses)')}"),),
        ),
        Mistake(
            "divided by all words",
            "The losses of the predicted words were divided by the number of all words; the first of a sentence is not predicted.",
            _MEANS,
            edits=(
                (
                    _MEAN,
                    "sum(x * (len(ids) - 1) for x, ids in zip(losses, sentences)) / sum(map(len, sentences))",
                ),
            ),
        ),
        Mistake(
            "losses of the sentences added",
            "The sentences' losses were added, and not averaged, before the power was taken.",
            "What is averaged in a perplexity?",
            edits=((_MEAN, "np.sum(losses)"),),
        ),
        Mistake(
            "losses for perplexities",
            "These are mean losses: a perplexity is e to them.",
            "Was the mean loss asked for, or e to it?",
            edits=((f"np.exp({_MEAN})", _MEAN),),
        ),
        Mistake(
            "powers of 2",
            "The losses were taken for powers of 2, and they are in nats.",
            "Which base has the logarithm in your loss?",
            edits=(("np.exp(np.average", "np.exp2(np.average"),),
        ),
        Mistake(
            "sum for mean",
            "The losses were added up before the power was taken: this is the perplexity of all the text at once.",
            "What is averaged in a perplexity?",
            edits=((_MEAN, "np.sum(losses * np.array([len(ids) - 1 for ids in sentences]))"),),
        ),
        Mistake(
            "perplexity of the last sentence",
            "The perplexity is that of the last sentence alone.",
            _MEANS,
            edits=((_MEAN, "losses[-1]"),),
        ),
        Mistake(
            "no perplexity before the start",
            "The list lacks the perplexity before the first epoch.",
            _WHEN,
            edits=(("[perplexity()]\n", "[]\n"),),
        ),
        Mistake(
            "no perplexity at the end",
            "The list lacks the perplexity at the end.",
            _WHEN,
            edits=(
                ("[perplexity()]\n", "[]\n"),
                (_SENTENCES, _AFTER + _SENTENCES),
                (_AFTER + "    return", "    return"),
            ),
        ),
        Mistake(
            "perplexity at every step",
            "The list has a number for every step, where one for every epoch was asked for.",
            _WHEN,
            edits=((_AFTER, _AFTER.replace("        p", "            p")),),
        ),
        *(
            Mistake(
                f"perplexity as it was on the way, {how}, {which}",
                "The numbers of an epoch come from the losses of its steps, each at other parameters; all sentences should "
                "be asked with the parameters of its end.",
                "Which parameters should each number of the list belong to?",
                edits=(
                    (_SENTENCES, "        seen = []\n" + _SENTENCES),
                    (_LOSS, _LOSS.replace("_, grads", "loss, grads") + "            seen.append(loss)\n"),
                    *ends,
                ),
            )
            for how, mean in (
                ("by words", _MEAN.replace("losses", "seen")),
                ("by sentences", "np.mean(seen)"),
            )
            for which, ends in (
                ("from the start", ((_AFTER, f"        perplexities.append(float(np.exp({mean})))\n"),)),
                (
                    "to the end",
                    (
                        ("[perplexity()]\n", "[]\n"),
                        (
                            _AFTER + "    return params, perplexities",
                            f"        perplexities.append(float(np.exp({mean})))\n"
                            "    return params, [*perplexities, perplexity()]",
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
                (
                    "film_language_loss(params, film_forward(params, ids)",
                    "film_language_loss(first, film_forward(first, ids)",
                ),
                (_FRESH, "    first = params\n" + _FRESH),
            ),
        ),
        Mistake(
            "one number",
            "Only the last perplexity came back, where a list was asked for.",
            _WHEN,
            edits=(("return params, perplexities", "return params, perplexities[-1]"),),
        ),
        Mistake(
            "perplexities alone",
            "The perplexities are there, and the trained parameters are missing.",
            "How many results were asked for?",
            edits=(("return params, perplexities", "return perplexities"),),
        ),
        Mistake(
            "parameters alone",
            "The trained parameters are there, and the perplexities are missing.",
            "How many results were asked for?",
            edits=(("return params, perplexities", "return params"),),
        ),
        Mistake(
            "results exchanged",
            "Parameters and perplexities stand in each other's place.",
            "In which order were they asked for?",
            edits=(("return params, perplexities", "return perplexities, params"),),
        ),
        Mistake(
            "first parameters returned",
            "The parameters that came back are those that training began with.",
            "Which parameters should the next stage begin with?",
            edits=((_FRESH, "    first = params\n" + _FRESH), ("return params,", "return first,")),
        ),
    ),
    but=(
        "moments lost at every epoch",
        "mean of the sentences' losses",
        "sentences weighted by their words",
        "losses for perplexities",
        "no perplexity before the start",
    ),
)
