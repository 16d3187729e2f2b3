"""The first tests of a new model, before it is trained on anything: does it learn, does it look ahead?"""

import math

import numpy as np

from ..config import GPTConfig
from ..corpus.read import plain
from ..model import GPT
from ..ops.arrays import Array
from ..optim import AdamW
from ..params import Params
from ..resources import data_path
from ..tokenizer.characters import CharTokenizer


def one_batch(texts: int = 4, length: int = 32) -> tuple[Array, Array, int]:
    """Return the first `texts` pieces of the bundled tales and their next characters.

    Shapes: -> ids (texts, length), targets (texts, length), and the size of the vocabulary
    """
    text = plain(data_path("tales.txt").read_text(encoding="utf-8"))
    tokenizer = CharTokenizer.train(text)
    ids = np.array(tokenizer.encode(text[: texts * length + 1]))
    return ids[:-1].reshape(texts, length), ids[1:].reshape(texts, length), tokenizer.vocab_size


def small_model(vocab_size: int, length: int = 32) -> GPT:
    """Return a GPT-2 of two blocks, 4 heads and width 64."""
    return GPT(GPTConfig(vocab_size=vocab_size, block_size=length, n_layer=2, n_head=4, n_embd=64))


def overfit(
    model: GPT, params: Params, ids: Array, targets: Array, steps: int = 100, lr: float = 3e-3
) -> Array:
    """Train on one batch again and again with Adam, `params` in place; return the loss before each step.

    Shapes: ids (B, T), targets (B, T) -> losses (steps,)
    """
    rule = AdamW(weight_decay=0.0)
    grads, moments = params.zeros_like(), rule.init(params)
    losses = np.empty(steps)
    for step in range(1, steps + 1):
        losses[step - 1], cache = model.loss(params, ids, targets)
        grads.buffer[...] = 0
        model.loss_backward(np.float32(1), cache, grads)
        rule.step(params, grads, moments, lr=lr, step=step)
    return losses


def logit_changes(model: GPT, params: Params, ids: Array, at: int, other: int) -> Array:
    """Return by how much the logits of each position change when the token at position `at` does.

    Shapes: ids (T,), other < V -> the largest absolute change at each position, (T,)
    """
    changed = ids.copy()
    changed[at] = other
    before, after = (model.forward(params, text[None])[0][0] for text in (ids, changed))
    return np.abs(after - before).max(axis=-1)


def fresh_stream(n_layer: int, n_embd: int, factor: bool = True, seed: int = 0) -> Array:
    """Return the variance of the residual stream of an untrained GPT-2 before and behind each block.

    With `factor` the residual projections are drawn at 0.02 / sqrt(2 L), as GPT-2's are; without it at 0.02
    like all other matrices. Two texts of 64 random tokens go in.

    Shapes: -> (n_layer + 1,)
    """
    config = GPTConfig(vocab_size=256, block_size=64, n_layer=n_layer, n_head=n_embd // 32, n_embd=n_embd)
    model = GPT(config)
    params = model.init(np.random.default_rng(seed))
    if not factor:
        for name, tensor in params.flat.items():
            if name.endswith("c_proj.weight"):
                tensor *= math.sqrt(2 * n_layer)
    ids = np.random.default_rng([seed, 1]).integers(0, 256, (2, 64))
    _, cache = model.hidden(params, ids)
    return np.array([float(x.var()) for x in cache.stream])
