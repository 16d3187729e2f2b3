"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "bradley_terry_forward__1": ("overflow",),
    "bradley_terry_forward__2": ("log of the wrong outcome",),
    "bradley_terry_forward__3": ("loss of the mean margin",),
    "bradley_terry_backward__1": ("not averaged",),
    "bradley_terry_backward__2": ("probability of the right outcome",),
    "bradley_terry_backward__3": ("both alike",),
    "dpo_forward__1": ("reference left out",),
    "dpo_forward__2": ("margin cached without beta",),
    "dpo_forward__3": ("divided by beta",),
    "dpo_backward__1": ("beta forgotten",),
    "dpo_backward__2": ("beta in the margin again",),
    "dpo_backward__3": ("signs exchanged",),
}
