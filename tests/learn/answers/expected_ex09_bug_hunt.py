"""What the checker may call each wrong answer."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "tied_model_backward__1": ("lookup's half only",),
    "tied_model_backward__2": ("head at every position",),
    "tied_model_backward__3": ("repeated ids overwritten",),
    "tied_model_backward__4": ("lookup's half only",),
    "tied_model_backward__5": ("gradient of the states at the head",),
    "tied_model_backward__6": ("averaged halves",),
    "tied_model_backward__7": ("repeated ids overwritten",),
    "tied_model_backward__8": ("begun with the table",),
    "tied_model_backward__9": ("half doubled",),
}
