"""The policy that answers from knowledge several retrievers search together."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dialog_core import ArtefactError, Candidate, Component, Context, Turn
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.interfaces import Indexed, IndexReport, Retriever, Warmable
from dialog_core.retrieval import Hit
from dialog_retrieval.confidence import Confidence
from dialog_retrieval.follow_ups.resolving import FollowUps, Searched
from dialog_retrieval.hybrid.asking import Parts
from dialog_retrieval.hybrid.diversity import CONSIDERED, Diversity
from dialog_retrieval.hybrid.fusion import AGREEMENT, Fusion, Trust, fuse, rank_of
from dialog_retrieval.hybrid.options import HybridOptions
from dialog_retrieval.hybrid.parts import build_parts, find_parts
from dialog_retrieval.hybrid.rerank import Reranker
from dialog_retrieval.policy import candidates_of
from dialog_retrieval.tuned import tuned

if TYPE_CHECKING:
    from dialog_core.training import Progress

SETTINGS = "hybrid"  # whose settings, among those that were tuned
FAILED = "failed"  # the feature: how many retrievers could not search

logger = logging.getLogger(__name__)


class HybridPolicy(Component[HybridOptions]):
    """Proposes the answers of the entries its retrievers find together; `dialog_retrieval.hybrid.fusion` says how.

    Attributes:
        parts: The retrievers, by name.
        inline: Whether all of them are quick enough for `propose` to be called on the event loop.
    """

    def __init__(self, options: HybridOptions, context: Context) -> None:
        super().__init__(options, context)
        self.parts: Mapping[str, Retriever] = build_parts(options, context)
        self._parts = Parts(context.name, self.parts)
        self._fusion, self._trust = _tuning(options, context, list(self.parts))
        self._follow_ups = FollowUps.of(options.follow_ups)
        self._reranker = None if options.rerank is None else Reranker(options.rerank, context.name)
        self._diversity: Diversity | None = None
        if options.diversity:
            analyzer = context.create("analyzer", options.analyzer)
            self._diversity = Diversity(options.diversity, analyzer.tokens)
        self.inline = self._reranker is None and all(getattr(part, "inline", False) for part in self.parts.values())

    @classmethod
    def build_index(cls, options: HybridOptions, context: Context, progress: "Progress", *, force: bool) -> IndexReport:
        """Make the indexes of the parts on the disk, or bring them up to date; see `dialog_core.interfaces.Indexed`."""
        reports: dict[str, IndexReport] = {}
        for name, part in find_parts(options, context).items():
            target = part.registration.load()
            if isinstance(target, Indexed):
                reports[name] = target.build_index(part.options, part.context, progress, force=force)
        return together(reports)

    def warm(self) -> None:
        """Have the parts, and the cross-encoder, do now what their first question would have them do.

        Raises:
            Exception: What the first of those raised that failed; the others are warm.
        """
        errors: list[Exception] = []
        warmable = [*self.parts.values(), *([self._reranker] if self._reranker is not None else [])]
        for part in warmable:
            if isinstance(part, Warmable):
                try:
                    part.warm()
                except Exception as error:
                    errors.append(error)
        if errors:
            raise errors[0]

    def search(self, turn: Turn, top_k: int) -> Sequence[Hit]:
        """Return the entries that fit the message best, best first."""
        return self._search(turn, top_k).hits

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return a candidate for each of the entries that fit best."""
        top_k = self.options.top_k
        return candidates_of(self._search(turn, max(top_k, 2)), top_k)  # two, for the margin between them

    def _search(self, turn: Turn, top_k: int) -> Searched:
        deep = max(top_k, self.options.rerank.top_k if self.options.rerank is not None else 0)
        if self._diversity is not None:
            deep = max(deep, CONSIDERED * top_k)
        if self._follow_ups is None:
            searched = Searched(self._fused(turn, deep))
        else:
            searched = self._follow_ups.search(turn, deep, self._fused)
        hits = searched.hits
        if self._reranker is not None and hits:
            hits = self._reranked(self._reranker, turn, searched)
        hits = self._diversity.choose(hits, top_k) if self._diversity is not None else hits[:top_k]
        return replace(searched, hits=hits)

    def _fused(self, turn: Turn, top_k: int) -> list[Hit]:
        depth = max(top_k, self.options.depth)
        found = self._parts.ask(turn, depth)
        hits = fuse(found, self._fusion, self._trust, top_k, depth)
        failed = len(self.parts) - len(found)
        return [replace(hit, features={**hit.features, FAILED: float(failed)}) for hit in hits] if failed else hits

    def _reranked(self, reranker: Reranker, turn: Turn, searched: Searched) -> Sequence[Hit]:
        try:
            return reranker.rerank(turn, searched.asked or turn.text, searched.hits)
        except Exception as error:  # what the retrievers found is better than no answer
            logger.warning("the cross-encoder of %s failed, and nothing is reranked: %s", self.context.name, error)
            return [replace(hit, features={**hit.features, FAILED: 1.0}) for hit in searched.hits]


def together(reports: Mapping[str, IndexReport]) -> IndexReport:
    """Return one report on several indexes, with the details of each by its name."""
    statuses = {report.status for report in reports.values()}
    status = next((status for status in ("built", "updated") if status in statuses), "current")
    details = {name: {"status": report.status, **report.details} for name, report in reports.items()}
    return IndexReport(status, details, sum(report.seconds for report in reports.values()))


def _tuning(options: HybridOptions, context: Context, parts: Sequence[str]) -> tuple[Fusion, Trust]:
    """Return how results are fused and trusted: as the bot file says, as training found, or by default.

    Raises:
        ArtefactError: What training left behind is damaged.
        ConfigurationError: The bot file weighs a retriever there is none of.
    """
    known = [*parts, *map(rank_of, parts), AGREEMENT]
    for name in options.weights:
        if name not in known:
            path = f"policy {context.name!r}: weights"
            raise ConfigurationError(
                [Problem(f"no retriever is called {name!r}", path=path, remedy=did_you_mean(name, known))]
            )
    trained = tuned(context)
    settings = {} if trained is None else trained.settings.get(SETTINGS, {})
    try:
        weights = {str(name): float(weight) for name, weight in settings.get("weights", {}).items()}
        confidence = Confidence.from_json(settings["confidence"]) if "confidence" in settings else None
    except (AttributeError, ValueError, KeyError, TypeError) as error:
        raise ArtefactError(f"the settings that were trained are damaged: {error}", component=context.name) from error
    return Fusion(options.fusion == "rrf", {**weights, **options.weights}), Trust(confidence)
