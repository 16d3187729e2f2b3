"""The pictures of lesson 00: what their captions say holds for what they draw."""

import numpy as np
import pytest

from scratchgpt import pretrained, sampling
from scratchgpt.config import SampleConfig
from scratchgpt.experiments.floor_plan import FLOORS
from scratchgpt.plots import floor_plan
from scratchgpt.plots.first_look import drawn_tokens, next_tokens, the_loop


@pytest.fixture(scope="module")
def mini():
    return pretrained.load("mini", dtype=np.float64)


def test_the_model_is_sure_where_english_is_sure(mini):
    model, params, tokenizer = mini
    panels = {}
    for text in ("Once upon a", "She wanted to play with her", "The"):
        logits, _ = model.forward(params, np.array([tokenizer.encode(text)]))
        probs = sampling.probabilities(logits[0, -1], SampleConfig(temperature=1.0, top_p=1.0))
        best = np.argsort(-probs)[:6]
        panels[text] = [tokenizer.decode([int(i)]) for i in best], probs[best]
    sure, some, unsure = next_tokens(panels, 4096).axes
    heights = [np.array([bar.get_width() for bar in axes.patches]) for axes in (sure, some, unsure)]
    for drawn in heights:
        assert len(drawn) == 7 and drawn.sum() == pytest.approx(1)
    assert heights[0][0] > 0.95
    assert 2 <= (heights[1][:6] > 0.05).sum() <= 5
    assert heights[2][:6].sum() < 0.2 and heights[2][6] > 0.8
    assert sure.get_yticklabels()[6].get_text() == "4,090 others"


def test_bright_and_dark_tokens_of_the_story(mini):
    model, params, tokenizer = mini
    config, prompt = SampleConfig(max_new_tokens=60), tokenizer.encode("Once upon a time")
    rng = sampling.generator(4)
    sample = sampling.sample_text(model, params, tokenizer, prompt, config, rng, logprobs=True)
    tokens, probs = [tokenizer.decode([i]) for i in sample.token_ids], np.exp(sample.logprobs)
    chance = dict(zip(reversed(tokens), reversed(probs), strict=True))  # of several equal ones, the first
    assert min(chance[" years"], chance[" old"], chance[" day"]) > 0.85
    assert max(chance[" Lucy"], chance[" curious"], chance[" moon"]) < 0.15
    axes = drawn_tokens(tokens, probs).axes[0]
    assert len(axes.patches) == 60
    brightness = [sum(patch.get_facecolor()[:3]) for patch in axes.patches]
    assert np.array_equal(np.argsort(brightness)[-3:], np.argsort(probs)[-3:])
    written = [text.get_text() for text in axes.texts[::2]]
    assert written[:2] == ["·there", "·was"] and "\\n" in written
    shares = [text.get_text() for text in axes.texts[1::2]]
    assert shares[tokens.index(" moon")] == "<0.01" and "0.00" not in shares, "none is zero"


def test_chance_enters_the_loop_at_one_place():
    axes = the_loop(4, 4096).axes[0]
    words = [text.get_text() for text in axes.texts]
    for word in ("text", "tokens", "GPT", "probabilities", "draw", "4 numbers", "4,096 numbers"):
        assert word in words
    colours = [patch.get_edgecolor() for patch in axes.patches if patch.get_width() == 1.5]
    assert len(colours) == 5 and len(set(colours[:4])) == 1 and colours[4] != colours[0]


def test_the_floor_plan_as_the_tour_describes_it():
    assert len(FLOORS) == 8
    labels = [label for label, _ in FLOORS]
    assert (labels[0], labels[-2:]) == ("commands", ["calculus", "ground"])
    assert "ops" in dict(FLOORS[-2][1])
    bold = [t.get_text() for t in floor_plan(FLOORS).axes[0].texts if t.get_fontweight() == "bold"]
    assert bold == [name for _, rooms in FLOORS for name, _ in rooms]
