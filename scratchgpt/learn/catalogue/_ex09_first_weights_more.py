"""09.6: how else people draw the first weights."""

from ...worked.first_weights import first_weights
from ..exercise import Mistake
from ._ex09_first_weights_kinds import DRAWS, KINDS
from ._unpaired import unpaired

_WHERE = 'if name.endswith(".c_proj.weight"):'
_FACTOR = "std /= math.sqrt(2 * n_layer)"

_COUNT = "How many pieces are added to the stream, and what is the variance of their sum?"
_SQUARE = "What does a factor on a number do to its variance?"
_INTO = "Whose product is added to the stream, and whose stays inside the sub-layer?"

_FACTORS = (
    (
        "one addition per block",
        "The factor counts blocks; each block adds to the stream twice, once behind attention and once behind the MLP.",
        _COUNT,
        "std /= math.sqrt(n_layer)",
    ),
    (
        "no root",
        "The numbers were divided by the count of the additions: that is the factor for variances.",
        _SQUARE,
        "std /= 2 * n_layer",
    ),
    (
        "no root, one addition per block",
        "The numbers were divided by the number of blocks: that is neither the count of the additions nor a factor for "
        "standard deviations.",
        _SQUARE,
        "std /= n_layer",
    ),
    (
        "no factor",
        "All matrices have the same size: the stream of a deep model grows with every block.",
        _COUNT,
        "pass",
    ),
    (
        "factor upside down",
        "The matrices that write into the stream became larger with depth.",
        _COUNT,
        "std *= math.sqrt(2 * n_layer)",
    ),
    (
        "two outside of the root",
        "The two stands outside of the root, or four additions were counted in each block: the factor is too small.",
        _COUNT,
        "std /= 2 * math.sqrt(n_layer)",
    ),
    (
        "two below the line",
        "The two divides the number of blocks, where it should multiply it.",
        "How many additions does one block make, two or a half?",
        "std /= math.sqrt(n_layer / 2)",
    ),
    (
        "root of the two only",
        "The root was taken of the two and not of the number of blocks.",
        _SQUARE,
        "std /= math.sqrt(2) * n_layer",
    ),
    (
        "factor of the block's height, one addition",
        "The factor depends on how high the block stands; it is the same for all blocks.",
        "On what does the task say that the size depends, on the block or on the number of blocks?",
        'std /= math.sqrt(int(name.split(".")[1]) + 1)',
    ),
    (
        "exits 0",
        "The matrices that write into the stream begin at 0; here they are drawn, only smaller.",
        _COUNT,
        "std = 0.0",
    ),
    (
        "fourth root",
        "The root was taken twice.",
        _SQUARE,
        "std /= (2 * n_layer) ** 0.25",
    ),
    (
        "one addition more",
        "One addition was counted too many: what goes into the first block was not added by one.",
        _COUNT,
        "std /= math.sqrt(2 * n_layer + 1)",
    ),
    (
        "one addition fewer",
        "One addition was counted too few: the first block adds as well.",
        _COUNT,
        "std /= math.sqrt(2 * n_layer - 1)",
    ),
    (
        "three additions per block",
        "The factor counts three additions in each block; there is one behind attention and one behind the MLP.",
        _COUNT,
        "std /= math.sqrt(3 * n_layer)",
    ),
    (
        "a factor for two",
        "The factor is that of a single block, however many there are.",
        "Which of the arguments have you not used yet?",
        "std /= math.sqrt(2)",
    ),
    (
        "squared factor on the variance",
        "The factor was squared twice over: the numbers are far too small.",
        _SQUARE,
        "std /= (2 * n_layer) ** 2",
    ),
    (
        "factor of the block's height",
        "The factor depends on how high the block stands; it is the same for all blocks.",
        "On what does the task say that the size depends, on the block or on the number of blocks?",
        'std /= math.sqrt(2 * (int(name.split(".")[1]) + 1))',
    ),
    (
        "exponent of the depth",
        "The factor falls by the same share with every block, as if the stream multiplied: its pieces are added.",
        _COUNT,
        "std /= 2 ** (n_layer / 2)",
    ),
    (
        "a hundredth less",
        "The matrices that write into the stream have the size 0.01, whatever the depth.",
        "Which of the arguments have you not used yet?",
        "std = 0.01",
    ),
)

_WHICH = (
    (
        "attention's map only",
        "Only the map out of the heads got the factor; the MLP writes into the stream too.",
        _INTO,
        'if name.endswith("attn.c_proj.weight"):',
    ),
    (
        "MLP's map only",
        "Only the MLP's second map got the factor; attention writes into the stream too.",
        _INTO,
        'if name.endswith("mlp.c_proj.weight"):',
    ),
    (
        "every matrix of a block",
        "All four matrices of a block got the factor; two of them do not write into the stream.",
        _INTO,
        'if name.startswith("h."):',
    ),
    (
        "every matrix and table",
        "Everything that is drawn got the factor, tables included.",
        _INTO,
        "if n_layer:",
    ),
    (
        "entrances in place of exits",
        "The matrices at the entrance of the sub-layers got the factor, and those at their exit did not.",
        _INTO,
        'if name.endswith(("c_attn.weight", "c_fc.weight")):',
    ),
    (
        "both maps of attention",
        "Both maps of attention got the factor and none of the MLP.",
        _INTO,
        'if ".attn." in name:',
    ),
    (
        "both maps of the MLP",
        "Both maps of the MLP got the factor and none of attention.",
        _INTO,
        'if ".mlp." in name:',
    ),
    (
        "attention's exit and the MLP's entrance",
        "The factor went to the map out of the heads and to the MLP's first map.",
        _INTO,
        'if name.endswith(("attn.c_proj.weight", "c_fc.weight")):',
    ),
    (
        "exits and the MLP's entrance",
        "The MLP's first map got the factor too; what it returns goes on to GELU, not into the stream.",
        _INTO,
        'if name.endswith(("c_proj.weight", "c_fc.weight")):',
    ),
    (
        "exits and attention's entrance",
        "The map to queries, keys and values got the factor too; what it returns is not added to the stream.",
        _INTO,
        'if name.endswith(("c_proj.weight", "c_attn.weight")):',
    ),
    (
        "all but the exits",
        "The factor went to everything that is drawn but the matrices that write into the stream.",
        _INTO,
        'if not name.endswith(".c_proj.weight"):',
    ),
    (
        "tables too",
        "The tables of tokens and positions got the factor too: they make the stream, no block adds them.",
        _INTO,
        'if name.endswith(("c_proj.weight", "wte.weight", "wpe.weight")):',
    ),
    (
        "positions too",
        "The table of positions got the factor too: no block adds it to the stream.",
        _INTO,
        'if name.endswith(("c_proj.weight", "wpe.weight")):',
    ),
)

_ALL = (
    *(Mistake(key, says, asks, edits=((_FACTOR, new),)) for key, says, asks, new in _FACTORS),
    *(Mistake(key, says, asks, edits=((_WHERE, new),)) for key, says, asks, new in _WHICH),
    *(Mistake(key, says, asks, edits=edits) for key, says, asks, edits in (*KINDS, *DRAWS)),
)

MISTAKES = unpaired(
    first_weights,
    _ALL,
    but=("one addition per block", "no root", "MLP's map only", "gains 0", "biases drawn", "variance 0.02"),
)
