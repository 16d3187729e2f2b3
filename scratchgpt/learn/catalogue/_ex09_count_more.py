"""09.4: more miscounts, and the likely pairs of them: differences of counts cannot be combined by themselves."""

from collections.abc import Callable

from ..exercise import Mistake

Difference = Callable[[int, int, int, int, bool], float]

_BLOCK = "What does a block consist of, and how many numbers has each part?"
_OUTSIDE = "What is there once, outside of the blocks?"
_HEAD = "What does the head add in each of the two cases?"

_SINGLE: tuple[tuple[str, str, str, Difference], ...] = (
    (
        "one number per column and block",
        "Each block lacks one number per column: that many are in the bias behind the heads, and that many in the last bias of "
        "the MLP.",
        "Which of the two have you counted?",
        lambda V, T, L, C, tied: -C * L,
    ),
    (
        "three numbers per column and block",
        "Each block lacks three numbers per column: that many are in the bias of queries, keys and values, and so many are "
        "missing when the bias of the MLP's first map is as narrow as the stream.",
        "How many numbers come out of each of the two maps?",
        lambda V, T, L, C, tied: -3 * C * L,
    ),
    (
        "three norms per block",
        "Each block has two numbers per column too many: as many as one more norm would have.",
        "How many norms are in a block?",
        lambda V, T, L, C, tied: 2 * C * L,
    ),
    (
        "no bias anywhere",
        "Neither the linear maps nor the norms have a bias in your count; here all of them have.",
        _BLOCK,
        lambda V, T, L, C, tied: -11 * C * L - C,
    ),
    (
        "as much as attention",
        "Each block lacks as much as all of attention, which is as much as the MLP's way up.",
        _BLOCK,
        lambda V, T, L, C, tied: -(4 * C * C + 4 * C) * L,
    ),
    (
        "MLP forgotten",
        "The blocks have no MLP in your count.",
        _BLOCK,
        lambda V, T, L, C, tied: -(8 * C * C + 5 * C) * L,
    ),
    (
        "MLP twice as wide only",
        "The MLP is twice as wide as the stream in your count, not four times.",
        "How many numbers come out of the first map of the MLP?",
        lambda V, T, L, C, tied: -(4 * C * C + 2 * C) * L,
    ),
    (
        "MLP three times as wide",
        "The MLP is three times as wide as the stream in your count, not four times.",
        "How many numbers come out of the first map of the MLP?",
        lambda V, T, L, C, tied: -(2 * C * C + C) * L,
    ),
    (
        "six maps into attention",
        "Attention has three square maps more at its entrance than it should.",
        "How many numbers come out of the first map of attention?",
        lambda V, T, L, C, tied: (3 * C * C + 3 * C) * L,
    ),
    (
        "matrix behind the heads forgotten",
        "The matrix behind the heads is missing in each block, though its bias is there.",
        "How many linear maps has attention?",
        lambda V, T, L, C, tied: -C * C * L,
    ),
    (
        "last norm without bias",
        "The norm behind the last block has one number per channel in your count; it has a gain and a bias.",
        _OUTSIDE,
        lambda V, T, L, C, tied: -C,
    ),
    (
        "a norm too many",
        "There is one norm too many outside of the blocks: only the last block is followed by one.",
        _OUTSIDE,
        lambda V, T, L, C, tied: 2 * C,
    ),
    (
        "tokens forgotten",
        "The table of the tokens is missing, or the head took its place.",
        _OUTSIDE,
        lambda V, T, L, C, tied: -V * C,
    ),
    (
        "both tables forgotten",
        "The tables of tokens and positions are missing.",
        _OUTSIDE,
        lambda V, T, L, C, tied: -(V + T) * C,
    ),
    (
        "positions twice",
        "The table of positions was counted twice.",
        _OUTSIDE,
        lambda V, T, L, C, tied: T * C,
    ),
    (
        "positions as large as tokens",
        "The table of positions has as many rows as that of the tokens in your count.",
        "How many positions are there?",
        lambda V, T, L, C, tied: (V - T) * C,
    ),
    (
        "positions as numbers",
        "Each position was counted as one number, where it has a vector.",
        "How long is a row of the table of positions?",
        lambda V, T, L, C, tied: T - T * C,
    ),
    (
        "mask counted",
        "There is a square of block_size numbers in each block: the mask, which is not learnt.",
        "Is the mask learnt?",
        lambda V, T, L, C, tied: L * T * T,
    ),
    (
        "mask counted once",
        "There is a square of block_size numbers in your count: the mask, which is not learnt.",
        "Is the mask learnt?",
        lambda V, T, L, C, tied: T * T,
    ),
    (
        "head with a bias, tied too",
        "The head has a bias in your count, tied or not; it has none.",
        _HEAD,
        lambda V, T, L, C, tied: V,
    ),
    (
        "head with a bias only",
        "The untied head has a bias in your count and no table; it is the other way round.",
        _HEAD,
        lambda V, T, L, C, tied: 0 if tied else V - V * C,
    ),
    (
        "table taken away when tied",
        "When the head is tied, the one table that it shares is missing.",
        _HEAD,
        lambda V, T, L, C, tied: -V * C if tied else 0,
    ),
    (
        "head counted twice",
        "The untied head was counted twice.",
        _HEAD,
        lambda V, T, L, C, tied: 0 if tied else V * C,
    ),
    (
        "one block too many",
        "There is one block too many.",
        "How many blocks are there?",
        lambda V, T, L, C, tied: 12 * C * C + 13 * C,
    ),
    (
        "one block too few",
        "There is one block too few.",
        "How many blocks are there?",
        lambda V, T, L, C, tied: -12 * C * C - 13 * C,
    ),
    (
        "last norm in every block",
        "The last norm was counted in every block; it is there once.",
        _OUTSIDE,
        lambda V, T, L, C, tied: 2 * C * (L - 1),
    ),
    (
        "tables in every block",
        "The tables were counted in every block; they are there once.",
        _OUTSIDE,
        lambda V, T, L, C, tied: (V + T) * C * (L - 1),
    ),
)

_OUTER: dict[str, Difference] = {
    "positions forgotten": lambda V, T, L, C, tied: -T * C,
    "last norm forgotten": lambda V, T, L, C, tied: -2 * C,
    "head always counted": lambda V, T, L, C, tied: V * C if tied else 0,
    "head never counted": lambda V, T, L, C, tied: 0 if tied else -V * C,
    "tied the wrong way round": lambda V, T, L, C, tied: V * C if tied else -V * C,
    "head with a bias": lambda V, T, L, C, tied: 0 if tied else V,
}
_INNER: dict[str, Difference] = {
    "biases forgotten": lambda V, T, L, C, tied: -9 * C * L,
    "matrices only": lambda V, T, L, C, tied: -13 * C * L,
    "MLP not widened": lambda V, T, L, C, tied: -(6 * C * C + 3 * C) * L,
    "output map forgotten": lambda V, T, L, C, tied: -(C * C + C) * L,
}
_SAID = {
    "positions forgotten": "The table of positions is missing.",
    "last norm forgotten": "The norm behind the last block is missing.",
    "head always counted": "The head was counted even when it shares the table of the tokens.",
    "head never counted": "An untied head adds a second table, and yours is missing.",
    "tied the wrong way round": "The head counts when it is tied and does not when it is not.",
    "head with a bias": "The untied head has a bias in your count; it has none.",
    "biases forgotten": "No linear map has a bias in your count.",
    "matrices only": "Of each block only the matrices were counted.",
    "MLP not widened": "Both maps of the MLP are square in your count.",
    "output map forgotten": "One square map per block is missing, as the one behind the heads is.",
}


def _sum(a: Difference, b: Difference) -> Difference:
    return lambda V, T, L, C, tied: a(V, T, L, C, tied) + b(V, T, L, C, tied)


def more(off_by: Callable[[Difference], Callable[..., float]]) -> tuple[Mistake, ...]:
    """Make the mistakes; `off_by` makes a function of a difference."""
    known = ("matrices only", "last norm forgotten")  # these two have a name of their own
    pairs = [(a, b, _sum(_INNER[a], _OUTER[b])) for a in _INNER for b in _OUTER if (a, b) != known]
    pairs += [
        (a, b, _sum(_OUTER[a], _OUTER[b]))
        for a in ("positions forgotten", "last norm forgotten")
        for b in _OUTER
        if b not in ("positions forgotten", a)
    ]
    return (
        *(Mistake(key, says, asks, wrong=off_by(difference)) for key, says, asks, difference in _SINGLE),
        *(
            Mistake(f"{a} + {b}", f"{_SAID[a]} And: {_SAID[b]}", _BLOCK, wrong=off_by(difference))
            for a, b, difference in pairs
        ),
    )
