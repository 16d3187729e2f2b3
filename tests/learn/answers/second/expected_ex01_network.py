"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "network_forward__1": ("only the term for yes",),
    "network_forward__2": ("W1 transposed",),
    "network_backward__1": ("ReLU slope forgotten",),
    "network_backward__2": ("extra sigmoid slope",),
    "xor_step__1": ("sum for mean",),
    "xor_step__2": ("output weights updated first",),
    "numerical_gradient__1": ("forward difference",),
    "numerical_gradient__2": ("whole numbers moved",),
}
