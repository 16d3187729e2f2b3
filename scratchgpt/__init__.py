"""GPT in NumPy, with every gradient derived, written and checked by hand.

Importing the package loads nothing else: not NumPy (so that a command line can still choose the number
of threads, which its libraries read when they load), nor Numba, CuPy or Matplotlib.
"""

from . import threads as _threads

_threads.set_defaults()

__version__ = "0.1.0"
