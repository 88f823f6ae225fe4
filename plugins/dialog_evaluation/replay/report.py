"""What a replay came to: what every form of the report says."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dialog_evaluation.replay.comparison import CHANGES, STANDINGS, Change, Standing
from dialog_evaluation.replay.findings import Findings

STANDING_TITLES: Mapping[Standing, str] = {
    "praised": "Found good, and would change",
    "changed": "Would change",
    "complaint stays": "Complained about, and stays as it is",
    "complaint changes": "Complained about, and would change",
    "as corrected": "Would be as a person corrected it",
    "same": "Stays as it is",
}
STANDING_MEANINGS: Mapping[Standing, str] = {
    "praised": "Somebody found the reply good.",
    "changed": "Nobody said how good the reply was. What loses most probability comes first.",
    "complaint stays": "The reply was found bad, edited, or a person took over, and the bot would say it again.",
    "complaint changes": "The reply was found bad, edited, or a person took over. Whether the new one is better is for "
    "people to say.",
    "as corrected": "A person edited the reply, and now the bot would say what that person wrote.",
    "same": "Nobody complained, and nothing changes.",
}
CHANGE_MEANINGS: Mapping[Change, str] = {
    "no longer answered": "the fallback or a guard speaks where a policy answered",
    "other reply": "another policy, or another entry",
    "other action": "another action, or the same with other arguments",
    "reworded": "the same entry in other words",
    "now answered": "a policy answers where the fallback or a guard spoke",
    "same": "word for word",
}


@dataclass(frozen=True, slots=True)
class Report:
    """A replay, to be shown.

    Attributes:
        bot: The bot file whose conversations they are.
        against: The bot file they were put to.
        findings: What was found.
        remarks: What a reader has to know beside the figures.
    """

    bot: str
    against: str
    findings: Findings
    remarks: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The share of the turns that would be answered differently."""
        return self.findings.changed / self.findings.turns if self.findings.turns else 0.0

    @property
    def changes(self) -> list[tuple[Change, int]]:
        """How many turns there are of each change, without what stays the same."""
        return [(change, self.findings.changes[change]) for change in CHANGES if change != "same"]

    @property
    def standings(self) -> list[tuple[Standing, int]]:
        """How many turns there are of each standing, the worst first, without what nobody needs to look at."""
        return [(standing, self.findings.standings[standing]) for standing in STANDINGS if standing != "same"]

    def summary(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        found = self.findings
        return {
            "conversations": found.conversations,
            "turns": found.turns,
            "unanswered": found.unanswered,
            "changed": found.changed,
            "worse": found.worse,
            "by_chance": found.by_chance,
            "changes": {change: found.changes[change] for change in CHANGES},
            "standings": {standing: found.standings[standing] for standing in STANDINGS},
            "unrecorded": dict(found.unrecorded),
            "failed": dict(found.failed),
            "interrupted": found.interrupted,
            "remarks": list(self.remarks),
        }

    def json_pieces(self) -> Iterator[str]:
        """Yield the whole report as JSON, piece by piece: it may be larger than memory."""
        head = {"against": self.against, "bot": self.bot, "summary": self.summary()}
        yield json.dumps(head, ensure_ascii=False, sort_keys=True)[:-1]
        yield ', "turns": ['
        for number, line in enumerate(self.findings.lines()):
            yield f"{',' if number else ''}\n{line}"
        yield "\n]}\n" if len(self.findings) else "]}\n"


def remarks_on(found: Findings, *, ranker: str, fingerprints: Mapping[str, str], planned: int) -> tuple[str, ...]:
    """Return what a reader has to know beside the figures.

    Args:
        found: What was found.
        ranker: What ranks in the bot they were put to.
        fingerprints: What its policies are.
        planned: How many conversations were to be replayed.
    """
    remarks = []
    if found.interrupted:
        remarks.append(f"Cut short after {found.conversations:,} of {planned:,} conversations.")
    for policy, count in sorted(found.failed.items()):
        remarks.append(f"{policy} failed in {_turns(count)}, which tells little about them: {found.reasons[policy]}.")
    for policy, count in sorted(found.unrecorded.items()):
        remarks.append(
            f"{policy} would be asked in {_turns(count)} of which nothing is recorded; it has no say there. "
            f"`--ask {policy}` asks it."
        )
    for policy, seen in sorted(found.fingerprints.items()):
        others = sum(count for fingerprint, count in seen.items() if fingerprint != fingerprints.get(policy))
        if others:
            remarks.append(
                f"{policy} was another model or set up otherwise in {_turns(others)}; what it said then counts as what "
                f"it says now. `--ask {policy}` asks it."
            )
    others = sum(count for name, count in found.rankers.items() if name != ranker)
    if others:
        names = ", ".join(sorted(name for name in found.rankers if name != ranker))
        remarks.append(
            f"In {_turns(others)} the probabilities are those of another ranker ({names} then, {ranker} now): a lower "
            "one need not mean that the reply is worse."
        )
    if found.by_chance:
        remarks.append(f"In {_turns(found.by_chance)} that would change, a reply was drawn to learn from it (explore).")
    return tuple(remarks)


def _turns(count: int) -> str:
    return f"{count:,} turn{'' if count == 1 else 's'}"
