"""The GPU backend: the same ops on CuPy's arrays."""

from .availability import BackendUnavailable, check

__all__ = ["BackendUnavailable", "check"]
