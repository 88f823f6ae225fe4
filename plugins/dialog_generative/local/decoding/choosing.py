"""The next token of each row: the most likely one, or one by chance.

Imports torch and transformers: import it late.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import (
    LogitsProcessorList,
    MinPLogitsWarper,
    NoRepeatNGramLogitsProcessor,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from dialog_generative.local.options import Decoding

_GOLDEN = 0x9E3779B97F4A7C15  # spreads the seeds of the completions of one job (Steele et al. 2014, SplitMix)


class Rule:
    """How the tokens of one row are chosen.

    Args:
        decoding: The options.
        seed: For everything random; rows with other numbers draw independently of each other.
        number: Which completion of its job the row is.
        ends: The tokens that end a completion.
        device: Where the model is.
    """

    def __init__(self, decoding: Decoding, seed: int, number: int, ends: Sequence[int], device: torch.device) -> None:
        self.least = decoding.min_tokens
        self.ends = list(ends)
        self.history = LogitsProcessorList()
        if decoding.repetition_penalty != 1:
            self.history.append(RepetitionPenaltyLogitsProcessor(decoding.repetition_penalty))
        if decoding.no_repeat_ngram:
            self.history.append(NoRepeatNGramLogitsProcessor(decoding.no_repeat_ngram))
        self.chance: tuple[float, int, float, float] | None = None
        self.generator: torch.Generator | None = None
        if decoding.strategy == "sample":
            self.chance = (decoding.temperature, decoding.top_k, decoding.top_p, decoding.min_p)
            self.generator = torch.Generator(device).manual_seed((seed + number * _GOLDEN) % 2**63)


def choose(
    rules: Sequence[Rule], ids: Sequence[Sequence[int]], written: Sequence[int], logits: torch.Tensor
) -> list[tuple[int, float]]:
    """Return the next token of each row, and the logarithm of its probability under the model itself.

    Args:
        rules: How to choose, of each row.
        ids: What each row has so far, the chat included.
        written: How many of these tokens are the completion.
        logits: What the model says of each row's next token.
    """
    raw = logits.float()
    scores = raw
    if any(rule.history or length < rule.least for rule, length in zip(rules, written, strict=True)):
        scores = raw.clone()
        for row, (rule, so_far, length) in enumerate(zip(rules, ids, written, strict=True)):
            if rule.history:
                read = torch.tensor([so_far], device=raw.device)
                scores[row] = rule.history(read, scores[row : row + 1])[0]  # type: ignore[arg-type]
            if length < rule.least:
                scores[row, rule.ends] = -torch.inf
    chosen = scores.argmax(-1)
    alike: dict[tuple[float, int, float, float], list[int]] = {}
    for row, rule in enumerate(rules):
        if rule.chance is not None:
            alike.setdefault(rule.chance, []).append(row)
    for chance, rows in alike.items():
        drawn = _draw(scores[rows], chance, [rules[row].generator for row in rows])
        chosen[rows] = drawn
    likely = raw.gather(1, chosen[:, None])[:, 0] - raw.logsumexp(-1)
    tokens, values = torch.stack([chosen.double(), likely.double()]).tolist()  # one way from the device for both
    return [(int(token), value) for token, value in zip(tokens, values, strict=True)]


def _draw(scores: torch.Tensor, chance: tuple[float, int, float, float], generators: Sequence[Any]) -> torch.Tensor:
    temperature, top_k, top_p, min_p = chance
    warpers = LogitsProcessorList()
    if temperature != 1:
        warpers.append(TemperatureLogitsWarper(temperature))
    if top_k:
        warpers.append(TopKLogitsWarper(top_k))
    if top_p < 1:
        warpers.append(TopPLogitsWarper(top_p))
    if min_p:
        warpers.append(MinPLogitsWarper(min_p))
    probabilities = warpers(None, scores).softmax(-1)  # type: ignore[arg-type]
    # The largest of p / e, e exponential, is token i with probability p_i. Each row draws from its own generator, so
    # that what it says does not depend on who else is answered.
    noise = torch.stack(
        [
            torch.empty_like(row).exponential_(generator=generator)
            for row, generator in zip(probabilities, generators, strict=True)
        ]
    )
    return (probabilities / noise).argmax(-1)
