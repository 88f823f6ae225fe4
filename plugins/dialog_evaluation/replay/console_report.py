"""A replay on a terminal: the figures, and below them what would change, the worst first."""

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dialog_evaluation.console import clean
from dialog_evaluation.replay.comparison import Change, Replayed
from dialog_evaluation.replay.report import STANDING_TITLES, Report
from dialog_evaluation.replay.sides import Side
from dialog_evaluation.replay.words import Pieces, compared

LONGEST = 400  # characters of a text that are shown
LEAD = 60  # of those before the first difference, where it lies further in
_STYLES: dict[Change, str] = {
    "no longer answered": "bold red",
    "other reply": "bold yellow",
    "other action": "bold yellow",
    "reworded": "bold cyan",
    "now answered": "bold green",
    "same": "bold",
}
_JUDGED = {
    "good": "the reply was found good",
    "bad": "the reply was found bad",
    "edited": "a person edited the reply",
    "taken over": "a person took over after the reply",
}


def print_report(report: Report, console: Console, *, limit: int, show_all: bool) -> None:
    """Print a replay.

    Args:
        report: The replay.
        console: Where; it decides about colours.
        limit: How many turns are shown; 0: all.
        show_all: Whether turns that stay the same are shown as well.
    """
    _print_summary(report, console)
    left_out, shown, standing = 0, 0, ""
    for turn in report.findings:
        if not (turn.changed or show_all):
            continue
        if limit and shown == limit:
            left_out += 1
            continue
        if turn.standing != standing:
            standing = turn.standing
            count = report.findings.standings[standing]
            console.print(Text(f"\n{STANDING_TITLES[turn.standing]}: {count:,}", "bold underline"))
        shown += 1
        _print_turn(shown, turn, console)
    if left_out:
        more = f"and {left_out:,} more; --limit 0 shows all, --html FILE makes a page of them"
        console.print(Text(f"\n{more}", "dim"), soft_wrap=True)


def _print_summary(report: Report, console: Console) -> None:
    found = report.findings
    what = "as it is now" if report.against == report.bot else f"against {report.against}"
    console.print(
        Text.assemble(
            (clean(report.bot), "bold"),
            clean(f" {what}: {_count(found.turns, 'answered message')} in "),
            _count(found.conversations, "conversation"),
            ".",
        ),
        soft_wrap=True,
    )
    if not found.changed:
        console.print(Text("Nothing would be answered differently.", "green"))
    else:
        worse = f", {found.worse:,} of them worse" if found.worse else ", none of them worse"
        told = f"{found.changed:,} would be answered differently ({100 * report.share:.1f} %){worse}."
        console.print(Text(told, "bold red" if found.worse else "bold"), soft_wrap=True)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", min_width=6)
    for change, count in report.changes:
        if count:
            table.add_row(f"{count:,}", Text(change, _STYLES[change]))
    for standing, count in report.standings:
        if count and standing != "changed":
            table.add_row(f"{count:,}", Text(STANDING_TITLES[standing].lower(), "dim"))
    console.print(table)
    for remark in report.remarks:
        console.print(Text.assemble(("note: ", "yellow"), clean(remark)), soft_wrap=True)


def _print_turn(number: int, turn: Replayed, console: Console) -> None:
    judged = f" · {_JUDGED[turn.judgement]}" if turn.judgement else ""
    where = f"{turn.conversation}, message {turn.position}, {turn.at[:16].replace('T', ' ')}"
    head = Text.assemble((f"{number:>3}  ", "dim"), (turn.change, _STYLES[turn.change]), judged)
    console.print()
    console.print(Text.assemble(head, (f" · {clean(where)}", "dim")), soft_wrap=True)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, min_width=16)
    grid.add_column(overflow="fold")
    before, after = compared(_spoken(turn.before), _spoken(turn.after))
    grid.add_row(Text("user", "dim"), Text(_one_line(turn.text)[:LONGEST], "cyan"))
    grid.add_row(_who("then", turn.before), _marked(before, "red"))
    if turn.changed:
        grid.add_row(_who("now", turn.after), _marked(after, "green"))
    if turn.correction:
        grid.add_row(Text("edited", "dim"), Text(_one_line(turn.correction)[:LONGEST]))
    for label, text in _why(turn):
        grid.add_row(Text(label, "dim"), Text(_one_line(text), "dim"))
    console.print(Padding(grid, (0, 0, 0, 5)))


def _why(turn: Replayed) -> Iterable[tuple[str, str]]:
    told = [_reason(side) for side in (turn.before, turn.after)]
    if told[0] == told[1]:
        yield "why", told[0]
    else:
        yield from zip(("why then", "why now"), told, strict=True)
    for policy in turn.unrecorded:
        yield "note", f"would ask {policy} (nothing recorded)"
    for policy, error in turn.failed:
        yield "note", f"{policy} failed: {error}"


def _reason(side: Side) -> str:
    ranked = " · ".join(f"{one.policy} {one.probability:.2f}" for one in side.candidates)
    return "; ".join(filter(None, (side.reason, f"ranked: {ranked}" if ranked else ""))) or "nothing is recorded"


def _who(label: str, side: Side) -> Text:
    probability = f" {side.probability:.2f}" if side.probability is not None else ""
    return Text.assemble((f"{label:<5}", "dim"), (clean(side.policy), "bold"), probability)


def _spoken(side: Side) -> str:
    """Return what the user hears and sees, on one line."""
    action = ""
    if side.action:
        arguments = ", ".join(f"{name}={value!r}" for name, value in dict(side.action["arguments"]).items())
        action = f"[runs {side.action['name']}({arguments})]"
    extras = f"[{' | '.join(side.extras)}]" if side.extras else ""
    return _one_line(" ".join(filter(None, (action, side.text, side.follow_up, extras))))


def _marked(pieces: Pieces, colour: str) -> Text:
    """Return a text with what the other lacks in a colour; a long one from shortly before the first difference on."""
    text = Text()
    first = next((place for place, (_, own) in enumerate(pieces) if own), 0)
    for place, (piece, own) in enumerate(pieces):
        if place == 0 < first and len(piece) > LONGEST - LEAD:
            piece = f"…{piece[-LEAD:]}"
        text.append(piece, f"bold {colour}" if own else "")
    if len(text) > LONGEST:
        text.truncate(LONGEST)
        text.append("…")
    return text


def _one_line(text: str) -> str:
    return clean(" ".join(text.split()))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
