"""08.10: what goes wrong where the gradient forks."""

_DH = "dh = dy + dbranch"
_DX = "return dh + dbranch,"

_FORK = "At a sum, which of its two parts gets the gradient of the output?"
WAYS = "In which ways does the sum behind attention act on the output of the block?"

FORKS = (
    (
        "path past the MLP forgotten",
        "The gradient goes through the MLP only, and the path past it is missing: everything below the sum behind attention "
        "is wrong.",
        _FORK,
        ((_DH, "dh = dbranch"),),
    ),
    (
        "path past attention forgotten",
        "The gradient of x has only the part through attention; the path past it is missing. All other gradients are right.",
        _FORK,
        ((_DX, "return dbranch,"),),
    ),
    (
        "path through the MLP forgotten",
        "Below the MLP the gradient is that of the output, as if the MLP did not read the stream.",
        WAYS,
        ((_DH, "dh = dy + 0 * dbranch"),),
    ),
    (
        "path through attention forgotten",
        "The gradient of x has only the part past attention: the one through it is missing.",
        _FORK,
        ((_DX, "return dh,"),),
    ),
    (
        "both paths through forgotten",
        "The gradient of x is that of the output: the parts through attention and MLP are missing.",
        _FORK,
        ((_DH, "dh = dy + 0 * dbranch"), (_DX, "return dh,")),
    ),
    (
        "output's gradient past attention",
        "Past attention goes the gradient of the output, not that of the sum behind attention: the MLP's part is missing in it.",
        WAYS,
        ((_DX, "return dy + dbranch,"),),
    ),
    (
        "output's gradient into attention",
        "Attention got the gradient of the output, not that of the sum that it was added to: the MLP's part is missing in it.",
        WAYS,
        (("dh[:, None]", "dy[:, None]"),),
    ),
    (
        "axis of heads forgotten",
        "Attention got arrays without their axis of heads: where those have four axes, these have three.",
        "Which axes does the task say that attention's arrays have?",
        (("dh[:, None]", "dh"), ("(dq + dk + dv)[:, 0]", "(dq + dk + dv)")),
    ),
    (
        "MLP's part into attention, output's past it",
        "Attention got the MLP's part alone, and the path past both the output's gradient alone.",
        WAYS,
        ((_DH, "dh = dbranch"), (_DX, "return dy + dbranch,")),
    ),
    (
        "output's gradient counted again",
        "The gradient of the output was added a second time at the bottom; the sum behind attention had it already.",
        "Along how many paths without any sub-layer does x reach the output?",
        ((_DX, "return dy + dh + dbranch,"),),
    ),
    (
        "gradient shared out",
        "At the sums the gradient was halved between the two parts.",
        _FORK,
        ((_DH, "dh = (dy + dbranch) / 2"), (_DX, "return (dh + dbranch) / 2,")),
    ),
    (
        "branch subtracted",
        "What comes back through the MLP was subtracted from the path past it.",
        "With which sign was the branch added in the forward pass?",
        ((_DH, "dh = dy - dbranch"),),
    ),
    (
        "both branches subtracted",
        "What comes back through the sub-layers was subtracted from the paths past them.",
        "With which sign were the branches added in the forward pass?",
        ((_DH, "dh = dy - dbranch"), (_DX, "return dh - dbranch,")),
    ),
    (
        "lower branch subtracted",
        "What comes back through attention was subtracted from the path past it.",
        "With which sign was the branch added in the forward pass?",
        ((_DX, "return dh - dbranch,"),),
    ),
)
