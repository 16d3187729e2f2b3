"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "momentum_step__1": ("old average takes the step",),
    "momentum_step__2": ("shares exchanged",),
    "rmsprop_step__1": ("no root",),
    "rmsprop_step__2": ("eps inside the root",),
    "adam_step__1": ("corrected averages handed on",),
    "adam_step__2": ("squares not corrected",),
    "adam_step__3": ("step counted one too far",),
    "adamw_step__1": ("nothing written",),
    "adamw_step__2": ("growth for decay",),
    "adamw_step__3": ("corrected averages handed on",),
    "warmup_cosine__1": ("falls as if there were no warm-up",),
    "warmup_cosine__2": ("rises again",),
    "warmup_cosine__3": ("rise from the lowest rate",),
    "clip_by_global_norm__1": ("norms summed",),
    "clip_by_global_norm__2": ("0 as a limit",),
    "clip_by_global_norm__3": ("norm after clipping",),
    "same_twice__1": ("tolerance",),
    "same_twice__2": ("first result not kept",),
    "same_twice__3": ("arguments not looked at",),
}
