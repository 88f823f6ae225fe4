"""An evaluation of a guard as text."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from dialog_evaluation.console import clean, plain_table, shortened
from dialog_evaluation.guards.counting import Share
from dialog_evaluation.guards.evaluation import Evaluation, Group, Mistake
from dialog_evaluation.guards.wording import WORDINGS, between, shown

MISTAKES_SHOWN = 10
GROUPS_SHOWN = 20
BY_LANGUAGE = ("recall", "precision", "false_alarms")  # with their intervals, more have no room beside each other


def print_report(evaluation: Evaluation, console: Console) -> None:
    """Print the figures, in all and for each language, label and kind, then mistakes and remarks."""
    what = "replies" if evaluation.replies else "messages"
    title = f"{evaluation.bot}: guard {evaluation.guard}, {evaluation.rows:,} {what} of {evaluation.file}"
    console.print(Text(clean(title), "bold"), soft_wrap=True)
    harmless = evaluation.counts.alarmed + evaluation.counts.passed
    told = f"{harmless:,} of them {evaluation.harmless}; half took {evaluation.median_ms:.2f} ms at most"
    console.print(Text(clean(told)), soft_wrap=True)
    console.print()
    _print_figures(evaluation, console)
    if len(evaluation.languages) > 1:
        _print_languages(evaluation.languages, console)
    if len(evaluation.labels) > 2:
        _print_groups("label", evaluation.labels, console)
    _print_groups("kind", evaluation.kinds, console)
    if evaluation.rewritten:
        right = evaluation.rewritten - len(evaluation.written_otherwise)
        console.print(Text(f"Rewritten as expected: {right:,} of {evaluation.rewritten:,}", "bold"))
        for mistake in evaluation.written_otherwise[:MISTAKES_SHOWN]:
            became = "refused" if mistake.became is None else shortened(mistake.became)
            console.print(Text(f"  line {mistake.line}: {became}"), soft_wrap=True)
            console.print(Text(f"  expected: {shortened(mistake.expected or '')}", "dim"), soft_wrap=True)
        console.print()
    _print_mistakes("Missed", evaluation.missed, console)
    _print_mistakes("False alarms", evaluation.alarms, console)
    for remark in evaluation.remarks:
        console.print(Text(f"note: {clean(remark)}", "yellow"), soft_wrap=True)


def _print_figures(evaluation: Evaluation, console: Console) -> None:
    table = plain_table()
    table.add_column("figure")
    table.add_column("", justify="right")
    table.add_column("95 %", justify="right", style="dim")
    table.add_column("is", style="dim")
    for name, wording in WORDINGS.items():
        share = getattr(evaluation.counts, name)
        table.add_row(wording.title, Text(shown(share), "bold"), between(share), wording.meaning)
    console.print(table)
    console.print()


def _print_languages(groups: Sequence[Group], console: Console) -> None:
    table = plain_table()
    table.add_column("language", overflow="fold")
    for name in BY_LANGUAGE:
        table.add_column(WORDINGS[name].title, justify="right", no_wrap=True)
    for group in groups:
        table.add_row(Text(clean(group.name)), *(_with_interval(getattr(group.counts, name)) for name in BY_LANGUAGE))
    console.print(table)
    console.print()


def _with_interval(share: Share) -> Text:
    if share.value is None:
        return Text(shown(share))
    return Text(shown(share)).append(f" ({between(share)})", "dim")


def _print_groups(what: str, groups: Sequence[Group], console: Console) -> None:
    if not groups:
        return
    table = plain_table()
    table.add_column(what, overflow="fold")
    table.add_column("texts", justify="right")
    table.add_column("objected to", justify="right")
    table.add_column("95 %", justify="right", style="dim")
    for group in groups[:GROUPS_SHOWN]:
        share = group.counts.objected
        name = f"{clean(group.name)} (harmless)" if group.harmless and what == "kind" else clean(group.name)
        table.add_row(Text(name), f"{share.count:,}", _coloured(group), between(share))
    console.print(table)
    if len(groups) > GROUPS_SHOWN:
        console.print(Text(f"and {len(groups) - GROUPS_SHOWN} more; --json and --html have them all", "dim"))
    console.print()


def _coloured(group: Group) -> Text:
    share = group.counts.objected
    return Text(shown(share), "" if share.value == (0.0 if group.harmless else 1.0) else "yellow")


def _print_mistakes(title: str, mistakes: Sequence[Mistake], console: Console) -> None:
    if not mistakes:
        return
    console.print(Text(f"{title}: {len(mistakes):,}", "bold"))
    for mistake in mistakes[:MISTAKES_SHOWN]:
        about = f"{mistake.kind or mistake.label}: "
        line = Text(f"  line {mistake.line:<5} ").append(clean(about), "dim").append(shortened(mistake.text))
        if mistake.reason:
            line.append(f"  ({shortened(mistake.reason)})", "dim")
        console.print(line, soft_wrap=True)
    if len(mistakes) > MISTAKES_SHOWN:
        console.print(Text(f"  and {len(mistakes) - MISTAKES_SHOWN:,} more; --json and --html have them all", "dim"))
    console.print()
