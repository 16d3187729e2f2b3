"""Who bites whom: what a GPT knows of the order of its tokens, with a mask and without, measured.

Sentences of four tokens: a biter, "bites", a victim, a question mark. At the question mark the model is to
say who bit. The same words in another order have another answer, so a model that sees a set can only guess.
"""

from collections.abc import Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np

from ..config import GPTConfig
from ..model import GPT
from ..ops.arrays import Array
from ..optim import AdamW
from ..params import Params

ANIMALS = ("dog", "man", "cat", "bee", "horse", "fox")
WORDS = (*ANIMALS, "bites", "?")
_RULE = AdamW(betas=(0.9, 0.99), weight_decay=0.0)


def sentences() -> tuple[Array, Array]:
    """Return all 30 sentences (30, 4), and their targets: the biter at the question mark, else -1."""
    bites, asks = WORDS.index("bites"), WORDS.index("?")
    pairs = permutations(range(len(ANIMALS)), 2)
    ids = np.array([[biter, bites, victim, asks] for biter, victim in pairs])  # (30, 4)
    targets = np.full_like(ids, -1)
    targets[:, -1] = ids[:, 0]
    return ids, targets


def order_model(n_layer: int, causal: bool, positions: str, block_size: int = 8) -> GPT:
    """Return a GPT of width 16 with two heads for the words of WORDS; its head is a table of its own."""
    return GPT(
        GPTConfig(
            vocab_size=len(WORDS),
            block_size=block_size,
            n_layer=n_layer,
            n_head=2,
            n_embd=16,
            positions=positions,
            causal=causal,
            tied=False,
        )
    )


def drawn(model: GPT, seed: int, token_std: float | None = None) -> Params:
    """Draw parameters in float64; `token_std` is the size of the token vectors, 0.02 unless given.

    With computed positions, whose numbers lie between -1 and 1, tokens of size 1 are of their kind: that is
    what the factor sqrt(C) on the embeddings is for in Vaswani et al. 2017, section 3.4.
    """
    params = model.init(np.random.default_rng(seed), np.float64)
    if token_std is not None:
        params.flat["wte.weight"][...] *= token_std / 0.02
    return params


def loud(params: Params, seed: int) -> Params:
    """Return a copy whose matrices are drawn anew with standard deviation 0.5: an effect cannot be too small
    to be seen because the weights are."""
    params, rng = params.copy(), np.random.default_rng(seed)
    for weight in params.flat.values():
        if weight.ndim == 2:
            weight[...] = rng.normal(0, 0.5, weight.shape)
    return params


def last_states(model: GPT, params: Params, words: Sequence[str]) -> Array:
    """Return the state of the last position for every order of the words before it, (orders, C).

    words: words of WORDS; the last one stays last. Row 0 belongs to the order given.
    """
    *first, last = [WORDS.index(word) for word in words]
    ids = np.array([[*order, last] for order in permutations(first)])  # (orders, T)
    return model.hidden(params, ids)[0][:, -1]


def distinct(states: Array, tolerance: float = 1e-9) -> int:
    """Return how many of the rows (n, C) differ from all rows before them by more than `tolerance`."""
    return sum(
        not any(np.abs(row - other).max() <= tolerance for other in states[:i])
        for i, row in enumerate(states)
    )


class OrderRun(NamedTuple):
    """The loss before every step, and the share of sentences answered rightly at the end."""

    losses: list[float]
    accuracy: float


def learn_order(
    n_layer: int, causal: bool, positions: str, *, seed: int = 0, steps: int = 80, lr: float = 0.01
) -> OrderRun:
    """Train a model on all sentences at every step; tokens are of size 1 where positions are computed.

    The loss is that of the answer alone. Who sees a set cannot get below ln 2 = 0.6931.
    """
    ids, targets = sentences()
    model = order_model(n_layer, causal, positions)
    params = drawn(model, seed, 1.0 if positions == "sinusoidal" else None)
    grads, moments = params.zeros_like(), _RULE.init(params)
    losses = []
    for step in range(1, steps + 1):
        grads.buffer[...] = 0
        loss, cache = model.loss(params, ids, targets)
        model.loss_backward(1.0, cache, grads)
        _RULE.step(params, grads, moments, lr=lr, step=step)
        losses.append(float(loss))
    logits, _ = model.forward(params, ids)
    return OrderRun(losses, float((logits[:, -1].argmax(axis=-1) == ids[:, 0]).mean()))
