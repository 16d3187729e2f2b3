"""The mistakes that may be named for each wrong repair in lesson 12, judged by hand."""

EXPECTED = {
    "decode_step__1": ("one too far, from the second piece on", "one too far"),
    "decode_step__2": ("one position for the whole piece",),
    "decode_step__3": ("mask moved to the beginning",),
    "decode_step__4": ("positions begin anew + no mask",),
    "decode_step__5": ("only the new ones stored",),
    "decode_step__6": ("last rows of the table",),
    "decode_step__7": ("positions begin anew",),
}
