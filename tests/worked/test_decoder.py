"""The decoder on paper: every number, computed by hand twice and independently, to four decimals."""

import numpy as np
import pytest

from scratchgpt.gradcheck import check_model
from scratchgpt.worked import decoder
from scratchgpt.worked.one_head import one_head_backward, one_head_forward

# fmt: off
FORWARD = {
    "x": [[.2, .1, -.2, .5], [-.1, .5, .2, -.2], [.4, -.2, .1, .4]],
    "q": [[.218, .116, -.184, .482], [-.082, .496, .18, -.218], [.382, -.182, .118, .418]],
    "k": [[.2, .12, -.19, .48], [-.1, .49, .25, -.18], [.4, -.16, .08, .41]],
    "v": [[.19, .12, -.25, .5], [-.15, .48, .22, -.2], [.42, -.21, .06, .4]],
    "products": [[.3238, -.0977, .2515], [-.0957, .3355, -.1871], [.2328, -.1731, .3627]],
    "scores": [[.1619, -.0489, .1258], [-.0479, .1677, -.0936], [.1164, -.0866, .1814]],
    "weights": [[1, 0, 0], [.4463, .5537, 0], [.3468, .2831, .3701]],
    "mixed": [[.1900, .1200, -.2500, .5000], [.0017, .3193, .0102, .1124], [.1789, .0998, -.0022, .2648]],
    "projected": [[.2020, .0950, -.2000, .5000], [.0337, .3204, .0215, .1124], [.1888, .0996, .0243, .2648]],
    "h1": [[.2053, -.2083, -1.3975, 1.4005], [-.7868, 1.6330, -.0014, -.8448],
           [.8455, -1.3172, -.6122, 1.0839]],
    "h2": [[.0386, .0169, -1.4414, 1.3859], [-.8084, 1.6161, .0482, -.8558],
           [1.2426, -1.2410, -.6775, .6759]],
    "logits": [[1.1348, -.5625, .4184, .4302, -.7233], [-.4425, .9081, -.9033, .2280, .6706],
               [.6656, -.8913, .8236, -.0451, -.9596]],
    "probabilities": [[.4307, .0789, .2104, .2129, .0672], [.0953, .3680, .0601, .1864, .2902],
                      [.3257, .0687, .3815, .1600, .0641]],
    "losses": [2.5397, 2.8111, 1.8324],
}
BACKWARD = {
    "logits": [[.1436, -.3070, .0701, .0710, .0224], [.0318, .1227, -.3133, .0621, .0967],
               [.1086, .0229, .1272, -.2800, .0214]],
    "scores": [[0, 0, 0], [-.0191, .0191, 0], [-.0036, -.0016, .0052]],
    "lookup": [[.2065, -.7319, .3743, .1487], [-.0494, -.0685, .2106, -.0898], [-.1339, -.0881, .1428, .0822],
               [0, 0, 0, 0], [0, 0, 0, 0]],
    "head": [[.1148, -.0810, -.2789, .2451], [-.0826, .1646, .4330, -.5150], [.4140, -.6629, -.2023, .4513],
             [-.3954, .4491, .0904, -.1441], [-.0508, .1302, -.0421, -.0373]],
}
TABLE = [[.3213, -.8129, .0953, .3939], [-.1320, .0961, .6436, -.6048], [.2801, -.7510, -.0595, .5335],
         [-.3954, .4491, .0904, -.1441], [-.0508, .1302, -.0421, -.0373]]
# fmt: on
MODEL, PARAMS = decoder.decoder()
TRACE = decoder.decoder_trace(MODEL, PARAMS)
GRADS = decoder.decoder_gradients(MODEL, PARAMS)


@pytest.mark.parametrize("name", FORWARD)
def test_the_way_there(name):
    np.testing.assert_allclose(getattr(TRACE, name), FORWARD[name], atol=5.1e-5)


def test_the_loss_and_the_perplexity():
    assert TRACE.loss == pytest.approx(2.394438, abs=5e-7)
    assert np.exp(TRACE.loss) == pytest.approx(10.9620, abs=5e-5), "uniform guessing would have 5"
    assert TRACE.loss == pytest.approx(MODEL.loss(PARAMS, decoder.IDS, decoder.TARGETS)[0], rel=1e-14)


@pytest.mark.parametrize("name", BACKWARD)
def test_the_way_back(name):
    np.testing.assert_allclose(getattr(GRADS, name), BACKWARD[name], atol=5.1e-5)


def test_the_table_collects_both_its_uses_and_a_step_helps():
    grads = PARAMS.zeros_like()
    MODEL.loss_backward(1.0, MODEL.loss(PARAMS, decoder.IDS, decoder.TARGETS)[1], grads)
    dtable = grads.flat["wte.weight"]
    np.testing.assert_allclose(GRADS.lookup + GRADS.head, dtable, rtol=1e-12)
    np.testing.assert_allclose(dtable, TABLE, atol=5.1e-5)
    model, params = decoder.decoder()
    params.flat["wte.weight"][...] -= 0.1 * dtable
    loss, _ = model.loss(params, decoder.IDS, decoder.TARGETS)
    assert loss == pytest.approx(2.098896, abs=5e-7)
    np.testing.assert_array_equal(PARAMS.flat["wte.weight"], decoder.E)


def test_its_attention_is_the_head_that_is_written_out():
    projections = decoder.WQ, decoder.WK, decoder.WV
    y, cache = one_head_forward(TRACE.x, *projections)
    np.testing.assert_allclose(y, TRACE.mixed, rtol=1e-13)
    dx, dwq, dwk, dwv = one_head_backward(GRADS.mixed, cache)
    np.testing.assert_allclose(dwq, TRACE.x.T @ GRADS.q, rtol=1e-12)
    np.testing.assert_allclose(dwk, TRACE.x.T @ GRADS.k, rtol=1e-12)
    np.testing.assert_allclose(dwv, TRACE.x.T @ GRADS.v, rtol=1e-12)
    # The vectors also reach the sum behind attention directly; that part comes through no projection.
    direct = GRADS.mixed @ np.linalg.inv(decoder.WO.T)
    np.testing.assert_allclose(dx + direct, GRADS.x, rtol=1e-11)


def test_the_steps_inside_attention_fit_together():
    np.testing.assert_allclose(GRADS.q, GRADS.scores @ TRACE.k / 2, rtol=1e-12)
    np.testing.assert_allclose(GRADS.k, GRADS.scores.T @ TRACE.q / 2, rtol=1e-12)
    np.testing.assert_allclose(GRADS.v, TRACE.weights.T @ GRADS.mixed, rtol=1e-12)


def test_its_gradients_match_finite_differences():
    model, params = decoder.decoder()
    report = check_model(model, params, decoder.IDS, decoder.TARGETS, exempt="*")
    assert report.ok, f"\n{report}"
