"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "tied_head_forward__1": ("scaled",),
    "tied_head_forward__2": ("softmax applied",),
    "tied_head_backward__1": ("dweight transposed",),
    "tied_head_backward__2": ("dweight averaged",),
    "tied_table_gradient__1": ("repeated ids overwritten",),
    "tied_table_gradient__2": ("averaged halves",),
    "gpt_parameters__1": ("biases forgotten",),
    "gpt_parameters__2": ("last norm forgotten",),
    "first_weights__1": ("one addition per block",),
    "first_weights__2": ("attention's map only",),
    "first_weights__3": ("no root",),
}
