"""What layers share: joining the specs of their parts."""

from typing import Any

from ..params import Spec


def join_specs(**parts: Any) -> dict[str, Spec]:
    """Return the specs of several layers, each name prefixed by its part: {"c_fc.weight": Spec}."""
    return {f"{part}.{name}": spec for part, layer in parts.items() for name, spec in layer.specs().items()}
