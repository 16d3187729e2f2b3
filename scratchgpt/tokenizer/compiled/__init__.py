"""The same ids and the same merges by compiled loops, for long texts.

Reading order: scanning (GPT-2's pattern), merging, encoding; counting, columns, best_pair, learning. The
plain way beside this folder stays the reference; it also serves where Numba is missing, and for all short
texts: importing Numba and loading the kernels takes 0.4 s, in which the plain way encodes 2 MB; where
Numba is loaded already, as in training, 0.06 s.
"""

import functools

LONG = 1 << 19  # characters, of all texts so far, from which the kernels encode, or count words
MANY = 1 << 16  # bytes of distinct words from which they learn; half a megabyte of English has as many


@functools.cache
def works() -> bool:
    """Whether the kernels can be imported here. Where they cannot, the plain way is taken without a word."""
    try:
        from . import counting, encoding, learning  # noqa: F401
    except Exception:  # what a broken compiler or an unknown platform raises has many types
        return False
    return True
