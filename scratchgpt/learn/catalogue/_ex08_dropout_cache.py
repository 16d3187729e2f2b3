"""08.8: what is cached, and what happens where nothing is to be dropped."""

_MASK = "keep_mask(x, key, p)"
_SCALE = " * (1 / (1 - p))"
_NOTHING = "        return x, DropoutCache(None, p)\n"
_CACHE = ", DropoutCache(key, p)"
_WHEN = "if rng is None or p == 0:"

AGAIN = "From which number will the backward pass make the same mask again?"
_CALM = "What should evaluation do, where nothing is random?"
_TWO = "Which two things were to be returned?"

KEPT: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "another key in the cache",
        "The output is right, but the key in the cache is another one than that of the mask.",
        "How many keys does one call draw?",
        ((_CACHE, ", DropoutCache(draw_key(rng), p)"),),
    ),
    (
        "first key in the cache, second for the mask",
        "Two keys were drawn: the first went to the cache, the second made the mask.",
        "How many keys does one call draw?",
        ((_MASK, "keep_mask(x, draw_key(rng), p)"),),
    ),
    (
        "x in the cache",
        "The output is right, but the cache holds x, where the key of the mask was asked for.",
        AGAIN,
        ((_CACHE, ", DropoutCache(x, p)"),),
    ),
    (
        "no key in the cache",
        "The output is right, but the cache says that nothing was dropped.",
        AGAIN,
        ((_CACHE, ", DropoutCache(None, p)"),),
    ),
    (
        "mask in the cache",
        "The output is right, but the cache holds the mask, where only its key was asked for.",
        "How many bytes has the mask, and how many the number that it is made of?",
        ((_CACHE, f", DropoutCache({_MASK}, p)"),),
    ),
    (
        "share that stays in the cache",
        "The output is right, but the cache holds the share that stays, where p was asked for.",
        "Which of the two shares is p?",
        ((_CACHE, ", DropoutCache(key, 1 - p)"),),
    ),
    (
        "scale in the cache",
        "The output is right, but the cache holds the scale, where p was asked for.",
        "Which two fields has the cache?",
        ((_CACHE, ", DropoutCache(key, 1 / (1 - p))"),),
    ),
    (
        "cache in the other order",
        "The output is right, but key and p stand in each other's place in the cache.",
        "In which order do the fields stand?",
        ((_CACHE, ", DropoutCache(p, key)"),),
    ),
    (
        "a plain tuple for the cache",
        "The output is right, but the cache is a tuple without the names of its fields.",
        "Which type was the cache to have?",
        ((_CACHE, ", (key, p)"),),
    ),
    ("no cache", "The output is there, but no cache with it.", _TWO, ((_CACHE, ""),)),
    (
        "the generator in the cache",
        "The cache holds the generator, which goes on drawing: it will make another mask next time.",
        AGAIN,
        ((_CACHE, ", DropoutCache(rng, p)"),),
    ),
    (
        "a key drawn in vain",
        "With p at 0 a key was drawn and cached, though nothing was dropped.",
        "What should the cache say when every number has stayed?",
        ((_WHEN, "if rng is None:"),),
    ),
    (
        "generator not asked for",
        "Without a generator there is nothing to draw from, and your function tries.",
        _CALM,
        ((_WHEN, "if p == 0:"),),
    ),
    (
        "neither asked for",
        "Neither a missing generator nor p at 0 was looked for: evaluation fails, and a key is drawn in vain.",
        _CALM,
        (
            (
                "    if rng is None or p == 0:\n        return x, DropoutCache(None, p)\n",
                "",
            ),
        ),
    ),
    (
        "scaled without a generator",
        "Without a generator the numbers were made smaller: with the scale at training time that is one correction "
        "too many.",
        _CALM,
        ((_NOTHING, "        return x * (1 - p), DropoutCache(None, p)\n"),),
    ),
    (
        "scaled up without a generator",
        "Without a generator the numbers were scaled up, though none of them is missing.",
        _CALM,
        ((_NOTHING, "        return x / (1 - p), DropoutCache(None, p)\n"),),
    ),
    (
        "corrected at evaluation",
        "The correction happens where there is no generator, as in the first papers. Here it belongs where numbers are "
        "dropped, so that evaluation has nothing to do.",
        _CALM,
        ((_NOTHING, "        return x * (1 - p), DropoutCache(None, p)\n"), (_SCALE, "")),
    ),
    (
        "nothing comes out without a generator",
        "Where nothing is to be dropped, everything was: zeros came back.",
        _CALM,
        ((_NOTHING, "        return 0 * x, DropoutCache(None, p)\n"),),
    ),
    (
        "0 for no key",
        "Where nothing was dropped the key is 0, but 0 is a key like any other.",
        "How does the backward pass know that there was no mask?",
        ((_NOTHING, "        return x, DropoutCache(0, p)\n"),),
    ),
    (
        "no cache without a generator",
        "Where nothing was dropped there is no cache at all, just None.",
        "What will the backward pass take apart when nothing was dropped?",
        ((_NOTHING, "        return x, None\n"),),
    ),
    (
        "p of 0 cached",
        "Where nothing was dropped p was cached as 0, not as it was given.",
        "Which two fields has the cache, and what did the task say of them?",
        ((_NOTHING, "        return x, DropoutCache(None, 0.0)\n"),),
    ),
    (
        "nothing cached without a generator",
        "Where nothing was dropped p is missing in the cache.",
        "Which two fields has the cache, and what did the task say of them?",
        ((_NOTHING, "        return x, DropoutCache(None, None)\n"),),
    ),
    (
        "x alone without a generator",
        "Where nothing was dropped only the output came back, without a cache.",
        _TWO,
        ((_NOTHING, "        return x\n"),),
    ),
)
