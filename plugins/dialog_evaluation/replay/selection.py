"""Which stored conversations are replayed, and how they are had without disturbing the bot they belong to."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dialog_core import BotSpec, Builder, ConversationSummary
from dialog_core.configuration import ConfigurationError, Duration, Problem, did_you_mean
from dialog_core.interfaces import ConversationStore
from dialog_core.training import snapshot


@dataclass(frozen=True, slots=True)
class Selection:
    """Which conversations.

    Attributes:
        ids: Those with these ids; empty: all.
        last: At most so many, the most recent ones; 0: all.
        since: Only what was answered since then; None: all.
    """

    ids: Sequence[str] = ()
    last: int = 0
    since: datetime | None = None

    def of(self, known: Sequence[ConversationSummary]) -> list[ConversationSummary]:
        """Return the chosen ones, the oldest first.

        Args:
            known: All there are, the most recent first.

        Raises:
            ConfigurationError: A conversation that is asked for is not there, or none is left.
        """
        names = {summary.id for summary in known}
        unknown = [id for id in self.ids if id not in names]
        if unknown:
            raise ConfigurationError(
                [Problem(f"there is no conversation {id!r}", remedy=did_you_mean(id, sorted(names))) for id in unknown]
            )
        chosen = [summary for summary in known if not self.ids or summary.id in self.ids]
        if self.since is not None:
            chosen = [summary for summary in chosen if summary.last_at is not None and summary.last_at >= self.since]
        chosen = chosen[: self.last or None]
        if not chosen:
            since = f" since {self.since:%Y-%m-%d %H:%M}" if self.since is not None and known else ""
            raise ConfigurationError(
                [
                    Problem(
                        f"there are no stored conversations{since}", remedy="Talk to the bot first, or choose others."
                    )
                ]
            )
        return chosen[::-1]


def parse_since(text: str, now: datetime | None = None) -> datetime:
    """Return the moment a duration back from now (`7d`), or a date or time (`2026-03-01`, `2026-03-01T08:00`).

    Raises:
        ValueError: It is neither.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is not None else at.astimezone()
    except ValueError:
        pass
    try:
        seconds: Any = TypeAdapter(Duration).validate_python(text)
        return (now or datetime.now(UTC)) - timedelta(seconds=seconds)
    except (ValidationError, OverflowError) as error:
        raise ValueError(f"needs a duration such as 7d or 12h, or a date such as 2026-03-01, not {text!r}") from error


def check_store(spec: BotSpec) -> None:
    """Make sure, before anything takes time, that a bot may have conversations.

    Raises:
        ConfigurationError: It keeps its conversations in memory only, or has not had any.
    """
    kind = spec.store.registration.name
    if kind == "memory":
        remedy = "Name a store under `store:`, such as {use: sqlite, path: conversations.db}."
        raise ConfigurationError([Problem("this bot keeps its conversations in memory only", spec.path, remedy=remedy)])
    if kind == "sqlite" and not spec.store.options.path.exists():
        told = "there are no conversations yet"
        raise ConfigurationError([Problem(told, spec.store.options.path, remedy="Talk to the bot first.")])


@asynccontextmanager
async def stored_conversations(spec: BotSpec) -> AsyncIterator[ConversationStore]:
    """Give the conversations of a bot, to look at: of a SQLite file as it stands now, while the bot goes on using it.

    Raises:
        StoreError: They cannot be read.
        TrainingError: They cannot be read.
    """
    if spec.store.registration.name == "sqlite":
        async with snapshot(spec.store.options.path) as store:
            yield store
        return
    own = Builder(spec).store()
    try:
        yield own
    finally:
        await own.close()
