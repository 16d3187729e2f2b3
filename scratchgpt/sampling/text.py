"""From tokens to text: pieces as soon as they are certain, ends at stop texts."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from ..config import SampleConfig
from ..model import GPT
from ..params import Params
from ..tokenizer import StreamDecoder, Tokenizer
from .decoding import Decoding, Drawn


class Sample(NamedTuple):
    """A finished continuation.

    `text` ends before the stop text; `token_ids` are all that were drawn, those that spell the stop text
    included, the end-of-text token not; `stopped_by` is "stop", "eot", "length", "context" (the model's
    context is full) or "interrupt"; `logprobs` are the model's ln p of the tokens, None unless asked for.
    """

    text: str
    token_ids: list[int]
    stopped_by: str
    logprobs: list[float] | None = None


class _Speaker:
    """One text on its way: its tokens, its certain pieces, and what must wait."""

    def __init__(
        self, tokenizer: Tokenizer, before: int, stops: Sequence[str], write: Callable[[str], object]
    ) -> None:
        self.pieces: list[str] = []
        self.drawn: list[Drawn] = []
        self._decoder = StreamDecoder(tokenizer, before)
        self._stops, self._write, self._held = stops, write, ""

    def hear(self, drawn: Drawn) -> bool:
        """Take a token; return whether it completes a stop text."""
        self.drawn.append(drawn)
        certain, self._held, stopped = split_at_stop(
            self._held + self._decoder.push(drawn.token), self._stops
        )
        self._emit(certain)
        return stopped

    def finish(self, cut: bool) -> None:
        """Say what was held back, unless a stop text cut the text off there."""
        if not cut:
            self._emit(self._held + self._decoder.finish())

    def _emit(self, piece: str) -> None:
        if piece:
            self.pieces.append(piece)
            self._write(piece)


def sample_texts(
    model: GPT,
    params: Params,
    tokenizer: Tokenizer,
    prompts: Sequence[Sequence[int]],
    config: SampleConfig,
    rngs: Sequence[np.random.Generator],
    *,
    write: Callable[[int, str], object] = lambda number, piece: None,
    complete: Callable[[int], object] = lambda number: None,
    stopped: Callable[[], bool] = lambda: False,
    logprobs: bool = False,
) -> list[Sample]:
    """Continue several prompts (lists of token ids) together, handing each piece to `write` once certain.

    `write` gets the number of the text and the piece; the pieces of a text joined are its sample's text.
    No piece ends in half a character or holds part of a stop text. A character that the end cuts in two
    becomes U+FFFD, as in `tokenizer.decode`. `complete` gets the number of each text that has ended;
    `stopped` is asked before every step, and ends them all. Each text is what it would be alone, but for
    rounding. Raises UserError as Decoding does.
    """
    decoding = Decoding(
        model,
        params,
        prompts,
        config,
        rngs,
        eot_id=tokenizer.eot_id,
        vocab_size=tokenizer.vocab_size,
        logprobs=logprobs,
    )
    speakers = [_Speaker(tokenizer, ids[-1], config.stop, partial(write, i)) for i, ids in enumerate(prompts)]
    going = decoding.active
    while going:
        if stopped():
            for text in going:
                decoding.end(text, "interrupt")
        for drawn in decoding.step():
            if speakers[drawn.text].hear(drawn):
                decoding.end(drawn.text, "stop")
        for text in going:
            if text in decoding.ended:
                speakers[text].finish(cut=decoding.ended[text] == "stop")
                complete(text)
        going = decoding.active
    return [_sample(speaker, decoding.ended[i], logprobs) for i, speaker in enumerate(speakers)]


def _sample(speaker: _Speaker, why: str, logprobs: bool) -> Sample:
    values = [d.logprob for d in speaker.drawn if d.logprob is not None] if logprobs else None
    return Sample("".join(speaker.pieces), [d.token for d in speaker.drawn], why, values)


def sample_text(
    model: GPT,
    params: Params,
    tokenizer: Tokenizer,
    ids: Sequence[int],
    config: SampleConfig,
    rng: np.random.Generator,
    *,
    write: Callable[[str], object] = lambda piece: None,
    **options: Any,
) -> Sample:
    """Continue one prompt; options and errors as for sample_texts."""
    return sample_texts(
        model,
        params,
        tokenizer,
        [ids],
        config,
        [rng],
        write=lambda number, piece: write(piece),
        **options,
    )[0]


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
