"""What the checker may call each wrong answer."""

EXPECTED = {
    "one_head_backward__1": ("dQ transposed in its place",),
    "one_head_backward__2": ("keys in place of queries",),
    "one_head_backward__3": ("scale taken away",),
    "one_head_backward__4": ("dQ transposed too",),
    "one_head_backward__5": ("old dK left in dx",),
    "one_head_backward__6": ("dK not transposed + dV transposed",),
    "one_head_backward__7": ("dK not transposed",),
    "one_head_backward__8": ("table made symmetric (half)", "table made symmetric (added)"),
    "one_head_backward__9": ("softmax along the queries for the keys (turned)",),
}
