"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "one_head_backward__1": ("dQ transposed in its place",),
    "one_head_backward__2": ("queries' gradient used twice",),
}
