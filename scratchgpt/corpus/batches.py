"""Tokens as batches: the n-th batch is a function of n, so that a resumed run needs one integer."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..errors import UserError
from ..tokenizer.base import Tokenizer
from .read import Document, pieces, plain, split

IGNORE = -1
"""The target that cross-entropy leaves out."""


@dataclass(frozen=True, eq=False)
class Encoded:
    """The tokens of all documents: uint16, or uint32 for more than 65,536 entries."""

    train: np.ndarray
    val: np.ndarray
    val_bytes: int  # UTF-8 bytes that `val` stands for; nats / ln 2 / val_bytes = bits per byte


def encode_documents(
    documents: Iterable[Document],
    tokenizer: Tokenizer,
    val_fraction: float,
    progress: Callable[[int], object] | None = None,
) -> Encoded:
    """Encode documents and hold out the last `val_fraction` of each one's characters.

    A tokenizer with an end-of-text token has that token put before every text: before every file,
    the held-out part of every file, and for every `<|endoftext|>` inside a file. So a model learns
    how texts begin, and the first token held out is predicted like any other. A character
    tokenizer has no such token: an `<|endoftext|>` becomes a blank line, and files follow one
    another directly.

    `val_bytes` counts what the tokenizer was given. With an end-of-text token that is the held-out text
    as it stands: each separator in it is a token to predict. Without one it is `plain` text, where a
    separator has become a newline: its other bytes were never predicted and must not lower the bits per
    byte. A count model on plain text divides by the same number. `progress` is called
    with the number of characters since its last call. Raises UserError for a fraction outside
    [0, 1), and what `tokenizer.encode` raises.
    """
    dtype = np.uint16 if tokenizer.vocab_size <= 2**16 else np.uint32
    parts: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    val_bytes = 0
    for document in documents:
        texts = split(document, val_fraction)
        val_bytes += len((plain(texts[1]) if tokenizer.eot_id is None else texts[1]).encode())
        for text, part in zip(texts, parts, strict=True):
            part += [tokens.astype(dtype) for tokens in _encode_text(text, tokenizer)]
            if progress is not None:
                progress(len(text))
    train, val = (np.concatenate([np.empty(0, dtype), *part]) for part in parts)
    return Encoded(train, val, val_bytes)


def _encode_text(text: str, tokenizer: Tokenizer) -> Iterator[np.ndarray]:
    if tokenizer.eot_id is None:
        yield from tokenizer.encode_arrays(plain(text))
    else:
        for piece in pieces(text):
            yield np.array([tokenizer.eot_id])
            yield from tokenizer.encode_arrays(piece)


def next_token_batch(
    tokens: np.ndarray, starts: np.ndarray, block_size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return (ids, targets), both (B, T) int64, T = block_size: one window of the tokens for each start.

    tokens (N,) integers, starts (B,) integers from 0 to N - T - 1. Row b holds the T tokens from starts[b]
    on, and as targets the T tokens from one place later on: position t has to predict the token behind it.
    """
    rows = tokens[starts[:, None] + np.arange(block_size + 1)]  # (B, T + 1)
    return rows[:, :-1].astype(np.int64), rows[:, 1:].astype(np.int64)


@dataclass(frozen=True, eq=False)
class Batches:
    """Next-token batches for training, by number; the order depends on `seed` and the number only.

    In every epoch the tokens are cut into windows of `block_size` at a fresh random phase, so that
    no token always stands at the same position, and the windows are visited in a random order, both
    drawn from `numpy.random.default_rng([seed, epoch])`. All batches are full: the windows that
    would make up less than a batch at the end of an epoch are dropped, and so are the tokens before
    the first and after the last window (another phase and order bring them back). A text with fewer
    windows than a batch is cut several times for one batch.

    tokens (N,) integers, a memory-mapped array included. Raises UserError for fewer than
    block_size + 1 tokens, a batch or block size below 1 and a negative seed.
    """

    tokens: np.ndarray
    batch_size: int
    block_size: int
    seed: int = 0

    def __post_init__(self) -> None:
        _check_sizes(self.batch_size, self.block_size)
        if self.seed < 0:
            raise UserError(f"seed is {self.seed}, expected an integer of at least 0.")
        if len(self.tokens) < self.block_size + 1:
            raise UserError(
                f"The training text has {len(self.tokens)} tokens, expected at least block_size + 1 "
                f"= {self.block_size + 1}: give more text or a smaller --block-size."
            )

    @property
    def windows_per_epoch(self) -> int:
        """Windows that fit at any phase, and at least one."""
        return max(1, (len(self.tokens) - 1) // self.block_size - 1)

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch."""
        return max(1, self.windows_per_epoch // self.batch_size)

    def epoch_of(self, n: int) -> int:
        """Return the epoch, from 0, that batch `n` belongs to."""
        return n // self.steps_per_epoch

    def at(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Return batch `n`, from 0: (ids, targets), both (B, T) int64, targets one token later.

        Raises UserError for a negative `n`.
        """
        if n < 0:
            raise UserError(f"The batch number is {n}, expected an integer of at least 0.")
        epoch, step = divmod(n, self.steps_per_epoch)
        order = _epoch_starts(
            self.seed,
            epoch,
            len(self.tokens),
            self.block_size,
            self.windows_per_epoch,
            self.batch_size,
        )
        starts = order[step * self.batch_size : (step + 1) * self.batch_size]
        return next_token_batch(self.tokens, starts, self.block_size)


# A cache only: the value is a function of the arguments. Two entries, because consecutive batches
# share an epoch, and a comparison may walk through two texts at a time.
@lru_cache(maxsize=2)
def _epoch_starts(
    seed: int, epoch: int, n_tokens: int, block_size: int, windows: int, batch_size: int
) -> np.ndarray:
    """Return the first positions of an epoch's windows in the order of their visit."""
    rng = np.random.default_rng([seed, epoch])
    # All phases that leave room for the last target; there are more than block_size of them, so that
    # the last tokens get their turn too.
    phases = n_tokens - windows * block_size
    cuts = math.ceil(batch_size / windows)
    starts = np.concatenate(
        [rng.integers(phases) + block_size * rng.permutation(windows) for _ in range(cuts)]
    )
    starts.flags.writeable = False
    return starts


def eval_batches(
    tokens: np.ndarray, batch_size: int, block_size: int, limit: int | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (ids, targets), both (b, T) int64 with b <= batch_size, that cover held-out tokens once.

    The windows lie end to end: every token but the first is a target exactly once. The last window
    is filled up with id 0 and target -1, so a mean over all of them weighs each batch by its
    targets that are not -1. With `limit`, at most so many batches, evenly spread over the tokens.

    Raises UserError, at the call, for fewer than two tokens, and sizes or a limit below 1.
    """
    _check_sizes(batch_size, block_size)
    if limit is not None and limit < 1:
        raise UserError(f"The number of batches is {limit}, expected an integer of at least 1.")
    if len(tokens) < 2:
        raise UserError(
            f"The held-out text has {len(tokens)} tokens, expected at least 2: "
            "give more text or a larger --val-fraction."
        )
    total = math.ceil((len(tokens) - 1) / (batch_size * block_size))
    shown = total if limit is None else min(limit, total)
    numbers = [i * total // shown for i in range(shown)]
    return (_eval_batch(tokens, batch_size, block_size, number) for number in numbers)


def _eval_batch(
    tokens: np.ndarray, batch_size: int, block_size: int, number: int
) -> tuple[np.ndarray, np.ndarray]:
    size = batch_size * block_size
    span = tokens[number * size : (number + 1) * size + 1].astype(np.int64)
    n = len(span) - 1
    rows = math.ceil(n / block_size)
    ids = np.zeros(rows * block_size, np.int64)
    targets = np.full(rows * block_size, IGNORE, np.int64)
    ids[:n], targets[:n] = span[:-1], span[1:]
    return ids.reshape(rows, block_size), targets.reshape(rows, block_size)


def mask_tokens(
    ids: np.ndarray,
    rng: np.random.Generator,
    *,
    mask_id: int,
    vocab_size: int,
    probability: float = 0.15,
) -> tuple[np.ndarray, np.ndarray]:
    """Return BERT's masked inputs and targets, both of the shape of `ids` and int64.

    Each token is chosen with `probability`. A chosen one is a target, and its input is `mask_id`
    in 80 % of the cases, a random id below `vocab_size` in 10 %, and itself in 10 %, so that the
    model cannot rely on the mask to tell which positions matter. All other targets are -1.
    Positions that are padding must be set to -1 by the caller. Drawn are always three arrays of the shape
    of `ids`: two from [0, 1), which say who is chosen and what becomes of it, and one of random ids.

    Source: Devlin et al. 2019, section 3.1 (they choose exactly 15 %, here each token is drawn).
    Raises UserError for a probability outside [0, 1].
    """
    if not 0 <= probability <= 1:
        raise UserError(f"The mask probability is {probability}, expected a number in [0, 1].")
    ids = ids.astype(np.int64)
    chosen = rng.random(ids.shape) < probability
    action = rng.random(ids.shape)
    noise = rng.integers(vocab_size, size=ids.shape, dtype=np.int64)
    replaced = np.where(action < 0.8, mask_id, np.where(action < 0.9, noise, ids))
    return np.where(chosen, replaced, ids), np.where(chosen, ids, IGNORE)


def _check_sizes(batch_size: int, block_size: int) -> None:
    for name, value in (("batch_size", batch_size), ("block_size", block_size)):
        if value < 1:
            raise UserError(f"{name} is {value}, expected an integer of at least 1.")
