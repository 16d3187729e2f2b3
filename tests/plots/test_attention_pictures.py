"""What the captions of lessons 06 and 07 say, asserted on the data that is drawn."""

import numpy as np
import pytest

from scratchgpt import pretrained
from scratchgpt.learn import catalogue
from scratchgpt.learn.wrong import function_of
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE as ops
from scratchgpt.plots import attention as plots
from scratchgpt.worked import decoder
from scratchgpt.worked.dot_products import saturation
from scratchgpt.worked.one_head import difference, one_head_backward, one_head_forward

MODEL, PARAMS = decoder.decoder()
TRACE, GRADS = decoder.decoder_trace(MODEL, PARAMS), decoder.decoder_gradients(MODEL, PARAMS)
TEXT = ("the", "cat", "sat")
SENTENCE = "She took the old key from the drawer and put the key in her pocket."
ABOVE = np.triu_indices(3, 1)


def _with_mistake(number, key):
    _, exercise = catalogue.find(number)
    return function_of(exercise, [m for m in exercise.mistakes if m.key == key])


def _drawn(figure):
    """The arrays of a figure's heat maps."""
    return [np.asarray(axes.images[0].get_array()) for axes in figure.axes if axes.images]


def _lines(axes):
    return {line.get_label(): np.asarray(line.get_ydata()) for line in axes.get_lines()}


@pytest.fixture(scope="module")
def mini():
    return pretrained.load("mini", dtype=np.float64)


@pytest.fixture(scope="module")
def heads(mini):
    model, params, tokenizer = mini
    _, cache = model.hidden(params, np.array([tokenizer.encode(SENTENCE)]))
    return np.array([layer.attn.attention.attention.weights[0] for layer in cache.h])


# Tables


def test_a_table_writes_its_numbers_and_greys_what_is_hidden():
    masked = np.where(np.tri(3) > 0, TRACE.scores, -np.inf)
    figure = plots.tables([plots.Table("masked", masked, TEXT, TEXT)])
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.texts].count("-∞") == 3
    assert "0.1619" in [text.get_text() for text in axes.texts]
    assert np.isnan(_drawn(figure)[0]).sum() == 3, "not a number is not painted: the grey below shows"
    assert axes.get_xlabel() == "key" and axes.get_ylabel() == "query"


def test_tables_that_do_not_fill_the_last_line_leave_it_empty():
    figure = plots.tables([plots.Table("t", np.eye(2), "ab", "ab")] * 4, across=3, decimals=0)
    assert [axes.axison for axes in figure.axes] == [True] * 4 + [False] * 2


def test_rows_are_readers_and_the_first_reads_itself():
    assert TRACE.weights[0, 0] == 1
    assert 0.28 < TRACE.weights[2].min() < TRACE.weights[2].max() < 0.375


def test_each_mistake_of_the_gallery_shows_where_the_caption_says():
    q, k = TRACE.q[None, None], TRACE.k[None, None]
    wrong = {
        kind: _with_mistake("06.3", kind)(q, k)[0, 0]
        for kind in (
            "no causal mask",
            "mask after the softmax",
            "hidden scores set to 0",
            "softmax over the queries",
            "future for past",
        )
    }
    for kind in ("no causal mask", "hidden scores set to 0"):
        assert (wrong[kind][ABOVE] > 0.2).all()
    late = wrong["mask after the softmax"]
    assert not late[ABOVE].any() and late[0].sum() == pytest.approx(0.3604, abs=5e-5)
    across = wrong["softmax over the queries"]
    np.testing.assert_allclose(across.sum(axis=0), 1)
    assert (np.abs(across.sum(axis=1) - 1) > 0.1).all()
    np.testing.assert_array_equal(wrong["future for past"][2], [0, 0, 1])


def test_a_reshape_alone_mixes_positions():
    numbered = (10 * np.arange(3)[:, None] + np.arange(4))[None]
    right = ops.split_heads(numbered, 2)[0]
    np.testing.assert_array_equal(right // 10, np.broadcast_to(np.arange(3)[:, None], (2, 3, 2)))
    wrong = _with_mistake("06.5", "split by a reshape alone")(numbered, 2)[0]
    assert (wrong[0] // 10).tolist() == [[0, 0], [0, 0], [1, 1]]
    assert wrong[1, 0].tolist() == [12, 13], "head 1 begins in the middle of position 1"


# Sizes


def test_the_spread_lies_on_the_root():
    a, b = np.random.default_rng(0).standard_normal((2, 5000, 64))
    samples = {d: (a[:, :d] * b[:, :d]).sum(axis=1) for d in (4, 16, 64)}
    figure = plots.dot_product_spread(samples)
    lines = _lines(figure.axes[1])
    np.testing.assert_allclose(lines["measured"], lines["root of the size"], rtol=0.05)


def test_saturation_is_drawn_as_it_was_measured():
    sizes = (4, 16, 64, 256, 1024)
    plain, scaled = (
        saturation(sizes, np.random.default_rng(0), scaled=s, n_queries=500) for s in (False, True)
    )
    left, middle, right = plots.softmax_saturation(plain, scaled).axes
    np.testing.assert_array_equal(_lines(left)["undivided"], plain.largest)
    np.testing.assert_array_equal(_lines(middle)["divided by √d"], scaled.scores)
    np.testing.assert_array_equal(_lines(right)["undivided"], plain.query)
    assert plain.largest[-1] > 0.999 and plain.scores[-1] < 1e-3 and plain.query[-1] < 1e-2
    assert plain.query[1] > plain.query[0], "it rises first"
    assert (plain.query[1:3] > scaled.query[1:3]).all(), "at 16 and 64 it is not smaller than with the factor"
    assert (np.diff(plain.query_rms) > 0).all()
    for values in scaled[2:6]:
        assert values.max() / values.min() < 1.35, "with the factor nothing depends on the size"


# Maps


def test_the_heads_of_layer_four(heads):
    rows = np.arange(1, heads.shape[-1])
    before, first = heads[4][:, rows, rows - 1].mean(axis=-1), heads[4][:, 1:, 0].mean(axis=-1)
    assert not np.triu(heads, 1).any()
    assert before.argmax() == 5 and set(np.argsort(first)[-2:]) == {0, 2}
    largest = heads[4].argmax(axis=-1)  # the key that each query takes most of
    elsewhere = [i for i, j in enumerate(largest[5]) if j not in (i - 1, i)]
    assert len(elsewhere) == 1, "head 5 keeps to the diagonal and the line below it"
    assert largest[2].tolist() == [0] * 10 + [10] * 8 + [18], (
        "the first token, then 'and', then the full stop"
    )
    pieces = [str(i) for i in range(heads.shape[-1])]
    figure = plots.maps({str(h): heads[4, h] for h in range(8)}, pieces)
    np.testing.assert_array_equal(_drawn(figure)[5], heads[4, 5])


def test_the_gradient_of_scores_takes_from_one_what_it_gives_another(mini):
    model, params, tokenizer = mini
    ids, seen = np.array([tokenizer.encode(SENTENCE)]), []

    def keeping(dy, y, axis=-1):
        seen.insert(0, ops.softmax_backward(dy, y, axis)[0])
        return ops.softmax_backward(dy, y, axis)

    watched = GPT(model.config, ops.replace(softmax_backward=keeping))
    _, cache = watched.loss(params, ids[:, :-1], ids[:, 1:])
    watched.loss_backward(1.0, cache, params.zeros_like())
    scores = seen[4]
    assert len(seen) == 6 and not np.triu(scores, 1).any() and not scores[:, 0].any()
    np.testing.assert_allclose(scores.sum(axis=-1), 0, atol=1e-15)
    assert (scores[:, 1:].max(axis=-1) > 0).all() and (scores[:, 1:].min(axis=-1) < 0).all()
    assert scores.min() == scores[7].min(), "the strongest wish is in head 7"
    pieces = [str(i) for i in range(scores.shape[-1])]
    figure = plots.maps({str(h): scores[h] for h in range(8)}, pieces, signed=True)
    image = figure.axes[0].images[0]
    assert image.norm.vmin == -image.norm.vmax and 0 < image.norm.vmax < np.abs(scores).max()


# Backward


def test_a_sharp_row_hardly_reacts():
    for p, largest in ((TRACE.weights[2], 0.2331), (np.array([0.98, 0.01, 0.01]), 0.0196)):
        jacobian = np.diag(p) - np.outer(p, p)
        assert jacobian.max() == pytest.approx(largest, abs=5e-5)
        assert (np.diag(jacobian) > 0).all() and (jacobian[ABOVE] < 0).all()
        np.testing.assert_allclose(jacobian.sum(axis=1), 0, atol=1e-16)


def test_the_mask_wipes_the_gradients_of_the_three_tokens_out():
    assert GRADS.weights[ABOVE].all() and not GRADS.scores[ABOVE].any()
    assert not GRADS.scores[0].any() and not GRADS.q[0].any()
    assert GRADS.k[0].all() and np.linalg.norm(GRADS.v, axis=1).argmax() == 0
    assert GRADS.scores[1, 0] < 0 and GRADS.scores[1, 1] > 0
    assert (GRADS.scores[2, :2] < 0).all() and GRADS.scores[2, 2] > 0


def test_the_missing_transpose_looks_like_a_gradient():
    rng = np.random.default_rng(0)
    drawn = [rng.standard_normal(shape) for shape in ((5, 6), (6, 4), (6, 4), (6, 4))]
    upstream = np.random.default_rng(1).standard_normal((5, 4))
    _, cache = one_head_forward(*drawn)
    right = one_head_backward(upstream, cache)[2]
    wrong = _with_mistake("07.6", "dK not transposed")(upstream, cache)[2]
    lengths = [np.linalg.norm(one) for one in (right, wrong, wrong - right)]
    assert lengths[1] == pytest.approx(lengths[0], rel=0.1) and lengths[2] > 0.4 * lengths[0]
    assert (wrong > 0).any() and (wrong < 0).any()


def test_without_the_transpose_long_texts_are_as_wrong_as_random_vectors():
    wrong, draw = _with_mistake("07.4", "dK not transposed"), np.random.default_rng(2).standard_normal
    medians = []
    for length in (5, 80):
        errors = []
        for _ in range(10):
            q, k, v, dy = draw((4, 1, 1, length, 32))
            _, cache = ops.attention_forward(q, k, v)
            a, b = wrong(dy, cache)[1], ops.attention_backward(dy, cache)[1]
            errors.append(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))
        medians.append(np.median(errors))
    assert 0.4 < medians[0] < medians[1] < 2**0.5 / 2


def test_an_absolute_tolerance_loses_what_the_relative_error_sees():
    published, sizes = _with_mistake("07.6", "dK not transposed"), (1, 0.2, 0.02)
    found = [difference(published, s, np.random.default_rng(0), rtol=1e-4, atol=1e-4) for s in sizes]
    relative, absolute = [one.relative for one in found], [one.absolute for one in found]
    assert min(relative) > 0.4 and max(relative) < 0.65
    assert absolute[0] / absolute[-1] > 5e7, "eight powers of ten, nearly"
    assert [one.passed for one in found] == [0, 0, 1]
    lines = _lines(plots.seen_and_unseen(sizes, relative, absolute, 1e-4).axes[0])
    np.testing.assert_array_equal(lines["largest difference of two entries"], absolute)


def test_key_biases_are_a_hundred_times_shorter(mini):
    _, params, _ = mini
    parts = [np.split(params.flat[f"h.{i}.attn.c_attn.bias"], 3) for i in range(6)]
    queries, keys, values = np.linalg.norm(parts, axis=2).T
    assert 50 < np.median(queries / keys) < 200
    assert (values > 4 * keys).all()
    figure = plots.bias_lengths({"queries": queries, "keys": keys})
    np.testing.assert_array_equal(_lines(figure.axes[0])["keys"], keys)
