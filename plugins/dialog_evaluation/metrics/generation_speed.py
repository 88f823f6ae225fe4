"""How fast a language model answers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dialog_core import Component
from dialog_core.configuration import Options

PERCENTILES = (5, 50, 95)


class GenerationSpeed(Component[Options]):
    """`seconds_p<n>`, `first_token_seconds_p<n>`, `tokens_per_second_p<n>`, of n = 5, 50 and 95; `tokens` on average.

    A prediction is what a reply cost, under the names a policy's notes have: `seconds`, `first_token_seconds`,
    `tokens_out`; what is not known may be missing. Tokens per second are those of the whole time, the prompt included.
    """

    def compute(self, predictions: Sequence[Mapping[str, float]], references: Sequence[Any]) -> dict[str, float]:
        """Return the figures, without those that are not known. References are not looked at."""
        rates = [one["tokens_out"] / one["seconds"] for one in predictions if _known(one, "tokens_out", "seconds")]
        values = {
            "seconds": [one["seconds"] for one in predictions if _known(one, "seconds")],
            "first_token_seconds": [
                one["first_token_seconds"] for one in predictions if _known(one, "first_token_seconds")
            ],
            "tokens_per_second": rates,
        }
        found = {
            f"{name}_p{percent}": float(np.percentile(each, percent))
            for name, each in values.items()
            if each
            for percent in PERCENTILES
        }
        tokens = [one["tokens_out"] for one in predictions if _known(one, "tokens_out")]
        return {**found, "tokens": sum(tokens) / len(tokens)} if tokens else found


def _known(one: Mapping[str, Any], *names: str) -> bool:
    return all(isinstance(one.get(name), int | float) and one[name] > 0 for name in names)
