"""From logits to text: temperature, top-k, top-p, the draw, and the loop that feeds each token back.

The order is temperature, top-k, top-p, draw. All four work in float64 on the host, wherever the logits
were computed, and the only randomness is the generator that is passed.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .config import SampleConfig
from .errors import UserError
from .model import GPT
from .ops.arrays import Array, array_module
from .ops.softmax import softmax
from .params import Params
from .tokenizer import StreamDecoder, Tokenizer

_ROUNDING = 1e-12  # ten tokens of probability 0.1 must reach 1.0, though their float64 sum stays below


def apply_temperature(logits: Array, temperature: float) -> Array:
    """Return logits / temperature, (V,) or (B, V); temperature > 0.

    Below 1 the gaps grow and likely tokens gain; above 1 they shrink. Source: Ackley, Hinton,
    Sejnowski 1985.
    """
    with np.errstate(over="ignore"):  # a gap too wide for float64 becomes -inf: probability 0
        return logits / temperature


def top_k(logits: Array, k: int) -> Array:
    """Keep the k largest of logits (V,) or (B, V) and set the others to -inf; 0 keeps all.

    Exactly k stay: among equals at the k-th place the lowest ids win. Source: Fan, Lewis, Dauphin 2018.
    """
    V = logits.shape[-1]
    if not 0 < k < V:
        return logits
    kth = np.partition(logits, V - k, axis=-1)[..., V - k, None]  # (..., 1)
    above, tied = logits > kth, logits == kth
    room = k - above.sum(axis=-1, keepdims=True)
    return np.where(above | (tied & (np.cumsum(tied, axis=-1) <= room)), logits, -np.inf)


def top_p(logits: Array, p: float) -> Array:
    """Keep the smallest set of tokens whose probabilities reach p, set the others to -inf; 1 keeps all.

    logits are (V,) or (B, V). Tokens enter likeliest first (lowest id first among equals), including the
    one that crosses p, so one always stays. Source: Holtzman et al. 2020, section 3.1 (nucleus sampling).
    """
    if p >= 1:
        return logits
    order = np.argsort(-logits, axis=-1, kind="stable")
    reached = np.cumsum(np.take_along_axis(softmax(logits), order, axis=-1), axis=-1)
    stays = np.ones(logits.shape, dtype=bool)  # in the sorted order; the likeliest always does
    stays[..., 1:] = reached[..., :-1] < p - _ROUNDING
    kept = np.empty_like(stays)
    np.put_along_axis(kept, order, stays, axis=-1)
    return np.where(kept, logits, -np.inf)


def probabilities(logits: Array, config: SampleConfig) -> Array:
    """Return what `draw` draws from: float64 probabilities of the shape of logits, (V,) or (B, V).

    Temperature 0 puts everything on the largest logit, the lowest id among equals.
    """
    logits = np.asarray(logits, dtype=np.float64)
    if config.temperature == 0:
        probs = np.zeros_like(logits)
        np.put_along_axis(probs, logits.argmax(axis=-1)[..., None], 1.0, axis=-1)
        return probs
    logits = logits - logits.max(axis=-1, keepdims=True)  # changes no probability, prevents overflow
    logits = apply_temperature(logits, config.temperature)
    return softmax(top_p(top_k(logits, config.top_k), config.top_p))


def draw(probs: Array, rng: np.random.Generator) -> Array:
    """Draw one token id from probs (V,), or one per row (B,) from probs (B, V).

    Inverts the distribution function at one uniform number per row; a token of probability 0 is never
    drawn.
    """
    reached = np.cumsum(probs, axis=-1)
    at = rng.random(probs.shape[:-1])[..., None] * reached[..., -1:]
    return (reached <= at).sum(axis=-1)


def next_logits(model: GPT, params: Params, ids: Sequence[int]) -> Array:
    """Compute the logits (V,) of the token after `ids`, on the host.

    The model sees the last `block_size` ids, numbered from position 0. Raises UserError when the logits
    are not finite: the weights are broken.
    """
    xp = array_module(params.buffer)
    window = xp.asarray([ids[-model.config.block_size :]], dtype=np.int64)  # (1, T)
    with np.errstate(over="ignore", invalid="ignore"):  # what matters of it is diagnosed below
        h, _ = model.hidden(params, window)
        logits = model.logits(params, h[:, -1:])[0, -1]  # the head only where it is needed
    logits = logits.get() if hasattr(logits, "get") else np.asarray(logits)  # CuPy, else NumPy
    if not np.isfinite(logits).all():
        bad = int((~np.isfinite(logits)).sum())
        raise UserError(
            f"The model's weights are broken: {bad} of {logits.size} logits are NaN or infinite, expected "
            "finite numbers. Load an earlier checkpoint, or train again with a lower learning rate."
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
    """Yield up to `max_new_tokens` token ids that continue `ids`; fewer when `eot_id` is drawn first.

    The end-of-text token itself is not yielded. Ids from `vocab_size` on (rows of the model that are no
    text) are never drawn. Each step runs the context again; once it is longer than `block_size`, the window
    slides: the model sees the last `block_size` tokens only. Raises UserError for no ids, for a model that
    looks ahead, and for broken weights.
    """
    if not len(ids):
        raise UserError("The prompt is empty, expected at least one token to continue.")
    if not model.config.causal:
        raise UserError(
            "The model reads in both directions (causal is False), so it cannot continue a text: "
            "expected a causal model."
        )
    return _stream(model, params, list(ids), config, rng, eot_id, vocab_size)


def _stream(
    model: GPT,
    params: Params,
    context: list[int],
    config: SampleConfig,
    rng: np.random.Generator,
    eot_id: int | None,
    vocab_size: int | None,
) -> Iterator[int]:
    for _ in range(config.max_new_tokens):
        logits = next_logits(model, params, context)[:vocab_size]
        token = int(draw(probabilities(logits, config), rng))
        if token == eot_id:
            return
        context.append(token)
        yield token


class Sample(NamedTuple):
    """A finished continuation.

    `text` ends before the stop text; `token_ids` are all that were drawn, those that spell the stop text
    included, the end-of-text token not; `stopped_by` is "stop", "eot" or "length".
    """

    text: str
    token_ids: list[int]
    stopped_by: str


def sample_text(
    model: GPT,
    params: Params,
    tokenizer: Tokenizer,
    ids: Sequence[int],
    config: SampleConfig,
    rng: np.random.Generator,
    *,
    write: Callable[[str], object] = lambda piece: None,
) -> Sample:
    """Continue `ids` with text, handing each piece to `write` as soon as it is certain.

    The pieces joined are the text. No piece ends in half a character or holds part of a stop text. A
    character that the limit of tokens cuts in two becomes U+FFFD, as in `tokenizer.decode`. Raises
    UserError as `stream` does.
    """
    decoder = StreamDecoder(tokenizer)
    pieces: list[str] = []
    token_ids: list[int] = []

    def emit(piece: str) -> None:
        if piece:
            pieces.append(piece)
            write(piece)

    held = ""
    drawn = stream(model, params, ids, config, rng, eot_id=tokenizer.eot_id, vocab_size=tokenizer.vocab_size)
    for token in drawn:
        token_ids.append(token)
        certain, held, stopped = split_at_stop(held + decoder.push(token), config.stop)
        emit(certain)
        if stopped:
            return Sample("".join(pieces), token_ids, "stop")
    emit(held + decoder.finish())
    return Sample("".join(pieces), token_ids, "length" if len(token_ids) == config.max_new_tokens else "eot")


def split_at_stop(text: str, stops: Sequence[str]) -> tuple[str, str, bool]:
    """Return (what may be shown, what must wait, whether a stop text is complete).

    What waits is the longest end of `text` that begins a stop text. Of several complete stop texts the
    one that ends first counts, so that the outcome does not depend on where tokens are cut.

    >>> split_at_stop("and the E", ["END"])
    ('and the ', 'E', False)
    >>> split_at_stop("and the END.", ["END"])
    ('and the ', '', True)
    """
    complete = [(text.index(stop) + len(stop), text.index(stop)) for stop in stops if stop in text]
    if complete:
        return text[: min(complete)[1]], "", True
    longest = max((n for stop in stops for n in range(1, len(stop)) if text.endswith(stop[:n])), default=0)
    return text[: len(text) - longest], text[len(text) - longest :], False
