"""20.1: other draws than those of the task."""

from ..exercise import Mistake

_CHOSEN = "    chosen = rng.random(ids.shape) < probability\n"
_ACTION = "    action = rng.random(ids.shape)\n"
_NOISE = "    noise = rng.integers(vocab_size, size=ids.shape, dtype=np.int64)\n"
INPUTS = "np.where(chosen, replaced, ids)"
TARGETS = "np.where(chosen, ids, IGNORE)"
SHOULD_GUESS = "Which tokens does the model have to guess, and which id should it find there?"
ELSE = "Which target does the loss leave out?"
_DRAWS = "How many numbers are drawn in each of the three draws, and in which order?"
WHO = "What does the model see where a token was not chosen?"
_RANGE = "Which ids may a random id be?"

MASKING_DRAWS = (
    *(
        Mistake(key, says, asks, edits=((f"{_CHOSEN}{_ACTION}{_NOISE}", new),))
        for key, says, asks, new in (
            (
                "one draw for both",
                "One draw says who is chosen and what becomes of it: the chosen tokens, whose numbers are low, all meet the same "
                "fate.",
                _DRAWS,
                f"    action = rng.random(ids.shape)\n    chosen = action < probability\n{_NOISE}",
            ),
            (
                "one draw, rescaled",
                "One draw says who is chosen and also, by how far it is below the probability, what becomes of it: right in the long "
                "run, but not the draws of the task.",
                _DRAWS,
                "    action = rng.random(ids.shape)\n"
                "    chosen = action < probability\n"
                "    action = action / max(probability, 1e-9)\n"
                f"{_NOISE}",
            ),
            (
                "fate drawn first",
                "The draw for the fates came before the draw for the choice.",
                _DRAWS,
                f"{_ACTION}{_CHOSEN}{_NOISE}",
            ),
            (
                "random ids drawn first",
                "The random ids were drawn before everything else.",
                _DRAWS,
                f"{_NOISE}{_CHOSEN}{_ACTION}",
            ),
            (
                "random ids drawn second",
                "The random ids were drawn before the fates.",
                _DRAWS,
                f"{_CHOSEN}{_NOISE}{_ACTION}",
            ),
            (
                "everything the other way round",
                "The three draws came in the opposite order.",
                _DRAWS,
                f"{_NOISE}{_ACTION}{_CHOSEN}",
            ),
            (
                "fates of the chosen only",
                "Fates were drawn for the chosen tokens alone, so that every later number is another.",
                _DRAWS,
                f"{_CHOSEN}    action = np.ones(ids.shape)\n    action[chosen] = rng.random(int(chosen.sum()))\n{_NOISE}",
            ),
            (
                "fates and random ids of the chosen only",
                "Fates and random ids were drawn for the chosen tokens alone, so that every later number is another.",
                _DRAWS,
                f"{_CHOSEN}    action = np.ones(ids.shape)\n    action[chosen] = rng.random(int(chosen.sum()))\n"
                "    noise = np.zeros(ids.shape, np.int64)\n"
                "    noise[chosen] = rng.integers(vocab_size, size=int(chosen.sum()))\n",
            ),
            (
                "only what is needed",
                "Each draw has just as many numbers as are needed: fates for the chosen tokens, ids for those that become random.",
                _DRAWS,
                f"{_CHOSEN}    action = np.ones(ids.shape)\n    action[chosen] = rng.random(int(chosen.sum()))\n"
                "    noise, random = np.zeros(ids.shape, np.int64), chosen & (action >= 0.8) & (action < 0.9)\n"
                "    noise[random] = rng.integers(vocab_size, size=int(random.sum()))\n",
            ),
            (
                "token by token",
                "The draws were made token by token, each with its three numbers; the task draws one array after the other.",
                _DRAWS,
                "    chosen, action, noise = np.zeros(ids.shape, bool), np.ones(ids.shape), ids.copy()\n"
                "    for where in np.ndindex(ids.shape):\n"
                "        chosen[where] = rng.random() < probability\n"
                "        action[where] = rng.random()\n"
                "        noise[where] = rng.integers(vocab_size)\n",
            ),
            (
                "token by token, as needed",
                "The draws were made token by token, as each came to need one; the task draws one array after the other.",
                _DRAWS,
                "    chosen, action, noise = np.zeros(ids.shape, bool), np.ones(ids.shape), ids.copy()\n"
                "    for where in np.ndindex(ids.shape):\n"
                "        chosen[where] = rng.random() < probability\n"
                "        if chosen[where]:\n"
                "            action[where] = rng.random()\n"
                "            if 0.8 <= action[where] < 0.9:\n"
                "                noise[where] = rng.integers(vocab_size)\n",
            ),
            (
                "random fates for random ids",
                "The draw that chose the tokens also decided which of them become random.",
                _DRAWS,
                "    first = rng.random(ids.shape)\n"
                "    chosen, action = first < probability, rng.random(ids.shape)\n"
                f"{_NOISE}    noise = np.where(first < 0.9, noise, ids)\n",
            ),
            (
                "exactly the portion",
                "Exactly the given portion of the tokens was chosen; here each token is drawn for itself.",
                "Is each token drawn for itself, or a fixed number of them?",
                "    first = rng.random(ids.shape)\n"
                "    chosen = (first.argsort(axis=None).argsort() < round(probability * ids.size)).reshape(ids.shape)\n"
                f"{_ACTION}{_NOISE}",
            ),
            (
                "one fate for all",
                "One fate was drawn for all chosen tokens together; each has its own.",
                _DRAWS,
                f"{_CHOSEN}    action = np.full(ids.shape, rng.random())\n{_NOISE}",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((_CHOSEN, new),))
        for key, says, asks, new in (
            (
                "probability fixed",
                "15 % were chosen, where you were given another probability.",
                "Which of the arguments have you not used yet?",
                "    chosen = rng.random(ids.shape) < 0.15\n",
            ),
            (
                "complement of the probability",
                "A token was chosen when its number is above 1 less the probability: as many, but others.",
                "Which numbers of the first draw mean that a token is chosen?",
                "    chosen = rng.random(ids.shape) >= 1 - probability\n",
            ),
            (
                "below 1 less the probability",
                "A token was chosen when its number is below 1 less the probability, so that most of them are.",
                "How many of the numbers from 0 to 1 are below 0.85?",
                "    chosen = rng.random(ids.shape) < 1 - probability\n",
            ),
            (
                "one choice for a row",
                "One number decided for a whole row of tokens; each token has its own.",
                _DRAWS,
                "    chosen = np.zeros(ids.shape, bool) | (rng.random(len(ids)) < probability).reshape("
                "-1, *[1] * (ids.ndim - 1))\n",
            ),
            (
                "the same places in every row",
                "The same places were chosen in every row; each token is drawn for itself.",
                _DRAWS,
                "    chosen = np.zeros(ids.shape, bool) | (rng.random(ids.shape[-1]) < probability)\n",
            ),
            (
                "a normal draw",
                "The numbers of the first draw are not spread evenly from 0 to 1.",
                "Which method of the generator gives numbers from 0 to 1?",
                "    chosen = rng.standard_normal(ids.shape) < probability\n",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((_NOISE, new),))
        for key, says, asks, new in (
            (
                "one random id for all",
                "One random id was drawn for all; each token has its own.",
                _DRAWS,
                "    noise = rng.integers(vocab_size)\n",
            ),
            (
                "random ids from 1",
                "The random ids begin with 1; id 0 is a token too.",
                _RANGE,
                "    noise = rng.integers(1, vocab_size, size=ids.shape, dtype=np.int64)\n",
            ),
            (
                "random ids one too high",
                "The random ids reach one too high: all of them should be below the size of the vocabulary.",
                _RANGE,
                "    noise = rng.integers(vocab_size + 1, size=ids.shape, dtype=np.int64)\n",
            ),
            (
                "random ids one too low",
                "The last id of the vocabulary never comes up as a random one.",
                _RANGE,
                "    noise = rng.integers(vocab_size - 1, size=ids.shape, dtype=np.int64)\n",
            ),
            (
                "random ids below the mask",
                "The random ids are below the mask's id, not below the size of the vocabulary.",
                _RANGE,
                "    noise = rng.integers(max(mask_id, 1), size=ids.shape, dtype=np.int64)\n",
            ),
            (
                "random ids from the text",
                "The random ids were drawn from the tokens of the batch, not from the vocabulary.",
                _RANGE,
                "    noise = rng.choice(ids.reshape(-1), size=ids.shape)\n",
            ),
            (
                "tokens shuffled",
                "The random ids are the tokens of the batch in another order; they should come from the whole vocabulary.",
                _RANGE,
                "    noise = rng.permutation(ids.reshape(-1)).reshape(ids.shape)\n",
            ),
            (
                "random ids from fractions",
                "The random ids were made from fractions; the task draws integers.",
                _DRAWS,
                "    noise = (rng.random(ids.shape) * vocab_size).astype(np.int64)\n",
            ),
            (
                "random ids not below the vocabulary's size",
                "The random ids are those of a vocabulary as large as the largest token of the batch.",
                _RANGE,
                "    noise = rng.integers(int(ids.max()) + 1, size=ids.shape, dtype=np.int64)\n",
            ),
        )
    ),
)
