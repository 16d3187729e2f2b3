"""Recall questions of lesson 00."""

import json
from typing import Any

import numpy as np

from ....config import GPTConfig, SampleConfig
from ....model import GPT
from ....resources import data_path
from ....sampling import generator, stream
from ...questions import Question


def _vocabulary() -> int:
    """The number of tokens that the bundled model chooses from, as its folder says it."""
    config = json.loads((data_path("mini") / "config.json").read_text(encoding="utf-8"))
    return int(config["vocab_size"])


def _drawn(seed: int) -> tuple[list[int], int]:
    """Draw 60 tokens from a small random model; return them, and how often the model was run for them."""
    runs = []

    class Counting(GPT):
        def hidden(self, *args: Any, **options: Any) -> Any:
            runs.append(1)
            return super().hidden(*args, **options)

    model = Counting(GPTConfig(vocab_size=50, block_size=128, n_layer=1, n_head=1, n_embd=8))
    params = model.init(np.random.default_rng(0))
    tokens = list(stream(model, params, [1, 2], SampleConfig(max_new_tokens=60), generator(seed)))
    return tokens, len(runs)


QUESTIONS = (
    Question(
        "00.q1",
        "You give the bundled model a prompt. How many numbers does it give back about the next token? (Its "
        "vocabulary has 4,096 tokens, its longest text 256.)",
        _vocabulary,
        {
            1: "Then nothing would be left to choose. One token is drawn afterwards, by another program.",
            256: "That is how many tokens it can read at a time: the next one is chosen from all it knows.",
            50_257: "That is the size of GPT-2's vocabulary; the bundled model has one of its own.",
        },
        tolerance=1e-9,
    ),
    Question(
        "00.q2",
        "You ask for 60 new tokens. How many times is the model run?",
        lambda: _drawn(seed=0)[1],
        {
            1: "One run says something about one next token: what comes after it depends on which was drawn.",
            4096: "One run gives a number for each of the 4,096 tokens: they need no run each.",
            61: "The prompt is read by the run that gives the first token; nothing follows the last.",
        },
        tolerance=1e-9,
    ),
    Question(
        "00.q3",
        "The same prompt, the same settings, the same seed, twice: are the two texts same or different?",
        lambda: "same" if _drawn(seed=3) == _drawn(seed=3) else "different",
        {
            "different": "Chance enters through the seed alone, and that was the same: what else could differ?",
            "sometimes": "Nothing here depends on the clock or on what ran before: state is passed along.",
        },
    ),
)
