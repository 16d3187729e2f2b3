"""07.5: attention with several heads, backward, on packed queries, keys and values."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.arrays import Array
from ...ops.attention import attention_backward
from ...ops.heads import merge_heads, qkv_attention_backward, qkv_attention_forward, split_heads
from ..exercise import Exercise, Mistake, Probe
from ._unpaired import styles

_JOIN = "return xp.concatenate([ops.merge_heads(part) for part in parts], axis=-1)"
_SPLIT = "return x.reshape(B, T, n_head, C // n_head).swapaxes(1, 2)"
_MERGE = "return x.swapaxes(1, 2).reshape(B, T, H * D)"


def _joining(join: Callable[[tuple[Array, ...]], Any]) -> Callable[..., Any]:
    """Return qkv_attention_backward with another last step, from dq, dk and dv in the shape of heads."""
    return lambda dy, cache: join(attention_backward(split_heads(dy, cache.n_head), cache.attention))


def _side_by_side(parts: Any) -> Array:
    return np.concatenate([merge_heads(part) for part in parts], axis=-1)


def _in_place(dy: Array, cache: Any) -> Array:
    result = qkv_attention_backward(dy.copy(), cache)
    dy *= 0.5
    return result


MISTAKES = (
    Mistake(
        "split by a reshape alone",
        "The gradient got an axis of heads, but no axes changed places: numbers of different positions are mixed in one "
        "head.",
        "A reshape reads the numbers in the same order as before. Which number follows the first D of position 0?",
        edits=((_SPLIT, "return x.reshape(B, n_head, T, C // n_head)"),),
    ),
    Mistake(
        "merged by a reshape alone",
        "The gradients got the right shape, but no axes changed places: the vector of a position holds numbers of other "
        "positions.",
        "Which numbers are neighbours in memory before heads and their numbers become one axis?",
        edits=((_MERGE, "return x.reshape(B, T, H * D)"),),
    ),
    Mistake(
        "split interleaved",
        "Neighbouring numbers of the incoming gradient went to different heads: head 0 has the first D in a row.",
        "Of the two new axes, which one moves slowly along the vector?",
        edits=((_SPLIT, "return x.reshape(B, T, C // n_head, n_head).transpose(0, 3, 1, 2)"),),
    ),
    Mistake(
        "merged interleaved",
        "The heads were merged number by number, where each head should stay in one piece.",
        "Which of the last two axes should move slowly along the merged vector?",
        edits=((_MERGE, "return x.transpose(0, 2, 3, 1).reshape(B, T, H * D)"),),
    ),
    Mistake(
        "keys before queries",
        "The three gradients are right, but the keys' stands where the queries' should be.",
        "In which order did the input hold them?",
        edits=((_JOIN, _JOIN.replace("in parts", "in (parts[1], parts[0], parts[2])")),),
    ),
    Mistake(
        "values before keys",
        "The three gradients are right, but the values' stands where the keys' should be.",
        "In which order did the input hold them?",
        edits=((_JOIN, _JOIN.replace("in parts", "in (parts[0], parts[2], parts[1])")),),
    ),
    Mistake(
        "values first",
        "The three gradients are right, but the values' stands before the queries' and keys'.",
        "In which order did the input hold them?",
        edits=((_JOIN, _JOIN.replace("in parts", "in (parts[2], parts[0], parts[1])")),),
    ),
    Mistake(
        "queries last",
        "The three gradients are right, but the queries' stands behind the keys' and values'.",
        "In which order did the input hold them?",
        edits=((_JOIN, _JOIN.replace("in parts", "in (parts[1], parts[2], parts[0])")),),
    ),
    Mistake(
        "opposite order",
        "The three gradients are right, but they stand in the opposite order, values first.",
        "In which order did the input hold them?",
        edits=((_JOIN, _JOIN.replace("in parts", "in reversed(parts)")),),
    ),
    Mistake(
        "packed head by head",
        "Queries, keys and values of one head stand together, then those of the next: but the input held the queries of all "
        "heads first.",
        "Which comes first when you read a packed vector, the head or the kind?",
        edits=((_JOIN, "return ops.merge_heads(xp.concatenate(parts, axis=-1))"),),
    ),
    Mistake(
        "packed number by number",
        "Queries, keys and values alternate number by number, where each of them should be one piece.",
        "Which numbers of a packed vector are its query?",
        edits=(
            (
                _JOIN,
                "return xp.stack([ops.merge_heads(part) for part in parts], axis=-1).reshape(*dy.shape[:2], -1)",
            ),
        ),
    ),
    Mistake(
        "added up",
        "The three gradients were added: queries, keys and values are different numbers of the input, so each keeps its "
        "own gradient.",
        "How many numbers does the input have at each position?",
        edits=((_JOIN, "return sum(ops.merge_heads(part) for part in parts)"),),
    ),
    Mistake(
        "not joined",
        "The three gradients came back one by one: the input was a single array, and its gradient is one too.",
        "Which shape does a gradient have?",
        edits=((_JOIN, "return tuple(ops.merge_heads(part) for part in parts)"),),
    ),
    Mistake(
        "stacked",
        "The three gradients lie on an axis of their own, where they belong side by side in each position's vector.",
        "How many axes does the input have?",
        edits=((_JOIN, "return xp.stack([ops.merge_heads(part) for part in parts], axis=2)"),),
    ),
    Mistake(
        "joined along the positions",
        "The three gradients were laid behind each other along the positions, where they belong side by side at each position.",
        "Along which axis was the input cut into three?",
        edits=((_JOIN, _JOIN.replace("axis=-1", "axis=1")),),
    ),
    Mistake(
        "not merged",
        "The gradients still have an axis of heads.",
        "What does the input of the forward pass look like?",
        edits=((_JOIN, "return xp.concatenate(parts, axis=-1)"),),
    ),
    *styles(
        Mistake(
            "lying on a new axis",
            "The three gradients lie on a new axis, at the front or at the end, where they belong side by side in each "
            "position's vector.",
            "How many axes does the input have?",
        ),
        front=_joining(lambda parts: np.stack([merge_heads(p) for p in parts])),
        end=_joining(lambda parts: np.stack([merge_heads(p) for p in parts], axis=-1)),
    ),
    *styles(
        Mistake(
            "joined along the texts",
            "The three gradients were laid behind each other along the texts, where they belong side by side at each position.",
            "Along which axis was the input cut into three?",
        ),
        all=_joining(lambda parts: np.concatenate([merge_heads(p) for p in parts])),
    ),
    *styles(
        Mistake(
            "not merged, along the heads",
            "Queries', keys' and values' heads stand on one axis: they were never put side by side in each position's vector.",
            "What does the input of the forward pass look like?",
        ),
        all=_joining(lambda parts: np.concatenate(parts, axis=1)),
    ),
    *styles(
        Mistake(
            "merged by a reshape, all at once",
            "The three were joined and then brought into the right shape by a reshape alone: positions and heads are mixed.",
            "Which numbers are neighbours in memory before heads and their numbers become one axis?",
        ),
        heads=_joining(lambda p: (x := np.concatenate(p, axis=1)).reshape(len(x), x.shape[2], -1)),
        numbers=_joining(lambda p: (x := np.concatenate(p, axis=-1)).reshape(len(x), x.shape[2], -1)),
        stacked=_joining(lambda p: np.stack(p).reshape(len(p[0]), p[0].shape[2], -1)),
    ),
    *styles(
        Mistake(
            "heads in reverse order",
            "Each of the three has its heads the wrong way round: the last one comes first.",
            "Which numbers belong to head 0?",
        ),
        all=_joining(lambda parts: _side_by_side([p[:, ::-1] for p in parts])),
    ),
    *styles(
        Mistake(
            "averaged",
            "The three gradients were averaged: queries, keys and values are different numbers of the input, so each keeps its "
            "own gradient.",
            "How many numbers does the input have at each position?",
        ),
        all=_joining(lambda parts: sum(merge_heads(p) for p in parts) / 3),
    ),
    *styles(
        Mistake(
            "heads added",
            "The heads were added up: their numbers should stand side by side.",
            "How long is the vector of a position?",
        ),
        all=_joining(lambda parts: np.concatenate([p.sum(axis=1) for p in parts], axis=-1)),
    ),
    *styles(
        Mistake(
            "one gradient for all three",
            "One of the gradients stands in the place of others too: queries, keys and values each have their own.",
            "Which three arrays does attention's backward pass give?",
        ),
        queries=_joining(lambda parts: _side_by_side([parts[0]] * 3)),
        keys=_joining(lambda parts: _side_by_side([parts[1]] * 3)),
        values=_joining(lambda parts: _side_by_side([parts[2]] * 3)),
    ),
    *styles(
        Mistake(
            "argument changed in place",
            "The result is right, but an array that was given was changed on the way: the gradient from above, or the cache.",
            "Who else may need the arrays that you were given?",
        ),
        all=_in_place,
    ),
)


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""

    def arguments(seed: int, b: int, t: int, h: int, d: int, **options: Any) -> tuple[Any, ...]:
        rng = np.random.default_rng(seed)
        dy, qkv = rng.standard_normal((b, t, h * d)), rng.standard_normal((b, t, 3 * h * d))
        return dy, qkv_attention_forward(qkv, h, **options)[1]

    mask = np.array([[1, 1, 0, 1, 1], [0, 0, 1, 1, 1]])
    return [
        Probe("basic", arguments(80, 2, 5, 3, 4)),
        Probe("all sizes equal", arguments(81, 4, 4, 4, 4)),
        Probe("one head", arguments(82, 2, 5, 1, 4)),
        Probe("not causal", arguments(83, 2, 5, 3, 4, causal=False)),
        Probe("a key mask", arguments(84, 2, 5, 3, 4, key_mask=mask)),
        Probe("one position", arguments(85, 2, 1, 3, 4)),
    ]


EXERCISE = Exercise(
    id="07.5",
    reference=qkv_attention_backward,
    task="""
    The gradient of attention with several heads with respect to the packed queries, keys and values.

    dy: (B, T, C), the gradient of the output of 06.7: C = n_head * D, heads side by side. cache:
    QKVAttentionCache(n_head, attention), where attention is the cache of 07.4.
    Return dqkv (B, T, 3*C), packed as the input of 06.7 was: queries, keys, values, and within each of them
    head 0, head 1, and so on. Do not modify the arguments. split_heads and merge_heads are imported; your
    function 07.4 may be called.

    >>> qkv = np.array([[[1.0, 0, 2, 1, 0, 1, 0, 2, 1, 5, 0, 3], [0, 3, 1, 1, 2, 0, 1, 0, 3, 9, 4, 0]]])
    >>> _, cache = qkv_attention_forward(qkv, 2)
    >>> dqkv = qkv_attention_backward(np.array([[[1.0, 0.0, 2.0, 0.0], [2.0, 4.0, 0.0, 1.0]]]), cache)
    >>> dqkv[0, 0].round(4)
    array([ 0.    ,  0.    ,  0.    ,  0.    ,  0.    , -4.0553,  0.4692,
            0.4692,  2.7859,  3.5718,  2.    ,  0.6698])
    >>> dqkv[0, 1].round(4)
    array([ 2.7035, -1.3518, -0.4692,  0.9384,  0.    ,  4.0553, -0.4692,
           -0.4692,  0.2141,  0.4282,  0.    ,  0.3302])
    """,
    probes=probes,
    returns=("dqkv",),
    mistakes=MISTAKES,
    edited=("split_heads", "merge_heads"),
    hints=(
        "Every step of the forward pass has its opposite: what is the opposite of merging, of splitting, of cutting into "
        "three?",
        "dy arrives with its heads side by side, and attention's gradients want heads as an axis of their own.",
        "Three gradients leave in the shape of heads: merge each, and lay them side by side along the last axis, in the order "
        "in which the input held them.",
    ),
    difficulty=2,
    minutes=15,
    importance=4,
    lines=3,
    needs=("07.4",),
)
