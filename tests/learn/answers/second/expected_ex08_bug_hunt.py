"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "norm_steps_backward__1": ("variance path cut",),
    "norm_steps_backward__2": ("two forgotten in the variance",),
    "norm_steps_backward__3": ("rstd squared",),
    "dropped_attention_backward__1": ("mask without scale in dV",),
    "dropped_attention_backward__2": ("dropped weights into softmax",),
}
