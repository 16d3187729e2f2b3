"""How varied generated texts are, and how surprising the model itself finds them."""

from typing import NamedTuple

import numpy as np

from ..config import SampleConfig
from ..model import GPT
from ..params import Params
from ..sampling import generator, sample_texts
from ..tokenizer import Tokenizer


def distinct(text: str, n: int = 1) -> float:
    """Return the share of different runs of n words among all runs of n words of a text, 1 if none repeats.

    Words are what stands between white space, in small letters. A text of fewer than n words has 1.
    Source: Li et al. 2016, section 5.2 (distinct-1 and distinct-2).

    >>> distinct("the cat saw the cat")
    0.6
    >>> distinct("the cat saw the cat", 2)
    0.75
    """
    words = text.lower().split()
    runs = list(zip(*(words[i:] for i in range(n)), strict=False))
    return len(set(runs)) / len(runs) if runs else 1.0


class Variety(NamedTuple):
    """Texts of one setting, and means over them.

    `words` and `pairs` are the shares of different words and word pairs within a text; `surprise` is -ln p of
    a drawn token under the model, at temperature 1 and before any filter, in nats.
    """

    texts: list[str]
    words: float
    pairs: float
    surprise: float


def variety(
    model: GPT, params: Params, tokenizer: Tokenizer, prompt: str, config: SampleConfig, seed: int, n: int
) -> Variety:
    """Draw n texts that continue a prompt and measure them; text i draws from `generator(seed, i)`."""
    ids, rngs = tokenizer.encode(prompt), [generator(seed, i) for i in range(n)]
    samples = sample_texts(model, params, tokenizer, [ids] * n, config, rngs, logprobs=True)
    texts = [sample.text for sample in samples]
    surprise = -np.concatenate([sample.logprobs or [] for sample in samples]).mean()
    words, pairs = (float(np.mean([distinct(text, k) for text in texts])) for k in (1, 2))
    return Variety(texts, words, pairs, float(surprise))


TEMPERATURES = (0.0, 0.4, 0.8, 1.2, 1.6)
PROMPT, TOKENS = "Once upon a time", 60


def temperature_sweep(
    model: GPT, params: Params, tokenizer: Tokenizer, seed: int = 1, n: int = 4
) -> dict[float, Variety]:
    """Continue PROMPT by TOKENS tokens at each of TEMPERATURES, without any filter: n texts, greedily one."""
    configs = {t: SampleConfig(max_new_tokens=TOKENS, temperature=t, top_p=1.0) for t in TEMPERATURES}
    return {
        t: variety(model, params, tokenizer, PROMPT, config, seed, n if t else 1)
        for t, config in configs.items()
    }


def written_variety(model: GPT, params: Params, tokenizer: Tokenizer, text: str, n: int = 12) -> Variety:
    """Measure n stretches of TOKENS tokens of a text that somebody wrote, evenly spread over it."""
    ids = np.array(tokenizer.encode(text))
    begins = np.linspace(0, len(ids) - TOKENS - 1, n).astype(int)
    rows = np.stack([ids[i : i + TOKENS + 1] for i in begins])  # (n, TOKENS + 1)
    loss, _ = model.loss(params, rows[:, :-1], rows[:, 1:])
    texts = [tokenizer.decode(row[1:].tolist()) for row in rows]
    words, pairs = (float(np.mean([distinct(text, k) for text in texts])) for k in (1, 2))
    return Variety(texts, words, pairs, float(loss))
