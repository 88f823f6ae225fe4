"""What a bot remembers about its users across conversations: which facts, by whose leave, and for how long."""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from dialog_core.conversation import EMPTY, ConsentGiven, Event, FactLearned, JsonValue
from dialog_core.errors import DialogError
from dialog_core.interfaces import ProfileStore
from dialog_core.trace import PartReport
from dialog_core.user import Consent, Fact, Profile, User

if TYPE_CHECKING:
    from dialog_core.turn import Turn

logger = logging.getLogger(__name__)

PART = "profiles"  # what traces call it
MAX_FACT = 100_000  # characters of one fact as JSON
LANGUAGE = "language"  # the fact that says in which language a user wants to be answered


@dataclass(frozen=True, slots=True)
class FactRule:
    """How a fact is kept.

    Attributes:
        description: What it is, for whoever reads what is kept about them.
        expires: After how many seconds it is forgotten; None: never.
        needs_consent: Whether it is kept only with the user's consent.
    """

    description: str = ""
    expires: float | None = None
    needs_consent: bool = True


class Profiles:
    """Tells a turn whom it is with, and keeps what a reply says is learnt.

    A bot without profiles has the same, without a store: what users say about themselves is known until the session
    ends.
    """

    def __init__(
        self, store: ProfileStore | None = None, *, facts: Mapping[str, FactRule] | None = None, ask: bool = True
    ) -> None:
        """Take what the bot file says.

        Args:
            store: Where profiles are kept; None: nowhere.
            facts: What may be kept, by name; None: everything.
            ask: Whether users have to be asked before anything is kept that needs their consent. Otherwise they have
                agreed elsewhere, and can only withdraw it.
        """
        self.store = store
        self._facts = facts
        self._ask = ask

    async def user(self, turn: "Turn", reports: list[PartReport], *, begins: bool) -> User:
        """Return whom a turn is with. A store that fails costs what it knows, and not the turn.

        Args:
            turn: The turn.
            reports: For the trace.
            begins: Whether a session begins with it, so that what was said in the one before is forgotten.
        """
        user_id = turn.message.user_id
        known = Profile(user_id)
        if self.store is not None and user_id:
            started = time.monotonic()
            try:
                known = await self.store.get(user_id)
            except Exception as error:
                reports.append(_failure("could not be read", error, started))
        said = EMPTY if begins else turn.conversation.facts
        facts = {**said, **known.known(turn.now)}  # what is kept goes before what was said and not kept
        return User(user_id, MappingProxyType(facts), known.consent.given if known.consent else None)

    async def keep(self, turn: "Turn", events: Sequence[Event], reports: list[PartReport]) -> None:
        """Keep what is learnt with a reply, as far as the bot file and the user allow.

        Called before the reply is stored, so that one which says that something is remembered is true.
        """
        learned = {event.name: event.value for event in events if isinstance(event, FactLearned)}
        said = next((event for event in reversed(events) if isinstance(event, ConsentGiven)), None)
        user = turn.user
        if self.store is None or not user.id or not (learned or said):
            return
        started = time.monotonic()
        try:
            if said is not None and not said.given:
                await self.store.forget(user.id)
                await self.store.put(user.id, {}, Consent(given=False, at=turn.now))
                return
            agreed = said.given if said is not None else user.consent is True
            if said is not None:  # what was said before they were asked is what they were asked about
                learned = {**turn.conversation.facts, **learned}
            kept = self._allowed(turn, learned, agreed=agreed, reports=reports)
            consent = Consent(given=True, at=turn.now) if said is not None else None
            if kept or consent:
                await self.store.put(user.id, kept, consent)
        except Exception as error:
            reports.append(_failure("could not be kept", error, started))

    def _allowed(
        self, turn: "Turn", learned: Mapping[str, JsonValue], *, agreed: bool, reports: list[PartReport]
    ) -> dict[str, Fact | None]:
        """Return what of it may be kept, and for how long."""
        kept: dict[str, Fact | None] = {}
        for name, value in learned.items():
            rule = FactRule() if self._facts is None else self._facts.get(name)
            if value is None:
                kept[name] = None
            elif rule is None:
                reports.append(PartReport(PART, f"{name!r} is not kept: it is not declared under `profiles.facts`"))
            elif rule.needs_consent and not agreed and (self._ask or turn.user.consent is False):
                reports.append(PartReport(PART, f"{name!r} is known until the session ends: no consent to keep it"))
            elif len(json.dumps(value)) > MAX_FACT:
                reports.append(PartReport(PART, f"{name!r} is not kept: it has more than {MAX_FACT:,} characters"))
            else:
                expires_at = None if rule.expires is None else turn.now + timedelta(seconds=rule.expires)
                kept[name] = Fact(value, turn.now, expires_at, turn.conversation.id)
        return kept


def _failure(what: str, error: Exception, started: float) -> PartReport:
    told = str(error) if isinstance(error, DialogError) else f"{type(error).__name__}: {error}"
    logger.warning("profiles %s: %s", what, told)
    return PartReport(PART, f"{what}: {told}", time.monotonic() - started)
