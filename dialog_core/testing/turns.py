"""Turns and contexts for tests of one component, without a bot around it."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dialog_core.actions import ActionRunner
from dialog_core.component import Context, KnowledgeOrigin
from dialog_core.conversation import Conversation
from dialog_core.datasets import KnowledgeEntry
from dialog_core.events import Event, Message, SlotSet, UserSaid
from dialog_core.testing.functions import FunctionRegistry
from dialog_core.turn import Turn
from dialog_core.user import User

if TYPE_CHECKING:
    from dialog_core.training.artefacts import Artefact

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def make_turn(
    text: str,
    *,
    events: Sequence[Event] = (),
    slots: Mapping[str, Any] | None = None,
    annotations: Mapping[str, Any] | None = None,
    language: str = "en",
    now: datetime = NOON,
    seed: int = 0,
    seconds: float = 5.0,
    user: User | str = "",
    facts: Mapping[str, Any] | None = None,
) -> Turn:
    """Return a turn as the manager would make it, its message stored as the last event of its conversation.

        candidates = policy.propose(make_turn("where is my order?", slots={"name": "Ann"}))

    Args:
        text: What the user says.
        events: What happened before.
        slots: Slot values there are by then.
        annotations: What annotators found.
        language: The language of the turn.
        now: The time of the turn.
        seed: Its seed.
        seconds: How long there is to answer.
        user: Whom it is with, or their id alone.
        facts: What is known about them, where `user` does not say.
    """
    with_whom = user if isinstance(user, User) else User(user, MappingProxyType(dict(facts or {})))
    message = Message(text, client_id="message", at=now, user_id=with_whom.id)
    before = (*events, *(SlotSet(name, value) for name, value in (slots or {}).items()))
    return Turn(
        conversation=Conversation("test", (*before, UserSaid(message))),
        message=message,
        language=language,
        deadline=time.monotonic() + seconds,
        now=now,
        seed=seed,
        annotations=MappingProxyType(dict(annotations or {})),
        user=with_whom,
    )


def make_context(
    name: str = "test",
    *,
    language: str = "en",
    languages: Sequence[str] = (),
    seed: int = 0,
    models: Path = Path("models"),
    knowledge: Mapping[str, Sequence[KnowledgeEntry]] | None = None,
    parts: Mapping[tuple[str, str], Any] | None = None,
    artefact: "Artefact | Path | None" = None,
    actions: Mapping[str, Callable[..., Any]] | None = None,
    changing: Sequence[str] = (),
    fingerprints: Mapping[str, str] | None = None,
    facts: Mapping[str, str] | None = None,
) -> Context:
    """Return a context to build a component with.

        BM25Policy(BM25Options(knowledge="faq"), make_context(knowledge={"faq": entries}))

    Args:
        name: What the component is called.
        language: The bot's language.
        languages: Further languages it answers in.
        seed: The bot's seed.
        models: Where trained artefacts stand.
        knowledge: What the bot knows, by name.
        parts: What `context.create(kind, name)` gives; what is not among them comes from the built-in plugins.
        artefact: What `context.artefact()` gives: an artefact, or a directory of files as a trainer writes them.
        actions: The registered actions, by name.
        changing: Of those, the ones that change something; the others only look things up.
        fingerprints: What `context.policy_fingerprints()` gives.
        facts: What may be kept about users, each with its description; None: the bot keeps no profiles.
    """
    given = dict(parts or {})

    def create(kind: str, wanted: Any, context: Context) -> Any:
        use = wanted if isinstance(wanted, str) else str(wanted["use"])
        if (kind, use) in given:
            return given[kind, use]
        from dialog_core.builder import create_builtin

        return create_builtin(kind, wanted, context)

    return Context(
        name=name,
        language=language,
        languages=languages,
        seed=seed,
        models=models,
        create=create,
        sources=_Given(dict(knowledge or {})),
        artefact=artefact,
        trained=artefact is not None,
        actions={name: name not in changing for name in actions or {}},
        action_runner=ActionRunner(FunctionRegistry(actions or {}, changing), timeout=10.0),
        fingerprints=lambda: dict(fingerprints or {}),
        facts=facts,
    )


@dataclass(frozen=True)
class _Given:
    """Knowledge that stands in no file."""

    sources: Mapping[str, Sequence[KnowledgeEntry]]

    def entries(self, name: str) -> Sequence[KnowledgeEntry]:
        return self.sources[name]

    def stream(self, name: str) -> Iterator[KnowledgeEntry]:
        return iter(self.sources[name])

    def origin(self, name: str, known: Mapping[str, Any]) -> KnowledgeOrigin:
        told = repr(tuple(self.sources[name])).encode(errors="surrogatepass")
        return KnowledgeOrigin({"entries": hashlib.sha256(told).hexdigest()}, {})

    def size(self, name: str) -> int:
        return 0
