"""What costs nothing, and what people are to each other: measured on the very same replies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dialog_evaluation.replies.baselines import echo, most_frequent, nearest
from dialog_evaluation.replies.cases import Case
from dialog_evaluation.report.measuring import Measured, Measuring
from dialog_evaluation.report.rows import Rows

FIXED, NEAREST, ECHO, PEOPLE = "fixed reply", "nearest", "echo", "people"
FEWEST = 10  # replies of several people; of fewer nothing can be said
REFERENCES = "references"
"""The key in a recorded reply's metadata under which stands what other people have answered."""


@dataclass(frozen=True, slots=True)
class People:
    """How close people are to each other.

    Attributes:
        measured: Other people's replies to the same, beside those of the file.
        bot: The bot's figures of the same replies.
    """

    measured: Measured
    bot: Measured


def baselines(rows: Rows, train: Sequence[Case], measuring: Measuring) -> list[Measured]:
    """Return the figures of replies that need no bot."""
    places = np.flatnonzero(rows.referenced).tolist()
    if not places:
        return []
    cases = [rows.cases[place] for place in places]
    told = [(FIXED, *_fixed(rows, cases, train, measuring))]
    if train:
        told.append(
            (NEAREST, "the reply to the most similar message of the training data (BM25)", nearest(cases, train))
        )
    told.append((ECHO, "what the user said", echo(cases)))
    return [measuring.of(name, what, _scattered(rows, replies), rows.referenced) for name, what, replies in told]


def _fixed(rows: Rows, cases: Sequence[Case], train: Sequence[Case], measuring: Measuring) -> tuple[str, list[str]]:
    """Return the most frequent reply of the training data or of the other dialogues, whichever is closer to people's.

    What a bot has learnt from may be a list of answers, of which the most frequent is nobody's.
    """
    sources = [("of the other dialogues", most_frequent(cases, []))]
    if train:
        sources.append(("of the training data", most_frequent(cases, train)))
    where, fixed = max(sources, key=lambda source: float(np.nanmean(measuring.closeness(_scattered(rows, source[1])))))
    shown = f"“{fixed[0]}”" if len(set(fixed)) == 1 else "one for each dialogue"
    return f"always the most frequent reply {where}: {shown}", fixed


def _scattered(rows: Rows, replies: Sequence[str]) -> list[str]:
    """Return replies to what people have answered, with nothing elsewhere."""
    texts = [""] * len(rows)
    for place, reply in zip(np.flatnonzero(rows.referenced).tolist(), replies, strict=True):
        texts[place] = reply
    return texts


def people(rows: Rows, measuring: Measuring) -> People | None:
    """Return how close people are to each other, where several have answered the same; None where hardly any have."""
    texts = _others(rows)
    chosen = np.array([bool(text.strip()) for text in texts], np.bool_)
    if chosen.sum() < FEWEST:
        return None
    what = f"what other people answered to the same, of {int(chosen.sum()):,} replies where that is known"
    return People(
        measuring.of(PEOPLE, what, texts, chosen),
        measuring.of("the bot there", "the bot, of the same replies", rows.said, chosen),
    )


def _others(rows: Rows) -> list[str]:
    """Return for each row what other people answered; empty where that is not known."""
    texts = [""] * len(rows)
    same: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        if not rows.referenced[place]:
            continue
        dialogue = rows.dialogues.get(row.dialogue)
        number = row.answer.number
        told = dialogue.turns[number].metadata.get(REFERENCES) if dialogue and number < len(dialogue.turns) else None
        others = [one for one in told if isinstance(one, str)] if isinstance(told, list | tuple) else []
        others = [one for one in others if one.strip() and one != row.answer.reference]
        if others:
            texts[place] = others[0]
        same.setdefault((*(turn.text for turn in row.history), row.answer.question), []).append(place)
    for places in same.values():
        for number, place in enumerate(places):
            other = places[(number + 1) % len(places)]
            if not texts[place] and rows[other].group != rows[place].group:
                texts[place] = rows[other].answer.reference
    return texts
