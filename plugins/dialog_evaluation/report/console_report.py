"""A report as text."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dialog_evaluation.console import clean, plain_table, shortened
from dialog_evaluation.report.examples import Example
from dialog_evaluation.report.figures import GROUPS, NOTHING, RARE, SPEED, WORDINGS, shown_seconds
from dialog_evaluation.report.measuring import CLOSENESS, Measured
from dialog_evaluation.report.parts import SHOWN, Part
from dialog_evaluation.report.policies import PolicyReport
from dialog_evaluation.report.report import Report

EXAMPLES: tuple[tuple[str, int], ...] = (("far", 3), ("missed", 2))  # what is shown of which kind
REASONS = 4
LABELS = 10
ID = 60  # characters of a dialogue's id


def print_report(report: Report, console: Console) -> None:
    """Print what was run, remarks, figures beside baselines, policies, parts, and turns to look at."""
    _print_heading(report, console)
    for remark in report.remarks:
        console.print(Padding(Text.assemble(("! ", "yellow"), clean(remark)), (0, 0)))
    console.print()
    console.print(_figures(report))
    for name, found in report.further.items():
        told = ", ".join(f"{clean(figure)} {value:,.4g}" for figure, value in found.items())
        console.print(Text(f"{clean(name)}: {told or 'nothing'}"))
    for name, method in report.methods.items():
        console.print(Text(f"{_method(name)}: {clean(method)}", "dim"), soft_wrap=True)
    if report.leakage is not None:
        console.print(Text(_leaked(report), "dim"))
    console.print()
    if report.policies:
        _heading("Policies: what each would have said", console)
        console.print(_policies(report.policies))
        console.print()
    for title, parts in (("By language", report.by_language), ("By position", report.by_position)):
        if parts:
            _heading(title, console)
            console.print(_parts(parts))
            console.print()
    _print_reasons(report, console)
    _print_examples(report, console)


def _print_heading(report: Report, console: Console) -> None:
    counts, info = report.counts, report.info
    files = ", ".join(file.path for file in info.files)
    title = f"{info.name}: {counts['turns']:,} replies in {counts['dialogues']:,} dialogues of {files} ({info.mode})"
    console.print(Text(clean(title), "bold"), soft_wrap=True)
    told = [f"{counts[name]:,} {name}" for name in ("answered", "fallback", "guard", "failed") if counts[name]]
    console.print(Text(", ".join(told)))
    console.print()


def _figures(report: Report) -> Table:
    table = plain_table()
    table.add_column("", no_wrap=True)
    table.add_column(Text(shortened(report.name, 16)), justify="right", no_wrap=True, vertical="bottom")
    table.add_column(Text("95 %", "dim"), no_wrap=True, vertical="bottom")
    if report.bot.unseen:
        table.add_column("without\nleaked", justify="right", vertical="bottom")
    others = [*report.baselines, *([report.people.measured] if report.people else [])]
    for one in others:
        table.add_column(one.name.replace(" ", "\n"), justify="right", vertical="bottom")
    for _, names in GROUPS:
        known = [name for name in names if name in report.bot.figures and not _never(report, name)]
        if known and table.rows:
            table.add_row()
        for name in known:
            table.add_row(*_row(report, others, name))
    return table


def _never(report: Report, name: str) -> bool:
    """Whether something never happened, so that a line for it is not worth the room."""
    return name in RARE and not report.bot.value(name)


def _row(report: Report, others: Sequence[Measured], name: str) -> list[Text | str]:
    wording, figure = WORDINGS[name], report.bot.figures[name]
    cells: list[Text | str] = [
        wording.title,
        Text(wording.shown(figure.value), "bold"),
        Text(wording.shown_interval(figure), "dim"),
    ]
    if report.bot.unseen:
        unseen = report.bot.unseen.get(name)
        cells.append(wording.shown(unseen.value if unseen else None))
    for one in others:
        value = one.value(name)
        above = value is not None and figure.value is not None and value > figure.value and wording.better == "more"
        cells.append(Text(wording.shown(value) if value is not None else "", "yellow" if above else ""))
    return cells


def _policies(policies: Sequence[PolicyReport]) -> Table:
    table = plain_table()
    table.add_column("", no_wrap=True, overflow="ellipsis", max_width=20)
    for title in (
        "asked",
        "spoke",
        "won",
        WORDINGS[CLOSENESS].title,
        "bot\nthere",
        "better",
        "worse",
        "time,\nhalf",
        "95 %",
    ):
        table.add_column(title.replace(" ", "\n"), justify="right", no_wrap=True, vertical="bottom")
    for policy in policies:
        counts, half, most = policy.counts, policy.measured.value(SPEED[0]), policy.measured.value(SPEED[2])
        beside = policy.beside.value if policy.beside is not None else None
        table.add_row(
            shortened(policy.name, 20),
            f"{counts['asked']:,}",
            f"{counts['answered']:,}",
            f"{counts['won']:,}",
            Text(WORDINGS[CLOSENESS].shown(policy.measured.value(CLOSENESS)), "bold"),
            WORDINGS[CLOSENESS].shown(beside),
            Text(f"{counts['better']:,}", "yellow" if counts["better"] > counts["worse"] else ""),
            f"{counts['worse']:,}",
            NOTHING if half is None else shown_seconds(half),
            NOTHING if most is None else shown_seconds(most),
        )
    return table


def _parts(parts: Sequence[Part]) -> Table:
    table = plain_table()
    table.add_column("", no_wrap=True)
    table.add_column("replies", justify="right", vertical="bottom")
    names = [name for name in SHOWN if any(name in part.figures for part in parts)]
    for name in names:
        table.add_column(WORDINGS[name].title.replace(" ", "\n"), justify="right", vertical="bottom")
    for part in parts:
        values = [part.figures[name].value if name in part.figures else None for name in names]
        shown = [WORDINGS[name].shown(value) for name, value in zip(names, values, strict=True)]
        table.add_row(clean(part.name), f"{part.rows:,}", *shown)
    return table


def _print_reasons(report: Report, console: Console) -> None:
    reasons = [(reason, count) for reason, count in report.reasons if reason][:REASONS]
    if reasons:
        _heading("Why nobody answered", console)
        for reason, count in reasons:
            console.print(Text(f"{count:>6,}  {shortened(reason, max(console.width - 10, 40))}"), soft_wrap=True)
        console.print()


def _print_examples(report: Report, console: Console) -> None:
    kinds = {kind.name: kind for kind in report.examples}
    for name, count in EXAMPLES:
        if name in kinds:
            _heading(kinds[name].title, console)
            for example in kinds[name].examples[:count]:
                _print_example(example, console)


def _print_example(example: Example, console: Console) -> None:
    answer, room = example.row.answer, max(console.width - LABELS - 5, 24)
    sure = "" if answer.probability is None else f" ({answer.probability:.2f})"
    lines = [("user", answer.question, "")]
    if answer.reference:
        lines.append(("people", answer.reference, "dim"))
    lines.append((f"{answer.policy or answer.status}"[:LABELS], answer.text + sure, "bold"))
    for one in answer.policies:
        if one.text.strip() and one.policy != answer.policy:
            lines.append((one.policy[:LABELS], one.text, "cyan"))
    for label, text, style in lines:
        console.print(Text(f"  {clean(label):<{LABELS}} ").append(shortened(text, room), style), soft_wrap=True)
    console.print(Text(f"  {shortened(example.row.dialogue, ID)}, line {example.row.line}", "dim"), soft_wrap=True)
    console.print()


def _heading(title: str, console: Console) -> None:
    console.print(Text(title, "bold"))


def _method(name: str) -> str:
    return WORDINGS[name].title if name in WORDINGS else name.capitalize()


def _leaked(report: Report) -> str:
    assert report.leakage is not None
    told = {name: f"{100 * share:.1f} %" for name, share in report.leakage.items()}
    return (
        f"In the training data: {told['pairs']} of the messages with the very same reply, {told['nearly']} with nearly "
        f"the same, {told['contexts']} with all that came before; {told['replies']} of the replies, "
        f"{told['questions']} of the messages."
    )
