"""A small model of characters with different positions, read beyond the length it was trained on."""

import dataclasses

import numpy as np

from ..config import GPTConfig
from ..errors import UserError
from ..model import GPT
from ..ops.arrays import Array
from ..ops.softmax import log_softmax
from ..optim import AdamW
from ..params import Params

TRAINED = 16  # positions
_RULE = AdamW(betas=(0.9, 0.99), weight_decay=0.0)


def character_model(vocab_size: int, positions: str) -> GPT:
    """Return a causal GPT of two layers, width 32, that sees TRAINED positions; its head is not tied."""
    return GPT(
        GPTConfig(
            vocab_size=vocab_size,
            block_size=TRAINED,
            n_layer=2,
            n_head=2,
            n_embd=32,
            positions=positions,
            tied=False,
        )
    )


def windows(ids: Array, length: int, n: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw n stretches of a text: inputs (n, length) and the ids that follow them (n, length)."""
    starts = rng.integers(0, len(ids) - length, n)
    cut = ids[starts[:, None] + np.arange(length + 1)]  # (n, length + 1)
    return cut[:, :-1], cut[:, 1:]


def train_characters(
    model: GPT, ids: Array, *, token_std: float = 0.02, steps: int = 200, lr: float = 5e-3, seed: int = 0
) -> Params:
    """Train on 8 windows of TRAINED ids at every step, the same for every model, and return the parameters.

    `token_std` is the size of the token vectors at the start.
    """
    params = model.init(np.random.default_rng(seed), np.float64)
    params.flat["wte.weight"][...] *= token_std / 0.02
    rng = np.random.default_rng(seed + 1)
    grads, moments = params.zeros_like(), _RULE.init(params)
    for step in range(1, steps + 1):
        grads.buffer[...] = 0
        _, cache = model.loss(params, *windows(ids, TRAINED, 8, rng))
        model.loss_backward(1.0, cache, grads)
        _RULE.step(params, grads, moments, lr=lr * min(1.0, step / 20), step=step)
    return params


def loss_by_position(
    model: GPT, params: Params, ids: Array, targets: Array, positions: Array | None = None
) -> Array:
    """Return the loss of each position in nats, averaged over the texts: ids and targets (B, T) -> (T,).

    `positions` (T,) may say where the tokens stand. Raises UserError for texts longer than the model sees.
    """
    logits, _ = model.forward(params, ids, positions=positions)
    chosen = np.take_along_axis(log_softmax(logits.astype(np.float64)), targets[..., None], axis=-1)
    return -chosen[..., 0].mean(axis=0)


def longer(model: GPT, block_size: int) -> GPT:
    """Return the model with room for more positions, for the same parameters.

    Raises UserError for learned positions: there is no vector for a place that was never trained.
    """
    wider = GPT(dataclasses.replace(model.config, block_size=block_size))
    if wider.specs() != model.specs():
        raise UserError(
            f"The positions are learned, for {model.config.block_size} places: {block_size} places need a "
            "table that was trained for them; shorten the text."
        )
    return wider
