"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "softmax_backward__1": ("diagonal only",),
    "softmax_backward__2": ("axis ignored",),
    "mix_values_backward__1": ("weights not turned in dV",),
    "mix_values_backward__2": ("gradients in the wrong order",),
    "attention_scores_backward__1": ("scale forgotten",),
    "attention_scores_backward__2": ("scale forgotten in dK",),
    "attention_backward__1": ("softmax skipped",),
    "attention_backward__2": ("softmax's diagonal only",),
    "qkv_attention_backward__1": ("packed head by head",),
    "qkv_attention_backward__2": ("split by a reshape alone",),
}
