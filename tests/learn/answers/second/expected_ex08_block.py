"""What the checker may call each wrong answer; each name was read beside the answer and found true."""

EXPECTED: dict[str, tuple[str, ...]] = {
    "layernorm_forward__1": ("eps outside the root",),
    "layernorm_forward__2": ("over the first axis",),
    "layernorm_backward__1": ("mean path cut + variance path cut",),
    "layernorm_backward__2": ("variance path cut",),
    "gelu_forward__1": ("factor on one term",),
    "gelu_forward__2": ("half forgotten",),
    "gelu_backward__1": ("first term only",),
    "gelu_backward__2": ("slope of the cube without its 3",),
    "linear_backward__1": ("dbias over the first axis only",),
    "linear_backward__2": ("dweight averaged over the rows + dbias averaged over the rows",),
    "rmsnorm_forward__1": ("deviation for the root mean square",),
    "rmsnorm_forward__2": ("length for the root mean square",),
    "rmsnorm_backward__1": ("root mean square taken as a constant",),
    "rmsnorm_backward__2": ("gain forgotten",),
}
