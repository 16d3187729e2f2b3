"""The run behind the last milestone: a learner's tokenizer and sampler around the bundled model.

The model is the package's; what cuts text into its tokens, remembers keys and values, chooses the next
token and puts text together again is the learner's.
"""

import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import pretrained, sampling
from ..kv_cache import KVCache
from ..model import GPT
from ..ops import REFERENCE
from ..ops.heads import merge_heads, split_heads
from ..ops.softmax import softmax
from ..params import Params
from ..resources import data_path
from ..tokenizer.bpe_train import count_words
from ..tokenizer.split import split
from ..worked import bpe
from .milestone_runs import Functions, Run, Say
from .training import counted

PROMPT = "Once upon a time"
TOKENS = 60
TEMPERATURE, TOP_K, TOP_P = 0.8, 50, 0.95
# The share of the words written that occur in the bundled tales, which the model has never seen: 0.82 or more
# with twelve seeds, 0.45 or less where tokens are drawn regardless of the model.
SPEECH_GOAL = 0.7

# Merges are learned on LEARNED characters, and held against as many others. Single bytes are 1 byte a token.
LEARNED, MERGES = 20_000, 100
MERGES_GOAL = 1.5
HARD = "naïve café, 東京 🙂"  # characters of one to four bytes, which a stream of tokens cuts in two

PACKAGE: Mapping[str, Callable[..., Any]] = {
    "softmax": softmax,
    "apply_temperature": sampling.apply_temperature,
    "top_k": sampling.top_k,
    "top_p": sampling.top_p,
}


def speech(functions: Functions, say: Say) -> Run:
    """Learn merges, cut a prompt into tokens, continue it, and put the text together while it comes."""
    calls: Counter[str] = Counter()
    mine = {name: counted(name, f, calls) for name, f in functions.items()}
    size, missed = _learned(mine)
    say(f"{MERGES} merges of yours on the bundled tales: {size:.2f} bytes a token on other pages")
    figures = {"bytes a token": size}
    if missed:
        return Run(figures, calls, missed)
    model, params, tokenizer = pretrained.load("mini", REFERENCE.replace(qkv_attention_cached=_cached(mine)))
    tokens = [tokenizer.token_bytes(i) for i in range(tokenizer.vocab_size)]
    prompt, missed = _encoded(mine, tokenizer, tokens)
    if missed:
        return Run(figures, calls, missed)
    drawn, missed = _continued(mine, model, params, prompt)
    text = mine["decode"](drawn, tokens)
    if not missed and (text != tokenizer.decode(drawn) or _streamed(mine, drawn, tokens) != text):
        missed = "The tokens that were drawn do not become the text that the package's decode makes of them."
    figures["known words"] = known_words(text)
    say(f"{len(drawn)} tokens of the bundled model, drawn by you, after {PROMPT!r}:")
    for line in (PROMPT + text).splitlines():
        say(textwrap.fill(line, 100, initial_indent="  ", subsequent_indent="  "))
    say(f"  {100 * figures['known words']:.0f} % of the words also stand in the bundled tales")
    if not missed and figures["known words"] < SPEECH_GOAL:
        missed = f"Known words are {figures['known words']:.2f} of all, expected at least {SPEECH_GOAL}."
    return Run(figures, calls, missed)


def _learned(mine: Functions) -> tuple[float, str]:
    """Bytes a token with merges learned on the tales, and what is wrong with them."""
    tales = data_path("tales.txt").read_text(encoding="utf-8")
    words = [([bytes([b]) for b in word], n) for word, n in count_words(tales[:LEARNED]).items()]
    merges = mine["learn_merges"](words, MERGES)
    other = tales[LEARNED : 2 * LEARNED]
    cut = [mine["encode_word"](word, merges) for word in split(other)[:1000]]
    size = sum(len(token) for word in cut for token in word) / max(1, sum(map(len, cut)))
    if merges != bpe.learn_merges(words, MERGES):
        return size, "The merges are not those that the package's learn_merges finds."
    if size < MERGES_GOAL:
        return size, f"With your merges a token has {size:.2f} bytes, expected at least {MERGES_GOAL}."
    return size, ""


def _encoded(mine: Functions, tokenizer: Any, tokens: Sequence[bytes]) -> tuple[list[int], str]:
    """The ids of the prompt, and what is wrong with them or with those of a harder text."""
    number = {token: i for i, token in enumerate(tokens)}
    found = []
    for text in (PROMPT, HARD):
        cut = [token for word in split(text) for token in mine["encode_word"](word, tokenizer.merges)]
        ids = [number.get(bytes(token), -1) for token in cut]
        if ids != tokenizer.encode(text):
            return [], f"Your tokens of {text!r} are not those of the package's tokenizer."
        if mine["decode"](ids, tokens) != text or _streamed(mine, ids, tokens) != text:
            return [], f"{text!r} does not come back from its tokens."
        found.append(ids)
    return found[0], ""


def _streamed(mine: Functions, ids: Iterable[int], tokens: Sequence[bytes]) -> str:
    """The text of ids that come one by one: of each, what is complete."""
    said, rest = "", b""
    for i in ids:
        piece, rest = mine["complete_text"](rest + tokens[i])
        said += piece
    return said + rest.decode("utf-8", errors="replace")


def _continued(mine: Functions, model: GPT, params: Params, prompt: list[int]) -> tuple[list[int], str]:
    """Draw tokens after a prompt; say where the package's functions would draw from something else."""
    kv = KVCache.empty(model.config, capacity=len(prompt) + TOKENS)
    rng = sampling.generator(0)
    drawn: list[int] = []
    ids = prompt
    for _ in range(TOKENS):
        h, _ = model.hidden(params, np.array([ids]), kv=kv)
        logits = np.asarray(model.logits(params, h[:, -1])[0], dtype=np.float64)
        if not np.isfinite(logits).all():
            return drawn, "The model's logits are no numbers with your cached_attention_step."
        own, right = _probabilities(mine, logits), _probabilities(PACKAGE, logits)
        if not np.allclose(own, right, rtol=1e-3, atol=1e-9):
            return drawn, (
                f"Your probabilities of token {len(drawn) + 1} are not those of the package's functions."
            )
        ids = [int(sampling.draw(own, rng))]
        drawn += ids
    plain, _ = GPT(model.config).hidden(params, np.array([[*prompt, *drawn[:-1]]]))
    if not np.allclose(plain[:, -1], h[:, -1], rtol=1e-3, atol=1e-3):
        return drawn, "With your cached_attention_step the states are not those of the whole text at once."
    return drawn, ""


def _probabilities(functions: Functions, logits: np.ndarray) -> np.ndarray:
    """What the next token is drawn from: temperature, top-k, top-p, softmax, in this order."""
    logits = functions["apply_temperature"](logits - logits.max(), TEMPERATURE)
    logits = functions["top_p"](functions["top_k"](logits, TOP_K), TOP_P)
    return np.asarray(functions["softmax"](logits))


def _cached(mine: Functions) -> Callable[..., Any]:
    """The op that generation attends with, in which single new positions are the learner's work."""

    def qkv_attention_cached(
        qkv: Any, n_head: int, keys: Any, values: Any, *, causal: bool = True, key_mask: Any = None
    ) -> Any:
        if qkv.shape[1] > 1:  # the prompt, all at once
            return REFERENCE.qkv_attention_cached(qkv, n_head, keys, values, causal=causal, key_mask=key_mask)
        q, k, v = (split_heads(part, n_head) for part in np.split(qkv, 3, axis=-1))
        before = keys[:, :, :-1], values[:, :, :-1]
        y, keys[...], values[...] = mine["cached_attention_step"](q, k, v, *before)
        return merge_heads(y)

    return qkv_attention_cached


def known_words(text: str) -> float:
    """Return the share of the words of a text that also stand in the bundled tales, 0 without words."""
    known = set(_words(data_path("tales.txt").read_text(encoding="utf-8")))
    found = _words(text)
    return sum(word in known for word in found) / len(found) if found else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())
