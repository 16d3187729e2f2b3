"""08.9: the mistakes of dropout's gradient."""

from ...ops.dropout import dropout_backward
from ..exercise import Mistake
from ._unpaired import unpaired

_SCALE = " * (1 / (1 - p))"
_ALONE = "Does it depend on its neighbours whether a number stays?"
_DX = "dy if key is None else dy * keep_mask(dy, key, p) * (1 / (1 - p))"
_DMASK = "keep_mask(dy, key, p)"
_NONE = "dy if key is None else"

_SLOPE = "How much does an output move when its own input moves by 1, if it stayed, and if it did not?"
_SAME = "What has the forward pass done with the mask?"
_MISSING = "What does the cache say when nothing was dropped?"

_ALL = (
    *(
        Mistake(key, says, asks, edits=((_SCALE, new),))
        for key, says, asks, new in (
            (
                "scale forgotten",
                "The mask is right and the scale is missing: an output that stayed moves more than its input.",
                _SLOPE,
                "",
            ),
            (
                "shrunk",
                "The gradient was made smaller where a number stayed, but the forward pass made the number larger.",
                _SLOPE,
                " * (1 - p)",
            ),
            (
                "divided by p",
                "The gradient was divided by the share that is dropped, not by the share that stays.",
                _SLOPE,
                " / p",
            ),
            ("multiplied by p", "The gradient was multiplied by the share that is dropped.", _SLOPE, " * p"),
            ("one plus p", "The gradient grew by the share p where a number stayed.", _SLOPE, " * (1 + p)"),
            (
                "root of the scale",
                "The scale is the root of what it was in the forward pass.",
                _SLOPE,
                " / (1 - p) ** 0.5",
            ),
            (
                "scaled twice",
                "The gradient was scaled twice; the forward pass scaled once.",
                _SLOPE,
                " / (1 - p) ** 2",
            ),
            (
                "scaled by the share counted",
                "The scale is made of the share that stayed in this very mask; the forward pass used a fixed one.",
                _SLOPE,
                f" / max({_DMASK}.mean(), 1e-9)",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=((_DMASK, new),))
        for key, says, asks, new in (
            (
                "the others dropped",
                "The gradient went to the numbers that were dropped, and those that stayed have none.",
                "On which of its inputs does the output depend?",
                f"~{_DMASK}",
            ),
            (
                "mask of 1 - p",
                "The mask was made with the share that stays, so it is not that of the forward pass.",
                _SAME,
                "keep_mask(dy, key, 1 - p)",
            ),
            (
                "mask of the next key",
                "The mask was made of another key than that in the cache.",
                "Of which number did the forward pass make its mask?",
                "keep_mask(dy, (key + 1) % 2**64, p)",
            ),
            (
                "a mask of one's own",
                "The mask is one of your own, from a generator that was started with the key: not that of the forward pass.",
                "Which function made the mask of the forward pass?",
                "(np.random.default_rng(key).random(dy.shape) >= p)",
            ),
            (
                "a key drawn from the key",
                "A new key was drawn, and the mask made of it; the key in the cache is the one.",
                "Of which number did the forward pass make its mask?",
                "keep_mask(dy, draw_key(np.random.default_rng(key)), p)",
            ),
            (
                "no mask",
                "The gradient was scaled everywhere: the numbers that were dropped got a share too.",
                "On which of its inputs does the output depend?",
                "1",
            ),
            (
                "one mask for all vectors",
                "The mask was made for one vector along the last axis and used for all of them.",
                _ALONE,
                "keep_mask(dy[(0,) * (dy.ndim - 1)], key, p)",
            ),
            (
                "one mask for the batch",
                "The mask was made for the first entry along the first axis and used for all of them.",
                _ALONE,
                "keep_mask(dy[0] if dy.ndim > 1 else dy, key, p)",
            ),
            (
                "whole vectors dropped",
                "Whole vectors got their gradient or lost it, where each number has a mask of its own.",
                _ALONE,
                "keep_mask(dy[..., :1], key, p)",
            ),
        )
    ),
    *(
        Mistake(key, says, asks, edits=edits)
        for key, says, asks, edits in (
            (
                "the others dropped, scale of p",
                "The gradient went to the numbers that were dropped, and the scale follows them: p acts as the share that "
                "stays.",
                "Which of the two shares is p?",
                ((_DMASK, f"~{_DMASK}"), (_SCALE, " / p")),
            ),
            (
                "p for the share that stays",
                "Mask and scale take p for the share that stays; it is the share that is dropped.",
                "Which of the two shares is p?",
                ((_DMASK, "keep_mask(dy, key, 1 - p)"), (_SCALE, " / p")),
            ),
            (
                "dy untouched",
                "The gradient came back as it was, though numbers were dropped on the way up.",
                "On which of its inputs does the output depend?",
                ((_DX, "dy"),),
            ),
            (
                "dropped ones left as they were",
                "Where a number was dropped the gradient is still there, unscaled, beside the others.",
                "On which of its inputs does the output depend?",
                ((f"dy * {_DMASK} * (1 / (1 - p))", f"np.where({_DMASK}, dy / (1 - p), dy)"),),
            ),
            (
                "one chance for all numbers",
                "All of the gradient was kept or dropped together, where each number has a mask of its own.",
                _ALONE,
                ((_DMASK, "keep_mask(dy.reshape(-1)[:1], key, p)[0]"),),
            ),
            (
                "divided by the mask",
                "The gradient was divided by the mask: where it is 0, that is no number.",
                "How much does the output move when a number that was dropped moves?",
                ((f"dy * {_DMASK}", f"dy / {_DMASK}"),),
            ),
            (
                "gradient and nothing",
                "Two things came back, where only the gradient was asked for.",
                "What does the layer below want to know?",
                ((f"return {_DX}", f"return ({_DX}), None"),),
            ),
            (
                "the slopes alone",
                "What came back is the mask, scaled: what the loss says of the output is missing.",
                "What does the chain rule do with the gradient from above?",
                ((f"dy * {_DMASK}", _DMASK),),
            ),
            (
                "key 0 for none",
                "A key of 0 was taken for no key: 0 is a number of which a mask can be made.",
                "Which value stands for no key, and which other values does Python hold for untrue?",
                ((_NONE, "dy if not key else"),),
            ),
            (
                "missing key not looked for",
                "Where nothing was dropped the key is None, and your function makes a mask of it.",
                _MISSING,
                ((_DX, f"dy * {_DMASK} * (1 / (1 - p))"),),
            ),
            (
                "nothing dropped, no gradient",
                "Where nothing was dropped the gradient came out as zeros.",
                _MISSING,
                ((_NONE, "0 * dy if key is None else"),),
            ),
            (
                "nothing dropped, scaled",
                "Where nothing was dropped the gradient was scaled up, but the numbers had not been.",
                _MISSING,
                ((_NONE, "dy / (1 - p) if key is None else"),),
            ),
            (
                "nothing dropped, shrunk",
                "Where nothing was dropped the gradient was made smaller, but the numbers had not been.",
                _MISSING,
                ((_NONE, "dy * (1 - p) if key is None else"),),
            ),
            (
                "nothing dropped, ones",
                "Where nothing was dropped the gradient came out as ones, not as it was.",
                _MISSING,
                ((_NONE, "0 * dy + 1 if key is None else"),),
            ),
            (
                "nothing dropped, nothing returned",
                "Where nothing was dropped nothing came back at all.",
                _MISSING,
                ((_NONE, "None if key is None else"),),
            ),
            (
                "gradient and cache",
                "Two things came back, where only the gradient was asked for.",
                "What does the layer below want to know?",
                ((f"return {_DX}", f"return ({_DX}), cache"),),
            ),
        )
    ),
)

MISTAKES = unpaired(
    dropout_backward, _ALL, but=("scale forgotten", "shrunk", "the others dropped", "key 0 for none")
)
