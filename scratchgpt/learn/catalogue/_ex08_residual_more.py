"""08.10: the mistakes of a block's backward pass."""

from ...worked.residual_block import residual_block_backward
from ..exercise import Mistake
from ._ex08_residual_forks import FORKS, WAYS
from ._unpaired import unpaired

_DOWN = "da, dw_down, _ = linear_backward(dy, cache.down)"
_UP = "dn, dw_up, _ = linear_backward(gelu_backward(da, cache.gelu), cache.up)"
_NORM_2 = "dbranch, dgain_2 = rmsnorm_backward(dn, cache.norm_2)"
_DH = "dh = dy + dbranch"
_ATTEND = "dq, dk, dv = attention_backward(dh[:, None], cache.attention)"
_NORM_1 = "dbranch, dgain_1 = rmsnorm_backward((dq + dk + dv)[:, 0], cache.norm_1)"
_SUM = "(dq + dk + dv)"
_DX = "return dh + dbranch,"
_REST = "dgain_1, dgain_2, dw_up, dw_down"

_STEPS = "Which step of the forward pass has no mirror in your backward pass?"
_ORDER = "Which step of the forward pass came last, and which gradient is known first?"
_THREE = "In how many ways does a normalised vector act on what attention returns?"
_WHICH = "Which norm belongs to which sub-layer?"
_FIVE = "In which order were the five gradients asked for?"

_NORMS = (
    (
        "upper norm skipped",
        "What comes back through the MLP was added without having passed its norm: the gradient of that gain is right.",
        _STEPS,
        ((_DH, "dh = dy + dn"),),
    ),
    (
        "lower norm skipped",
        "What comes back through attention was added without having passed its norm: the gradient of that gain is right.",
        _STEPS,
        ((_DX, f"return dh + {_SUM}[:, 0],"),),
    ),
    (
        "both norms skipped",
        "What comes back through the sub-layers was added without having passed their norms.",
        _STEPS,
        ((_DH, "dh = dy + dn"), (_DX, f"return dh + {_SUM}[:, 0],")),
    ),
    (
        "norms exchanged",
        "Each sub-layer's gradient went through the other one's norm.",
        _WHICH,
        ((_NORM_2, _NORM_2.replace("norm_2)", "norm_1)")), (_NORM_1, _NORM_1.replace("norm_1)", "norm_2)"))),
    ),
    (
        "lower norm twice",
        "Both gradients went through the norm in front of attention.",
        _WHICH,
        ((_NORM_2, _NORM_2.replace("norm_2)", "norm_1)")),),
    ),
    (
        "upper norm twice",
        "Both gradients went through the norm in front of the MLP.",
        _WHICH,
        ((_NORM_1, _NORM_1.replace("norm_1)", "norm_2)")),),
    ),
    (
        "sum through the upper norm",
        "The path past the MLP went through its norm too, as in a block that normalises the sum.",
        "What did the forward pass add to, the stream or the normalised stream?",
        ((_NORM_2, _NORM_2.replace("(dn,", "(dy + dn,")), (_DH, "dh = dbranch")),
    ),
    (
        "sum through the lower norm",
        "The path past attention went through its norm too, as in a block that normalises the sum.",
        "What did the forward pass add to, the stream or the normalised stream?",
        ((_NORM_1, _NORM_1.replace(f"({_SUM}[:, 0]", f"(dh + {_SUM}[:, 0]")), (_DX, "return dbranch,")),
    ),
    (
        "both sums through the norms",
        "The paths past the sub-layers went through the norms too, as in a block that normalises the sums.",
        "What did the forward pass add to, the stream or the normalised stream?",
        (
            (_NORM_2, _NORM_2.replace("(dn,", "(dy + dn,")),
            (_DH, "dh = dbranch"),
            (_NORM_1, _NORM_1.replace(f"({_SUM}[:, 0]", f"(dh + {_SUM}[:, 0]")),
            (_DX, "return dbranch,"),
        ),
    ),
    (
        "upper norm below the sum",
        "The upper norm took in the whole sum of both paths and the path past it was added again.",
        "What did the norm of the MLP read in the forward pass, and who else read the same?",
        ((_NORM_2, _NORM_2.replace("(dn,", "(dy + dn,")),),
    ),
    (
        "lower norm below the sum",
        "The lower norm took in the whole sum of both paths and the path past it was added again.",
        "What did the norm of attention read in the forward pass, and who else read the same?",
        ((_NORM_1, _NORM_1.replace(f"({_SUM}[:, 0]", f"(dh + {_SUM}[:, 0]")),),
    ),
)

_INSIDE = (
    (
        "GELU skipped",
        "The gradient went from one matrix of the MLP to the other without passing GELU.",
        _STEPS,
        ((_UP, "dn, dw_up, _ = linear_backward(da, cache.up)"),),
    ),
    (
        "GELU twice",
        "The gradient passed GELU twice on its way through the MLP.",
        "How often does the forward pass bend a number?",
        ((_UP, _UP.replace("gelu_backward(da", "gelu_backward(gelu_backward(da, cache.gelu)")),),
    ),
    (
        "GELU behind its matrix",
        "GELU came after the first matrix on the way back, but it stands between the two.",
        "What does the first matrix hand its result to in the forward pass?",
        ((_UP, "dn, dw_up, _ = linear_backward(da, cache.up)\n    dn = gelu_backward(dn, cache.gelu)"),),
    ),
    (
        "matrices of the MLP exchanged",
        "The gradient met the MLP's first matrix before the second.",
        _ORDER,
        ((_DOWN, _DOWN.replace("cache.down", "cache.up")), (_UP, _UP.replace("cache.up", "cache.down"))),
    ),
    (
        "queries only",
        "Only the queries' gradient was taken, but the vector was key and value as well.",
        _THREE,
        ((_SUM, "dq"),),
    ),
    (
        "keys only",
        "Only the keys' gradient was taken, but the vector was query and value too.",
        _THREE,
        ((_SUM, "dk"),),
    ),
    (
        "values only",
        "Only the values' gradient was taken, but the vector was query and key as well.",
        _THREE,
        ((_SUM, "dv"),),
    ),
    ("values forgotten", "The values' gradient is missing in the sum.", _THREE, ((_SUM, "(dq + dk)"),)),
    ("keys forgotten", "The keys' gradient is missing in the sum.", _THREE, ((_SUM, "(dq + dv)"),)),
    ("queries forgotten", "The queries' gradient is missing in the sum.", _THREE, ((_SUM, "(dk + dv)"),)),
    (
        "three parts averaged",
        "The gradients of query, key and value were averaged; all three count in full.",
        "What does the chain rule do with several paths, add them or average them?",
        ((_SUM, "((dq + dk + dv) / 3)"),),
    ),
    (
        "attention skipped",
        "The lower norm got the gradient of the sum itself: nothing has passed through attention.",
        _STEPS,
        ((_NORM_1, "dbranch, dgain_1 = rmsnorm_backward(dh, cache.norm_1)"),),
    ),
    (
        "attention first",
        "The way back begins with attention and ends with the MLP, in the order of the forward pass.",
        _ORDER,
        (
            (f"    {_DOWN}\n    {_UP}\n    {_NORM_2}\n", ""),
            (f"    {_DH}  # (B, T, C)\n", ""),
            ("dh[:, None]", "dy[:, None]"),
            (
                _DX,
                f"dh = dy + dbranch\n    {_DOWN.replace('dy,', 'dh,')}\n    {_UP}\n    {_NORM_2}\n    {_DX}",
            ),
        ),
    ),
    (
        "branch alone into attention",
        "Attention got the MLP's part alone: the path past the MLP does not reach it.",
        WAYS,
        (("dh[:, None]", "dbranch[:, None]"),),
    ),
)

_RESULTS = (
    (
        "gains exchanged",
        "The gradients of the two gains stand in each other's place.",
        "dgain_2, dgain_1, dw_up, dw_down",
    ),
    (
        "matrices exchanged",
        "The gradients of the two matrices stand in each other's place.",
        "dgain_1, dgain_2, dw_down, dw_up",
    ),
    (
        "gains and matrices exchanged",
        "The matrices' gradients come before the gains'.",
        "dw_up, dw_down, dgain_1, dgain_2",
    ),
    (
        "way back's order",
        "The gradients stand in the order in which they were found.",
        "dgain_2, dgain_1, dw_down, dw_up",
    ),
    (
        "matrices transposed",
        "The gradients of the matrices came out transposed.",
        "dgain_1, dgain_2, dw_up.T, dw_down.T",
    ),
    (
        "dw_up transposed",
        "The gradient of the first matrix came out transposed.",
        "dgain_1, dgain_2, dw_up.T, dw_down",
    ),
    (
        "dw_down transposed",
        "The gradient of the second matrix came out transposed.",
        "dgain_1, dgain_2, dw_up, dw_down.T",
    ),
)

_ALL = (
    *(Mistake(key, says, asks, edits=edits) for key, says, asks, edits in (*FORKS, *_NORMS, *_INSIDE)),
    *(Mistake(key, says, _FIVE, edits=((f"{_DX} {_REST}", f"{_DX} {new}"),)) for key, says, new in _RESULTS),
    Mistake(
        "dx alone",
        "Only the gradient of x came back, those of gains and matrices are missing.",
        _FIVE,
        edits=((f"{_DX} {_REST}", "return dh + dbranch"),),
    ),
)

MISTAKES = unpaired(
    residual_block_backward,
    _ALL,
    but=("path past the MLP forgotten", "path past attention forgotten", "GELU skipped", "values forgotten"),
)
