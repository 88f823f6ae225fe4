"""Asking the parts of a bot what they would do, outside of any turn: nothing is stored, and nobody answers."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialog_core.annotating import AnnotatorRunner, annotate_strictly, in_its_language
from dialog_core.conversation import DEFAULT_CONVERSATION, Conversation, JsonValue
from dialog_core.dispatch import Answer, PolicyRunner, ask_tier, with_evidence
from dialog_core.errors import UnknownComponentError
from dialog_core.interfaces import Retriever
from dialog_core.turn import Turn, TurnRules


class Rehearsal:
    """Makes the turns there would be if something were said now, and asks single policies about them."""

    def __init__(
        self,
        begin: Callable[[str, Conversation], Turn],
        load: Callable[[str], Awaitable[Conversation]],
        *,
        annotators: Sequence[AnnotatorRunner],
        tiers: Sequence[Sequence[PolicyRunner]],
        rules: TurnRules,
    ) -> None:
        """Take the parts.

        Args:
            begin: Makes the turn that a text begins, before anybody has looked at it.
            load: Reads a stored conversation.
            annotators: What finds facts about a message.
            tiers: The policies, in the order they are asked.
            rules: What holds for every turn.
        """
        self._begin = begin
        self._load = load
        self._annotators = annotators
        self._tiers = tiers
        self._runners = {runner.name: runner for tier in tiers for runner in tier}
        self._rules = rules

    @property
    def policies(self) -> Mapping[str, Any]:
        """The policies by name, in the order they are asked."""
        return {name: runner.policy for name, runner in self._runners.items()}

    @property
    def retrievers(self) -> Mapping[str, Retriever]:
        """The policies that search knowledge, by name; what one puts together follows it as `<policy>.<part>`."""
        found: dict[str, Retriever] = {}
        for name, policy in self.policies.items():
            if isinstance(policy, Retriever):
                found[name] = policy
                found.update({f"{name}.{part}": other for part, other in getattr(policy, "parts", {}).items()})
        return found

    def retriever(self, name: str = "") -> Retriever:
        """Return one of `retrievers`; default: the first.

        Raises:
            UnknownComponentError: There is no such retriever.
        """
        known = self.retrievers
        wanted = name or next(iter(known), "")
        if wanted not in known:
            raise UnknownComponentError("retriever", wanted, sorted(known))
        return known[wanted]

    async def annotate(self, text: str, conversation: Conversation | str | None) -> Mapping[str, JsonValue]:
        """Return what is found in a text if it were said now; see `turn_of`."""
        return (await self.turn_of(text, conversation)).annotations

    async def turn_of(self, text: str, conversation: Conversation | str | None) -> Turn:
        """Return the turn the first policies would be given if a text were said now.

        Args:
            text: What a user might say.
            conversation: In which conversation, or the id of a stored one; None: one that just begins.

        Raises:
            DialogError: An annotator failed.
        """
        if isinstance(conversation, str):
            conversation = await self._load(conversation)
        elif conversation is None:
            conversation = Conversation(DEFAULT_CONVERSATION)
        turn = await annotate_strictly(self._annotators, self._begin(text, conversation))
        return in_its_language(turn, self._rules.languages)

    async def turn_for(self, policy: str, text: str, conversation: Conversation | str | None) -> Turn:
        """Return the turn one policy would be given if a text were said now, with what earlier tiers find.

        Args:
            policy: Which.
            text: What a user might say.
            conversation: As in `turn_of`.

        Raises:
            UnknownComponentError: The bot has no such policy.
            DialogError: An annotator failed.
        """
        if policy not in self._runners:
            raise UnknownComponentError("policy", policy, sorted(self._runners))
        turn = await self.turn_of(text, conversation)
        for number, tier in enumerate(self._tiers):
            if self._runners[policy] in tier:
                break
            turn = with_evidence(turn, await ask_tier(tier, turn, number))
        return turn

    async def ask(
        self, policy: str, text: str, conversation: Conversation | str | None, seconds: float | None = None
    ) -> Answer:
        """Return what one policy answers if a text were said now; see `turn_for`.

        Args:
            policy: Which.
            text: What a user might say.
            conversation: In which conversation, or the id of a stored one; None: one that just begins.
            seconds: How long it may take; default: as in a turn.
        """
        turn = await self.turn_for(policy, text, conversation)
        limit = self._rules.deadline if seconds is None else seconds
        turn = replace(turn, deadline=time.monotonic() + limit)
        return (await ask_tier([self._runners[policy].apart(seconds)], turn, 0))[0]
