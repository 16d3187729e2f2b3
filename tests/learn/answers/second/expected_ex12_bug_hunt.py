"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "decode_step__1": ("single tokens only",),
    "decode_step__2": (),
    "decode_step__3": ("no mask",),
}
