"""The picture of a decision: for the winner and its best rival, what speaks for each and what against, as bars."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dialog_terminal import palette
from dialog_terminal.contribution_names import in_chinese
from dialog_terminal.layout import one_line, shortened
from dialog_terminal.phrases import CHINESE, Phrases

JsonObject = Mapping[str, Any]

_MOST = 8  # rows; what matters less is added up in one more
_NAME = 24  # columns of the name of a feature
_HALVES = (9, 7, 6)  # columns of a bar to either side of the middle: as many as there is room for
_AMOUNT = 8  # columns of what it comes to
_TOP = 0.999999  # probabilities are drawn back from 1 by this before their odds are taken


@dataclass(frozen=True, slots=True)
class _Case:
    """A candidate with what made its probability, in log odds."""

    policy: str
    probability: float
    contributions: Mapping[str, float]


def picture(
    candidates: Sequence[JsonObject], chosen: int | None, phrases: Phrases, width: int
) -> RenderableType | None:
    """Return bars for what made the best candidates what they are; None where there is nothing to take apart.

    Args:
        candidates: The candidates of a trace, best first, with contributions in log odds.
        chosen: Which of them won; None: none, then the best one is shown.
        phrases: In which language.
        width: In how many columns it will be shown.
    """
    first = chosen if chosen is not None else 0
    places = [first, *(place for place in range(len(candidates)) if place != first)]
    count, half = _room(len(places[:2]), width)
    cases = [_case(candidates[place]) for place in places[:count]]
    if not cases or not any(case.contributions for case in cases):
        return None
    rows = _rows(cases, phrases)
    most = max((abs(amount) for _, amounts in rows for amount in amounts), default=0.0) or 1.0
    table = Table.grid(padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True, width=_NAME, style=palette.MUTED)
    for _ in cases:
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, justify="right", min_width=_AMOUNT)
    heads: list[Text] = []
    for place, case in enumerate(cases):
        won = place == 0 and chosen is not None
        head = Text(shortened(case.policy, 2 * half - 1), palette.STRONG if won else "")
        heads += [Text.assemble((f"{'✓' if won else ' '} ", palette.GOOD), head), Text("")]
    table.add_row("", *heads)
    for name, amounts in rows:
        cells: list[Text] = []
        for amount in amounts:
            cells += [_bar(amount / most, half), Text(f"{amount:+.2f} ", palette.MUTED) if amount else Text("")]
        table.add_row(Text(shortened(name, _NAME)), *cells)
    totals: list[Text] = []
    for case in cases:
        odds = _log_odds(case.probability)
        totals += [Text(f"{odds:+.2f} → {case.probability:.2f}".center(2 * half + 1), palette.STRONG), Text("")]
    table.add_row(Text(phrases.together, palette.MUTED), *totals)
    title = phrases.beside_rival if len(cases) > 1 else phrases.for_and_against
    return Group(Text(title, palette.MUTED), table)


def _room(count: int, width: int) -> tuple[int, int]:
    """Return how many candidates there is room for beside each other, and half the width of their bars."""
    for cases in range(count, 0, -1):
        for half in _HALVES:
            if _NAME + cases * (2 * half + 1 + _AMOUNT + 2) <= width:  # two: a space after each column
                return cases, half
    return min(count, 1), _HALVES[-1]


def _case(candidate: JsonObject) -> _Case:
    return _Case(one_line(str(candidate["policy"])), float(candidate["probability"]), dict(candidate["contributions"]))


def _rows(cases: Sequence[_Case], phrases: Phrases) -> list[tuple[str, list[float]]]:
    """Return names with an amount for each case, those that matter most first, and the rest of them added up."""
    names = dict.fromkeys(name for case in cases for name in case.contributions)
    amounts = {name: [float(case.contributions.get(name, 0.0)) for case in cases] for name in names}
    ordered = sorted(amounts, key=lambda name: -max(map(abs, amounts[name])))
    called = in_chinese if phrases is CHINESE else str
    shown = [(one_line(called(name)), amounts[name]) for name in ordered[:_MOST]]
    rest = ordered[_MOST:]
    if rest:
        shown.append(
            (phrases.other_features, [sum(amounts[name][place] for name in rest) for place in range(len(cases))])
        )
    return shown


def _bar(share: float, half: int) -> Text:
    """Draw a share from -1 to 1 to the left or the right of a middle line."""
    cells = max(0.0, min(1.0, abs(share))) * half
    full, partly = int(cells), cells - int(cells) >= 0.5
    if share < 0:
        bar = ("╺" if partly else "") + "━" * full
        return Text.assemble((bar.rjust(half), palette.BAD), ("│", palette.MUTED), " " * half)
    bar = "━" * full + ("╸" if partly else "")
    return Text.assemble(" " * half, ("│", palette.MUTED), (bar.ljust(half), palette.GOOD))


def _log_odds(probability: float) -> float:
    inside = min(_TOP, max(1 - _TOP, probability))
    return math.log(inside / (1 - inside))
