"""A linear model of what an emergency sounds like: each term of a text has a weight, and the weights add up.

score = 1 / (1 + exp(-(b + sum over blocks of (sum of weights of the block's terms) / sqrt(number of its terms))))

The intercept `b` is moved after training so that .5 is the threshold chosen by cross-validation. Weights are whole
numbers in the file, to be divided by `scale`; those near zero are left out of it. `benchmarks/_emergency_training.py`
writes it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, sqrt
from pathlib import Path

from dialog_guards.emergencies.features import terms
from dialog_guards.emergencies.kinds import KINDS, Kind
from dialog_guards.emergencies.lexicon import chinese_words
from dialog_guards.emergencies.spelling import Spelling

TOLD = 3  # terms that are named as the reason


@dataclass(frozen=True, slots=True)
class Scored:
    """What the model makes of a text.

    Attributes:
        odds: The logarithm of the odds that it is an emergency.
        kind: Which kind it is, if it is one.
        because: The terms that speak most for it.
    """

    odds: float
    kind: Kind
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """The weights of one language.

    Attributes:
        intercept: What is added to every sum.
        blocks: How much each of the three kinds of terms counts.
        weights: Of each term.
        kinds: Of some terms, what they say about the kind, in the order of `KINDS`.
        kind_intercepts: What is added to the sums of the kinds.
        spelling: Corrects what is misspelt.
    """

    intercept: float
    blocks: tuple[float, ...]
    weights: Mapping[str, float]
    kinds: Mapping[str, tuple[float, ...]]
    kind_intercepts: tuple[float, ...]
    spelling: Spelling

    def score(self, text: str) -> Scored:
        """Score a folded text."""
        odds, by_kind, shares = self.intercept, list(self.kind_intercepts), []
        for block, found in zip(self.blocks, terms(text, self.spelling), strict=True):
            if not found:
                continue
            factor = block / sqrt(len(found))
            for term in found:
                weight = self.weights.get(term)
                if weight is not None:
                    odds += factor * weight
                    if weight > 0:
                        shares.append((round(factor * weight, 6), term))
                kinds = self.kinds.get(term)
                if kinds is not None:
                    for number, value in enumerate(kinds):
                        by_kind[number] += factor * value
        kind = KINDS[max(range(len(KINDS)), key=by_kind.__getitem__)]
        shares.sort(key=lambda share: (-share[0], share[1]))
        # Rounded, since sets come in another order in another process, and sums then differ in their last digits.
        return Scored(round(odds, 6), kind, tuple(_shown(term) for _, term in shares[:TOLD]))


def probability(odds: float) -> float:
    """Return what the logarithm of odds is as a number from 0 to 1."""
    return 1 / (1 + exp(-max(min(odds, 30.0), -30.0)))


def _shown(term: str) -> str:
    return term.strip("~_#<> ") or term


def read(file: Path) -> Model:
    """Read a model."""
    data = json.loads(file.read_text(encoding="utf-8"))
    scale = data["scale"]
    return Model(
        intercept=data["intercept"],
        blocks=tuple(data["blocks"]),
        weights={term: weight / scale for term, weight in data["weights"].items()},
        kinds={term: tuple(value / scale for value in values) for term, values in data["kinds"].items()},
        kind_intercepts=tuple(data["kind_intercepts"]),
        spelling=Spelling(data["known"].split(), chinese_words()),
    )


@cache
def of(language: str) -> Model:
    """Return the model of a language: `en` or `zh`."""
    return read(Path(__file__).with_name(f"model.{language}.json"))
