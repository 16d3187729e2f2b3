"""New ideas from outside: rotary positions and a new activation, without touching model.py."""

import dataclasses

import numpy as np
from gpt_cases import GPT2, batch, random_params

from scratchgpt.gradcheck import check_model
from scratchgpt.model import GPT
from scratchgpt.ops import REFERENCE


def rotate(x, S, direction=1):
    """Turn each pair of channels of x (B, H, T, D), the last T of S places, by an angle that grows (RoPE)."""
    T, D = x.shape[-2:]
    angles = direction * np.arange(S - T, S)[:, None] / 10000 ** (np.arange(0, D, 2) / D)  # (T, D/2)
    sin, cos = np.sin(angles).astype(x.dtype), np.cos(angles).astype(x.dtype)
    even, odd = x[..., 0::2], x[..., 1::2]
    return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)


def rotary_forward(q, k, v, **options):
    S = k.shape[2]  # while text is generated, q holds the newest positions only
    return REFERENCE.attention_forward(rotate(q, S), rotate(k, S), v, **options)


def rotary_backward(dy, cache):
    dq, dk, dv = REFERENCE.attention_backward(dy, cache)
    S = dk.shape[2]
    return rotate(dq, S, -1), rotate(dk, S, -1), dv  # the backward of a rotation turns back


def swish_forward(x):
    gate, _ = REFERENCE.sigmoid_forward(x)
    return x * gate, (x, gate)


def swish_backward(dy, cache):
    x, gate = cache
    return dy * (gate + x * gate * (1 - gate))


ops = REFERENCE.replace(attention_forward=rotary_forward, attention_backward=rotary_backward)
ops = ops.extend(swish_forward=swish_forward, swish_backward=swish_backward)
model = GPT(dataclasses.replace(GPT2, positions="none", activation="swish"), ops)


def test_every_gradient_of_the_extended_model_is_right():
    data = batch()
    options = {"dropout_seed": 0, "weights": data.options["weights"]}
    # zero={}: turned keys give the key bias a gradient, unlike in other models.
    report = check_model(model, random_params(model), data.ids, data.targets, zero={}, **options)
    assert report.ok, f"\n{report}"


def test_rotary_attention_depends_on_distances_only_and_sees_the_order():
    params = random_params(model)
    ids = np.array([[3, 1, 4, 1, 5]])
    alone = model.forward(params, ids)[0]
    pads = np.array([[0, 0, 3, 1, 4, 1, 5]])
    shifted = model.forward(params, pads, key_mask=np.array([[0, 0, 1, 1, 1, 1, 1]]))[0][:, 2:]
    np.testing.assert_allclose(shifted, alone, rtol=1e-10, atol=1e-12)
    swapped = model.forward(params, ids[:, [1, 0, 2, 3, 4]])[0]
    assert not np.allclose(swapped[:, 2:], alone[:, 2:]), "what came first matters"


def test_the_extended_model_keeps_float32():
    data = batch(dtype=np.float32)
    params = random_params(model, dtype=np.float32)
    assert model.forward(params, data.ids)[0].dtype == np.float32
