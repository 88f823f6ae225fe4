"""How likely a language model finds what people said."""

import math
from collections.abc import Sequence

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_core.interfaces import Likelihood
from dialog_evaluation.metrics.paired import check_pairs


class Perplexity(Component[Options]):
    """`perplexity` and `bits_per_byte`; less is better.

    A prediction is a `Likelihood`, its reference the text it is of. Every token counts the same, whichever text it is
    in. A token is something else to each tokenizer, a byte (of UTF-8) is not: bits per byte compare different models.
    """

    def compute(self, predictions: Sequence[Likelihood], references: Sequence[str]) -> dict[str, float]:
        """Return the figures; none where there is nothing to measure."""
        check_pairs(predictions, references)
        log_probability = sum(one.log_probability for one in predictions)
        tokens = sum(one.tokens for one in predictions)
        size = sum(len(text.encode("utf-8", "replace")) for text in references)
        if not tokens:
            return {}
        found = {"perplexity": perplexity(-log_probability / tokens)}
        return {**found, "bits_per_byte": -log_probability / math.log(2) / size} if size else found


def perplexity(nats_per_token: float) -> float:
    """Return the perplexity; infinite where it is beyond what a number can hold."""
    try:
        return math.exp(nats_per_token)
    except OverflowError:
        return math.inf
