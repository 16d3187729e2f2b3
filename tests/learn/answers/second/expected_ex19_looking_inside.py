"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "logit_lens__1": ("no norm",),
    "logit_lens__2": ("last layer alone normalised",),
    "logit_lens__3": ("log-softmax applied",),
    "direct_logit_attribution__1": ("each part's own deviation",),
    "direct_logit_attribution__2": ("mean kept",),
    "direct_logit_attribution__3": ("bias times the gain",),
    "induction_score__1": ("earlier occurrence itself",),
    "induction_score__2": ("two behind the earlier occurrence",),
    "induction_score__3": ("last query left out",),
    "linear_probe_step__1": ("gradient summed",),
    "linear_probe_step__2": ("bias not learnt",),
    "linear_probe_step__3": ("loss after the step",),
}
