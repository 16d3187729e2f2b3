"""What the checker may call each wrong answer."""

EXPECTED = {
    "network_forward__1": ("W1 transposed",),
    "network_forward__2": ("sigmoid in the hidden layer",),
    "network_forward__3": ("only the term for yes",),
    "network_forward__4": ("base 2",),
    "network_forward__5": ("the sums kept after ReLU",),
    "network_forward__6": ("ReLU on the output",),
    "network_forward__7": ("squared error",),
    "network_backward__1": ("extra sigmoid slope",),
    "network_backward__2": ("ReLU slope forgotten",),
    "network_backward__3": ("sign",),
    "network_backward__4": ("dW1 transposed",),
    "network_backward__5": ("dloss forgotten for the hidden layer",),
    "network_backward__6": ("slope 1 at 0",),
    "network_backward__7": ("sums before ReLU for the output weights",),
    "xor_step__1": ("sum for mean",),
    "xor_step__2": ("output weights updated first",),
    "xor_step__3": ("uphill",),
    "xor_step__4": ("old parameters changed",),
    "xor_step__5": ("biases averaged again",),
    "xor_step__6": ("loss after the step",),
    "xor_step__7": ("extra sigmoid slope",),
    "xor_step__8": ("sum for mean + ReLU slope forgotten",),
    "numerical_gradient__1": ("forward difference",),
    "numerical_gradient__2": ("divided by one step",),
    "numerical_gradient__3": ("not put back",),
    "numerical_gradient__4": ("whole numbers moved",),
    "numerical_gradient__5": ("all entries moved together",),
    "numerical_gradient__6": ("rows moved together",),
    "numerical_gradient__7": (
        "x flattened and put back by steps, when of floats",
        "x put back by steps, when of floats",
    ),
    "numerical_gradient__8": ("flattened",),
}

NOT_WRONG: dict[str, str] = {}
