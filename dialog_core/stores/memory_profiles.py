"""Profiles of users in memory: gone when the process ends. For trying out and for tests."""

import json
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.errors import StoreError
from dialog_core.interfaces import ProfileSummary
from dialog_core.user import Consent, Fact, Profile


class MemoryProfileStore:
    """Keeps profiles in a dict. It refuses what a durable store would refuse."""

    def __init__(self, options: Options, context: Context) -> None:
        self.options = options
        self.context = context
        self._profiles: dict[str, Profile] = {}
        self._lock = threading.Lock()

    async def get(self, user_id: str) -> Profile:
        """Return what is kept about a user."""
        return self._profiles.get(user_id) or Profile(user_id)

    async def put(self, user_id: str, facts: Mapping[str, Fact | None], consent: Consent | None = None) -> None:
        """Keep these facts beside the others; None forgets one."""
        try:
            json.dumps([fact.value for fact in facts.values() if fact is not None], allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise StoreError(f"profile of {user_id!r}: nothing was kept: {error}") from error
        if not facts and consent is None:
            return
        with self._lock:
            before = self._profiles.get(user_id) or Profile(user_id)
            merged = {**before.facts, **facts}
            kept = {name: fact for name, fact in merged.items() if fact is not None}
            self._profiles[user_id] = Profile(user_id, MappingProxyType(kept), consent or before.consent)

    async def forget(self, user_id: str) -> bool:
        """Forget a user; say whether there was anything."""
        with self._lock:
            return self._profiles.pop(user_id, None) is not None

    async def expire(self, now: datetime) -> int:
        """Forget every fact that has expired; say how many."""
        count = 0
        with self._lock:
            for user_id, profile in list(self._profiles.items()):
                kept = {name: fact for name, fact in profile.facts.items() if fact.holds(now)}
                count += len(profile.facts) - len(kept)
                self._profiles[user_id] = Profile(user_id, MappingProxyType(kept), profile.consent)
                if not kept and profile.consent is None:
                    del self._profiles[user_id]
        return count

    async def list(self) -> Sequence[ProfileSummary]:
        """Return a line for each user, by id."""
        with self._lock:
            profiles = [self._profiles[user_id] for user_id in sorted(self._profiles)]
        return [
            ProfileSummary(
                profile.user_id,
                len(profile.facts),
                profile.consent.given if profile.consent else None,
                max((fact.learned_at for fact in profile.facts.values()), default=None),
            )
            for profile in profiles
        ]

    async def close(self) -> None:
        """Forget everything."""
        self._profiles.clear()
