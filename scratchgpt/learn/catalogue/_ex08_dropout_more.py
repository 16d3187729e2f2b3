"""08.8: the mistakes of dropout."""

from ...ops.dropout import dropout_forward
from ..exercise import Mistake
from ._ex08_dropout_cache import AGAIN, KEPT
from ._unpaired import unpaired

_Y = "x * keep_mask(x, key, p) * (1 / (1 - p))"
_SCALE = " * (1 / (1 - p))"
_MASK = "keep_mask(x, key, p)"
_DRAW = "    key = draw_key(rng)\n"

_SUM = "Of a hundred numbers of size 1, what is the sum before dropout, and what is it after yours?"
_WHICH = "Which numbers stay where the mask is True, and how many of them should that be?"
_ALONE = "Does it depend on its neighbours whether a number stays?"


_OWN = tuple(
    Mistake(
        f"a mask of one's own ({how})",
        f"The share that was dropped is about right, but the mask is one of your own, {said}: nobody can make it again "
        "from the key in the cache.",
        AGAIN,
        edits=((_DRAW, drawn), (_MASK, mask)),
    )
    for how, said, drawn, mask in (
        (
            "numbers after the key",
            "drawn after the key",
            "    key, own = draw_key(rng), rng.random(x.shape)\n",
            "(own >= p)",
        ),
        (
            "numbers before the key",
            "drawn before the key",
            "    own = rng.random(x.shape)\n    key = draw_key(rng)\n",
            "(own >= p)",
        ),
        (
            "small numbers stay, after the key",
            "drawn after the key",
            "    key, own = draw_key(rng), rng.random(x.shape)\n",
            "(own < 1 - p)",
        ),
        (
            "small numbers stay, before the key",
            "drawn before the key",
            "    own = rng.random(x.shape)\n    key = draw_key(rng)\n",
            "(own < 1 - p)",
        ),
        (
            "coins after the key",
            "tossed after the key",
            "    key, own = draw_key(rng), rng.binomial(1, 1 - p, x.shape)\n",
            "own",
        ),
        (
            "coins before the key",
            "tossed before the key",
            "    own = rng.binomial(1, 1 - p, x.shape)\n    key = draw_key(rng)\n",
            "own",
        ),
        (
            "a generator of the key",
            "from a second generator",
            _DRAW,
            "(np.random.default_rng(key).random(x.shape) >= p)",
        ),
    )
)


_ALL = (
    *(
        Mistake(key, says, asks, edits=((_SCALE, new),))
        for key, says, asks, new in (
            (
                "scale forgotten",
                "The numbers that stayed are as large as before, so the mean has become smaller by the share that was dropped.",
                _SUM,
                "",
            ),
            (
                "shrunk",
                "The numbers that stayed became smaller, where they have to stand in for those that were dropped.",
                _SUM,
                " * (1 - p)",
            ),
            (
                "divided by p",
                "The numbers that stayed were divided by the share that is dropped, not by the share that stays.",
                _SUM,
                " / p",
            ),
            (
                "multiplied by p",
                "The numbers that stayed were multiplied by the share that is dropped.",
                _SUM,
                " * p",
            ),
            (
                "one plus p",
                "The numbers that stayed grew by the share p: nearly enough where little is dropped, far too little for a half.",
                _SUM,
                " * (1 + p)",
            ),
            (
                "root of the scale",
                "The scale keeps the mean of the squares, not the mean: it is the root of what was asked for.",
                "Which mean should be the same as before, that of the numbers or that of their squares?",
                " / (1 - p) ** 0.5",
            ),
            (
                "scaled twice",
                "The numbers that stayed were scaled twice.",
                _SUM,
                " / (1 - p) ** 2",
            ),
            (
                "scaled by the share counted",
                "The scale is made of the share that stayed in this very mask: the expected share is another, fixed one.",
                "Does the scale of one number depend on how many others happened to stay?",
                f" / max({_MASK}.mean(), 1e-9)",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=edits)
        for key, says, asks, edits in (
            (
                "the others dropped",
                "The mask is the wrong way round: what was to stay has gone, and what was to go is there.",
                _WHICH,
                ((_MASK, f"~{_MASK}"),),
            ),
            (
                "the others dropped, scale of p",
                "The mask is the wrong way round, and the scale follows it: p acts as the share that stays.",
                _WHICH,
                ((_MASK, f"~{_MASK}"), (_SCALE, " / p")),
            ),
            (
                "mask of 1 - p",
                "The mask was made with the share that stays, where it wants the share that is dropped.",
                _WHICH,
                ((_MASK, "keep_mask(x, key, 1 - p)"),),
            ),
            (
                "p for the share that stays",
                "Mask and scale take p for the share that stays; it is the share that is dropped.",
                _WHICH,
                ((_MASK, "keep_mask(x, key, 1 - p)"), (_SCALE, " / p")),
            ),
            (
                "mask of halves",
                "Half of the numbers were dropped, whatever p is.",
                "Which of the arguments have you not used yet?",
                ((_MASK, "keep_mask(x, key, 0.5)"),),
            ),
            (
                "nothing dropped",
                "Every number was scaled up and none was dropped.",
                "Where does the mask come in?",
                ((_Y, "x * (1 / (1 - p))"),),
            ),
            (
                "x untouched",
                "x came back as it was, though there is a generator and p is above 0.",
                "What have you done with the mask?",
                ((_Y, "x"),),
            ),
            (
                "the mask alone",
                "What came back is the mask, scaled: the numbers themselves are missing.",
                "What is it that the mask has to be applied to?",
                ((_Y, f"{_MASK} * (1 / (1 - p))"),),
            ),
            (
                "one mask for all vectors",
                "The mask was made for one vector along the last axis and used for all of them.",
                _ALONE,
                ((_MASK, "keep_mask(x[(0,) * (x.ndim - 1)], key, p)"),),
            ),
            (
                "one mask for the batch",
                "The mask was made for the first entry along the first axis and used for all of them.",
                _ALONE,
                ((_MASK, "keep_mask(x[0] if x.ndim > 1 else x, key, p)"),),
            ),
            (
                "dropped ones left as they were",
                "The numbers that should be dropped are still there, unscaled, beside the others.",
                "What should a number that is dropped become?",
                ((_Y, f"np.where({_MASK}, x / (1 - p), x)"),),
            ),
            (
                "one chance for all numbers",
                "All numbers were dropped or kept together, where each has a chance of its own.",
                _ALONE,
                ((_MASK, "keep_mask(x.reshape(-1)[:1], key, p)[0]"),),
            ),
            (
                "a key per entry of the first axis",
                "A key was drawn for each entry along the first axis, where one key makes the whole mask.",
                "How many keys does one call draw?",
                ((_MASK, "np.stack([keep_mask(row, draw_key(rng), p) for row in x])"),),
            ),
            (
                "a key of a generator of one's own",
                "The key comes from a generator of your own, so every call drops the same numbers.",
                "Which of the arguments have you not used yet?",
                ((_DRAW, "    key = draw_key(np.random.default_rng(0))\n"),),
            ),
            (
                "divided by the mask",
                "The numbers were divided by the mask: where it is 0, that is no number.",
                "What should a number that is dropped become?",
                ((f"x * {_MASK}", f"x / {_MASK}"),),
            ),
            (
                "sum kept exactly",
                "The scale makes the sum of what stayed that of x, for this very mask: it should be one fixed number.",
                "Does the scale of one number depend on how many others happened to stay?",
                ((_Y, f"x * {_MASK} * (x.sum() / ((x * {_MASK}).sum() or 1))"),),
            ),
            (
                "whole vectors dropped",
                "Whole vectors were dropped or kept, where each number has a chance of its own.",
                _ALONE,
                ((_MASK, "keep_mask(x[..., :1], key, p)"),),
            ),
        )
    ),
    *(Mistake(key, says, asks, edits=edits) for key, says, asks, edits in KEPT),
    *_OWN,
)

MISTAKES = unpaired(
    dropout_forward,
    _ALL,
    but=("scale forgotten", "shrunk", "the others dropped", "no key in the cache", "a key drawn in vain"),
)
