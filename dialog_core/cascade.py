"""The cascade: policies are asked tier after tier until the ranker is sure enough of the best candidate so far."""

import copy
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from dialog_core.candidate import Candidate, Ranked
from dialog_core.decision import Notes
from dialog_core.dispatch import Answer, PolicyRunner, ask_tier, with_evidence
from dialog_core.observers import Observers
from dialog_core.ranking_stage import RankingStage
from dialog_core.turn import Turn

AskTier = Callable[[Sequence[PolicyRunner], Turn, int], Awaitable[list[Answer]]]


@dataclass(frozen=True, slots=True)
class Stage:
    """How things stand after a tier has been asked.

    Attributes:
        policies: The policies of the tier.
        ranked: All candidates so far with their probabilities, best first.
        seconds: How long asking the tier took.
    """

    policies: tuple[str, ...]
    ranked: tuple[Ranked, ...]
    seconds: float = 0.0

    @property
    def best(self) -> float:
        """The probability of the best candidate so far; 0 where there is none."""
        return self.ranked[0].probability if self.ranked else 0.0


class Cascade:
    """The policies of a bot by tier, and what ranks what they propose."""

    def __init__(self, tiers: Sequence[Sequence[PolicyRunner]], ranking: RankingStage, *, accept_at: float) -> None:
        """Put the parts together.

        Args:
            tiers: The policies, in the order they are asked.
            ranking: What puts candidates on one scale.
            accept_at: The probability from which on later tiers are not asked.
        """
        self.tiers = tiers
        self.ranking = ranking
        self._accept_at = accept_at
        self._position = {runner.name: runner.position for tier in tiers for runner in tier}

    def apart(self, seconds: float | None) -> "Cascade":
        """Return the same cascade for when nobody waits for a reply; see `PolicyRunner.apart`."""
        cascade = copy.copy(self)
        cascade.tiers = [[runner.apart(seconds) for runner in tier] for tier in self.tiers]
        cascade.ranking = self.ranking.apart(seconds)
        return cascade

    async def ask(
        self,
        turn: Turn,
        notes: Notes,
        *,
        ask: AskTier = ask_tier,
        everybody: bool = False,
        observers: Observers | None = None,
    ) -> Turn:
        """Ask the policies, note down what comes of it, and return the turn with the evidence they found.

        Args:
            turn: The turn, annotated.
            notes: Is told how every policy fared, and how the candidates rank after each tier.
            ask: Asks the policies of one tier.
            everybody: Whether later tiers are asked although a candidate is good enough.
            observers: Are told of policies that fail.
        """
        candidates: list[Candidate] = []
        for number, tier in enumerate(self.tiers):
            started = time.monotonic()
            answers = await ask(tier, turn, number)
            seconds = time.monotonic() - started
            turn = with_evidence(turn, answers)
            for answer in answers:
                report = answer.report
                notes.policies.append(report)
                candidates.extend(answer.candidates)
                if answer.remembered is not None:
                    notes.remembered.append(answer.remembered)
                if report.error and observers is not None:
                    observers.tell("dialog_policy_failed", turn=turn, policy=report.policy, error=report.error)
            candidates.sort(key=lambda candidate: self._position[candidate.policy])
            notes.ranked = await self.ranking.rank(turn, tuple(candidates), notes.parts)
            stage = Stage(tuple(runner.name for runner in tier), tuple(notes.ranked), seconds)
            notes.stages.append(stage)
            if stage.best >= self._accept_at and stage.ranked and not everybody:
                notes.policies.extend(
                    runner.skipped(later, "not asked").report
                    for later in range(number + 1, len(self.tiers))
                    for runner in self.tiers[later]
                )
                break
        return turn
