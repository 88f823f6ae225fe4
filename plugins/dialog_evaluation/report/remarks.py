"""What an honest colleague would say first about a report."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dialog_core.datasets import Dialogue
from dialog_evaluation.replies.words import has_han
from dialog_evaluation.report.figures import OVERLAP, WORDINGS
from dialog_evaluation.report.measuring import CLOSENESS, Measured
from dialog_evaluation.report.report import Report
from dialog_evaluation.report.rows import Rows

FEW = 100  # replies; with fewer, figures are mostly chance
LEAKED = 0.02  # the share of pairs from which on it is said first
OFTEN = 0.3  # the share of turns from which on the fallback, or one reply, is worth a word
MIXED = 0.1  # the share of the rarer script from which on a file counts as mixed
TOKENIZED = (" .", " ?", " !", " 。")  # how texts end that were cut into tokens and put together with blanks
WHO = {
    "fixed reply": "A fixed reply",
    "nearest": "The reply to the most similar message of the training data",
    "echo": "Repeating the user",
}


def remarks_on(report: Report, rows: Rows, train: Sequence[Dialogue] | None) -> Report:
    """Return a report with its remarks, each a sentence or two."""
    told = (
        *_unfinished(report),
        *_failures(report),
        *_baselines(report),
        *_leaked(report, train),
        *_few(report),
        *_choice(report),
        *_fallback(report),
        *_selection(report),
        *_texts(report, rows),
        *report.info.remarks,
    )
    return replace(report, remarks=tuple(told))


def _unfinished(report: Report) -> Iterator[str]:
    held, planned = report.counts["dialogues"], report.info.dialogues
    if planned and held < planned:
        yield f"The run was cut short: {held:,} of {planned:,} dialogues. The same command goes on from there."


def _failures(report: Report) -> Iterator[str]:
    failed, turns = report.counts["failed"], report.counts["turns"]
    if failed:
        why = next((f": {reason}" for reason, _ in report.reasons if reason), "")
        yield f"Nobody could answer at {failed:,} of {turns:,} turns, since all who were asked failed{why}."
    for policy in report.policies:
        count = policy.counts["failed"]
        if count and count < failed + turns:
            why = f", mostly: {policy.reasons[0][0]}" if policy.reasons else ""
            yield f"The policy {policy.name} failed {_times(count)}{why}."


def _baselines(report: Report) -> Iterator[str]:
    for baseline in report.baselines:
        compared = [name for name in OVERLAP if name in baseline.figures and name in report.bot.figures]
        higher = [name for name in compared if _above(baseline, report.bot, name)]
        told = _listed([f"{WORDINGS[name].title} ({_against(baseline, report.bot, name)})" for name in higher] or [""])
        if compared and len(higher) == len(compared):
            some = [f"{WORDINGS[name].title} {_against(baseline, report.bot, name)}" for name in ("bleu", CLOSENESS)]
            yield f"{WHO[baseline.name]} is closer to people's replies than the bot in every figure: {_listed(some)}."
        elif higher:
            yield f"{WHO[baseline.name]} has a higher {told} than the bot."
        elif near := [name for name in compared if _within(baseline, report.bot, name)]:
            titles = _listed([WORDINGS[name].title for name in near])
            yield (
                f"{WHO[baseline.name]} is hardly worse than the bot: its {titles} {'lie' if len(near) > 1 else 'lies'} "
                "within the bot's interval."
            )
    if report.people is not None:
        ours, theirs = report.people.bot.value(CLOSENESS), report.people.measured.value(CLOSENESS)
        if ours is not None and theirs is not None:
            rows = report.people.measured.figures[CLOSENESS].rows
            yield (
                f"Where several people answered the same ({rows:,} replies), they share {100 * theirs:.1f} % of their "
                f"words with each other, and the bot {100 * ours:.1f} % with them: more is not to be had."
            )


def _leaked(report: Report, train: Sequence[Dialogue] | None) -> Iterator[str]:
    if not report.counts["referenced"]:
        return
    if report.leakage is None:
        yield (
            "The training data has no replies to compare with: whether the bot has seen these dialogues cannot be told."
            if train is not None
            else "No training data was given (--train FILE): whether the bot has seen these dialogues cannot be told."
        )
        return
    nearly, replies = report.leakage["nearly"], report.leakage["replies"]
    if nearly < LEAKED:
        return
    share = f"{100 * nearly:.1f} % of the messages stand in the training data with their reply, or nearly so"
    if not report.leakage["left"]:
        yield f"{share}: all of them. The figures say what the bot remembers, and nothing else."
        return
    changed = [
        f"{WORDINGS[name].title} is {_shown_unseen(report.bot, name)} instead of {_shown(report.bot, name)}"
        for name in ("bleu", CLOSENESS)
        if name in report.bot.unseen
    ]
    yield f"{share}; without them {_listed(changed)}. {100 * replies:.1f} % of the replies stand there as well."


def _few(report: Report) -> Iterator[str]:
    dialogues, turns = report.counts["dialogues"], report.counts["turns"]
    if dialogues == 1:
        yield "There is one dialogue only: how far chance reaches cannot be told, so that there are no intervals."
    elif turns < FEW:
        yield f"Only {turns} replies in {dialogues} dialogues: the intervals are wide."
    if not report.counts["referenced"]:
        yield "Nobody's replies are there to compare with: there are only figures that need none."


def _choice(report: Report) -> Iterator[str]:
    for policy in report.policies:
        better, worse = policy.counts["better"], policy.counts["worse"]
        if better > worse and better >= max(report.counts["turns"] // 20, 3):
            yield (
                f"The policy {policy.name} had a reply closer to people's {_times(better)} when another one was taken, "
                f"and one farther from it {_times(worse)}."
            )
    if report.best is not None:
        now, best = report.bot.value(CLOSENESS), report.best.value(CLOSENESS)
        if now is not None and best is not None and best >= 1.1 * now + 0.01:
            yield (
                f"Always taking the candidate closest to people's reply would raise {WORDINGS[CLOSENESS].title} from "
                f"{100 * now:.1f} to {100 * best:.1f}: so much is lost in choosing."
            )


def _fallback(report: Report) -> Iterator[str]:
    turns = max(report.counts["turns"], 1)
    share = report.counts["fallback"] / turns
    if share >= OFTEN:
        yield f"The fallback answered {100 * share:.0f} % of the messages."
    again = report.bot.value("most_frequent")
    if again is not None and again >= OFTEN and share < OFTEN:
        yield f"{100 * again:.0f} % of the replies are one and the same."


def _selection(report: Report) -> Iterator[str]:
    first, chance = report.bot.figures.get("recall_at_1"), report.bot.value("chance")
    if first is not None and chance is not None and first.interval is not None and first.interval[0] <= chance:
        yield f"Picking the right reply (Recall@1 {100 * (first.value or 0):.1f}) is hardly better than chance."


def _texts(report: Report, rows: Rows) -> Iterator[str]:
    gold = [text for text in rows.gold if text.strip()]
    if not gold:
        return
    chinese = sum(map(has_han, gold)) / len(gold)
    if MIXED < chinese < 1 - MIXED:
        yield (
            f"{100 * chinese:.0f} % of the replies have Chinese in them: figures of several languages together say "
            "little, see those by language."
        )
    cut = sum(text.endswith(TOKENIZED) for text in gold) / len(gold)
    if cut > MIXED:
        yield (
            f"{100 * cut:.0f} % of people's replies end like “Hello .”, cut into tokens: figures that look at "
            "characters or at words cut in two (“do n't”) are a little too low."
        )


def _above(one: Measured, other: Measured, name: str) -> bool:
    theirs, ours = one.value(name), other.value(name)
    differs = WORDINGS[name].shown(theirs) != WORDINGS[name].shown(ours)
    return theirs is not None and ours is not None and theirs > ours and differs


def _within(one: Measured, other: Measured, name: str) -> bool:
    value, interval = one.value(name), other.figures[name].interval
    return value is not None and interval is not None and value >= interval[0]


def _against(one: Measured, other: Measured, name: str) -> str:
    return f"{_shown(one, name)} against {_shown(other, name)}"


def _shown(one: Measured, name: str) -> str:
    return WORDINGS[name].shown(one.value(name))


def _shown_unseen(one: Measured, name: str) -> str:
    return WORDINGS[name].shown(one.unseen[name].value)


def _listed(texts: Sequence[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
