"""The stores a bot file names, opened without building the bot, for commands about users."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dialog_core.cli.user_data import Found, UserData
from dialog_core.cli.wrong_use import WrongUse
from dialog_core.interfaces import ConversationStore, ProfileStore

if TYPE_CHECKING:
    from dialog_core.bot_file import BotSpec

MANY = 200  # conversations that take a while

T = TypeVar("T")


class Progress:
    """A bar on standard error, where somebody watches and it takes a while."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        """Show how many of how many are done."""
        if not sys.stderr.isatty() or total < MANY:
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import Progress as Bar

            self._bar = Bar(console=Console(stderr=True), transient=True)
            self._bar.add_task("conversations", total=total)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total)

    def stop(self) -> None:
        """Take it away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The stores a bot file names, opened without building the bot.

    Attributes:
        spec: The bot file.
        told: Shows how many conversations have been looked at.
    """

    spec: "BotSpec"
    told: Progress

    @classmethod
    def of(cls, bot: Path) -> "Kept":
        """Read the bot file; raise WrongUse where nothing is kept that outlives the bot."""
        from dialog_core.bot_reader import read_bot_file

        kept = cls(read_bot_file(bot, training=False), Progress())
        if not kept.has_profiles and not kept.has_conversations:
            raise WrongUse("this bot keeps everything in memory only; name a store in the bot file")
        return kept

    @property
    def has_profiles(self) -> bool:
        """Whether there are profiles that outlive the bot."""
        return self.spec.profiles is not None and self.spec.profiles.registration.name != "memory"

    @property
    def has_conversations(self) -> bool:
        """Whether there are conversations that outlive the bot."""
        return self.spec.store.registration.name != "memory"

    @property
    def why_no_profiles(self) -> str:
        """Say why there are no profiles to look at."""
        if self.spec.profiles is None:
            return "this bot keeps no profiles of users; add `profiles:` to the bot file"
        return "this bot keeps profiles in memory only; name a store under `profiles:` of the bot file"

    @property
    def descriptions(self) -> Mapping[str, str]:
        """What each fact is."""
        profiles = self.spec.profiles
        return {} if profiles is None else {name: fact.description for name, fact in profiles.options.facts.items()}

    def find(self, user: str) -> Found:
        """Open the stores and return what there is about a user; raise WrongUse where there is nothing."""
        return self.use(lambda data, profiles: self.found(user, data, profiles))

    @staticmethod
    async def found(user: str, data: UserData, profiles: ProfileStore | None) -> Found:
        """Return what there is about a user; raise WrongUse where there is nothing."""
        found = await data.find(user)
        if found.is_nothing:
            from dialog_core.configuration.problems import did_you_mean

            known = [one.user_id for one in await profiles.list()] if profiles is not None else []
            remedy = did_you_mean(user, known or await data.writers())
            raise WrongUse(f"nothing is kept about {user!r}. {remedy}".strip())
        return found

    def use(self, use: Callable[[UserData, ProfileStore | None], Awaitable[T]]) -> T:
        """Open the stores and use them."""
        from dialog_core.builder import Builder

        async def run() -> T:
            builder = Builder(self.spec)
            conversations: ConversationStore | None = builder.store() if self.has_conversations else None
            try:
                profiles = builder.profile_store() if self.has_profiles else None
                try:
                    return await use(UserData(conversations, profiles, self.told), profiles)
                finally:
                    if profiles is not None:
                        await profiles.close()
            finally:
                if conversations is not None:
                    await conversations.close()

        try:
            return asyncio.run(run())
        finally:
            self.told.stop()
