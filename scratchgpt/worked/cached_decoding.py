"""The same text continued twice: all positions again for every token, or only the newest over a KV cache."""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ..config import GPTConfig
from ..costs import flops_per_token
from ..kv_cache import KVCache
from ..model import GPT
from ..ops.arrays import Array
from ..params import Params


class Continued(NamedTuple):
    """What followed: `ids`, n of them, and `logits` (n, V), from which each one was taken."""

    ids: list[int]
    logits: Array


def greedy_uncached(model: GPT, params: Params, prompt: Sequence[int], n: int) -> Continued:
    """Continue a text by its n likeliest tokens, one by one; each time the whole text is run again."""
    ids, rows = list(prompt), []
    for _ in range(n):
        h, _ = model.hidden(params, np.array([ids]), keep_cache=False)  # (1, T, C)
        rows.append(model.logits(params, h[:, -1])[0])
        ids.append(int(rows[-1].argmax()))
    return Continued(ids[len(prompt) :], np.stack(rows))


def greedy_cached(
    model: GPT, params: Params, prompt: Sequence[int], n: int, kv: KVCache | None = None
) -> Continued:
    """Do the same over a KV cache: the prompt is run once, and then each token by itself.

    `kv` is the empty cache to be filled, a fresh one unless given.
    """
    if kv is None:
        kv = KVCache.empty(model.config, 1, len(prompt) + n, params.buffer.dtype)
    new, ids, rows = list(prompt), [], []
    for _ in range(n):
        h, _ = model.hidden(params, np.array([new]), kv=kv)  # (1, T, C), T = 1 after the prompt
        rows.append(model.logits(params, h[:, -1])[0])
        new = [int(rows[-1].argmax())]
        ids += new
    return Continued(ids, np.stack(rows))


class Flops(NamedTuple):
    """FLOPs of one new token as the last of a text."""

    uncached: float
    cached: float


def token_flops(config: GPTConfig, context: int) -> Flops:
    """Count the FLOPs of a new token which is the last of `context`, with the head at this token alone.

    Without a cache all `context` positions go through the blocks, and each attends to all of them.
    """
    flops = flops_per_token(config, context)
    one = flops.blocks + flops.attention
    return Flops(context * one + flops.head, one + flops.head)


def token_seconds(
    model: GPT,
    params: Params,
    contexts: Sequence[int],
    repeats: int = 3,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Measure a new token as the last of each number of tokens: {"uncached": seconds, "cached": seconds}.

    The shortest of `repeats` runs counts: what else the machine does can only add to it.
    """
    uncached, cached = [], []
    for context in contexts:
        ids = np.arange(context)[None] % model.config.vocab_size  # (1, T)
        kv = KVCache.empty(model.config, 1, context, params.buffer.dtype)
        if context > 1:
            model.hidden(params, ids[:, :-1], kv=kv)
        alone, over = [], []
        for _ in range(repeats):
            began = clock()
            model.logits(params, model.hidden(params, ids, keep_cache=False)[0][:, -1])
            alone.append(clock() - began)
            kv.length, kv.counts = context - 1, np.array([context - 1])  # the last place is free again
            began = clock()
            model.logits(params, model.hidden(params, ids[:, -1:], kv=kv)[0][:, -1])
            over.append(clock() - began)
        uncached.append(min(alone))
        cached.append(min(over))
    return {"uncached": uncached, "cached": cached}
