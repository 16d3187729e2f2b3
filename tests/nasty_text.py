"""Strings that tokenizers stumble over, for tests."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

TALES = (Path(__file__).parents[1] / "data" / "tales.txt").read_text(encoding="utf-8")
# What GPT-2's pattern treats in a way of its own, and characters of every kind and length.
NASTY = (
    "'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'LL", "'l", "'r", "''", "", "\x00", "\x1c", "\x85",
    "\xa0", "\u1680", "\u2028", "\u3000", "\u200b", "\u200d", "\ufeff", "\ud800", "\udfff", "\ud83d\ude00",
    "e\u0301", "\u0345", "\u0bbe", "\u00aa", "\u00b2", "\u216b", "\u0665", "\u3007", "\u5b57",
    "\U0001d518", "\U0001f1eb", "\U0001f468\u200d\U0001f469", "\uffff", "\U0010ffff", "\ufffd", "12", "ab",
    "The", "_", "...", "<|endoftext|>", "<|endo", "\u0e2a\u0e27\u0e31", "\u05e9\u05dc", "\u0645\u0631",
    "\u0928\u094d", "\uac00\ub098", "na\u00efve", "\u00df", "\u0130", "\U000e0041",
)  # fmt: skip
SPACES = (" ", " ", " ", "  ", "\n", "\n\n", "\t", "\r\n", " \n ", "")


def nasty_strings(count: int, seed: int) -> Iterator[str]:
    """Yield strings of such characters, white space, pieces of English, and runs of any character."""
    rng = Random(seed)
    for _ in range(count):
        parts = []
        for _ in range(rng.randint(0, 24)):
            kind = rng.random()
            if kind < 0.4:
                parts.append(rng.choice(NASTY))
            elif kind < 0.7:
                parts.append(rng.choice(SPACES))
            elif kind < 0.9:
                at = rng.randrange(len(TALES))
                parts.append(TALES[at : at + rng.randint(1, 20)])
            else:
                parts.append(chr(rng.randrange(0x110000)) * rng.choice((1, 1, 2, 16, 60)))
        yield "".join(parts)
