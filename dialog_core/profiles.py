"""What a bot remembers about its users across conversations: which facts, by whose leave, and for how long."""

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from dialog_core.conversation import Conversation
from dialog_core.errors import DialogError
from dialog_core.events import ConsentGiven, Event, FactLearned
from dialog_core.interfaces import ProfileStore
from dialog_core.trace import PartReport
from dialog_core.user import Consent, Fact, Profile, User
from dialog_core.values import EMPTY

if TYPE_CHECKING:
    from dialog_core.turn import Turn

logger = logging.getLogger(__name__)

PART = "profiles"  # what traces call it
MAX_FACT = 100_000  # characters of one fact as JSON
MAX_USER_ID = 1_000  # characters; nothing is kept about a user with a longer id
PATIENCE = 2.0  # seconds a store may take; the user is waiting
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

    def until(self, learned_at: datetime) -> datetime | None:
        """Return when a fact is to be forgotten; None: never, or after the calendar ends."""
        try:
            return None if self.expires is None else learned_at + timedelta(seconds=self.expires)
        except OverflowError:
            return None


def attributed(events: Sequence[Event], user_id: str, now: datetime) -> tuple[Event, ...]:
    """Return the effects of a reply with whom they are about: who wrote the message, whatever a policy says."""
    return tuple(
        replace(event, user_id=user_id, at=now)
        if isinstance(event, FactLearned)
        else replace(event, user_id=user_id)
        if isinstance(event, ConsentGiven)
        else event
        for event in events
    )


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
        named = () if store is None or facts is None else facts.items()
        self._needing_consent = frozenset(name for name, rule in named if rule.needs_consent)

    @property
    def declared(self) -> Mapping[str, FactRule] | None:
        """What may be kept, by name; None: everything, until the session ends at least."""
        return self._facts

    async def user(self, turn: "Turn", reports: list[PartReport], *, begins: bool) -> User:
        """Return whom a turn is with.

        Args:
            turn: The turn.
            reports: For the trace.
            begins: Whether a session begins with it, so that what was said in the one before is forgotten.
        """
        return await self.known(turn.message.user_id, None if begins else turn.conversation, turn.now, reports)

    async def known(
        self, user_id: str, conversation: Conversation | None, now: datetime, reports: list[PartReport]
    ) -> User:
        """Return what is known about a user. A store that fails costs what it knows, and not the turn.

        Args:
            user_id: The user.
            conversation: In which conversation, with a session under way; None: in none.
            now: When.
            reports: For the trace.
        """
        kept = Profile(user_id)
        if self.store is not None and _is_somebody(user_id):
            started = time.monotonic()
            try:
                async with asyncio.timeout(PATIENCE):
                    kept = await self.store.get(user_id)
            except Exception as error:
                reports.append(_failure("could not be read", error, started))
        said = EMPTY if conversation is None else conversation.learned.get(user_id, EMPTY)
        agreed = self._agreed(user_id, kept.consent)
        unasked = self._needing_consent if agreed is None and _is_somebody(user_id) else frozenset()
        if not said and not kept.facts:
            return User(user_id, EMPTY, agreed, unasked)
        facts = dict(kept.known(now))
        for name, event in said.items():
            if self._still_holds(event, kept, now):
                facts[name] = event.value
        return User(user_id, MappingProxyType(facts), agreed, unasked)

    def _agreed(self, user_id: str, consent: Consent | None) -> bool | None:
        """Return whether a user agreed, here or elsewhere; None: they were never asked."""
        if consent is not None:
            return consent.given
        return True if self.store is not None and not self._ask and _is_somebody(user_id) else None

    def _still_holds(self, said: FactLearned, kept: Profile, now: datetime) -> bool:
        """Whether something said in a session is what is known: neither older than what is kept, nor expired.

        A user who withdraws their consent in one conversation is forgotten in every other one that is open.
        """
        fact = kept.facts.get(said.name)
        if fact is not None and fact.holds(now) and (said.at is None or fact.learned_at >= said.at):
            return False
        if said.at is None:
            return True
        if kept.consent is not None and not kept.consent.given and said.at < kept.consent.at:
            return False
        until = None if self._facts is None or said.name not in self._facts else self._facts[said.name].until(said.at)
        return until is None or now < until

    async def keep(self, turn: "Turn", events: Sequence[Event], reports: list[PartReport]) -> bool:
        """Keep what is learnt with a reply, as far as the bot file and the user allow.

        Called before the reply is stored, so that one which says that something is remembered or forgotten is true.

        Returns:
            Whether what the user said to being remembered is so from now on; True where they said nothing.
        """
        learned = {event.name: event for event in events if isinstance(event, FactLearned)}
        said = next((event for event in reversed(events) if isinstance(event, ConsentGiven)), None)
        user = turn.user
        if self.store is None or not user.id or not (learned or said):
            return True
        if not _is_somebody(user.id):
            told = f"nothing is kept: the user's id has more than {MAX_USER_ID:,} characters"
            reports.append(PartReport(PART, told))
            return said is None or not said.given
        started = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._keep(self.store, turn, learned, said, reports)
        except Exception as error:
            what = "could not be forgotten" if said is not None and not said.given else "could not be kept"
            reports.append(_failure(what, error, started))
            return said is None
        return True

    async def _keep(
        self,
        store: ProfileStore,
        turn: "Turn",
        learned: Mapping[str, FactLearned],
        said: ConsentGiven | None,
        reports: list[PartReport],
    ) -> None:
        user_id = turn.user.id
        if said is not None and not said.given:
            await store.forget(user_id)
            consent = Consent(given=False, at=turn.now)
        elif said is not None:  # what was said before they were asked is what they were asked about
            learned = {**turn.conversation.learned.get(user_id, EMPTY), **learned}
            consent = Consent(given=True, at=turn.now)
        else:  # they may have changed their mind in another conversation since this turn began
            consent = None
        standing = consent or (await store.get(user_id)).consent
        kept = self._allowed(turn, learned, standing, reports)
        if kept or consent:
            await store.put(user_id, kept, consent)

    def _allowed(
        self, turn: "Turn", learned: Mapping[str, FactLearned], consent: Consent | None, reports: list[PartReport]
    ) -> dict[str, Fact | None]:
        """Return what of it may be kept, and for how long."""
        kept: dict[str, Fact | None] = {}
        agreed = consent.given if consent is not None else not self._ask
        for name, event in learned.items():
            rule = FactRule() if self._facts is None else self._facts.get(name)
            if event.value is None:
                kept[name] = None
            elif rule is None:
                reports.append(PartReport(PART, f"{name!r} is not kept: it is not declared under `profiles.facts`"))
            elif rule.needs_consent and not agreed:
                reports.append(PartReport(PART, f"{name!r} is known until the session ends: no consent to keep it"))
            elif len(json.dumps(event.value)) > MAX_FACT:
                reports.append(PartReport(PART, f"{name!r} is not kept: it has more than {MAX_FACT:,} characters"))
            else:
                at = event.at or turn.now
                kept[name] = Fact(event.value, at, rule.until(at), turn.conversation.id)
        return kept


def _is_somebody(user_id: str) -> bool:
    return 0 < len(user_id) <= MAX_USER_ID


def _failure(what: str, error: Exception, started: float) -> PartReport:
    told = str(error) if isinstance(error, DialogError) else f"{type(error).__name__}: {error}"
    if isinstance(error, TimeoutError):
        told = f"the store took longer than {PATIENCE:g} s"
    logger.warning("profiles %s: %s", what, told)
    return PartReport(PART, f"{what}: {told}", time.monotonic() - started)
