"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "softmax__1": ("no maximum subtracted",),
    "softmax__2": ("one maximum for all",),
    "log_softmax__1": ("logarithm of an underflowed probability",),
    "log_softmax__2": ("maximum not added again",),
    "cross_entropy_forward__1": ("ignored places in the average",),
    "cross_entropy_forward__2": ("nothing counts",),
    "cross_entropy_backward__1": ("dloss forgotten",),
    "cross_entropy_backward__2": ("1 subtracted from whole columns",),
    "perplexity__1": ("mean of the inverse probabilities",),
    "perplexity__2": ("underflowed product",),
}
