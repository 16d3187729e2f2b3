"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "apply_temperature__1": ("multiplied",),
    "apply_temperature__2": ("softmax (powers)",),
    "apply_temperature__3": ("shifted (maximum)",),
    "top_k__1": ("all equals stay",),
    "top_k__2": ("not the lowest ids among equals (turned)",),
    "top_k__3": ("nothing stays for k = 0",),
    "top_p__1": ("crossing token cut off (at most p or first)",),
    "top_p__2": ("each token by itself (at least p or likeliest)",),
    "top_p__3": ("mask not put back (reached)",),
    "cached_attention_step__1": ("does not see itself (itself at the beginning)",),
    "cached_attention_step__2": ("new position in front",),
    "cached_attention_step__3": ("scale forgotten",),
}
