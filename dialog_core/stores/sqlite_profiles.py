"""Profiles of users in one SQLite file: durable, and shared between processes.

Writes go through one thread (`group_commit`). A profile is read by one indexed look on the event loop's own thread.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from dialog_core.component import Context
from dialog_core.errors import StoreError
from dialog_core.interfaces import ProfileSummary
from dialog_core.stores.database_file import DatabaseFile
from dialog_core.stores.options import SQLiteProfilesOptions
from dialog_core.stores.profile_writes import PROFILES, Expire, Forget, Put
from dialog_core.user import Consent, Fact, Profile

_PROFILE = """
    SELECT consent, consent_at, name, value, learned_at, expires_at, conversation
    FROM users LEFT JOIN facts ON facts.user = users.key WHERE users.id = ?
"""
_SUMMARIES = """
    SELECT id, count(name), consent, max(learned_at)
    FROM users LEFT JOIN facts ON facts.user = users.key GROUP BY users.key ORDER BY id
"""


class SQLiteProfileStore:
    """Keeps profiles in a SQLite file.

    Raises:
        StoreError: The file cannot be opened, or is not a database of profiles that this version knows.
    """

    def __init__(self, options: SQLiteProfilesOptions, context: Context) -> None:
        self.options = options
        self.context = context
        self._database = DatabaseFile(options.path, options.synchronous, PROFILES)

    async def get(self, user_id: str) -> Profile:
        """Return what is kept about a user."""
        with self._database.reader() as reader:
            rows = reader.execute(_PROFILE, (user_id,)).fetchall()
        if not rows:
            return Profile(user_id)
        given, at = rows[0][:2]
        try:
            facts = {row[2]: _fact(*row[3:]) for row in rows if row[2] is not None}
            consent = None if given is None else Consent(bool(given), datetime.fromisoformat(at))
        except (TypeError, ValueError, RecursionError) as error:
            raise StoreError(
                f"{self._database.path}: the profile of {user_id!r} is damaged ({error}). Restore the file from a "
                "backup, or forget the user."
            ) from error
        return Profile(user_id, MappingProxyType(facts), consent)

    async def put(self, user_id: str, facts: Mapping[str, Fact | None], consent: Consent | None = None) -> None:
        """Keep these facts beside the others; None forgets one. Durable when it returns."""
        await self._database.write(Put(user_id, dict(facts), consent))

    async def forget(self, user_id: str) -> bool:
        """Forget a user; say whether there was anything."""
        return bool(await self._database.write(Forget(user_id)))

    async def expire(self, now: datetime) -> int:
        """Forget every fact that has expired; say how many."""
        return int(await self._database.write(Expire(now)))

    async def list(self) -> Sequence[ProfileSummary]:
        """Return a line for each user, by id."""
        rows = await self._database.read_in_thread(lambda reader: reader.execute(_SUMMARIES).fetchall())
        return [
            ProfileSummary(
                user_id,
                facts,
                None if consent is None else bool(consent),
                None if last_at is None else datetime.fromisoformat(last_at),
            )
            for user_id, facts, consent, last_at in rows
        ]

    async def close(self) -> None:
        """Write what is queued and let go of the file."""
        await self._database.close()


def _fact(value: str, learned_at: str, expires_at: str | None, conversation: str) -> Fact:
    until = None if expires_at is None else datetime.fromisoformat(expires_at)
    return Fact(json.loads(value), datetime.fromisoformat(learned_at), until, conversation)
