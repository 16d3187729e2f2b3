"""The loop that feeds each token back to the model: several texts at a time, over one KV cache."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..config import SampleConfig
from ..errors import UserError
from ..kv_cache import KVCache
from ..model import GPT
from ..ops.arrays import Array, array_module, to_host
from ..params import Params
from .filters import draw, log_probability, probabilities


class Drawn(NamedTuple):
    """A drawn token: the text it continues, its id, and the model's ln p of it when asked for."""

    text: int
    token: int
    logprob: float | None = None


class Decoding:
    """Texts that are being continued: `step()` draws the next token of each one that still goes on.

    `prompts` are lists of token ids, one per text; equal ones are computed once. Text i draws from
    `rngs[i]` alone. A text ends ("why it ended" in `ended`, by its number) when it has `max_new_tokens`
    ("length"), when `eot_id` is drawn ("eot"; that token is not reported), when it fills the model's
    context under overflow "stop" ("context"), or when the caller calls `end`. Under overflow "truncate" a
    text that no longer fits goes on with its last half context, which is computed again.

    Ids from `vocab_size` on (rows of the model that are no text) are never drawn. Raises UserError for an
    empty prompt, for one longer than the context under "stop", for a model that looks ahead, and, in
    `step`, for broken weights.
    """

    def __init__(
        self,
        model: GPT,
        params: Params,
        prompts: Sequence[Sequence[int]],
        config: SampleConfig,
        rngs: Sequence[np.random.Generator],
        *,
        eot_id: int | None = None,
        vocab_size: int | None = None,
        logprobs: bool = False,
    ) -> None:
        _check(model, prompts, config)
        if len(rngs) != len(prompts):
            raise UserError(
                f"There are {len(rngs)} generators for {len(prompts)} prompts, expected one each."
            )
        self._model, self._params, self._config = model, params, config
        self._eot_id, self._vocab_size, self._logprobs = eot_id, vocab_size, logprobs
        self._rngs = list(rngs)
        self._ids = [list(prompt) for prompt in prompts]  # whole texts: what the repetition penalty sees
        self._windows = [self._fitting(ids) for ids in self._ids]  # what the model sees of them
        self._left = [config.max_new_tokens] * len(self._ids)
        self._rows = list(range(len(self._ids)))  # which text each row of the cache holds
        self._kv: KVCache | None = None
        self.ended: dict[int, str] = {}

    @property
    def active(self) -> list[int]:
        """The texts that still go on."""
        return [text for text in range(len(self._ids)) if text not in self.ended]

    def end(self, text: int, why: str) -> None:
        """End a text, for a reason that replaces any earlier one."""
        self.ended[text] = why

    def step(self) -> list[Drawn]:
        """Draw one token for each active text; those that end here without a token are left out."""
        drawn = []
        for text, logits in self._next_logits().items():
            token = int(draw(probabilities(logits, self._config, self._ids[text]), self._rngs[text]))
            if token == self._eot_id:
                self.end(text, "eot")
                continue
            drawn.append(Drawn(text, token, log_probability(logits, token) if self._logprobs else None))
            self._ids[text].append(token)
            self._windows[text].append(token)
            self._left[text] -= 1
            if self._left[text] == 0:
                self.end(text, "length")
        return drawn

    @np.errstate(over="ignore", invalid="ignore")  # what matters of it is diagnosed in _finite
    def _next_logits(self) -> dict[int, np.ndarray]:
        """Run the model over what it has not seen yet; return the logits (V,) of each active text."""
        block_size = self._model.config.block_size
        for text in self.active:
            if len(self._windows[text]) > block_size and self._config.overflow == "stop":
                self.end(text, "context")
        active = self.active
        if not active:
            return {}
        if self._kv is None or any(len(self._windows[text]) > block_size for text in active):
            for text in active:
                self._windows[text] = self._fitting(self._windows[text])
            h = self._prefill(active)
        else:
            if active != self._rows:
                self._kv, self._rows = self._kv.rows([self._rows.index(text) for text in active]), active
            h = self._hidden([[self._windows[text][-1]] for text in active], self._kv)
        logits = _finite(self._model.logits(self._params, h))[:, : self._vocab_size]
        return dict(zip(active, logits, strict=True))

    def _prefill(self, active: list[int]) -> Array:
        """Fill a new cache with the windows of the active texts; return their last states (n, C)."""
        windows = [tuple(self._windows[text]) for text in active]
        distinct = list(dict.fromkeys(windows))
        longest = max(map(len, distinct))
        # The last token of a text is drawn and never run: one place less.
        room = longest + max(self._left[text] for text in active) - 1
        kv = KVCache.empty(
            self._model.config,
            len(distinct),
            min(room, self._model.config.block_size),
            self._params.buffer.dtype,
            array_module(self._params.buffer),
        )
        padded = np.zeros((len(distinct), longest), dtype=np.int64)
        key_mask = np.zeros_like(padded)
        for row, window in enumerate(distinct):
            padded[row, longest - len(window) :] = window
            key_mask[row, longest - len(window) :] = 1
        h = self._hidden(padded, kv, key_mask)
        at = [distinct.index(window) for window in windows]
        self._kv, self._rows = kv if len(at) == len(distinct) else kv.rows(at), active
        return h[at]

    def _hidden(self, ids: Any, kv: KVCache, key_mask: np.ndarray | None = None) -> Array:
        """Run ids (n, T) over the cache; return the states (n, C) of the last position."""
        xp = array_module(self._params.buffer)
        h, _ = self._model.hidden(self._params, xp.asarray(ids, dtype=np.int64), kv=kv, key_mask=key_mask)
        return h[:, -1]

    def _fitting(self, ids: list[int]) -> list[int]:
        """Return the ids that the model is to see: all, or the last half context when they do not fit."""
        block_size = self._model.config.block_size
        return list(ids) if len(ids) <= block_size else list(ids[-max(block_size // 2, 1) :])


def _check(model: GPT, prompts: Sequence[Sequence[int]], config: SampleConfig) -> None:
    if not model.config.causal:
        raise UserError(
            "The model reads in both directions (causal is False), so it cannot continue a text: "
            "expected a causal model."
        )
    for ids in prompts:
        if not len(ids):
            raise UserError("The prompt is empty, expected at least one token to continue.")
        if len(ids) > model.config.block_size and config.overflow == "stop":
            raise UserError(
                f"The prompt is too long for the context: it has {len(ids)} tokens, the model sees at most "
                f"{model.config.block_size}. Shorten it, or let it see the end only: --overflow truncate "
                "(in Python, overflow)."
            )


def _finite(logits: Array) -> np.ndarray:
    """Return logits on the host. Raises UserError when they are not finite: the weights are broken."""
    logits = np.asarray(to_host(logits))
    if not np.isfinite(logits).all():
        bad = int((~np.isfinite(logits)).sum())
        raise UserError(
            f"The model's weights are broken: {bad} of {logits.size} logits are NaN or infinite, expected "
            "finite numbers. Load an earlier checkpoint, get the model again from its source, or train again "
            "with a lower learning rate."
        )
    return logits


def generator(seed: int, sample: int = 0) -> np.random.Generator:
    """Return the generator of one of several samples; no sample depends on how long others became."""
    return np.random.default_rng([seed, sample])


def stream(
    model: GPT,
    params: Params,
    ids: Sequence[int],
    config: SampleConfig,
    rng: np.random.Generator,
    *,
    eot_id: int | None = None,
    vocab_size: int | None = None,
) -> Iterator[int]:
    """Yield up to `max_new_tokens` token ids that continue `ids`; options and errors as for Decoding."""
    decoding = Decoding(model, params, [ids], config, [rng], eot_id=eot_id, vocab_size=vocab_size)
    return (drawn.token for drawn in _steps(decoding))


def _steps(decoding: Decoding) -> Iterator[Drawn]:
    while decoding.active:
        yield from decoding.step()
