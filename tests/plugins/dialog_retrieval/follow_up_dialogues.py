"""Hand-written dialogues in English and Chinese, and what a policy makes of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dialog_core import BotSaid, Event, Message, SessionStarted, UserSaid
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_turn
from dialog_core.testing.turns import NOON

HERE = Path(__file__).parent / "follow_ups"
ANSWERED_FROM = 0.38  # where the default ranker's table reaches `answer_at`
UNKNOWN = "I am sorry, I do not know that."


@dataclass(frozen=True)
class Talk:
    """What was said, what is asked now, and the entry that answers it; empty: none does."""

    said: tuple[str, ...]
    ask: str
    answer: str
    leans: bool


@dataclass(frozen=True)
class Place:
    """Somebody's knowledge and dialogues about it."""

    language: str
    entries: tuple[KnowledgeEntry, ...]
    talks: tuple[Talk, ...]


def places() -> Iterator[tuple[str, Place]]:
    """Yield the places that things were chosen on, and those that nobody looked at."""
    unseen = yaml.safe_load((HERE / "unseen.yaml").read_text("utf-8"))
    for language in ("en", "zh"):
        faq, dialogues = (
            yaml.safe_load((HERE / f"{name}.{language}.yaml").read_text("utf-8")) for name in ("faq", "dialogues")
        )
        yield f"shop-{language}", _place(language, faq, dialogues)
        yield f"unseen-{language}", _place(language, unseen[language]["faq"], unseen[language]["dialogues"])


def _place(language: str, faq: list[Any], dialogues: list[Any]) -> Place:
    entries = tuple(KnowledgeEntry(row["id"], (row["question"],), row["answer"]) for row in faq)
    talks = tuple(Talk(tuple(row["said"]), row["ask"], row["answer"], bool(row["leans"])) for row in dialogues)
    return Place(language, entries, talks)


def answer_of(policy: Any, talk: Talk, language: str) -> str:
    """Return the id of the entry a policy answers the last message of a dialogue with; empty: it has no answer."""
    events: list[Event] = [SessionStarted(NOON)]
    for number, text in enumerate(talk.said):
        best = next(iter(policy.propose(make_turn(text, events=events, language=language))), None)
        knows = best is not None and best.score >= ANSWERED_FROM
        events += [
            UserSaid(Message(text, client_id=f"said{number}")),
            BotSaid(
                best.text if knows else UNKNOWN,
                NOON,
                f"said{number}",
                evidence=best.evidence if knows else (),
            ),
        ]
    found = policy.propose(make_turn(talk.ask, events=events, language=language))
    best = next(iter(found), None)
    return str(best.evidence[0].metadata["id"]) if best is not None and best.score >= ANSWERED_FROM else ""
