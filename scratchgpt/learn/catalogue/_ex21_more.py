"""21.1 to 21.4: further mistakes, each for itself."""

from ..exercise import Mistake

_MARGIN = "margin = chosen - rejected"
_LOSSES = "losses = array_module(margin).logaddexp(0, -margin)"
_XP = "array_module(margin)"
_LOG = "How large should the loss of a pair be to which the model gives half a chance?"
_FAR = "What is the loss when the margin is -900, and can a float hold the probability that belongs to it?"
_WINS = "Which answer should have the larger reward, and what does the loss do then?"
_SHIFT = "Does the loss change when both rewards grow by 1?"
_MANY = "How many margins are there?"
_INFINITE = "And for an extreme pair it is infinite or no number."

LOSSES = (
    *(
        Mistake(key, says, asks, edits=((_LOSSES, new),))
        for key, says, asks, new in (
            (
                "straight below a bound",
                "For large margins the loss was set to 0 or to the margin itself at a bound that is too near.",
                _FAR,
                f"losses = {_XP}.where(abs(margin) > 2, {_XP}.maximum(0, -margin), {_XP}.logaddexp(0, -margin))",
            ),
            (
                "infinite losses cut to 0",
                "The loss of a very wrong pair, infinite on the way, was replaced by 0; on paper it is about as large as the margin.",
                _FAR,
                f"losses = {_XP}.nan_to_num({_XP}.log(1 + {_XP}.exp(-margin)), posinf=0.0)",
            ),
            (
                "infinite losses cut",
                "The loss of a very wrong pair, infinite on the way, was replaced by the largest float.",
                _FAR,
                f"losses = {_XP}.nan_to_num({_XP}.log(1 + {_XP}.exp(-margin)))",
            ),
            (
                "squared hinge",
                "That is the square of a hinge; the negative log of a sigmoid was asked for.",
                _LOG,
                f"losses = {_XP}.maximum(0, 1 - margin) ** 2",
            ),
            (
                "weighed by the error",
                "Each loss was weighed by the probability of the wrong outcome.",
                _LOG,
                f"losses = {_XP}.logaddexp(0, -margin) * {_XP}.exp(-{_XP}.logaddexp(0, margin))",
            ),
            (
                "log of the wrong outcome, overflow",
                f"The log was taken of the probability of the wrong outcome: the loss grows with the margin. {_INFINITE}",
                _WINS,
                f"losses = {_XP}.log(1 + {_XP}.exp(margin))",
            ),
            (
                "both outcomes, overflow",
                f"The logs of both outcomes went into the loss; only the one that came true counts. {_INFINITE}",
                "How many outcomes has a pair, and how many of them came true?",
                f"losses = -{_XP}.log(1 / (1 + {_XP}.exp(-margin))) - {_XP}.log(1 - 1 / (1 + {_XP}.exp(-margin)))",
            ),
            (
                "each answer on its own, overflow",
                "Each answer was judged on its own, the chosen one as good and the rejected one as bad: the loss is to depend on "
                f"their difference alone. {_INFINITE}",
                _SHIFT,
                f"losses = -{_XP}.log(1 / (1 + {_XP}.exp(-chosen))) - {_XP}.log(1 - 1 / (1 + {_XP}.exp(-rejected)))",
            ),
            (
                "difference of the logs, overflow",
                "The log of a sigmoid was taken of each reward, and then the difference; the log is one of the margin's sigmoid. "
                f"{_INFINITE}",
                _SHIFT,
                f"losses = {_XP}.log(1 / (1 + {_XP}.exp(-rejected))) - {_XP}.log(1 / (1 + {_XP}.exp(-chosen)))",
            ),
            (
                "margin of the probabilities in the loss",
                "Each reward passed a sigmoid of its own before the difference was taken; the margin in the cache is right.",
                "Which comes first, the difference or the sigmoid?",
                f"apart = 1 / (1 + {_XP}.exp(-chosen)) - 1 / (1 + {_XP}.exp(-rejected))\n"
                f"    losses = {_XP}.logaddexp(0, -apart)",
            ),
            (
                "log of the misjudged probability",
                "The log was taken of the probability of the wrong outcome, without a minus.",
                _WINS,
                f"losses = -{_XP}.logaddexp(0, margin)",
            ),
        )
    ),
    *(
        Mistake(
            f"margin bounded at {most}, in the cache too",
            f"Margins were cut off at {most} and at -{most}, in the cache too: a pair that is judged quite wrongly costs "
            "more than that.",
            _FAR,
            edits=((_MARGIN, f"margin = array_module(chosen).clip(chosen - rejected, -{most}, {most})"),),
        )
        for most in (20, 30, 50, 100, 500, 700)
    ),
    Mistake(
        "mean margin",
        "The margins were averaged first, and the loss of that one margin was taken; the cache holds it too. Each pair has a "
        "loss, and the losses are averaged.",
        _MANY,
        edits=((_MARGIN, "margin = (chosen - rejected).mean()"),),
    ),
)

_REWARDS = "rewards = beta * (chosen - ref_chosen), beta * (rejected - ref_rejected)"
_CACHE = "DPOCache(margin, beta)"

DPO = (
    Mistake(
        "logs of exponentials",
        "The log-probabilities became probabilities and logs again: those of long answers are lost on the way.",
        "Can a float hold a probability whose log is -950?",
        edits=(
            (
                _REWARDS,
                "xp = array_module(chosen)\n"
                "    rewards = beta * xp.log(xp.exp(chosen) / xp.exp(ref_chosen)), "
                "beta * xp.log(xp.exp(rejected) / xp.exp(ref_rejected))",
            ),
        ),
    ),
    Mistake(
        "beta fixed, in the cache too",
        "Beta has its usual value, in the loss and in the cache, where you were given another.",
        "Which of the arguments have you not used yet?",
        edits=((_REWARDS, f"beta = 0.1\n    {_REWARDS}"),),
    ),
    Mistake(
        "1 cached for beta",
        "The loss and the margins are right, but the cache holds a beta of 1.",
        "What was the cache to hold?",
        edits=((_CACHE, "DPOCache(margin, 1.0)"),),
    ),
)

_WRONG = "wrong, _ = sigmoid_forward(-margin)"
_DMARGIN = "dmargin = -wrong * (dloss / len(margin))"
_RETURN = "return dmargin, -dmargin"
_EACH = "How many pairs are there, and how many numbers should each gradient have?"
_PUSH = "How hard should a pair pull that is judged rightly and surely, and how hard one that is misjudged?"

SLOPES = tuple(
    Mistake(key, says, asks, edits=((old, new),))
    for key, says, asks, old, new in (
        (
            "slope alone",
            "The gradient that came from above and the portion of the mean are both missing: only the slope of each pair's loss "
            "is left.",
            "By what is the slope of each pair multiplied?",
            _DMARGIN,
            "dmargin = -wrong",
        ),
        (
            "one push for every pair",
            "Every pair got the average of all pushes; each has its own.",
            _EACH,
            _DMARGIN,
            "dmargin = 0 * margin - dloss * wrong.mean()",
        ),
        (
            "one averaged push for every pair",
            "Every pair got the average of all gradients; each has its own.",
            _EACH,
            _DMARGIN,
            "dmargin = 0 * margin - dloss * wrong.mean() / len(margin)",
        ),
        (
            "errors and draws only",
            "Only pairs that are not judged rightly pull, each with 1: that is the slope of a hinge.",
            _PUSH,
            _WRONG,
            "wrong = (margin <= 0).astype(margin.dtype)",
        ),
        (
            "both gradients in one array",
            "The two gradients lie in one array, a row for each; a pair of arrays was asked for.",
            _EACH,
            _RETURN,
            "return array_module(margin).stack([dmargin, -dmargin])",
        ),
    )
)
