"""A comparison as text."""

from collections.abc import Mapping

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dialog_evaluation.console import clean, plain_table, shortened
from dialog_evaluation.report.comparison import Comparison, Difference, Pair
from dialog_evaluation.report.figures import GROUPS, RARE, WORDINGS
from dialog_evaluation.report.measuring import CLOSENESS

STYLES: Mapping[str, str] = {"better": "green", "worse": "red", "differs": "cyan", "": "dim"}
SIGNS: Mapping[str, str] = {"better": "▲", "worse": "▼", "differs": "◆", "": ""}
CHANGES = 6  # of who speaks
EXAMPLES = 3
LABELS = 8
ID = 60  # characters of a dialogue's id


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Print what differs, remarks first."""
    counts = comparison.counts
    first, second = comparison.first, comparison.second
    title = f"{first.bot} → {second.bot}: {counts['turns']:,} turns in {counts['dialogues']:,} dialogues"
    console.print(Text(clean(title), "bold"), soft_wrap=True)
    console.print(
        Text(
            clean(
                f"{first.started_at[:16]} ({first.fingerprint}) → {second.started_at[:16]} "
                f"({second.fingerprint}); the same reply at {counts['same']:,} turns"
            ),
            "dim",
        )
    )
    for remark in comparison.remarks:
        console.print(Padding(Text.assemble(("! ", "yellow"), clean(remark)), (0, 0)))
    console.print()
    if not counts["turns"]:
        return
    console.print(_differences(comparison))
    for name, method in comparison.methods.items():
        console.print(Text(f"{name.capitalize()}: {method}", "dim"), soft_wrap=True)
    console.print()
    better, same, worse = comparison.wins
    if better or same or worse:
        told = f"Closer to people's reply at {better:,} turns, as close at {same:,}, farther at {worse:,}"
        console.print(Text(f"{told} ({WORDINGS[CLOSENESS].title})."))
        console.print()
    _print_speakers(comparison, console)
    for title, pairs in (("Lost most", comparison.worse), ("Gained most", comparison.better)):
        if pairs:
            console.print(Text(title, "bold"))
            for pair in pairs[:EXAMPLES]:
                _print_pair(pair, console)


def _differences(comparison: Comparison) -> Table:
    table = plain_table()
    table.add_column("", no_wrap=True)
    for column in ("first", "second", "difference"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column(Text("95 %", "dim"), no_wrap=True)
    table.add_column("p", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for _, names in GROUPS:
        known = [comparison.differences[name] for name in names if name in comparison.differences]
        known = [one for one in known if one.first or one.second or one.name not in RARE]  # what never happened
        if known and table.rows:
            table.add_row()
        for one in known:
            table.add_row(*_row(one))
    return table


def _row(one: Difference) -> list[str | Text]:
    wording, style = WORDINGS[one.name], STYLES[one.verdict]
    return [
        wording.title,
        wording.shown(one.first),
        Text(wording.shown(one.second), "bold"),
        Text(wording.shown(one.value, signed=True), style if one.verdict else ""),
        Text(shown_interval(one), "dim"),
        "" if one.corrected is None else shown_p(one.corrected),
        Text(f"{SIGNS[one.verdict]} {one.verdict}".strip(), style),
    ]


def shown_interval(one: Difference) -> str:
    """Return where a difference lies; empty where that is not known."""
    if one.interval is None:
        return ""
    wording = WORDINGS[one.name]
    low, high = (wording.shown(end, signed=True) for end in one.interval)
    if wording.unit == "s" and low.split()[-1] == high.split()[-1]:
        low = low.split()[0]
    return f"{low} to {high}"


def shown_p(value: float) -> str:
    """Return a p-value as people read it."""
    return "<.001" if value < 0.001 else f"{value:.3f}".lstrip("0") if value < 1 else "1"


def _print_speakers(comparison: Comparison, console: Console) -> None:
    changes = [change for change in comparison.speakers if change[0] != change[1]]
    if changes:
        console.print(Text("Who speaks instead", "bold"))
        for one, two, count in changes[:CHANGES]:
            console.print(Text(f"{count:>6,}  {clean(one)} → {clean(two)}"))
        console.print()
    if comparison.policies:
        table = plain_table()
        table.add_column("", no_wrap=True)
        for column in ("won", "had a reply", WORDINGS[CLOSENESS].title):
            table.add_column(column, justify="right", no_wrap=True)
        for policy in comparison.policies:
            close = [WORDINGS[CLOSENESS].shown(value) for value in policy.closeness]
            table.add_row(
                shortened(policy.name, 20),
                f"{policy.won[0]:,} → {policy.won[1]:,}",
                f"{policy.answered[0]:,} → {policy.answered[1]:,}",
                f"{close[0]} → {close[1]}",
            )
        console.print(table)
        console.print()


def _print_pair(pair: Pair, console: Console) -> None:
    room = max(console.width - LABELS - 5, 24)
    first, second = pair.first.row.answer, pair.second.row.answer
    for label, text, style in (
        ("user", first.question, ""),
        ("people", first.reference, "dim"),
        ("first", f"{first.text} ({first.policy or first.status})", ""),
        ("second", f"{second.text} ({second.policy or second.status})", "bold"),
    ):
        console.print(Text(f"  {label:<{LABELS}} ").append(shortened(text, room), style), soft_wrap=True)
    row = pair.first.row
    console.print(Text(f"  {shortened(row.dialogue, ID)}, line {row.line}", "dim"), soft_wrap=True)
    console.print()
