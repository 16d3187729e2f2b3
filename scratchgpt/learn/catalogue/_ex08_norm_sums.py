"""08.11: sums along the wrong axis, means for sums, and an axis that got lost."""

_DSTD = "drstd = (d * centred).sum(axis=-1, keepdims=True)"
_DMEAN = "dmean = -dcentred.sum(axis=-1, keepdims=True)"

_EACH = "How many vectors are there, and how many sums have you computed?"
_ALONG = "Along which axis do the numbers of one vector lie?"
_LOST = "Which shape must a number per vector have, to be multiplied with the vectors?"

SUMS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "one sum for the whole array on the variance path",
        "What comes back to rstd is one sum over the whole array; each vector has an rstd of its own.",
        _EACH,
        ((_DSTD, "drstd = (d * centred).sum()"),),
    ),
    (
        "one sum for the whole array on the mean path",
        "What comes back to the mean is one sum over the whole array; each vector has a mean of its own.",
        _EACH,
        ((_DMEAN, "dmean = -dcentred.sum()"),),
    ),
    (
        "one sum for the whole array on both paths",
        "What comes back to mean and rstd are sums over the whole array; each vector has its own.",
        _EACH,
        (
            (_DSTD, "drstd = (d * centred).sum()"),
            (_DMEAN, "dmean = -dcentred.sum()"),
        ),
    ),
    (
        "over the first axis on the variance path",
        "What comes back to rstd was summed along the first axis, over the vectors.",
        _ALONG,
        ((_DSTD, "drstd = (d * centred).sum(axis=0)"),),
    ),
    (
        "over the first axis on the mean path",
        "What comes back to the mean was summed along the first axis, over the vectors.",
        _ALONG,
        ((_DMEAN, "dmean = -dcentred.sum(axis=0)"),),
    ),
    (
        "over the first axis on both paths",
        "What comes back to mean and rstd was summed along the first axis, over the vectors.",
        _ALONG,
        (
            (_DSTD, "drstd = (d * centred).sum(axis=0)"),
            (_DMEAN, "dmean = -dcentred.sum(axis=0)"),
        ),
    ),
    *(
        (
            f"{what} on the {path}",
            f"What comes back to {to} is {said}.",
            asks,
            tuple((old, old.replace(cut, new)) for old in edits),
        )
        for what, said, asks, cut, new in (
            (
                "one mean for the whole array",
                "one mean over the whole array",
                _EACH,
                ".sum(axis=-1, keepdims=True)",
                ".mean() * C",
            ),
            (
                "mean over the first axis",
                "a mean along the first axis",
                _ALONG,
                ".sum(axis=-1, keepdims=True)",
                ".mean(axis=0) * C",
            ),
            (
                "axis lost",
                "without its last axis, so it meets the wrong numbers",
                _LOST,
                ", keepdims=True",
                "",
            ),
        )
        for path, to, edits in (
            ("variance path", "rstd", (_DSTD,)),
            ("mean path", "the mean", (_DMEAN,)),
            ("paths both", "mean and rstd", (_DSTD, _DMEAN)),
        )
    ),
)
