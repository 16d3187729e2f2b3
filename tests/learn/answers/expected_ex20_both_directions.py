"""What the checker may call each wrong answer."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "mask_tokens__1": ("always the mask + type of the ids kept", "always the mask"),
    "mask_tokens__2": ("unchanged ones no targets",),
    "mask_tokens__3": ("targets everywhere",),
    "mask_tokens__4": ("new ids as targets",),
    "mask_tokens__5": ("mask and random exchanged",),
    "mask_tokens__6": ("ids overwritten",),
    "mask_tokens__7": ("0 for no target",),
}
