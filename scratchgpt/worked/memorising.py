"""A model that learns a page by heart, with dropout and without, and its masks as an ensemble.

The page has 1,024 characters of the bundled tales and the model 60,000 parameters: far more than it needs to
remember every word. What it learns beyond the language shows in the loss on another page.
"""

from typing import NamedTuple

import numpy as np

from ..config import GPTConfig
from ..corpus.read import plain
from ..model import GPT
from ..ops.arrays import Array
from ..ops.softmax import softmax
from ..optim import AdamW
from ..params import Params
from ..resources import data_path
from ..tokenizer.characters import CharTokenizer

LENGTH = 32  # tokens of a window
PAGE = 1024  # characters of either page
_HELD_OUT_AT = 100_000  # far from the page to be learned: other tales, the same language


class Memory(NamedTuple):
    """A trained model, and its losses in nats per character.

    `steps` (N,) at which the losses were measured, without dropout: `train` (N,) on the page that it
    learns, `held_out` (N,) on another page.
    """

    model: GPT
    params: Params
    steps: Array
    train: Array
    held_out: Array


def pages() -> tuple[Array, Array, int]:
    """Return the page to be learned and the other one, as ids (PAGE + 1,), and the size of the vocabulary."""
    text = plain(data_path("tales.txt").read_text(encoding="utf-8"))
    tokenizer = CharTokenizer.train(text)
    learned, other = (np.array(tokenizer.encode(text[at : at + PAGE + 1])) for at in (0, _HELD_OUT_AT))
    return learned, other, tokenizer.vocab_size


def windows(page: Array) -> tuple[Array, Array]:
    """Cut a page into texts and their next characters.

    Shapes: page (N * 32 + 1,) -> ids (N, 32), targets (N, 32)
    """
    return page[:-1].reshape(-1, LENGTH), page[1:].reshape(-1, LENGTH)  # (N, LENGTH)


def memorise(dropout: float, steps: int = 400, every: int = 25, lr: float = 3e-3) -> Memory:
    """Train one block of width 64 on a page, eight windows of 32 characters a step, with Adam.

    `dropout` stands in all three places that GPT-1 has: behind the embeddings, on the attention weights,
    and on what each sub-layer adds. The same seeds draw the parameters and the windows whatever it is.
    """
    page, other, vocab_size = pages()
    config = GPTConfig(
        vocab_size=vocab_size,
        block_size=LENGTH,
        n_layer=1,
        n_head=4,
        n_embd=64,
        embd_dropout=dropout,
        attn_dropout=dropout,
        resid_dropout=dropout,
    )
    model = GPT(config)
    params = model.init(np.random.default_rng(0))
    rng, masks = np.random.default_rng(1), np.random.default_rng(2)
    rule = AdamW(weight_decay=0.0)
    grads, moments = params.zeros_like(), rule.init(params)
    seen, losses = [], []
    for step in range(steps + 1):
        if step % every == 0:
            seen.append(step)
            losses.append([plain_loss(model, params, text) for text in (page, other)])
        starts = rng.integers(0, PAGE - LENGTH, size=8)
        at = starts[:, None] + np.arange(LENGTH)  # (8, LENGTH)
        _, cache = model.loss(params, page[at], page[at + 1], rng=masks)
        grads.buffer[...] = 0
        model.loss_backward(np.float32(1), cache, grads)
        rule.step(params, grads, moments, lr=lr, step=step + 1)
    train, held_out = np.array(losses).T  # (N,) each
    return Memory(model, params, np.array(seen), train, held_out)


def plain_loss(model: GPT, params: Params, page: Array) -> float:
    """Return the loss on a page as it is evaluated: no generator, so no dropout."""
    ids, targets = windows(page)
    return float(model.loss(params, ids, targets)[0])


class Ensemble(NamedTuple):
    """Losses on a page. `single`: the mean over models with one mask each. `together` (K,): after averaging
    the probabilities of the first 1, 2, ... K masks. `plain`: without any mask."""

    single: float
    together: Array
    plain: float


def ensemble(model: GPT, params: Params, page: Array, masks: int, rng: np.random.Generator) -> Ensemble:
    """Compare the average over random masks with the one pass that has none."""
    ids, targets = windows(page)
    at = targets[..., None]
    total = np.zeros(ids.shape)
    single, together = [], []
    for k in range(1, masks + 1):
        probabilities = softmax(model.forward(params, ids, rng=rng)[0])
        right = np.take_along_axis(probabilities, at, axis=-1)[..., 0]  # (N, LENGTH)
        total += right
        single.append(-np.log(right).mean())
        together.append(-np.log(total / k).mean())
    return Ensemble(float(np.mean(single)), np.array(together), plain_loss(model, params, page))
