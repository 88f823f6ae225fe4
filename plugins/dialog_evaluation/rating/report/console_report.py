"""What ratings say, as text."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialog_evaluation.console import clean, plain_table, shortened
from dialog_evaluation.rating.report.findings import Findings, Standing
from dialog_evaluation.rating.report.judged import Judged
from dialog_evaluation.rating.report.wording import agreement, percent, verdict
from dialog_evaluation.rating.values import REASONS

WON, TIED, BAD, LOST = "cyan", "dim", "dim red", "yellow"
BAR = 48
SHOWN = 3  # pairs that are disputed
LONGEST_NAME = 24
WIDE = 70  # columns from which on there is room for all that is told of raters


def print_report(findings: Findings, console: Console) -> None:
    """Print who wins, why, how far raters agree, and what to be careful about."""
    for standing in findings.standings:
        _print_standing(standing, console)
    if findings.strengths:
        _print_strengths(findings, console)
    _print_reasons(findings, console)
    if told := agreement(findings):
        console.print(Text(told), soft_wrap=True)
        console.print()
    _print_raters(findings, console)
    _print_disputed(findings, console)
    for remark in findings.remarks:
        console.print(Text(f"note: {clean(remark)}", "yellow"), soft_wrap=True)


def _print_standing(standing: Standing, console: Console) -> None:
    pairs = "1 pair" if standing.pairs == 1 else f"{standing.pairs:,} pairs"
    title = f"{standing.bot} against {standing.other}: {pairs}"
    console.print(Text(clean(title), "bold"), soft_wrap=True)
    low, high = standing.interval
    told = Text.assemble(
        "wins ", (percent(standing.win_rate), "bold"), f" ({percent(low)} to {percent(high)}), ties being half"
    )
    console.print(told, soft_wrap=True)
    console.print(_bar(standing, min(BAR, max(console.width - 1, 10))))
    parts = [
        (f"{standing.wins:,} better", WON),
        (f"{standing.ties:,} even", TIED),
        (f"{standing.bad:,} both bad", BAD),
        (f"{standing.losses:,} worse", LOST),
    ]
    line = Text(" · ").join([Text(text, style) for text, style in parts])
    if standing.equal:
        line.append(f"   ({standing.equal:,} of the even ones: the same reply twice)", "dim")
    console.print(line, soft_wrap=True)
    console.print(Text(clean(verdict(standing))), soft_wrap=True)
    console.print()


def _bar(standing: Standing, width: int) -> Text:
    parts = (
        (standing.wins, "█", WON),
        (standing.ties, "▒", TIED),
        (standing.bad, "░", BAD),
        (standing.losses, "▓", LOST),
    )
    bar, drawn, so_far = Text(), 0, 0
    for count, block, style in parts:
        so_far += count
        upto = round(width * so_far / standing.pairs)
        bar.append(block * (upto - drawn), style)
        drawn = upto
    return bar


def _print_strengths(findings: Findings, console: Console) -> None:
    console.print(Text("How strong each is (Bradley and Terry; 400 points more: ten wins to one)", "bold"))
    table = plain_table()
    table.add_column("", overflow="fold")
    table.add_column("points", justify="right")
    table.add_column(Text("95 %", "dim"), no_wrap=True)
    for one in findings.strengths:
        between = "" if one.low is None or one.high is None else f"{one.low:+.0f} to {one.high:+.0f}"
        table.add_row(clean(one.system), f"{one.points:+.0f}", Text(between, "dim"))
    console.print(table)
    console.print()


def _print_reasons(findings: Findings, console: Console) -> None:
    known = [reason for reason in REASONS if any(counts[reason] for counts in _counted(findings).values())]
    if not known:
        return
    console.print(Text("Why", "bold"))
    table = plain_table()
    table.add_column("", overflow="fold")
    for reason in known:
        table.add_column(reason, justify="right")
    for name, counts in _counted(findings).items():
        if any(counts.values()):
            table.add_row(name, *(f"{counts[reason]:,}" if counts[reason] else "–" for reason in known))
    console.print(table)
    console.print()


def _counted(findings: Findings) -> dict[str, dict[str, int]]:
    told = {f"{shortened(name, LONGEST_NAME)} is better": counts for name, counts in findings.reasons.items()}
    told["both are bad: not …"] = findings.lacking
    return {name: {reason: counts[reason] for reason in REASONS} for name, counts in told.items()}


def _print_raters(findings: Findings, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Rater", overflow="fold")
    wide = console.width >= WIDE
    for title in ("pairs", "first", "second", *(("equal", "bad", "seconds", "as others") if wide else ())):
        table.add_column(title, justify="right")
    for rater in findings.raters:
        counts = (rater.ratings, rater.first, rater.second, *((rater.ties, rater.bad) if wide else ()))
        more = (f"{rater.seconds:.0f}", "–" if rater.agreed is None else percent(rater.agreed)) if wide else ()
        table.add_row(Text(shortened(rater.name, LONGEST_NAME)), *(f"{count:,}" for count in counts), *more)
    console.print(table)
    console.print()


def _print_disputed(findings: Findings, console: Console) -> None:
    if not findings.disputed:
        return
    console.print(Text("What raters disagree about", "bold"))
    for pair in findings.disputed[:SHOWN]:
        _print_pair(pair, max(console.width - 12, 16), console)
    if len(findings.disputed) > SHOWN:
        more = len(findings.disputed) - SHOWN
        console.print(Text(f"  and {more} more; --html and --json have them", "dim"), soft_wrap=True)
        console.print()


def _print_pair(pair: Judged, room: int, console: Console) -> None:
    console.print(Text("  user      ", "dim").append(shortened(pair.item.turns[-1].text, room), ""), soft_wrap=True)
    for name, reply in pair.item.replies.items():
        votes = [rating.rater for rating in pair.ratings if rating.winner == name]
        text = Text(f"  {shortened(name, 9):<10}", "dim").append(shortened(reply.text, room), "bold" if votes else "")
        if votes:
            text.append(f"  ← {', '.join(map(clean, votes))}", "dim")
        console.print(text, soft_wrap=True)
    none = [rating.rater for rating in pair.ratings if not rating.winner]
    if none:
        console.print(Text(f"  neither     ← {', '.join(map(clean, none))}", "dim"), soft_wrap=True)
    console.print()
