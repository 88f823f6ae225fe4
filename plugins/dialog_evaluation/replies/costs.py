"""What replies cost, as policies note it: tokens, searches, seconds."""

import math
from collections.abc import Mapping
from typing import Any


def cost_of(notes: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers a policy's notes have."""
    return {
        name: float(value)
        for name, value in notes.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    }
