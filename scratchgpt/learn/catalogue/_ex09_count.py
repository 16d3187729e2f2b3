"""09.4: how many numbers a GPT learns."""

from collections.abc import Callable

from ...worked.parameter_count import gpt_parameters as right
from ..exercise import Exercise, Mistake, Probe
from ._ex09_count_more import more


def probes() -> list[Probe]:
    """Calls that tell right from wrong."""
    return [
        Probe("basic", (50, 11, 3, 8)),
        Probe("untied", (50, 11, 3, 8), {"tied": False}),
        Probe("GPT-2 small", (50257, 1024, 12, 768)),
        Probe("no layers", (7, 5, 0, 4)),
        Probe("one layer, one column", (7, 5, 1, 1)),
    ]


def _off_by(difference: Callable[[int, int, int, int, bool], float]) -> Callable[..., float]:
    """The count with a difference, as a function of its own: of pairs of differences too many sums agree."""

    def gpt_parameters(
        vocab_size: int, block_size: int, n_layer: int, n_embd: int, tied: bool = True
    ) -> float:
        shape = (vocab_size, block_size, n_layer, n_embd, tied)
        return right(*shape) + difference(*shape)

    return gpt_parameters


EXERCISE = Exercise(
    id="09.4",
    reference=right,
    task="""
    Count the numbers that a model built like GPT-2 learns, from its shape alone.

    vocab_size, block_size, n_layer, n_embd: integers. tied: whether the head uses the table of the
    tokens; when not, it has a table of the same shape for itself (and no bias).
    Return an integer. The model has a table of tokens (a row of n_embd per token) and a table of
    positions (a row per position, block_size of them); n_layer blocks; one norm behind the last block.
    Each block has two norms, attention and an MLP. A norm has a gain and a bias. Attention has one linear
    map to queries, keys and values together, and one from the heads' output back to n_embd. The MLP has a
    linear map to four times the width and one back. Every linear map has a bias.

    >>> gpt_parameters(vocab_size=5, block_size=3, n_layer=1, n_embd=2)
    94
    >>> gpt_parameters(5, 3, 1, 2, tied=False)
    104
    >>> gpt_parameters(50257, 1024, 12, 768)
    124439808
    """,
    probes=probes,
    returns=("count",),
    mistakes=(
        Mistake(
            "positions forgotten",
            "The table of positions is missing: a learned vector for each of them.",
            "What does a model add to a token's vector, so that it can tell first from last?",
            wrong=_off_by(lambda V, T, L, C, tied: -T * C),
        ),
        Mistake(
            "four numbers per column and block",
            "Each block lacks four numbers per column: that many are in the biases of attention, that many in its two norms, and "
            "that many in the bias of the first map of the MLP.",
            "Which of the three have you counted?",
            wrong=_off_by(lambda V, T, L, C, tied: -4 * C * L),
        ),
        Mistake(
            "five numbers per column and block",
            "Each block lacks five numbers per column: that many are in the biases of the MLP, and that many are missing "
            "when every bias has as many numbers as the stream.",
            "How many numbers are in the bias of a map from 2 to 8 numbers?",
            wrong=_off_by(lambda V, T, L, C, tied: -5 * C * L),
        ),
        Mistake(
            "biases forgotten",
            "No linear map has a bias in your count; here every one of them has.",
            "How many numbers has a map from 2 to 8 numbers, bias included?",
            wrong=_off_by(lambda V, T, L, C, tied: -9 * C * L),
        ),
        Mistake(
            "matrices only",
            "Of each block only the matrices were counted: that is a good estimate for a wide model, but not the number.",
            "What else does a block learn, beside its matrices?",
            wrong=_off_by(lambda V, T, L, C, tied: -13 * C * L),
        ),
        Mistake(
            "matrices and tables only",
            "Only matrices and tables were counted: that is a good estimate for a wide model, but not the number.",
            "What else does a model learn, in its blocks and behind them?",
            wrong=_off_by(lambda V, T, L, C, tied: -13 * C * L - 2 * C),
        ),
        Mistake(
            "matrices of the blocks only",
            "Only the matrices of the blocks were counted: that is a good estimate for a large model, but not the number.",
            "What does a model learn outside of its blocks, and beside the matrices in them?",
            wrong=_off_by(
                lambda V, T, L, C, tied: -13 * C * L - 2 * C - (V + T) * C - (0 if tied else V * C)
            ),
        ),
        Mistake(
            "blocks only",
            "Everything outside of the blocks is missing.",
            "What does a text pass before the first block and behind the last?",
            wrong=_off_by(lambda V, T, L, C, tied: -2 * C - (V + T) * C - (0 if tied else V * C)),
        ),
        Mistake(
            "one map into attention",
            "Attention has only one square map at its entrance in your count; there it needs three.",
            "How many numbers come out of the first map of attention?",
            wrong=_off_by(lambda V, T, L, C, tied: -(2 * C * C + 2 * C) * L),
        ),
        Mistake(
            "output map forgotten",
            "One square map per block is missing, as the one behind the heads is, which leads from their output back into "
            "the stream.",
            "How many linear maps has attention?",
            wrong=_off_by(lambda V, T, L, C, tied: -(C * C + C) * L),
        ),
        Mistake(
            "MLP not widened",
            "Both maps of the MLP are square in your count; in between, it is wider than the stream.",
            "How many numbers come out of the first map of the MLP?",
            wrong=_off_by(lambda V, T, L, C, tied: -(6 * C * C + 3 * C) * L),
        ),
        Mistake(
            "MLP one way",
            "The MLP goes up to its greater width and never comes back in your count.",
            "How many numbers should come out of the MLP?",
            wrong=_off_by(lambda V, T, L, C, tied: -(4 * C * C + C) * L),
        ),
        Mistake(
            "norms forgotten",
            "No norm was counted: neither those in the blocks nor the last one.",
            "Does a norm learn anything?",
            wrong=_off_by(lambda V, T, L, C, tied: -4 * C * L - 2 * C),
        ),
        Mistake(
            "norms without bias",
            "Each norm has only a gain in your count, and here it has a bias too.",
            "How many numbers does a norm learn per channel?",
            wrong=_off_by(lambda V, T, L, C, tied: -2 * C * L - C),
        ),
        Mistake(
            "two numbers per column and block",
            "Each block lacks two numbers per column: that many has one of its two norms, and so many are missing when the "
            "bias of queries, keys and values together was counted once.",
            "How many norms are in a block, and how many numbers come out of its first map?",
            wrong=_off_by(lambda V, T, L, C, tied: -2 * C * L),
        ),
        Mistake(
            "last norm forgotten",
            "The norm behind the last block is missing.",
            "What does the stream pass between the last block and the head?",
            wrong=_off_by(lambda V, T, L, C, tied: -2 * C),
        ),
        Mistake(
            "head always counted",
            "The head was counted even when it shares the table of the tokens.",
            "What does tying save?",
            wrong=_off_by(lambda V, T, L, C, tied: V * C if tied else 0),
        ),
        Mistake(
            "head never counted",
            "An untied head adds a second table, and yours is missing.",
            "Which of the arguments have you not used yet?",
            wrong=_off_by(lambda V, T, L, C, tied: 0 if tied else -V * C),
        ),
        Mistake(
            "tied the wrong way round",
            "The head counts when it is tied and does not when it is not.",
            "In which of the two cases are there more numbers to learn?",
            wrong=_off_by(lambda V, T, L, C, tied: V * C if tied else -V * C),
        ),
        Mistake(
            "head with a bias",
            "The untied head has a bias in your count; it has none.",
            "What did the task say about the table of the head?",
            wrong=_off_by(lambda V, T, L, C, tied: 0 if tied else V),
        ),
        Mistake(
            "one block",
            "The blocks were counted once, however many layers there are.",
            "Which of the arguments have you not used yet?",
            wrong=_off_by(lambda V, T, L, C, tied: (1 - L) * (12 * C * C + 13 * C)),
        ),
        *more(_off_by),
    ),
    hints=(
        "A linear map from m to n numbers with a bias has one number per pair, and n more. Write each map of a block "
        "down with its m and n.",
        "The example with 94: 10 + 6 for the two tables, 24 for attention, 42 for the MLP, 4 for each of three norms.",
        "Of all parts only the blocks are there n_layer times. Tables and the last norm count once, the head only when "
        "it is not tied.",
    ),
    difficulty=2,
    minutes=15,
    importance=4,
    lines=6,
)
