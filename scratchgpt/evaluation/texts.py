"""Perplexity and bits per byte of texts, by windows as a `TextProtocol` cuts them."""

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..corpus import Document, pieces, plain
from ..errors import UserError
from ..model import GPT
from ..params import Params
from ..protocols import TextProtocol
from ..tokenizer import Tokenizer
from . import wikitext
from .scoring import IGNORE, Metric, Progress, Result, score_targets

# Tokens that pass through the model at a time, where several windows fit.
_BATCH = 2048


@dataclass(frozen=True)
class EncodedTexts:
    """Texts as tokens, each an array with its start token, and what their loss is divided by.

    `tokens`, `words` and `bytes` are those of all texts; the start token is none of the tokens, words and
    bytes are those of the original before any change of spacing.
    """

    ids: list[np.ndarray]
    tokens: int
    words: int
    bytes: int


def fit(protocol: TextProtocol, model: GPT, tokenizer: Tokenizer) -> TextProtocol:
    """Return the protocol with its numbers filled in for a model, and no start token where there is none.

    Raises UserError for windows and strides that do not fit.
    """
    starts = protocol.start_token and tokenizer.eot_id is not None
    return dataclasses.replace(protocol.resolve(model.config.block_size), start_token=starts)


def encode_texts(documents: Sequence[Document], tokenizer: Tokenizer, protocol: TextProtocol) -> EncodedTexts:
    """Encode documents by a protocol that `fit` returned: page by page, or all documents as one stream.

    A tokenizer with an end-of-text token puts it between documents and for every `<|endoftext|>` in them,
    another reads a line break there, as in training. Raises UserError for text that the tokenizer cannot
    spell and for text too short to predict anything of.
    """
    streams: list[list[int]] = []
    words = n_bytes = 0
    for document in documents:
        for text in wikitext.pages(document.text) if protocol.pages else [document.text]:
            original = plain(text) if tokenizer.eot_id is None else text
            words += wikitext.count_words(original, protocol.words)
            n_bytes += len(original.encode())
            ids = _encode(_spaced(text, protocol), tokenizer, document.name)
            if protocol.pages or not streams:
                streams.append([])
            streams[-1] += ids
    if tokenizer.eot_id is not None and not protocol.start_token:
        streams = [ids[1:] for ids in streams]
    tokens = sum(map(len, streams)) - len(streams) * protocol.start_token
    if not words or not any(len(ids) > 1 for ids in streams):
        raise UserError(
            f"The text has {words} words and {tokens} tokens, expected a word, and two tokens: one to begin "
            "with, one to predict."
        )
    return EncodedTexts([np.array(ids, dtype=np.int64) for ids in streams], tokens, words, n_bytes)


def _spaced(text: str, protocol: TextProtocol) -> str:
    """Return the text with the spacing that the protocol asks for."""
    if protocol.blank_lines:
        text = wikitext.blank_lines(text)
    return wikitext.detokenise(text) if protocol.detokenise else text


def _encode(text: str, tokenizer: Tokenizer, name: str) -> list[int]:
    encode = tokenizer.encode_ordinary  # WikiText's <unk> is text, though GPT-1 has a token of that name
    try:
        if tokenizer.eot_id is None:
            return encode(plain(text))
        return [i for piece in pieces(text) for i in (tokenizer.eot_id, *encode(piece))]
    except UserError as error:
        raise UserError(f"{name}: {error}") from None


# Windows.


class Window(NamedTuple):
    """Tokens [start, stop) of one text, of which those from `first` on are scored."""

    start: int
    stop: int
    first: int


def cut(n: int, window: int, stride: int, full_last: bool = False) -> Iterator[Window]:
    """Yield the windows over a text of n tokens: `window` of them at a time, moved by `stride`.

    A window scores what no earlier one held, without its own first token. With `full_last` the last
    window begins early enough to be full, so that its tokens have more context.
    """
    held = 0
    for start in range(0, n, stride):
        stop = min(start + window, n)
        if full_last and stop == n:
            start = max(0, n - window)
        first = max(held, start + 1)
        if first < stop:
            yield Window(start, stop, first)
        if stop == n:
            return
        held = stop


def _batches(
    encoded: EncodedTexts, protocol: TextProtocol, limit: int | None
) -> Iterator[list[tuple[int, Window]]]:
    """Yield lists of (text number, window) that pass through the model together, `limit` in all."""
    together = max(1, _BATCH // protocol.window)
    batch: list[tuple[int, Window]] = []
    given = 0
    for number, ids in enumerate(encoded.ids):
        for window in cut(len(ids), protocol.window, protocol.stride, protocol.full_last):
            if given == limit:
                break
            given += 1
            batch.append((number, window))
            if len(batch) == together:
                yield batch
                batch = []
    if batch:
        yield batch


def count_windows(encoded: EncodedTexts, protocol: TextProtocol, limit: int | None = None) -> int:
    """Return how many windows will be scored."""
    p = protocol
    total = sum(1 for ids in encoded.ids for _ in cut(len(ids), p.window, p.stride, p.full_last))
    return total if limit is None else min(limit, total)


# Scoring.


class _Sums:
    """Losses in nats and numbers of tokens by block: a page, or about a window of a long text."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.loss: list[float] = []
        self.tokens: list[int] = []
        self._text = -1

    def add(self, text: int, loss: float, tokens: int, by_text: bool) -> None:
        """Add a window; windows that overlap are correlated, so several make one block."""
        if self._text != text or (not by_text and self.tokens[-1] >= self.size):
            self.loss.append(0.0)
            self.tokens.append(0)
        self._text = text
        self.loss[-1] += loss
        self.tokens[-1] += tokens

    def mean(self) -> Metric:
        """Return the loss per token, and its standard error as of a ratio of two sums over blocks.

        With residuals r = loss - mean x tokens over k blocks, the variance is k / (k - 1) sum r^2 / tokens^2
        (Cochran 1977, Sampling Techniques, section 6.4).
        """
        loss, tokens = np.array(self.loss), np.array(self.tokens)
        mean, k = float(loss.sum() / tokens.sum()), len(loss)
        if k < 2:
            return Metric(mean, None)
        residuals = loss - mean * tokens
        return Metric(mean, math.sqrt(k / (k - 1) * float(residuals @ residuals)) / int(tokens.sum()))


def score_texts(
    model: GPT,
    params: Params,
    encoded: EncodedTexts,
    protocol: TextProtocol,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Score texts by a resolved protocol, or their first `limit` windows.

    Figures: the perplexity by token, exp(loss); the perplexity by word and the bits per byte, of the
    loss per token times the number of tokens per word or byte. So they stand for the whole text even
    where a protocol leaves first tokens out. Standard errors come from the spread between pages, or
    between windows, by the delta method. Raises what `score_targets` raises.
    """
    sums, read, windows = _Sums(protocol.window - 1), 0, 0
    by_text = len(encoded.ids) > 1
    for batch in _batches(encoded, protocol, limit):
        ids, targets = _rows(encoded, batch)
        scores = score_targets(model, params, ids, targets)
        losses = np.bincount(scores.rows, weights=-scores.log_probs, minlength=len(batch))
        for (text, window), loss in zip(batch, losses.tolist(), strict=True):
            sums.add(text, loss, window.stop - window.first, by_text)
        read += ids.size
        windows += len(batch)
        if progress is not None:
            progress(len(batch), f"perplexity {_exp(sums.mean().value):.2f}")
    mean = sums.mean()
    metrics = {
        "token_perplexity": _perplexity(mean, 1.0),
        "word_perplexity": _perplexity(mean, encoded.tokens / encoded.words),
        "bits_per_byte": _scaled(mean, encoded.tokens / (encoded.bytes * math.log(2))),
    }
    counts = {"text_tokens": encoded.tokens, "words": encoded.words, "bytes": encoded.bytes}
    return Result(metrics, windows, sum(sums.tokens), read, {**counts, "loss": mean.value})


def _rows(encoded: EncodedTexts, batch: list[tuple[int, Window]]) -> tuple[np.ndarray, np.ndarray]:
    """Return (ids, targets), both (B, T), shorter windows padded on the right."""
    T = max(window.stop - window.start for _, window in batch) - 1
    ids = np.zeros((len(batch), T), dtype=np.int64)
    targets = np.full_like(ids, IGNORE)
    for row, (text, (start, stop, first)) in enumerate(batch):
        tokens = encoded.ids[text]
        ids[row, : stop - start - 1] = tokens[start : stop - 1]
        targets[row, first - start - 1 : stop - start - 1] = tokens[first:stop]
    return ids, targets


def _exp(x: float) -> float:
    return math.exp(min(x, 700.0))  # above, the float would overflow


def _scaled(mean: Metric, factor: float) -> Metric:
    return Metric(mean.value * factor, None if mean.stderr is None else mean.stderr * factor)


def _perplexity(mean: Metric, factor: float) -> Metric:
    """Return exp(factor x mean); its slope is the value itself, which the standard error is multiplied by."""
    loss = _scaled(mean, factor)
    value = _exp(loss.value)
    return Metric(value, None if loss.stderr is None else value * loss.stderr)
