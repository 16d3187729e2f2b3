"""The small GPTs that the tests of models, devices and extensions share.

Every dimension is different, so that a wrong transpose cannot fit by chance: B=2, T=5, H=3, D=4, V=13.
"""

import dataclasses
from typing import Any, NamedTuple

import numpy as np

from scratchgpt.config import GPTConfig
from scratchgpt.model import GPT
from scratchgpt.params import Params

B, T, V = 2, 5, 13

GPT2 = GPTConfig(
    vocab_size=V,
    block_size=7,
    n_layer=2,
    n_head=3,
    n_embd=12,
    n_inner=17,
    embd_dropout=0.1,
    attn_dropout=0.2,
    resid_dropout=0.15,
)
GPT1 = dataclasses.replace(GPT2, norm_position="post", final_norm=False)
BERT = dataclasses.replace(GPT1, causal=False)
STYLES = {"gpt2": GPT2, "gpt1": GPT1, "bert": BERT}


class Batch(NamedTuple):
    """Token ids and targets (B, T), and the keyword arguments of GPT.loss."""

    ids: np.ndarray
    targets: np.ndarray
    options: dict[str, Any]


def batch(seed: int = 0, dtype: Any = np.float64) -> Batch:
    """A batch whose second row is padded on the left, with weighted tokens and ignored targets."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, V, (B, T))
    ids[0, 3] = ids[0, 1]  # a repeated id: its gradients must add up
    key_mask = np.array([[1, 1, 1, 1, 1], [0, 0, 1, 1, 1]])
    targets = np.where(key_mask == 1, rng.integers(0, V, (B, T)), -1)
    targets[0, 2] = -1
    positions = np.maximum(key_mask.cumsum(axis=1) - 1, 0)
    weights = rng.uniform(0.5, 2.0, (B, T)).astype(dtype)
    return Batch(ids, targets, {"key_mask": key_mask, "positions": positions, "weights": weights})


def random_params(model: GPT, scale: float = 0.7, seed: int = 1, dtype: Any = np.float64) -> Params:
    """Every parameter N(0, scale^2), gains and biases too.

    Weights of 0.02 would hide wrong gradients; much above 1 the attention saturates and has none.
    """
    params = model.init(np.random.default_rng(seed), dtype)
    params.buffer[...] = scale * np.random.default_rng(seed).standard_normal(params.buffer.shape)
    return params


def train_step(model: GPT, params: Params, data: Batch, dropout_seed: int = 2) -> Any:
    """One forward, backward and AdamW step in place; returns the loss."""
    loss, cache = model.loss(
        params, data.ids, data.targets, rng=np.random.default_rng(dropout_seed), **data.options
    )
    grads, m, v = params.zeros_like(), params.zeros_like(), params.zeros_like()
    model.loss_backward(1.0, cache, grads)
    for where, decay, lr_scale in params.spans:
        model.ops.adamw_scaled_step(
            params.buffer[where],
            grads.buffer[where],
            m.buffer[where],
            v.buffer[where],
            scale=1.0,
            lr=1e-2 * lr_scale,
            betas=(0.9, 0.95),
            eps=1e-8,
            weight_decay=0.1 if decay else 0.0,
            step=1,
        )
    return loss
