"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "naive_softmax_forward__1": ("logarithm of an underflowed probability",),
    "naive_softmax_forward__2": ("no maximum in the sum",),
    "naive_softmax_backward__1": ("cache changed",),
    "naive_softmax_backward__2": ("only the expected vector",),
    "negative_sampling_forward__1": ("overflow",),
    "negative_sampling_forward__2": ("draws taken for found",),
    "negative_sampling_backward__1": ("repeated ids overwritten",),
    "negative_sampling_backward__2": ("the probability of the right answer for the draws",),
}
