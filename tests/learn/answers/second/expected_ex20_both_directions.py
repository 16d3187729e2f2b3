"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "mask_tokens__1": ("unchanged ones no targets",),
    "mask_tokens__2": ("targets of the others",),
    "mask_tokens__3": ("every token replaced",),
}
