"""The ten-word GPT by hand, the way back: from both losses to the gradient of every parameter.

The way up is `film_by_hand`; shapes and parameters are as there. `film_by_hand_training` uses it all.
"""

from collections.abc import Mapping

import numpy as np

from ..ops.arrays import Array
from .film_by_hand import film_class_loss, film_forward, film_language_loss
from .film_given import FilmAttention, FilmNorm, FilmStates


def film_layernorm_backward(dy: Array, cache: FilmNorm) -> tuple[Array, Array, Array]:
    """Return the gradients dx (T, C), dgain (C,) and dbias (C,) from dy (T, C)."""
    x_hat, rstd, gain = cache
    d = dy * gain
    dx = rstd * (d - d.mean(axis=1, keepdims=True) - x_hat * (d * x_hat).mean(axis=1, keepdims=True))
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


def film_attention_backward(
    params: Mapping[str, Array], dy: Array, cache: FilmAttention
) -> tuple[Array, dict[str, Array]]:
    """Return dx (T, C) and the gradients of the four arrays of attention, by name, from dy (T, C)."""
    x, q, k, v, weights, mixed = cache
    H, T, D = q.shape
    dmixed = (dy @ params["proj_w"].T).reshape(T, H, D).swapaxes(0, 1)  # (H, T, D)
    dweights, dv = dmixed @ v.swapaxes(1, 2), weights.swapaxes(1, 2) @ dmixed  # (H, T, T), (H, T, D)
    dscores = weights * (dweights - (dweights * weights).sum(axis=-1, keepdims=True)) / D**0.5
    dq, dk = dscores @ k, dscores.swapaxes(1, 2) @ q  # (H, T, D) each
    dqkv = np.stack([dq, dk, dv]).transpose(2, 0, 1, 3).reshape(T, 3 * H * D)  # (T, 3C)
    grads = {
        "proj_w": mixed.T @ dy,
        "proj_b": dy.sum(axis=0),
        "attn_w": x.T @ dqkv,
        "attn_b": dqkv.sum(axis=0),
    }
    return dqkv @ params["attn_w"].T, grads


def film_backward(params: Mapping[str, Array], dh: Array, cache: FilmStates) -> dict[str, Array]:
    """Return the gradients, by name, of everything that `film_forward` reads, from dh (T, C).

    The gradient of "wte" is the lookup's part. "wy" is not among them.
    """
    ids, attention, norm_1, n, slope, wide, norm_2 = cache
    grads = {"wte": np.zeros_like(params["wte"]), "wpe": np.zeros_like(params["wpe"])}
    ds, grads["ln2_w"], grads["ln2_b"] = film_layernorm_backward(dh, norm_2)
    grads["down_w"], grads["down_b"] = wide.T @ ds, ds.sum(axis=0)
    dwide = (ds @ params["down_w"].T) * slope  # (T, 4C)
    grads["fc_w"], grads["fc_b"] = n.T @ dwide, dwide.sum(axis=0)
    dn = ds + dwide @ params["fc_w"].T  # (T, C): past the MLP, and through it
    ds, grads["ln1_w"], grads["ln1_b"] = film_layernorm_backward(dn, norm_1)
    da, inner = film_attention_backward(params, ds, attention)
    dx = ds + da
    np.add.at(grads["wte"], ids, dx)  # a word may occur twice
    grads["wpe"][: len(ids)] = dx
    return grads | inner


def film_gradients(
    params: Mapping[str, Array], ids: Array, label: int | None = None, lm_weight: float = 0.5
) -> tuple[float, dict[str, Array]]:
    """Return the loss of one sentence and the gradients of all parameters, by name.

    Without a label the loss is L1, that of the next words. With one it is L3 = L2 + lm_weight L1: the class
    counts in full. "wy" learns from L2 alone. Source: Radford et al. 2018, section 3.2.
    """
    h, cache = film_forward(params, ids)
    share = 1.0 if label is None else lm_weight  # of the language
    lm, dh_lm, dwte = film_language_loss(params, h, ids)
    loss, dh, dwy = share * lm, share * dh_lm, np.zeros_like(params["wy"])
    if label is not None:
        task, dh_task, dwy = film_class_loss(params, h, label)
        loss, dh = loss + task, dh + dh_task
    grads = film_backward(params, dh, cache) | {"wy": dwy}
    grads["wte"] += share * dwte
    return loss, grads
