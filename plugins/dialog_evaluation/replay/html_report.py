"""A replay as a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dialog_evaluation.page import render
from dialog_evaluation.replay.comparison import Replayed, Standing
from dialog_evaluation.replay.report import CHANGE_MEANINGS, STANDING_MEANINGS, STANDING_TITLES, Report
from dialog_evaluation.replay.sides import Side
from dialog_evaluation.replay.words import Pieces, compared

SHOWN = 200  # turns of each standing; a page of thousands opens slowly, and nobody reads it
LONGEST = 3_000  # characters of a text
_CLASSES = {
    "no longer answered": "lost",
    "other reply": "other",
    "other action": "other",
    "reworded": "reworded",
    "now answered": "gained",
    "same": "kept",
}
_JUDGED = {"good": "found good", "bad": "found bad", "edited": "edited by a person", "taken over": "a person took over"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A turn as the page shows it.

    Attributes:
        turn: The turn.
        css: The class of its change in the style sheet.
        judged: How the reply was taken.
        before: What was said, in pieces with whether the new answer lacks them.
        after: What would be said, likewise.
    """

    turn: Replayed
    css: str
    judged: str
    before: Pieces
    after: Pieces


@dataclass(frozen=True, slots=True)
class Section:
    """The turns of one standing.

    Attributes:
        title: What they have in common.
        meaning: What that says.
        count: How many there are.
        turns: Those that are shown.
    """

    title: str
    meaning: str
    count: int
    turns: Sequence[Shown]


def html_report(report: Report) -> str:
    """Return the page."""
    found = report.findings
    return render(
        "replay/report.html.j2",
        evaluation=report,
        tiles=_tiles(report),
        sections=list(_sections(report)),
        bars=[
            (change, _CLASSES[change], CHANGE_MEANINGS[change], count, 100 * count / found.turns)
            for change, count in [*report.changes, ("same", found.changes["same"])]
            if count
        ],
    )


def _tiles(report: Report) -> list[dict[str, Any]]:
    found = report.findings
    turns = found.turns or 1

    def tile(title: str, value: str, meaning: str, share: float | None = None) -> dict[str, Any]:
        return {"title": title, "value": value, "meaning": meaning, "share": share}

    return [
        tile(
            "Different",
            f"{found.changed:,}",
            f"{100 * report.share:.1f} % of {found.turns:,} answered messages",
            report.share,
        ),
        tile("Worse", f"{found.worse:,}", "found good, no longer answered, or less probable", found.worse / turns),
        tile(
            "Complaints that stay",
            f"{found.standings['complaint stays']:,}",
            "replies somebody was not content with, and would hear again",
        ),
        tile("Found good, and change", f"{found.standings['praised']:,}", "what people liked"),
        tile("Now answered", f"{found.changes['now answered']:,}", "where nobody knew before"),
        tile("As corrected", f"{found.standings['as corrected']:,}", "what a person had to write, the bot now says"),
        tile(
            "Conversations",
            f"{found.conversations:,}",
            f"{found.unanswered:,} messages in them had no reply of the bot",
        ),
    ]


def _sections(report: Report) -> Iterator[Section]:
    by_standing = groupby(report.findings, key=lambda turn: turn.standing)
    for standing, turns in by_standing:
        yield _section(report, standing, turns)


def _section(report: Report, standing: Standing, turns: Iterator[Replayed]) -> Section:
    shown = []
    for number, turn in enumerate(turns):
        if number < SHOWN:
            before, after = compared(_spoken(turn.before), _spoken(turn.after))
            shown.append(Shown(turn, _CLASSES[turn.change], _JUDGED.get(turn.judgement, ""), before, after))
    count = report.findings.standings[standing]
    return Section(STANDING_TITLES[standing], STANDING_MEANINGS[standing], count, shown)


def _spoken(side: Side) -> str:
    text = "\n".join(filter(None, (side.text, side.follow_up)))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
