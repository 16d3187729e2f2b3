"""21.3: other rewards than those of DPO."""

from ..exercise import Mistake

REWARDS = "rewards = beta * (chosen - ref_chosen), beta * (rejected - ref_rejected)"
REFERENCE = "What is the reward of an answer that the model finds exactly as likely as its reference does?"
BETA = "Which numbers does beta multiply, and how often?"
WINS = "Which of the four log-probabilities raise the margin, and which lower it?"
_LOGS = "Are these probabilities, or logs of them?"

DPO_REWARDS = (
    *(
        Mistake(key, says, asks, edits=((REWARDS, new),))
        for key, says, asks, new in (
            (
                "reference of the chosen one only",
                "Only the chosen answer was held against the reference.",
                REFERENCE,
                "rewards = beta * (chosen - ref_chosen), beta * rejected",
            ),
            (
                "reference of the rejected one only",
                "Only the rejected answer was held against the reference.",
                REFERENCE,
                "rewards = beta * chosen, beta * (rejected - ref_rejected)",
            ),
            (
                "sign of the rejected one's reference",
                "The reference's log-probability of the rejected answer has the wrong sign in the margin.",
                WINS,
                "rewards = beta * (chosen - ref_chosen), beta * (rejected + ref_rejected)",
            ),
            (
                "sign of the chosen one's reference",
                "The reference's log-probability of the chosen answer has the wrong sign in the margin.",
                WINS,
                "rewards = beta * (chosen + ref_chosen), beta * (rejected - ref_rejected)",
            ),
            (
                "rewards added",
                "The two rewards were added; the margin is their difference.",
                WINS,
                "rewards = beta * (chosen - ref_chosen), -beta * (rejected - ref_rejected)",
            ),
            (
                "beta on the chosen one only",
                "Beta multiplies the chosen answer's reward alone.",
                BETA,
                "rewards = beta * (chosen - ref_chosen), rejected - ref_rejected",
            ),
            (
                "beta on the rejected one only",
                "Beta multiplies the rejected answer's reward alone.",
                BETA,
                "rewards = chosen - ref_chosen, beta * (rejected - ref_rejected)",
            ),
            (
                "beta on the model only",
                "Beta multiplies the model's log-probabilities alone, and not those of the reference.",
                BETA,
                "rewards = beta * chosen - ref_chosen, beta * rejected - ref_rejected",
            ),
            (
                "beta on the reference only",
                "Beta multiplies the reference's log-probabilities alone, and not those of the model.",
                BETA,
                "rewards = chosen - beta * ref_chosen, rejected - beta * ref_rejected",
            ),
            (
                "divided by beta",
                "The rewards were divided by beta, where they have to be multiplied.",
                BETA,
                "rewards = (chosen - ref_chosen) / beta, (rejected - ref_rejected) / beta",
            ),
            (
                "beta squared",
                "Beta was applied twice.",
                BETA,
                "rewards = beta * beta * (chosen - ref_chosen), beta * beta * (rejected - ref_rejected)",
            ),
            (
                "beta fixed",
                "Beta has its usual value, where you were given another.",
                "Which of the arguments have you not used yet?",
                "rewards = 0.1 * (chosen - ref_chosen), 0.1 * (rejected - ref_rejected)",
            ),
            (
                "beta added",
                "Beta was added to the margin, where it multiplies.",
                BETA,
                "rewards = chosen - ref_chosen + beta, rejected - ref_rejected",
            ),
            (
                "quotients of log-probabilities",
                "The log-probabilities were divided by each other; the log of a quotient is a difference of logs.",
                _LOGS,
                "rewards = beta * (chosen / ref_chosen), beta * (rejected / ref_rejected)",
            ),
            (
                "probabilities",
                "The exponentials of the log-probabilities were taken; numbers like 0.000000002 remain of whole answers.",
                _LOGS,
                "xp = array_module(chosen)\n"
                "    rewards = (\n"
                "        beta * (xp.exp(chosen) - xp.exp(ref_chosen)),\n"
                "        beta * (xp.exp(rejected) - xp.exp(ref_rejected)),\n"
                "    )",
            ),
            (
                "quotients of probabilities",
                "The rewards are quotients of probabilities; their logs are the rewards.",
                _LOGS,
                "xp = array_module(chosen)\n"
                "    rewards = beta * xp.exp(chosen - ref_chosen), beta * xp.exp(rejected - ref_rejected)",
            ),
            (
                "logs of logs",
                "The log was taken of numbers that are logs already.",
                _LOGS,
                "xp = array_module(chosen)\n"
                "    rewards = beta * (xp.log(-chosen) - xp.log(-ref_chosen)), "
                "beta * (xp.log(-rejected) - xp.log(-ref_rejected))",
            ),
            (
                "reference for the model",
                "The rewards are made of the reference's log-probabilities alone; they do not change while the model learns.",
                REFERENCE,
                "rewards = beta * ref_chosen, beta * ref_rejected",
            ),
            (
                "chosen one alone",
                "The rejected answer does not occur in the margin.",
                WINS,
                "rewards = beta * (chosen - ref_chosen), 0 * rejected",
            ),
            (
                "rejected one alone",
                "The chosen answer does not occur in the margin.",
                WINS,
                "rewards = 0 * chosen, beta * (rejected - ref_rejected)",
            ),
            (
                "averaged rewards",
                "The rewards of the pairs were averaged before the margin was taken; each pair has its own.",
                "How many margins are there?",
                "rewards = beta * (chosen - ref_chosen), beta * (rejected - ref_rejected).mean() + 0 * rejected",
            ),
            (
                "mean of each margin halved",
                "The margin was halved, as if it were a mean of the two answers.",
                WINS,
                "rewards = beta * (chosen - ref_chosen) / 2, beta * (rejected - ref_rejected) / 2",
            ),
        )
    ),
)
