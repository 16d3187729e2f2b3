"""Lesson 06: heads. Splitting, merging, and attention on packed queries, keys and values."""

import numpy as np

from ...ops.heads import merge_heads, qkv_attention_forward, split_heads
from ..exercise import Exercise, Probe
from . import _ex06_layout as layout
from . import _ex06_packed as packed


def _draw(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


def _packed() -> list[Probe]:
    return [
        Probe("basic", (_draw(20, 2, 5, 12), 3)),
        Probe("all sizes equal", (_draw(21, 4, 4, 16), 4)),
        Probe("one head", (_draw(22, 2, 5, 12), 1)),
        Probe("heads of size 1", (_draw(23, 2, 5, 3), 3)),
        Probe("one position", (_draw(24, 2, 1, 12), 3)),
        Probe("a view", (_draw(25, 12, 5, 2).T, 3)),
    ]


SPLIT = Exercise(
    id="06.5",
    reference=split_heads,
    task="""
    Cut each position's vector into the parts of its heads.

    x: (B, T, C); n_head: how many heads, H; C is H times D, the size of a head. The first D numbers of a
    vector belong to head 0, the next D to head 1, and so on.
    Return (B, H, T, D): heads become an axis of their own in front of the positions, so that each head can
    attend by itself. A view is fine. Do not modify x.

    >>> x = np.arange(12).reshape(1, 2, 6)
    >>> x
    array([[[ 0,  1,  2,  3,  4,  5],
            [ 6,  7,  8,  9, 10, 11]]])
    >>> split_heads(x, 2)
    array([[[[ 0,  1,  2],
             [ 6,  7,  8]],
    <BLANKLINE>
            [[ 3,  4,  5],
             [ 9, 10, 11]]]])
    """,
    probes=_packed,
    mistakes=layout.SPLIT,
    hints=(
        "Two steps: one axis becomes two, then two axes change places.",
        "Which numbers lie next to each other in memory, those of one head or those with the same place in every head?",
        "Cut the last axis into heads and their numbers, in that order; then bring the axis of heads in front of the "
        "positions.",
    ),
    difficulty=2,
    minutes=10,
    importance=5,
    lines=2,
)


def _split() -> list[Probe]:
    return [
        Probe("basic", (_draw(26, 2, 3, 5, 4),)),
        Probe("all sizes equal", (_draw(27, 4, 4, 4, 4),)),
        Probe("one head", (_draw(28, 2, 1, 5, 4),)),
        Probe("heads of size 1", (_draw(29, 2, 3, 5, 1),)),
        Probe("one position", (_draw(30, 2, 3, 1, 4),)),
        Probe("a view", (_draw(31, 2, 5, 3, 4).swapaxes(1, 2),)),
    ]


MERGE = Exercise(
    id="06.6",
    reference=merge_heads,
    task="""
    Put the heads of each position side by side again: what split_heads took apart.

    x: (B, H, T, D).
    Return (B, T, H*D): the vector of a position holds the D numbers of head 0, then those of head 1, and so
    on. Do not modify x.

    >>> heads = np.array([[[[0, 1, 2], [6, 7, 8]], [[3, 4, 5], [9, 10, 11]]]])
    >>> merge_heads(heads)
    array([[[ 0,  1,  2,  3,  4,  5],
            [ 6,  7,  8,  9, 10, 11]]])
    """,
    probes=_split,
    mistakes=layout.MERGE,
    hints=(
        "Undo the steps of splitting, the last one first.",
        "Numbers that are to be side by side must be neighbours before two axes become one.",
        "Positions first, then heads, then the numbers of a head: only in that order may the last two be joined.",
    ),
    difficulty=2,
    minutes=5,
    importance=5,
    lines=2,
    needs=("06.5",),
)


def _qkv() -> list[Probe]:
    mask = np.array([[1, 0, 1, 1, 1], [0, 0, 1, 1, 1]])
    return [
        Probe("basic", (_draw(32, 2, 5, 36), 3)),
        Probe("all sizes equal", (_draw(33, 4, 4, 48), 4)),
        Probe("one head", (_draw(34, 2, 5, 12), 1)),
        Probe("not causal", (_draw(35, 2, 5, 36), 3), {"causal": False}),
        Probe("a key mask", (_draw(36, 2, 5, 36), 3), {"key_mask": mask}),
        Probe("a key mask, not causal", (_draw(37, 2, 5, 36), 3), {"causal": False, "key_mask": mask}),
        Probe("one position", (_draw(38, 2, 1, 36), 3)),
    ]


QKV = Exercise(
    id="06.7",
    reference=qkv_attention_forward,
    task="""
    Self-attention of several heads, from queries, keys and values packed side by side.

    qkv: (B, T, 3*C), float: of each position's vector the first C numbers are its query, the next C its key,
    the last C its value; each of them holds n_head heads side by side, C = n_head * D. causal and key_mask
    (B, T) as in 06.3; dropout is 0 and rng None, as in 06.4.
    Return (y, cache). y: (B, T, C): the heads attend separately (each scales by its own size D), and their
    outputs are put side by side again. cache: QKVAttentionCache(n_head, attention), where attention is the
    cache of 06.4, with queries, keys and values split into heads. Do not modify the arguments. Your functions
    06.4 to 06.6 may be called.

    >>> qkv = np.array([[[1.0, 0.0, 2.0, 0.0, 1.0, 5.0], [0.5, 1.5, 0.0, 1.0, 3.0, 9.0]]])
    >>> y, cache = qkv_attention_forward(qkv, 2)
    >>> y.round(4)
    array([[[1.    , 5.    ],
            [1.5379, 8.2703]]])
    >>> cache.n_head, cache.attention.weights.shape
    (2, (1, 2, 2, 2))
    >>> qkv_attention_forward(qkv, 2, causal=False, key_mask=np.array([[0, 1]]))[0]
    array([[[3., 9.],
            [3., 9.]]])
    """,
    probes=_qkv,
    returns=("y", "cache"),
    mistakes=packed.QKV,
    edited=("split_heads", "merge_heads"),
    hints=(
        "Four steps: cut into three, split into heads, attend, merge. You have written three of them.",
        "The cut goes through the last axis, into three equal parts in the order query, key, value.",
        "Pass the options on as they came. What attention returns beside its output goes into the cache with the number of "
        "heads.",
    ),
    difficulty=2,
    minutes=15,
    importance=4,
    lines=4,
    needs=("06.4", "06.5", "06.6"),
)
