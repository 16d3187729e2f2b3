"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "adamw_by_hand__1": ("decay without the rate",),
    "adamw_by_hand__2": ("decay in the first average",),
    "adamw_by_hand__3": ("decay divided by the size",),
}
