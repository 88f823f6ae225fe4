"""Cleaning: near-duplicates among 100,000 turns, and what the usual steps cost.

The turns are those of public dialogues, and pairs of them as one turn where they do not suffice. A tenth are planted
near-duplicates: an earlier turn with one edit for each ten words (letters swapped, dropped, doubled; a word put in the
place of another, dropped, added), in other case or with other punctuation. Of what nobody planted, much is alike as
well ("what is the phone number" and "what is the phone number?"), so precision is measured against the similarity
itself: on a part of the turns every pair is compared.
"""

import resource
import time
from collections.abc import Sequence
from typing import Any

from benchmarks._near_duplicates import Turn, turns
from benchmarks._table import print_table
from dialog_core import Context
from dialog_core.datasets import DataItem, Dialogue, DialogueTurn, LabelledText
from dialog_core.interfaces import Removed
from dialog_data.cleaning.pipeline import Pipeline
from dialog_data.cleaning.steps import DEFAULT
from dialog_data.likeness.shingles import shingles

TURNS = 100_000
PLANTED = 10_000
COMPARED = 4_000  # turns of which every pair is compared
TURNS_PER_DIALOGUE = 8
THRESHOLD = 0.7
LEAST = 5


def main() -> None:
    context = Context(name="benchmark")
    made = turns(TURNS, PLANTED)
    for chains in (True, False):
        _near_duplicates(made, context, chains)
        print()
    _against_all_pairs(made[:COMPARED], context)
    print()
    _among_unlike_turns(context)
    print()
    _pipeline(made, context)


def _near_duplicates(made: Sequence[Turn], context: Context, chains: bool) -> None:
    items = [LabelledText(turn.text, "", {"line": number}) for number, turn in enumerate(made)]
    before = _peak()
    started = time.perf_counter()
    cleaner = context.create("cleaner", {"use": "near_duplicates", "chains": chains})
    verdicts = [cleaner.clean(item) for item in items]
    seconds = time.perf_counter() - started
    memory = _peak() - before
    planted = [(turn, verdict) for turn, verdict in zip(made, verdicts, strict=True) if turn.original is not None]
    found = sum(isinstance(verdict, Removed) for _, verdict in planted)
    others = sum(isinstance(verdict, Removed) for verdict in verdicts) - found
    # Only what stays can be an original: one that went was near an earlier turn, which this one need not be near.
    stays = [(turn, verdict) for turn, verdict in planted if not isinstance(verdicts[turn.original or 0], Removed)]
    reachable = [
        verdict
        for turn, verdict in stays
        if _alike(_pieces(turn.text), _pieces(made[turn.original or 0].text)) >= THRESHOLD
    ]
    found_there = sum(isinstance(verdict, Removed) for _, verdict in stays)
    reached = sum(isinstance(verdict, Removed) for verdict in reachable)
    rows = [
        ("seconds", f"{seconds:.1f}", "<= 60"),
        ("turns a second", f"{len(made) / seconds:,.0f}", ""),
        ("recall of all that was planted", f"{found / len(planted):.3f}", ""),
        (f"where the original stays, {len(stays):,}", f"{found_there / len(stays):.3f}", ">= .95"),
        (f"and is alike enough, {len(reachable):,}", f"{reached / len(reachable):.3f}", ""),
        ("removed that nobody planted", f"{others:,} of {len(made) - len(planted):,}", ""),
    ]
    if chains:  # the first of the two: memory that was taken once is not taken again
        rows.append(("more memory at the peak, MiB", f"{memory:.0f}", ""))
    title = f"Near-duplicates: {len(made):,} turns, {len(planted):,} planted{'' if chains else ', without chains'}"
    print_table(title, ("what", "figure", "target"), rows)


def _against_all_pairs(made: Sequence[Turn], context: Context) -> None:
    """Compare with what comparing every pair would remove, one turn after the other."""
    cleaner = context.create("cleaner", "near_duplicates")
    verdicts = [isinstance(cleaner.clean(LabelledText(turn.text, "")), Removed) for turn in made]
    earlier: list[tuple[set[int], list[str]]] = []
    exact = []
    for turn in made:
        own, numbers = _pieces(turn.text), _numbers(turn.text)
        gone = len(own) >= LEAST and any(
            numbers == other_numbers
            and min(len(own), len(other)) >= THRESHOLD * max(len(own), len(other))
            and _alike(own, other) >= THRESHOLD
            for other, other_numbers in earlier
        )
        exact.append(gone)
        if len(own) >= LEAST:
            earlier.append((own, numbers))
    both = sum(one and other for one, other in zip(verdicts, exact, strict=True))
    rows = [
        ("removed, comparing every pair", f"{sum(exact):,}"),
        ("removed by the step", f"{sum(verdicts):,}"),
        ("recall", f"{both / sum(exact):.3f}"),
        ("precision", f"{both / sum(verdicts):.3f}"),
    ]
    print_table(f"Beside every pair of {len(made):,} turns", ("what", "figure"), rows)


def _among_unlike_turns(context: Context) -> None:
    """Among turns of words drawn at random, what is removed and was not planted is wrong."""
    made = turns(TURNS // 5, PLANTED // 5, invented=True)
    cleaner = context.create("cleaner", "near_duplicates")
    removed = [isinstance(cleaner.clean(LabelledText(turn.text, "")), Removed) for turn in made]
    found = sum(gone for gone, turn in zip(removed, made, strict=True) if turn.original is not None)
    rows = [
        ("recall", f"{found / (PLANTED // 5):.3f}", ">= .95"),
        ("precision", f"{found / sum(removed):.3f}", ""),
    ]
    print_table(f"{len(made):,} turns of random words, {PLANTED // 5:,} planted", ("what", "figure", "target"), rows)


def _pipeline(made: Sequence[Turn], context: Context) -> None:
    items: list[DataItem] = [
        Dialogue(
            str(at),
            tuple(
                DialogueTurn("bot" if place % 2 else "user", turn.text)
                for place, turn in enumerate(made[at : at + TURNS_PER_DIALOGUE])
            ),
        )
        for at in range(0, len(made), TURNS_PER_DIALOGUE)
    ]
    nothing = _seconds({}, items)
    rows = [("nothing", f"{len(made) / nothing:,.0f}", "1.0")]
    for title, names in (
        ("the usual steps", DEFAULT),
        ("those and pii", (*DEFAULT, "pii")),
        *((name, (name,)) for name in (*DEFAULT, "pii", "toxic", "repeated", "language")),
    ):
        steps = {name: context.create("cleaner", {"use": name, **_OPTIONS.get(name, {})}) for name in names}
        took = _seconds(steps, items)
        rows.append((title, f"{len(made) / took:,.0f}", f"{took / nothing:.1f}"))
    print_table(f"Steps: {len(made):,} turns in {len(items):,} dialogues", ("steps", "turns a second", "times"), rows)


_OPTIONS: dict[str, dict[str, Any]] = {"language": {"keep": ["en", "zh"]}}


def _seconds(steps: dict[str, Any], items: Sequence[DataItem]) -> float:
    pipeline = Pipeline(steps)
    started = time.perf_counter()
    for _ in pipeline.clean(items):
        pass
    return time.perf_counter() - started


def _pieces(text: str) -> set[int]:
    return shingles(text, "auto", 1, 2)


def _numbers(text: str) -> list[str]:
    from dialog_data.cleaning.near_duplicates import NUMBER

    return NUMBER.findall(text)


def _alike(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other)


def _peak() -> float:
    """Return how much memory the process has had at most, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
