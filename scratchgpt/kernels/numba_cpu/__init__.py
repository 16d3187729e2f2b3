"""The kernels for CPUs: the reference's functions, compiled by Numba, fused and shared among threads.

Read the plain mathematics in `scratchgpt/ops` first. Each file here says which functions of it it
computes, by what idea it does so faster, and what that gained. A function that is not overridden, and an
array that is neither float32 nor float64, is computed by the reference.
"""

from ...ops import REFERENCE, Ops

NUMBA = Ops({**REFERENCE.functions}, "numba")
