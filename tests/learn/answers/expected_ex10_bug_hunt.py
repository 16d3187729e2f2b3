"""What the checker may call each wrong answer."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "adamw_by_hand__1": ("decay in the gradient",),
    "adamw_by_hand__2": ("no decay",),
    "adamw_by_hand__3": ("decay without the rate",),
    "adamw_by_hand__4": ("decay in the first average",),
    "adamw_by_hand__5": ("decay divided by the size",),
    "adamw_by_hand__6": ("growth for decay",),
    "adamw_by_hand__7": ("decay twice",),
}
