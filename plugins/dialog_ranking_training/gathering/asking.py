"""Putting the messages of labelled dialogues to a bot."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from dialog_core import Bot, Rehearsed
from dialog_ranking.choices import choice_of_rehearsed, in_full
from dialog_ranking_training.gathering.checkpoint import Kept
from dialog_ranking_training.gathering.dialogues import Question
from dialog_ranking_training.gathering.likeness import Likeness
from dialog_ranking_training.gathering.references import rests_on

PATIENCE = 60.0  # seconds that each policy may take: nobody waits for the reply, and a slow model is asked too
WORKED = frozenset({"proposed", "nothing"})  # statuses of policies that were there
# How the counts call, before its name, a policy that failed, and one that took too long; an entry that nobody has
# found, and a policy that there is none of.
FAILED, LATE, UNFOUND, UNKNOWN = "failed: ", "late: ", "unfound: ", "unknown: "


def ask(bot: Bot, question: Question, likeness: Likeness, right_at: float, fingerprints: Mapping[str, str]) -> Kept:
    """Return the choice a bot has where a message is said, with labels; and what is to be told of it.

    Args:
        bot: The bot.
        question: The message.
        likeness: Compares texts.
        right_at: How much alike a right reply is to the reference.
        fingerprints: Those of the bot's policies.
    """
    asked = bot.rehearse(question.message, question.before, everybody=True, now=question.message.at, seconds=PATIENCE)
    counts = unheard(asked)
    if not asked.stages:
        return Kept((), {"guarded": 1})
    choice = choice_of_rehearsed(asked, id=question.id, user=question.user, fingerprints=fingerprints)
    reference, candidates = question.reference, in_full(asked)
    labels, nobody = reference.labels(candidates, likeness, right_at)
    counts["asked"] += 1
    counts["nobody"] += reference.nobody
    counts["known"] += any(label is not None for label in (*labels, nobody))
    counts["right"] += any(label is not None and label.right > 0 for label in labels)
    if not any(rests_on(candidate, entry) for candidate in candidates for entry in reference.entries):
        counts.update(f"{UNFOUND}{entry}" for entry in reference.entries)
    counts.update(f"{UNKNOWN}{policy}" for policy in reference.policies if policy not in bot.policies)
    return Kept([replace(choice, labels=labels, nobody=nobody)], counts)


def unheard(asked: Rehearsed) -> Counter[str]:
    """Return what counts the policies that failed, or took too long."""
    return Counter(
        f"{LATE if report.status == 'timed out' else FAILED}{report.policy}"
        for report in asked.policies
        if report.status not in WORKED
    )
