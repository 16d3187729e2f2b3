"""What the checker may call each wrong answer."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "norm_steps_backward__1": ("variance path cut",),
    "norm_steps_backward__2": ("mean path cut",),
    "norm_steps_backward__3": ("both paths cut",),
    "norm_steps_backward__4": ("two forgotten in the variance",),
    "norm_steps_backward__5": ("sign of the variance path",),
    "norm_steps_backward__6": ("gain forgotten",),
    "norm_steps_backward__7": ("mean not shared out",),
    "dropped_attention_backward__1": ("weights before dropout in dV",),
    "dropped_attention_backward__2": ("mask without scale in dV",),
    "dropped_attention_backward__3": ("mask of the weights' gradient lost",),
    "dropped_attention_backward__4": ("dropped weights into softmax",),
    "dropped_attention_backward__5": ("not transposed in dV",),
    "dropped_attention_backward__6": ("mask alone in dV",),
}
