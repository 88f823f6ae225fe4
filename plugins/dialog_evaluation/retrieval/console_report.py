"""An evaluation of retrieval as text."""

from collections.abc import Callable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialog_evaluation.console import clean, plain_table, shortened
from dialog_evaluation.metrics.abstention import Decisions
from dialog_evaluation.retrieval.asking import Found
from dialog_evaluation.retrieval.evaluation import COMPARED, Evaluation
from dialog_evaluation.retrieval.measuring import Measured
from dialog_evaluation.retrieval.misses import Pairs
from dialog_evaluation.retrieval.questions import Question
from dialog_evaluation.retrieval.significance import CONFIDENCE
from dialog_evaluation.retrieval.wording import shown_columns, shown_with_interval, wording_of

MISSES_SHOWN = 5  # of each kind
LONGEST_MATCH = 60
NEEDS_WIDTH = ((120, "recall_at_100"), (100, "recall_at_3"))  # columns a terminal needs to have room for a figure
AT_BEST = "  at its best"
LONGEST_NAME = 20  # of a retriever, before it is put on two lines
CHANCE = 1 - CONFIDENCE  # a p-value below this is more than chance
_DECIDED = ("answers\nfrom", "right", "wrong", "rightly\nsilent", "wrongly\nsilent", "decided\nright")
_SURE = {"auroc": "AUROC", "aurc": "AURC", "expected_calibration_error": "ECE"}


def print_report(evaluation: Evaluation, console: Console) -> None:
    """Print the figures of each retriever, how they compare, what went wrong, and remarks."""
    outside = len(evaluation.questions) - evaluation.answerable
    title = f"{evaluation.bot}: {len(evaluation.questions)} questions of {evaluation.file}"
    console.print(Text(clean(title), "bold"), soft_wrap=True)
    console.print(Text(f"{evaluation.answerable} with an answer, {outside} without"))
    console.print()
    _print_ranking(evaluation, console)
    _print_abstention(evaluation, console)
    _print_comparisons(evaluation, console)
    _print_misses(evaluation.best, console)
    for remark in evaluation.remarks:
        console.print(Text(f"note: {clean(remark)}", "yellow"), soft_wrap=True)


def _print_ranking(evaluation: Evaluation, console: Console) -> None:
    left_out = ["auroc", *(name for width, name in NEEDS_WIDTH if console.width < width)]
    names = [name for name in shown_columns(evaluation) if name not in left_out]
    table = _table(evaluation)
    for name in names:
        table.add_column(wording_of(name).title, justify="right", no_wrap=True)
    table.add_column("p50/p95 ms", justify="right", no_wrap=True)
    for one in evaluation.retrievers:
        cells = [shown_with_interval(name, one.figures[name], one.intervals) for name in names]
        mark = "bold" if one is evaluation.best and len(evaluation.retrievers) > 1 else ""
        times = "/".join(
            f"{1000 * one.seconds(share):.{2 if one.seconds(share) < 0.01 else 0}f}" for share in (0.5, 0.95)
        )
        table.add_row(Text(clean(one.name), mark), *(Text(value, mark) for value, _ in cells), times)
        if any(interval for _, interval in cells):
            table.add_row("", *(Text(interval, "dim") for _, interval in cells), "")
    console.print(table)
    console.print()


def _print_abstention(evaluation: Evaluation, console: Console) -> None:
    table = _table(evaluation)
    for title in (*_DECIDED, *_SURE.values()):
        table.add_column(title, justify="right", no_wrap=True)
    for one in evaluation.retrievers:
        sure = (wording_of(name).shown(one.figures[name]) for name in _SURE)
        table.add_row(Text(clean(one.name)), *_decided(one.at_threshold), *sure)
        table.add_row(Text(AT_BEST, "dim"), *_decided(one.at_best))
    console.print(table)
    console.print()


def _decided(decisions: Decisions) -> tuple[str, ...]:
    counts = (
        decisions.answered_right,
        decisions.answered_wrong,
        decisions.abstained_right,
        decisions.abstained_wrong,
    )
    return f"{decisions.threshold:.2f}", *map(str, counts), f"{100 * decisions.right:.1f} %"


def _table(evaluation: Evaluation) -> Table:
    table = plain_table()
    longest = max(len(one.name) for one in evaluation.retrievers)
    table.add_column("retriever", overflow="fold", min_width=min(max(longest, len(AT_BEST)), LONGEST_NAME))
    return table


def _print_comparisons(evaluation: Evaluation, console: Console) -> None:
    """Print how the best retriever compares with each other one."""
    best = evaluation.best.name
    pairs = [one for one in evaluation.comparisons if best in (one.ours, one.theirs)]
    if not pairs:
        return
    table = plain_table()
    table.add_column(f"{clean(best)} against", overflow="fold")
    for figure in COMPARED:
        table.add_column(wording_of(figure).title, justify="right")
        table.add_column("p", justify="right")
    table.add_column("")
    for pair in pairs:
        sign = 1 if pair.ours == best else -1
        cells: list[str] = []
        for figure in COMPARED:
            found = pair.differences[figure]
            cells += [f"{100 * sign * found.value:+.1f}", f"{found.p_value:.3f}"]
        more = [wording_of(figure).title for figure in COMPARED if pair.differences[figure].p_value < CHANCE]
        verdict = f"more than chance: {', '.join(more)}" if more else "may be chance"
        other = pair.theirs if pair.ours == best else pair.ours
        table.add_row(Text(clean(other)), *cells, Text(verdict, "" if more else "dim"))
    console.print(table)
    console.print()


def _print_misses(one: Measured, console: Console) -> None:
    shown: tuple[tuple[str, Pairs, Callable[[Question, Found], str]], ...] = (
        ("another entry was taken", one.misses.mistaken, _mistaken),
        ("not found at all", one.misses.lost, _lost),
        ("would be answered though nothing fits", one.misses.invented, _taken),
        ("right, and would not be answered", one.misses.timid, _taken),
    )
    for title, pairs, told in shown:
        if not pairs:
            continue
        console.print(Text(f"{clean(one.name)}: {len(pairs)} {title}", "bold"), soft_wrap=True)
        for question, found in pairs[:MISSES_SHOWN]:
            line = Text(f"  {found.score:.2f}  {shortened(question.text)}")
            console.print(line.append(told(question, found), "dim"), soft_wrap=True)
        console.print()


def _mistaken(question: Question, found: Found) -> str:
    if found.right is None:
        return _lost(question, found)
    right = f"; right: {clean(found.right.id)} at rank {found.rank} ({found.right.score:.2f})"
    return _taken(question, found) + right


def _lost(question: Question, found: Found) -> str:
    return f"{_taken(question, found)}; right: {clean(', '.join(question.labels))}"


def _taken(question: Question, found: Found) -> str:
    if not found.best:
        return " → nothing"
    best = found.best[0]
    matched = f" “{shortened(best.matched, LONGEST_MATCH)}”" if best.matched else ""
    return f" → {clean(best.id)}{matched}"
