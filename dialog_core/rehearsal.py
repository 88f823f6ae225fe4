"""Asking the parts of a bot what they would do, outside of any turn: nothing is stored, and nobody answers."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialog_core.annotating import AnnotatorRunner, annotate_strictly, in_its_language
from dialog_core.conversation import Conversation
from dialog_core.dispatch import Answer, PolicyRunner, ask_tier, with_evidence
from dialog_core.errors import UnknownComponentError
from dialog_core.turn import Turn, TurnRules


class Rehearsal:
    """Makes the turns there would be if something were said now, and asks single policies about them."""

    def __init__(
        self,
        *,
        begin: Callable[[str, Conversation], Turn],
        annotators: Sequence[AnnotatorRunner],
        tiers: Sequence[Sequence[PolicyRunner]],
        rules: TurnRules,
    ) -> None:
        """Take the parts.

        Args:
            begin: Makes the turn that a text begins, before anybody has looked at it.
            annotators: What finds facts about a message.
            tiers: The policies, in the order they are asked.
            rules: What holds for every turn.
        """
        self._begin = begin
        self._annotators = annotators
        self._tiers = tiers
        self._runners = {runner.name: runner for tier in tiers for runner in tier}
        self._rules = rules

    @property
    def policies(self) -> Mapping[str, Any]:
        """The policies by name, in the order they are asked."""
        return {name: runner.policy for name, runner in self._runners.items()}

    async def turn_of(self, text: str, conversation: Conversation) -> Turn:
        """Return the turn the first policies would be given if a text were said now.

        Raises:
            DialogError: An annotator failed.
        """
        turn = await annotate_strictly(self._annotators, self._begin(text, conversation))
        return in_its_language(turn, self._rules.languages)

    async def turn_for(self, policy: str, text: str, conversation: Conversation) -> Turn:
        """Return the turn one policy would be given if a text were said now, with what earlier tiers find.

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

    async def ask(self, policy: str, text: str, conversation: Conversation, seconds: float | None = None) -> Answer:
        """Return what one policy answers if a text were said now; see `turn_for`.

        Args:
            policy: Which.
            text: What a user might say.
            conversation: In which conversation.
            seconds: How long it may take; default: as in a turn.
        """
        turn = await self.turn_for(policy, text, conversation)
        limit = self._rules.deadline if seconds is None else seconds
        turn = replace(turn, deadline=time.monotonic() + limit)
        return (await ask_tier([self._runners[policy].apart(seconds)], turn, 0))[0]
