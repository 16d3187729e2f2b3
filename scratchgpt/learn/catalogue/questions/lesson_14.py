"""Recall questions of lesson 14."""

import numpy as np

from ....tasks.batches import collate
from ....tokenizer import CharTokenizer
from ...questions import Question


def _entailment_length() -> int:
    """Tokens of a premise of 8 and a hypothesis of 7 tokens, in the format of a pair."""
    from ....tasks.formats import Formatter, Specials

    characters = CharTokenizer(" abcdefgh")
    formatter = Formatter(characters, "pair", Specials.behind(characters.vocab_size), 64)
    ((row,),) = [formatter.sequences(["abcdefg", "abcdef"])]  # a space goes before each text
    return len(row)


def _who_teaches_the_classifier() -> str:
    """Which of the two losses gives W_y a gradient, in the film example."""
    from ....worked.combined_loss import gradients
    from ....worked.film_stages import film_model, reviews, xavier

    model = film_model()
    found = gradients(model, xavier(model, np.random.default_rng(0)), collate(reviews()))
    task, language = (bool(g.flat["classifier.weight"].any()) for g in (found.task, found.language))
    return "both" if task and language else "L2" if task else "L1"


def _with_a_sum() -> float:
    """L3 from L2 = -0.45 and a sum of log-probabilities of -12.3 over 25 tokens, lambda 0.5."""
    return -0.45 + 0.5 * (-12.3 / 25)


QUESTIONS = (
    Question(
        "14.q1",
        "A premise has 8 tokens, a hypothesis 7. How many tokens does the model read for this pair?",
        _entailment_length,
        {
            15: "Those are the two texts: Start, Delim and Extract stand around and between them.",
            17: "That is the number of the last position: counting begins at 0.",
            19: "Count once more: three special tokens, not four. There is one Delim.",
        },
        tolerance=1e-9,
    ),
    Question(
        "14.q2",
        "L3 = L2 + 0.5 L1. Which of the two losses gives the classifier's matrix W_y a gradient: L1, L2 or both?",
        _who_teaches_the_classifier,
        {
            "both": "Follow W_y through the formula of the next-token loss: where does it stand in it?",
            "L1": "L1 scores tokens with the token table, and knows nothing of classes.",
        },
    ),
    Question(
        "14.q3",
        "Log-likelihoods: L2 = -0.45; the next-token ones of 25 tokens sum to -12.3. "
        "What is L3 with lambda 0.5 and L1 a mean?",
        _with_a_sum,
        {
            -6.60: "That takes the sum for the mean: first divide by the number of tokens.",
            -0.942: "Lambda is missing: the language counts half.",
            -0.204: "The sign of L1 was turned: both are log-likelihoods and negative.",
        },
        tolerance=1e-2,
    ),
)
