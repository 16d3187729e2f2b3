"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "tied_model_backward__1": ("lookup's half only",),
    "tied_model_backward__2": ("head at every position",),
}
