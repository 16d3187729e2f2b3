"""20.1: mistakes in masking."""

from dataclasses import replace

from ...corpus.batches import mask_tokens
from ..exercise import Mistake
from ._ex20_masking_draws import ELSE, INPUTS, MASKING_DRAWS, SHOULD_GUESS, TARGETS, WHO
from ._ex20_masking_results import MASKING_RESULTS
from ._ex20_more import MORE, TYPES
from ._unpaired import unpaired

_INT64 = "    ids = ids.astype(np.int64)\n"
_THREE = "np.where(action < 0.8, mask_id, np.where(action < 0.9, noise, ids))"
_OF_TEN = "Of ten chosen tokens, how many become the mask, how many a random id, and how many stay?"

_PAIRED = (
    (
        "always the mask",
        "Every chosen token became the mask. Then the mask alone would tell the model where to think, and it never stands "
        "in real text.",
        _OF_TEN,
        _THREE,
        "np.full(ids.shape, mask_id)",
    ),
    (
        "no random ids",
        "No chosen token became a random id: all that are not masked stay.",
        _OF_TEN,
        "np.where(action < 0.9, noise, ids)",
        "ids",
    ),
    (
        "none stays",
        "No chosen token stays: all that are not masked became random ids.",
        _OF_TEN,
        "np.where(action < 0.9, noise, ids)",
        "noise",
    ),
    (
        "random and unchanged exchanged",
        "From 0.8 to 0.9 a token should become a random id, above it stay: yours do it the other way round.",
        "Which of the last two tenths is the random one?",
        "np.where(action < 0.9, noise, ids)",
        "np.where(action < 0.9, ids, noise)",
    ),
    (
        "targets everywhere",
        "Every token is a target: the model would be asked for tokens that it sees.",
        SHOULD_GUESS,
        TARGETS,
        "ids",
    ),
    (
        "targets of the others",
        "The targets stand where no token was chosen, and are missing where one was.",
        SHOULD_GUESS,
        TARGETS,
        "np.where(chosen, IGNORE, ids)",
    ),
    (
        "0 for no target",
        "Where no token was chosen the target is 0, which is a token; the loss would ask for it.",
        ELSE,
        TARGETS,
        "np.where(chosen, ids, 0)",
    ),
    (
        "every token replaced",
        "The three fates came over every token, chosen or not.",
        WHO,
        INPUTS,
        "replaced",
    ),
    (
        "chosen above the probability",
        "A token was chosen when its number is above the probability, so that most of them are.",
        "How many of the numbers from 0 to 1 are below 0.15?",
        "rng.random(ids.shape) < probability",
        "rng.random(ids.shape) >= probability",
    ),
    (
        "type of the ids kept",
        "The integers kept the type of the ids: a -1 in a type without a sign is 65535.",
        "Can the type of the ids hold the target that the loss leaves out?",
        _INT64,
        "",
    ),
)

_MORE = (
    *MASKING_DRAWS,
    *MASKING_RESULTS,
    *(
        Mistake(key, says, asks, edits=((_THREE, new),))
        for key, says, asks, new in (
            (
                "mask and random exchanged",
                "Most of the chosen tokens became random ids and one in ten the mask; it is the other way round.",
                _OF_TEN,
                "np.where(action < 0.8, noise, np.where(action < 0.9, mask_id, ids))",
            ),
            (
                "mask and unchanged exchanged",
                "Most of the chosen tokens stay, and one in ten became the mask; it is the other way round.",
                _OF_TEN,
                "np.where(action < 0.8, ids, np.where(action < 0.9, noise, mask_id))",
            ),
            (
                "fates turned round",
                "The order of the three fates was turned round: numbers from 0.2 on mean the mask, the lowest tenth stays.",
                "Which numbers of the second draw mean the mask?",
                "np.where(action < 0.1, ids, np.where(action < 0.2, noise, mask_id))",
            ),
            (
                "fates turned round, random first",
                "The order of the three fates was turned round: numbers from 0.2 on mean the mask, the lowest tenth a random id.",
                "Which numbers of the second draw mean the mask?",
                "np.where(action < 0.1, noise, np.where(action < 0.2, ids, mask_id))",
            ),
            (
                "mask above 0.8",
                "The mask came where the number of the second draw is above 0.8: that is one token in five.",
                _OF_TEN,
                "np.where(action >= 0.8, mask_id, np.where(action < 0.9, noise, ids))",
            ),
            (
                "mask above 0.8, the rest by tenths",
                "The mask came where the number of the second draw is above 0.8, and random ids where it is below 0.1.",
                _OF_TEN,
                "np.where(action >= 0.8, mask_id, np.where(action < 0.1, noise, ids))",
            ),
            (
                "random ids over the mask",
                "Random ids came wherever the number is below 0.9, also where the mask had been: the mask never occurs.",
                _OF_TEN,
                "np.where(action < 0.9, noise, ids)",
            ),
            (
                "mask up to 0.9",
                "The mask came below 0.9 and random ids above: none stays, and the mask comes too often.",
                _OF_TEN,
                "np.where(action < 0.9, mask_id, noise)",
            ),
            (
                "mask up to 0.9, the rest stays",
                "The mask came below 0.9, and the others stay: no random id occurs, and the mask comes too often.",
                _OF_TEN,
                "np.where(action < 0.9, mask_id, ids)",
            ),
            (
                "mask up to 0.1",
                "The mask came for one chosen token in ten, the others are as if the first limit were 0.1.",
                _OF_TEN,
                "np.where(action < 0.1, mask_id, np.where(action < 0.9, noise, ids))",
            ),
            (
                "always random",
                "Every chosen token became a random id; most should become the mask.",
                _OF_TEN,
                "noise",
            ),
            (
                "half and half",
                "Random ids and unchanged tokens begin at other limits: random ids from 0.8 to 0.85.",
                _OF_TEN,
                "np.where(action < 0.8, mask_id, np.where(action < 0.85, noise, ids))",
            ),
            (
                "random up to 0.95",
                "Random ids reach to 0.95; one tenth of the chosen tokens should be random, and one tenth stay.",
                _OF_TEN,
                "np.where(action < 0.8, mask_id, np.where(action < 0.95, noise, ids))",
            ),
            (
                "limits of the whole text",
                "The limits were multiplied by the probability, though the second draw decides about chosen tokens alone.",
                "Of which tokens are 80 % masked, of all or of the chosen ones?",
                "np.where(action < 0.8 * probability, mask_id, np.where(action < 0.9 * probability, noise, ids))",
            ),
        )
    ),
    Mistake(
        "random ids for tokens that are not chosen",
        "Random ids came wherever the second draw says so, chosen or not.",
        WHO,
        edits=((INPUTS, "np.where(chosen | ((action >= 0.8) & (action < 0.9)), replaced, ids)"),),
    ),
)


def _has_no_room(mistake: Mistake) -> bool:
    """Whether a negative target stands in an array of the ids' type, once they keep it."""
    touched = [new for old, new in mistake.edits if TARGETS in old]
    return all(("IGNORE" in new or "-100" in new) and "replaced, IGNORE" not in new for new in touched)


def _type_kept(mistake: Mistake) -> Mistake:
    """The same, and the integers keep the type of the ids: so it happens with one line less."""
    says = f"{mistake.says} And the type of the ids has no -1."
    edits = (*mistake.edits, (_INT64, ""))
    return replace(mistake, key=f"{mistake.key}, type of the ids kept", says=says, edits=edits)


MISTAKES = (
    *(Mistake(key, says, asks, edits=((old, new),)) for key, says, asks, old, new in _PAIRED),
    *unpaired(mask_tokens, (*_MORE, *MORE)),
    *unpaired(mask_tokens, map(_type_kept, filter(_has_no_room, (*_MORE, *MORE)))),
    *TYPES,
)
