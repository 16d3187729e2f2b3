"""The ten-word GPT of `film_stages` by hand: the way up, in NumPy alone, from softmax to both losses.

No layers, no classes: parameters are a dict of arrays (`film_given.PARAMETERS`), one sentence is read at a
time, and each function calls those above it. The way back is in `film_by_hand_gradients`, training in
`film_by_hand_training`. A learner writes all of it again in exercises/project_film.py.

T positions, C = 16 channels, H heads of D = C / H, V words.
"""

from collections.abc import Mapping

import numpy as np

from ..ops.arrays import Array
from .film_given import HEADS, FilmAttention, FilmNorm, FilmStates


def film_softmax(x: Array) -> Array:
    """Return probabilities (..., V) from scores (..., V), without overflow for scores of any size."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def film_gelu(x: Array) -> tuple[Array, Array]:
    """Return GELU in its tanh form and its slope, both like x: backward needs nothing else.

    y = x/2 (1 + tanh u), u = sqrt(2/pi) (x + 0.044715 x^3). Source: Hendrycks, Gimpel 2016, section 2.
    """
    c = (2 / np.pi) ** 0.5
    t = np.tanh(c * (x + 0.044715 * x**3))
    slope = 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * c * (1 + 3 * 0.044715 * x**2)
    return 0.5 * x * (1 + t), slope


def film_layernorm(x: Array, gain: Array, bias: Array) -> tuple[Array, FilmNorm]:
    """Give each row of x (T, C) mean 0 and variance 1, then scale and shift; return y (T, C) and a cache."""
    centred = x - x.mean(axis=1, keepdims=True)
    rstd = 1 / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5)
    x_hat = centred * rstd
    return x_hat * gain + bias, FilmNorm(x_hat, rstd, gain)


def film_mask(T: int) -> Array:
    """Return which positions each position may look at, booleans (T, T): itself and those before."""
    i = np.arange(T)
    return i[None, :] <= i[:, None]  # (T, T)


def film_attention(params: Mapping[str, Array], x: Array) -> tuple[Array, FilmAttention]:
    """Let each position of x (T, C) read those up to itself, in HEADS heads; return y (T, C) and a cache."""
    T, C = x.shape
    qkv = x @ params["attn_w"] + params["attn_b"]  # (T, 3C)
    q, k, v = qkv.reshape(T, 3, HEADS, C // HEADS).transpose(1, 2, 0, 3)  # (H, T, D) each
    scores = q @ k.swapaxes(1, 2) / (C // HEADS) ** 0.5  # (H, T, T)
    weights = film_softmax(np.where(film_mask(T), scores, -np.inf))
    mixed = (weights @ v).swapaxes(0, 1).reshape(T, C)  # (T, C)
    return mixed @ params["proj_w"] + params["proj_b"], FilmAttention(x, q, k, v, weights, mixed)


def film_forward(params: Mapping[str, Array], ids: Array) -> tuple[Array, FilmStates]:
    """Return the hidden states (T, C) of a sentence of ids (T,), and a cache: tables and a post-norm block.

    Source: Radford et al. 2018, section 3.1, with the block of Vaswani et al. 2017.
    """
    x = params["wte"][ids] + params["wpe"][: len(ids)]  # (T, C)
    a, attention = film_attention(params, x)
    n, norm_1 = film_layernorm(x + a, params["ln1_w"], params["ln1_b"])
    wide, slope = film_gelu(n @ params["fc_w"] + params["fc_b"])  # (T, 4C)
    m = wide @ params["down_w"] + params["down_b"]  # (T, C)
    h, norm_2 = film_layernorm(n + m, params["ln2_w"], params["ln2_b"])
    return h, FilmStates(ids, attention, norm_1, n, slope, wide, norm_2)


def film_language_loss(params: Mapping[str, Array], h: Array, ids: Array) -> tuple[float, Array, Array]:
    """Return L1, the mean loss per next word in nats, and its gradients dh (T, C) and dwte (V, C).

    Each state but the last predicts the word that follows, with the table of the words itself. dwte is the
    head's part of that table's gradient: the lookup adds its own in `film_backward`.
    """
    n = len(ids) - 1  # words that are predicted
    p = film_softmax(h[:-1] @ params["wte"].T)  # (n, V)
    rows = np.arange(n), ids[1:]
    loss = -np.log(p[rows]).mean()
    p[rows] -= 1
    dlogits = p / n  # (n, V)
    dh = np.zeros_like(h)
    dh[:-1] = dlogits @ params["wte"]
    return float(loss), dh, dlogits.T @ h[:-1]  # (V, C)


def film_class_loss(params: Mapping[str, Array], h: Array, label: int) -> tuple[float, Array, Array]:
    """Return L2, the loss of the class read at the last position, and its gradients dh (T, C), dwy (C, 2)."""
    dlogits = film_softmax(h[-1] @ params["wy"])  # (2,)
    loss = -np.log(dlogits[label])
    dlogits[label] -= 1
    dh = np.zeros_like(h)
    dh[-1] = params["wy"] @ dlogits
    return float(loss), dh, np.outer(h[-1], dlogits)  # (C, 2)
