"""What the captions of the pictures of lesson 09 say, on the data that are drawn."""

import dataclasses

import numpy as np
import pytest

from scratchgpt.config import PRESETS
from scratchgpt.costs import parameters_by_part
from scratchgpt.model import GPT
from scratchgpt.plots import assembly as plots
from scratchgpt.worked import signs_of_life
from scratchgpt.worked.decoder import decoder, decoder_gradients


def test_shares_of_the_parts():
    names = ("mini", "openai-gpt", "gpt2", "gpt2-medium", "gpt2-xl")
    models = {name: parameters_by_part(PRESETS[name].model) for name in names}
    shares = {name: {k: n / sum(parts.values()) for k, n in parts.items()} for name, parts in models.items()}
    for parts in shares.values():
        assert parts["MLP"] == pytest.approx(2 * parts["attention"], rel=5e-3), "always twice attention"
        assert parts["norms"] < 0.002, "too thin to draw"
    assert shares["gpt2"]["embeddings"] == pytest.approx(1 / 3, abs=0.03), "nearly a third"
    assert shares["gpt2-xl"]["embeddings"] == pytest.approx(1 / 20, abs=0.005)
    assert shares["gpt2"]["MLP"] == pytest.approx(0.455, abs=5e-4)
    axes = plots.parameter_shares(models).axes[0]
    widths = np.array([bar.get_width() for bar in axes.patches]).reshape(5, 5)  # (parts, models)
    np.testing.assert_allclose(widths.sum(axis=0), 1)
    assert widths[3, 2] == pytest.approx(shares["gpt2"]["MLP"])
    assert "GPT" not in axes.get_yticklabels()[0].get_text()


def test_both_parts_of_the_tables_gradient():
    grads = decoder_gradients(*decoder())
    assert (grads.lookup[3:] == 0).all(), "nothing for what was not looked up"
    assert (np.abs(grads.head).max(axis=1) > 0.01).all(), "every row gets something from the head"
    sizes = [np.linalg.norm(part[0]) for part in (grads.lookup, grads.head)]
    assert 1 < sizes[0] / sizes[1] < 2.5, "in the first row both matter"


@pytest.mark.exhaustive
def test_one_batch_starts_at_guessing_and_is_learned():
    texts, targets, size = signs_of_life.one_batch()
    model = signs_of_life.small_model(size)
    losses = signs_of_life.overfit(model, model.init(np.random.default_rng(0)), texts, targets)
    assert losses[0] == pytest.approx(np.log(size), abs=0.05), "it starts on the dashed line"
    assert losses[-1] < 0.01, "below a hundredth after a hundred steps"
    axes = plots.one_batch(losses, float(np.log(size))).axes[0]
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), losses)


def test_what_a_replaced_token_reaches():
    model = signs_of_life.small_model(20, 9)
    params = model.init(np.random.default_rng(0))
    open_model = GPT(dataclasses.replace(model.config, causal=False))
    changes = {
        name: signs_of_life.logit_changes(one, params, np.arange(9), 5, 19)
        for name, one in {"causal": model, "open": open_model}.items()
    }
    assert (changes["causal"][:5] == 0).all() and (changes["causal"][5:] > 0).all()
    assert (changes["open"] > 0).all()
    left, right = plots.reach([str(i) for i in range(9)], 5, changes).axes
    assert [text.get_text() for text in left.texts] == ["0"] * 5 and len(right.texts) == 0
    assert left.patches[5].get_facecolor() != left.patches[4].get_facecolor()
