"""Learning how much each retriever of a hybrid counts, and how far what they find together can be trusted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dialog_core.retrieval import Hit
from dialog_core.training import Progress
from dialog_retrieval.confidence import Confidence
from dialog_retrieval.hybrid.fusion import AGREEMENT, RANK_WEIGHT, Fusion, Trust, fuse, rank_of
from dialog_retrieval.hybrid.options import HybridOptions
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.searching import Match
from dialog_retrieval_training.bm25_tuning import climb
from dialog_retrieval_training.measuring import DEPTH, Found, reciprocal_rank
from dialog_retrieval_training.trusting import fit_confidence, in_turns

FUSED = 20  # entries of each retriever; deeper ones hardly ever come among the first ten
LEARNT_FROM = 3  # entries of each question from which it is learnt how likely one is right

PART_WEIGHTS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
RANK_WEIGHTS = (0.0, 0.05, 0.1, 0.3, 1.0)


@dataclass(frozen=True, slots=True)
class Results:
    """What the retrievers found for the questions that are learnt from.

    Attributes:
        entries: The entries.
        parts: For each question what each retriever found, by its name.
        found: The questions.
    """

    entries: Sequence[Numbered]
    parts: Sequence[Mapping[str, Sequence[Match]]]
    found: Sequence[Found]

    def hits(self, number: int) -> dict[str, list[Hit]]:
        """Return what was found for a question as the hybrid is given it."""
        return {name: [self._hit(match) for match in matches[:FUSED]] for name, matches in self.parts[number].items()}

    def _hit(self, match: Match) -> Hit:
        item = self.entries[match.number]
        # The number takes the id's place, so that the entry can be told afterwards.
        return Hit(replace(item.entry, id=str(item.number)), item.knowledge, match.score, "", match.features)


@dataclass(frozen=True, slots=True)
class Learnt:
    """How results are put together.

    Attributes:
        weights: How much each retriever counts; see `Fusion`.
        confidence: How likely an entry is right; None: it was not learnt.
    """

    weights: Mapping[str, float]
    confidence: Confidence | None

    def as_json(self) -> dict[str, Any]:
        """Return it as the policy reads it."""
        told: dict[str, Any] = {"weights": dict(self.weights)}
        return told if self.confidence is None else {**told, "confidence": self.confidence.as_json()}


class FusionFitting:
    """Fits weights and confidence to what the retrievers found."""

    def __init__(self, options: HybridOptions, results: Results, seed: int, progress: Progress) -> None:
        self._by_rank = options.fusion == "rrf"
        self._given = dict(options.weights)
        self._seed = seed
        self._progress = progress
        self._names = list(results.parts[0]) if results.parts else []
        self._hits = {id(one): results.hits(number) for number, one in enumerate(results.found)}
        self._questions = list(results.found)

    def default(self) -> list[Found]:
        """Return the questions with what the hybrid finds as it is without training."""
        return self._fused(self._questions, Learnt({}, None))

    def judged(self) -> list[Found]:
        """Return the questions with what it finds once trained, each by what was learnt from others."""

        def learn_and_judge(others: list[Found], own: list[Found]) -> list[Found]:
            learnt = self._learn(others)
            self._progress.advance()
            return self._fused(own, learnt)

        return in_turns(self._questions, self._seed, learn_and_judge)

    def learn(self) -> Learnt:
        """Return what all questions teach."""
        return self._learn(self._questions)

    def _learn(self, questions: Sequence[Found]) -> Learnt:
        axes = self._axes()
        start = self._start()

        def judge(weights: Mapping[str, float]) -> list[float]:
            fused = self._fused(questions, Learnt(weights, None))
            return [reciprocal_rank(one) for one in fused if one.question.answers]

        weights = climb({name: start[name] for name in axes}, axes, judge) if len(self._names) > 1 else {}
        names = [*self._names, *map(rank_of, self._names), AGREEMENT]
        confidence = fit_confidence(self._fused(questions, Learnt(weights, None)), names, LEARNT_FROM)
        return Learnt(weights, confidence)

    def _start(self) -> dict[str, float]:
        ranks = dict.fromkeys(map(rank_of, self._names), RANK_WEIGHT)
        return {**dict.fromkeys(self._names, 1.0), **ranks, AGREEMENT: 0.0}

    def _axes(self) -> dict[str, Sequence[float]]:
        """Return what may be learnt: what the bot file does not say. The first part is the measure of the others."""
        axes: dict[str, Sequence[float]] = dict.fromkeys(self._names[1:], PART_WEIGHTS)
        if not self._by_rank:
            axes |= dict.fromkeys((*map(rank_of, self._names), AGREEMENT), RANK_WEIGHTS)
        return {name: values for name, values in axes.items() if name not in self._given}

    def _fused(self, questions: Sequence[Found], learnt: Learnt) -> list[Found]:
        fusion, trust = Fusion(self._by_rank, {**learnt.weights, **self._given}), Trust(learnt.confidence)
        return [
            replace(one, matches=[_match(hit) for hit in fuse(self._hits[id(one)], fusion, trust, DEPTH)])
            for one in questions
        ]


def _match(hit: Hit) -> Match:
    return Match(int(hit.entry.id), 0, hit.score, hit.features)
