"""What the captions of lesson 02 say, on the data that is plotted."""

import numpy as np
import pytest

from scratchgpt import pretrained
from scratchgpt.ops.cross_entropy import cross_entropy_backward, cross_entropy_forward
from scratchgpt.plots import likelihood as plots
from scratchgpt.worked.likelihood import running_products, slopes_of_two, surprises


def _heights(axes):
    return np.array([bar.get_height() for bar in axes.patches])


def test_products_end_where_the_picture_says_and_the_sum_goes_on():
    log_probs = np.full(400, -4.8)  # as the bundled model's on the tales
    products = {str(np.dtype(t)): running_products(log_probs, t) for t in (np.float32, np.float64)}
    left, right = plots.underflow(products, np.cumsum(-log_probs)).axes
    ends = {text.get_text() for text in left.texts}
    assert ends == {f"0 from token {int((values > 0).sum()) + 1}" for values in products.values()}
    for line in left.lines:
        assert (line.get_ydata() > 0).all()  # nothing is drawn that a logarithmic axis cannot show
    assert len(products["float32"][products["float32"] > 0]) < 30
    assert 140 < len(products["float64"][products["float64"] > 0]) < 160
    assert (np.diff(right.lines[0].get_ydata()) > 0).all()
    assert len(right.lines[0].get_ydata()) == 400


def test_the_third_panel_is_the_first_minus_the_second():
    words, probs = ["cats", "dogs", "music", "rain", "mondays"], np.array([0.30, 0.25, 0.20, 0.15, 0.10])
    _, cache = cross_entropy_forward(np.log(probs)[None], np.array([0]))
    figure = plots.gradient_bars(words, probs, 0, cross_entropy_backward(1.0, cache)[0])
    predicted, came, gradient = (_heights(axes) for axes in figure.axes)
    np.testing.assert_allclose(gradient, predicted - came, atol=1e-15)
    assert (gradient < 0).tolist() == [True, False, False, False, False]
    assert gradient.sum() == pytest.approx(0, abs=1e-15)
    np.testing.assert_allclose(gradient[1:], predicted[1:], rtol=1e-14)  # others fall by their own belief


def test_the_squared_error_has_no_slope_where_the_model_is_most_wrong():
    _, right = plots.slopes(slopes_of_two(np.linspace(-8, 8, 161))).axes
    log, squared = (line.get_ydata() for line in right.lines[:2])
    assert log[0] == pytest.approx(-1, abs=1e-3)
    assert squared[0] == pytest.approx(0, abs=1e-3)
    assert (np.diff(log) > 0).all()  # the more wrong, the stronger the pull
    assert squared.min() < 100 * squared[0]


def test_a_formula_costs_little_and_a_strange_word_much():
    model, params, tokenizer = pretrained.load("mini")
    text = "Once upon a time there was a little girl who lived in a small house with her refrigerator."
    ids = np.array(tokenizer.encode(text))
    felt = surprises(model, params, ids, tokenizer.eot_id)
    tokens = [tokenizer.decode([int(i)]) for i in ids]
    uniform = float(np.log(model.config.vocab_size))
    axes = plots.surprise_bars(tokens, felt, uniform).axes[0]
    heights, labels = _heights(axes), [tick.get_text() for tick in axes.get_xticklabels()]
    assert (heights[1:4] < 0.1).all()
    assert labels[1:4] == ["upon", "a", "time"]
    assert "".join(labels[-5:-1]) == "refrigerator"
    strange = heights[-5:-1]
    assert strange.sum() > heights.sum() / 2
    above = [bar.get_facecolor() == axes.patches[-5].get_facecolor() for bar in axes.patches]
    assert above == (heights > uniform).tolist()
    assert sum(above) == (strange > uniform).sum() == 3
    assert {round(float(line.get_ydata()[0]), 6) for line in axes.lines} == {
        round(float(felt.mean()), 6),
        round(uniform, 6),
    }


def test_bits_are_drawn_in_the_order_given_with_one_colour_for_the_one():
    bits = {"order 1": 3.4, "order 4": 2.1, "bundled model": 2.0}
    axes = plots.bits_bars(bits, "bundled model").axes[0]
    shown = dict(zip([t.get_text() for t in axes.get_yticklabels()], axes.patches, strict=True))
    assert {name: bar.get_width() for name, bar in shown.items()} == bits
    colours = {name: bar.get_facecolor() for name, bar in shown.items()}
    assert colours["order 1"] == colours["order 4"] != colours["bundled model"]
