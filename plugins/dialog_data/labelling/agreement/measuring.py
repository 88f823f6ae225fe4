"""From what annotators have said to the figures of how far they agree."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from dialog_core.datasets import EntitySpan
from dialog_data.labelling.agreement.coefficients import (
    Figure,
    Floats,
    LabelCounts,
    PairCounts,
    figure,
    texts_needed,
)
from dialog_data.labelling.agreement.gathering import Judged, Spans

WANTED = 0.05  # how wide an interval may be, to either side
EXAMPLES = 3  # of each confusion


@dataclass(frozen=True, slots=True)
class Pair:
    """How far two annotators agree.

    Attributes:
        one: Who.
        other: And who.
        texts: How many texts both have labelled.
        observed: The share of them with the same label.
        kappa: Cohen's kappa.
    """

    one: str
    other: str
    texts: int
    observed: Figure
    kappa: Figure


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two labels that annotators give to the same texts.

    Attributes:
        labels: The labels.
        count: How many pairs of annotators differ so, over all texts.
        examples: Texts, and who says what of them.
    """

    labels: tuple[str, str]
    count: int
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OnLabels:
    """Agreement on labels.

    Attributes:
        texts: How many texts two or more have labelled.
        observed: The share of pairs that agree.
        alpha: Krippendorff's alpha, nominal.
        needed: How many texts more it takes until alpha is known to within `WANTED`.
        pairs: How far each two agree.
        labels: Of each label how likely another gives it, too, and how often it was given.
        confusions: Which labels are taken for each other, the most frequent first.
    """

    texts: int
    observed: Figure
    alpha: Figure
    needed: int
    pairs: tuple[Pair, ...]
    labels: tuple[tuple[str, float, int], ...]
    confusions: tuple[Confusion, ...]


@dataclass(frozen=True, slots=True)
class OnEntities:
    """Agreement on entities: F1 of one annotator's against another's (Hripcsak & Rothschild 2005).

    Attributes:
        texts: How many texts two or more have marked.
        exact: Where an entity has to begin, end and be called the same.
        touching: Where it is enough that two of the same name share a character.
        kinds: The exact figure of each kind, and how often it was marked.
        differences: What is marked differently most often: `city / no entity`, with examples.
    """

    texts: int
    exact: Figure
    touching: float
    kinds: tuple[tuple[str, float, int], ...]
    differences: tuple[Confusion, ...]


@dataclass(frozen=True, slots=True)
class WithSelf:
    """How far an annotator agrees with what they said before.

    Attributes:
        annotator: Who.
        texts: How many texts they have labelled twice.
        same: The share with the same label; None: no labels.
        entities: F1 of the entities; None: none were marked.
    """

    annotator: str
    texts: int
    same: float | None
    entities: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far people agree.

    Attributes:
        annotators: Who has labelled how many texts.
        labels: Agreement on labels; None: no text has two.
        entities: Agreement on entities; None: nobody has marked any in a text two have marked.
        selves: How far each agrees with themselves.
    """

    annotators: dict[str, int] = field(default_factory=dict)
    labels: OnLabels | None = None
    entities: OnEntities | None = None
    selves: tuple[WithSelf, ...] = ()


def measure(judged: Sequence[Judged], seed: int) -> Agreement:
    """Return how far those who have labelled texts agree; of each one's opinions the last one counts."""
    counts = Counter(name for one in judged for name, said in one.by.items() if said.labels or said.entities)
    return Agreement(
        dict(sorted(counts.items())), _on_labels(judged, seed), _on_entities(judged, seed), _selves(judged)
    )


# --- Labels -----------------------------------------------------------------------------------------------------------


def _on_labels(judged: Sequence[Judged], seed: int) -> OnLabels | None:
    said = [
        (one.text, {name: opinions.labels[-1] for name, opinions in one.by.items() if opinions.labels})
        for one in judged
    ]
    shared = [(text, labels) for text, labels in said if len(labels) > 1]
    if not shared:
        return None
    counts = LabelCounts([list(labels.values()) for _, labels in shared])
    alpha = figure(counts.alpha, len(shared), seed)
    each = sorted(counts.of_each_label(), key=lambda one: (one[1], -one[2]))
    return OnLabels(
        len(shared),
        figure(counts.observed, len(shared), seed),
        alpha,
        texts_needed(len(shared), alpha.halfwidth, WANTED),
        tuple(_pairs(shared, seed)),
        tuple(each),
        _confusions(shared),
    )


def _pairs(shared: Sequence[tuple[str, dict[str, str]]], seed: int) -> Iterator[Pair]:
    names = sorted({name for _, labels in shared for name in labels})
    for one, other in combinations(names, 2):
        both = [(labels[one], labels[other]) for _, labels in shared if one in labels and other in labels]
        if both:
            observed = LabelCounts(both).observed
            kappa = PairCounts(both).kappa
            yield Pair(one, other, len(both), figure(observed, len(both), seed), figure(kappa, len(both), seed))


def _confusions(shared: Sequence[tuple[str, dict[str, str]]]) -> tuple[Confusion, ...]:
    found = []
    for text, labels in shared:
        for (one, first), (other, second) in combinations(sorted(labels.items()), 2):
            if first != second:
                found.append((tuple(sorted((first, second))), text, f"{one}: {first}, {other}: {second}"))
    return _most_frequent(found)


def _most_frequent(found: Sequence[tuple[Any, str, str]]) -> tuple[Confusion, ...]:
    examples: dict[tuple[str, str], dict[str, str]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for labels, text, told in found:
        counts[labels] += 1
        shown = examples.setdefault(labels, {})
        if len(shown) < EXAMPLES:
            shown.setdefault(text, told)
    return tuple(Confusion(labels, count, tuple(examples[labels].items())) for labels, count in counts.most_common())


# --- Entities ---------------------------------------------------------------------------------------------------------


def _on_entities(judged: Sequence[Judged], seed: int) -> OnEntities | None:
    pairs = [
        (row, one.text, (name, first), (other, second))
        for row, one in enumerate(judged)
        for (name, first), (other, second) in combinations(sorted(_marked(one).items()), 2)
    ]
    marked = sum(len(first) + len(second) for _, _, (_, first), (_, second) in pairs)
    if not marked:
        return None
    rows = sorted({row for row, *_ in pairs})
    place = {row: number for number, row in enumerate(rows)}
    common, total = np.zeros(len(rows)), np.zeros(len(rows))
    kinds_common: Counter[str] = Counter()
    kinds_total: Counter[str] = Counter()
    touching = 0
    differences: list[tuple[Any, str, str]] = []
    for row, text, (name, first), (other, second) in pairs:
        one, two = set(map(_exactly, first)), set(map(_exactly, second))
        common[place[row]] += len(one & two)
        total[place[row]] += len(first) + len(second)
        kinds_common.update(kind for _, _, kind in one & two)
        kinds_total.update(span.entity for span in (*first, *second))
        touching += sum(any(map(span_touches, [span] * len(second), second)) for span in first)
        touching += sum(any(map(span_touches, [span] * len(first), first)) for span in second)
        differences += _differences(text, name, first, other, second)

    def f1(weights: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(2 * (weights @ common) / (weights @ total))

    kinds = [(kind, 2 * kinds_common[kind] / count, count) for kind, count in kinds_total.items()]
    kinds.sort(key=lambda one: (one[1], -one[2]))
    exact = figure(f1, len(rows), seed)
    return OnEntities(len(rows), exact, touching / marked, tuple(kinds), _most_frequent(differences))


def span_touches(one: EntitySpan, other: EntitySpan) -> bool:
    """Whether two entities have the same name and share a character."""
    return one.entity == other.entity and one.start < other.end and other.start < one.end


def _differences(text: str, name: str, first: Spans, other: str, second: Spans) -> Iterator[tuple[Any, str, str]]:
    theirs = {(span.start, span.end): span.entity for span in second}
    ours = {(span.start, span.end): span.entity for span in first}
    for place in sorted({*theirs, *ours}):
        one, two = ours.get(place, ""), theirs.get(place, "")
        if one != two:
            words = text[place[0] : place[1]]
            told = f"{words!r}: {name}: {one or 'no entity'}, {other}: {two or 'no entity'}"
            yield tuple(sorted((one or "no entity", two or "no entity"))), text, told


def _marked(one: Judged) -> dict[str, Spans]:
    return {name: opinions.entities[-1] for name, opinions in one.by.items() if opinions.entities}


def _exactly(span: EntitySpan) -> tuple[int, int, str]:
    return span.start, span.end, span.entity


# --- The same person twice --------------------------------------------------------------------------------------------


def _selves(judged: Sequence[Judged]) -> tuple[WithSelf, ...]:
    names = sorted({name for one in judged for name in one.by})
    found = []
    for name in names:
        said = [one.by[name] for one in judged if name in one.by]
        labels = [opinions.labels[:2] for opinions in said if len(opinions.labels) > 1]
        entities = [opinions.entities[:2] for opinions in said if len(opinions.entities) > 1]
        texts = sum(len(opinions.labels) > 1 or len(opinions.entities) > 1 for opinions in said)
        if texts:
            same = sum(first == second for first, second in labels) / len(labels) if labels else None
            found.append(WithSelf(name, texts, same, _f1(entities)))
    return tuple(found)


def _f1(pairs: Sequence[Sequence[Spans]]) -> float | None:
    total = sum(len(first) + len(second) for first, second in pairs)
    common = sum(len(set(map(_exactly, first)) & set(map(_exactly, second))) for first, second in pairs)
    return 2 * common / total if total else None
