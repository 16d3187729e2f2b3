"""20.1: further mistakes in masking, each for itself."""

from typing import Any

import numpy as np

from ...corpus.batches import mask_tokens
from ..exercise import Mistake

_THREE = "np.where(action < 0.8, mask_id, np.where(action < 0.9, noise, ids))"
_CHOSEN = "    chosen = rng.random(ids.shape) < probability\n"
_ACTION = "    action = rng.random(ids.shape)\n"
_NOISE = "    noise = rng.integers(vocab_size, size=ids.shape, dtype=np.int64)\n"
_TARGETS = "np.where(chosen, ids, IGNORE)"
_DRAWS = "How many numbers are drawn in each of the three draws, and in which order?"
_FATES = "Which numbers of the second draw mean the mask?"
_EACH = "Is each token drawn for itself, or a fixed number of them?"
_PORTION = "A fixed number of tokens was chosen; here each token is drawn for itself."
_HALVES = "The rest after the mask was shared out by a further draw; one draw decides about all three fates."

MORE = (
    Mistake(
        "targets with fractions",
        "The targets are numbers with fractions; they are ids, which are integers.",
        "Which kind of number is an id?",
        edits=((_TARGETS, "np.where(chosen, ids, -1.0)"),),
    ),
    Mistake(
        "all with fractions",
        "Inputs and targets are numbers with fractions; they are ids, which are integers.",
        "Which kind of number is an id?",
        edits=(
            (_TARGETS, "np.where(chosen, ids, -1.0)"),
            ("np.where(chosen, replaced, ids)", "np.where(chosen, replaced, ids).astype(np.float64)"),
        ),
    ),
    *(
        Mistake(key, says, asks, edits=((_THREE, new),))
        for key, says, asks, new in (
            (
                "mask in the middle, random first",
                "The mask came from 0.1 to 0.9, random ids below, and the highest tenth stays.",
                _FATES,
                "np.where(action < 0.1, noise, np.where(action < 0.9, mask_id, ids))",
            ),
            (
                "mask in the middle, unchanged first",
                "The mask came from 0.1 to 0.9, random ids above, and the lowest tenth stays.",
                _FATES,
                "np.where(action < 0.1, ids, np.where(action < 0.9, mask_id, noise))",
            ),
            (
                "mask for what should stay",
                "The random ids are right, but what should stay became the mask too.",
                "Of ten chosen tokens, how many become the mask, how many a random id, and how many stay?",
                "np.where(action < 0.8, mask_id, np.where(action < 0.9, noise, mask_id))",
            ),
            (
                "mask for 70 %",
                "The mask came below 0.7 only.",
                _FATES,
                "np.where(action < 0.7, mask_id, np.where(action < 0.9, noise, ids))",
            ),
            (
                "thirds",
                "The three fates are equally frequent.",
                _FATES,
                "np.where(action < 1 / 3, mask_id, np.where(action < 2 / 3, noise, ids))",
            ),
            (
                "random below 0.1, after the mask",
                "Random ids came below 0.1, over the mask that had been there, and everything from 0.8 on stays.",
                _FATES,
                "np.where(action < 0.1, noise, np.where(action < 0.8, mask_id, ids))",
            ),
            (
                "random and unchanged below 0.2",
                "Random ids came below 0.1 and the next tenth stays, both taken from the share of the mask; above 0.8 tokens stay too.",
                _FATES,
                "np.where(action < 0.1, noise, np.where(action < 0.2, ids, np.where(action < 0.8, mask_id, ids)))",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((f"{_CHOSEN}{_ACTION}{_NOISE}", new),))
        for key, says, asks, new in (
            (
                "a further draw for the rest",
                _HALVES,
                _DRAWS,
                f"{_CHOSEN}{_ACTION}    half = rng.random(ids.shape)\n"
                "    action = np.where(action < 0.8, 0.0, np.where(half < 0.5, 0.85, 1.0))\n"
                f"{_NOISE}",
            ),
            (
                "a further draw for the rest, at the end",
                _HALVES,
                _DRAWS,
                f"{_CHOSEN}{_ACTION}{_NOISE}    half = rng.random(ids.shape)\n"
                "    action = np.where(action < 0.8, 0.0, np.where(half < 0.5, 0.85, 1.0))\n",
            ),
            (
                "fates in tenths",
                "The fates were drawn as integers below 10; the task draws numbers from 0 to 1 for them.",
                _DRAWS,
                f"{_CHOSEN}    action = rng.integers(10, size=ids.shape) / 10\n{_NOISE}",
            ),
        )
    ),
    *(
        Mistake(f"a fixed number ({name})", _PORTION, _EACH, edits=((_CHOSEN, new),))
        for name, new in (
            (
                "places chosen",
                "    places = rng.choice(ids.size, size=int(probability * ids.size), replace=False)\n"
                "    chosen = np.isin(np.arange(ids.size), places).reshape(ids.shape)\n",
            ),
            (
                "places shuffled",
                "    places = rng.permutation(ids.size)[: int(probability * ids.size)]\n"
                "    chosen = np.isin(np.arange(ids.size), places).reshape(ids.shape)\n",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((_CHOSEN, new),))
        for key, says, asks, new in (
            (
                "choice by coins",
                "Who is chosen was drawn with biased coins; the task draws numbers from 0 to 1 for it.",
                _DRAWS,
                "    chosen = rng.binomial(1, probability, size=ids.shape).astype(bool)\n",
            ),
            (
                "mask's id never chosen",
                "A token that is the mask's id already was not chosen; the task makes no exception.",
                "Are there tokens that cannot be chosen?",
                "    chosen = (rng.random(ids.shape) < probability) & (ids != mask_id)\n",
            ),
            (
                "id 0 never chosen",
                "Id 0 was not chosen, as if it were padding; the task makes no exception.",
                "Are there tokens that cannot be chosen?",
                "    chosen = (rng.random(ids.shape) < probability) & (ids != 0)\n",
            ),
            (
                "first token never chosen",
                "The first token of each row was not chosen; the task makes no exception.",
                "Are there tokens that cannot be chosen?",
                "    chosen = rng.random(ids.shape) < probability\n    chosen[..., 0] = False\n",
            ),
        )
    ),
    Mistake(
        "random ids shifted past the original",
        "A random id was kept from being the token itself; any id below the size of the vocabulary may come.",
        "Which ids may a random id be?",
        edits=((_NOISE, f"{_NOISE}    noise = np.where(noise == ids, (noise + 1) % vocab_size, noise)\n"),),
    ),
    Mistake(
        "targets lists of chosen or nothing",
        "The targets are numbers with fractions, to make room for what is no number; they should be integers.",
        "Which target does the loss leave out?",
        edits=((_TARGETS, "np.where(chosen, ids, np.nan)"),),
    ),
)


def _overwritten(ids: Any, rng: Any, *, mask_id: int, vocab_size: int, probability: float = 0.15) -> Any:
    inputs, targets = mask_tokens(ids, rng, mask_id=mask_id, vocab_size=vocab_size, probability=probability)
    ids[...] = inputs
    return inputs, targets


def _into_small(ids: Any, rng: Any, *, mask_id: int, vocab_size: int, probability: float = 0.15) -> Any:
    inputs, targets = mask_tokens(ids, rng, mask_id=mask_id, vocab_size=vocab_size, probability=probability)
    small = np.full_like(ids, -1)
    small[targets >= 0] = ids[targets >= 0]
    return inputs, small


TYPES = (
    Mistake(
        "ids overwritten",
        "The results are right, but the ids that you were given were changed on the way; others still need them.",
        "Whose array is it?",
        wrong=_overwritten,
    ),
    Mistake(
        "type of the ids kept, filled with -1",
        "An array of the ids' own type was to be filled with -1, which a type without a sign does not have.",
        "Can the type of the ids hold the target that the loss leaves out?",
        wrong=_into_small,
    ),
)
