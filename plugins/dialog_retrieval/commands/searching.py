"""Asking all retrievers of a bot the same question."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialog_core import Bot, Conversation, SlotSet, UnknownComponentError
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.interfaces import Retriever, Warmable
from dialog_core.retrieval import Hit

Key = tuple[str, str]
"""The knowledge of an entry and its id."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What one retriever found.

    Attributes:
        name: The retriever.
        hits: What it found, best first.
        seconds: How long it took.
        error: Why it failed; empty: it did not.
    """

    name: str
    hits: Sequence[Hit]
    seconds: float
    error: str = ""

    def rank(self, key: Key) -> int | None:
        """Return the rank of an entry, from 1."""
        return next((rank for rank, hit in enumerate(self.hits, 1) if key_of(hit) == key), None)


def key_of(hit: Hit) -> Key:
    """Return which entry was found."""
    return hit.knowledge, hit.entry.id


class Searches:
    """Searches of one bot, all with the same slots.

    Attributes:
        names: The retrievers that are asked.
    """

    def __init__(self, bot: Bot, wanted: Sequence[str], slots: Mapping[str, str]) -> None:
        """Choose the retrievers.

        Args:
            bot: The bot.
            wanted: Names of retrievers; default: all.
            slots: Slots of the conversation it is asked in.

        Raises:
            ConfigurationError: There is no such retriever, or none at all.
        """
        self._bot = bot
        known: Mapping[str, Retriever] = bot.retrievers
        if not known:
            raise ConfigurationError(
                [Problem("no policy of this bot searches knowledge", bot.path, remedy="Add one such as bm25.")]
            )
        for name in wanted:
            if name not in known:
                message = f"there is no retriever {name!r}"
                raise ConfigurationError([Problem(message, bot.path, remedy=did_you_mean(name, known))])
        self.names = list(dict.fromkeys(wanted)) or list(known)
        self._retrievers = {name: known[name] for name in self.names}
        self._conversation = Conversation("search", [SlotSet(name, value) for name, value in slots.items()])

    def warm(self) -> None:
        """Open all indexes now, so that times are those of searching."""
        for retriever in self._retrievers.values():
            if isinstance(retriever, Warmable):
                retriever.warm()

    def ask(self, question: str, top_k: int) -> list[Findings]:
        """Return what each retriever finds."""
        return [self._ask(name, question, top_k) for name in self.names]

    def _ask(self, name: str, question: str, top_k: int) -> Findings:
        started = time.perf_counter()
        try:
            hits = self._bot.search(question, name, top_k=top_k, conversation=self._conversation)
        except UnknownComponentError:
            raise
        except Exception as error:  # the others may have found something
            return Findings(name, (), time.perf_counter() - started, f"{type(error).__name__}: {error}")
        return Findings(name, hits, time.perf_counter() - started)


def found_entries(findings: Sequence[Findings]) -> list[Hit]:
    """Return all entries that were found, each once: by the first retriever's order, then by the best rank."""
    first: dict[Key, Hit] = {}
    for each in findings:
        for hit in each.hits:
            first.setdefault(key_of(hit), hit)

    def place(key: Key) -> tuple[int, int]:
        ranks = [rank for each in findings if (rank := each.rank(key)) is not None]
        return findings[0].rank(key) or len(first) + 1, min(ranks)

    return [first[key] for key in sorted(first, key=place)]


def as_json(question: str, findings: Sequence[Findings]) -> dict[str, Any]:
    """Return what was found as JSON values."""
    return {"question": question, "retrievers": {each.name: _as_json(each) for each in findings}}


def _as_json(findings: Findings) -> dict[str, Any]:
    told: dict[str, Any] = {"seconds": round(findings.seconds, 6), "hits": list(_hits_as_json(findings.hits))}
    return {**told, "error": findings.error} if findings.error else told


def _hits_as_json(hits: Sequence[Hit]) -> Iterator[dict[str, Any]]:
    for rank, hit in enumerate(hits, 1):
        yield {
            "rank": rank,
            "knowledge": hit.knowledge,
            "id": hit.entry.id,
            "score": round(hit.score, 6),
            "matched": hit.matched,
            "answer": hit.entry.answer,
            "source": hit.entry.source,
            "features": {name: round(value, 6) for name, value in hit.features.items()},
        }
