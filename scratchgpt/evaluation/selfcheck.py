"""Whether released weights are the right ones: their greedy continuation against published token ids."""

from typing import NamedTuple

import numpy as np

from ..errors import UserError
from ..model import GPT
from ..ops.arrays import array_module
from ..params import Params
from ..tokenizer import Tokenizer


class Continuation(NamedTuple):
    """A prompt, its token ids, those that follow when the likeliest is always taken, and who says so."""

    prompt: str
    ids: tuple[int, ...]
    greedy: tuple[int, ...]
    source: str


_SOURCE = "the tests of huggingface/transformers"
PUBLISHED = {
    "gpt2": Continuation(
        "The dog",
        (464, 3290),
        (373, 1043, 287, 257, 2214, 1474, 262, 16246, 286, 2688, 290, 2688, 27262, 13, 198, 198, 464, 3290),
        _SOURCE,
    ),
    "openai-gpt": Continuation(
        "the president is",
        (481, 4735, 544),
        (246, 963, 870, 762, 239, 244, 40477, 244, 249, 719, 881, 487, 544, 240, 244, 603, 481),
        _SOURCE,
    ),
}
"""Released models by name."""


class Report(NamedTuple):
    """Whether a model is the published one, and a sentence that says so or names the first difference."""

    right: bool
    text: str


def known(name: str) -> Continuation:
    """Return what is published for a model. Raises UserError for a name without published ids."""
    if name not in PUBLISHED:
        raise UserError(
            f"There are no published token ids for {name!r}, expected {' or '.join(PUBLISHED)}: a self-check "
            "of it is not possible."
        )
    return PUBLISHED[name]


def self_check(model: GPT, params: Params, tokenizer: Tokenizer, expected: Continuation) -> Report:
    """Compare tokenizer and greedy continuation with the published ids.

    One forward pass over the whole text is enough: greedy decoding gives the published ids exactly if
    the likeliest token after each of them is the next one.
    """
    ids = tokenizer.encode(expected.prompt)
    if ids != list(expected.ids):
        return Report(
            False,
            f"wrong: the tokenizer spells {expected.prompt!r} as {ids}, published is {list(expected.ids)} "
            f"({expected.source}): vocabulary or merges belong to another model; download them again.",
        )
    text = np.array([[*expected.ids, *expected.greedy]], dtype=np.int64)
    if text.max() >= model.config.vocab_size or text.shape[1] > model.config.block_size:
        return Report(
            False,
            f"wrong: a model of {model.config.vocab_size} tokens and {model.config.block_size} positions "
            "cannot be the published one; download it again.",
        )
    h, _ = model.hidden(params, array_module(params.buffer).asarray(text[:, :-1]), keep_cache=False)
    first = len(expected.ids) - 1
    found = model.logits(params, h[0, first:]).argmax(axis=-1).tolist()
    for i, (ours, theirs) in enumerate(zip(found, expected.greedy, strict=True)):
        if ours != theirs:
            so_far = tokenizer.decode([*expected.ids, *expected.greedy[:i]])
            return Report(
                False,
                f"wrong: after {so_far!r} the likeliest token is {ours} ({tokenizer.decode([ours])!r}), "
                f"published is {theirs} ({tokenizer.decode([theirs])!r}; {expected.source}): the weights are "
                "not the released ones or are damaged; delete and download them again.",
            )
    text_found = tokenizer.decode(list(expected.greedy))
    return Report(
        True,
        f"right: {expected.prompt!r} goes on with the {len(found)} published tokens, {text_found!r} "
        f"({expected.source}).",
    )
