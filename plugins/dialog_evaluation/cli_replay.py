"""`dialog-core replay`: what a changed bot would have answered differently."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from dialog_core import BotSpec
    from dialog_evaluation.replay.findings import Findings
    from dialog_evaluation.replay.report import Report
    from dialog_evaluation.replay.selection import Selection

DIFFERENT = 1
INTERRUPTED = 130  # what shells expect of a program ended by Ctrl-C
SHOWN = 20
PATIENCE = 120.0  # seconds; the first call of a component may load a model or build an index


def replay_conversations(
    bot: Annotated[
        Path, typer.Argument(metavar="BOT", help="The bot file whose conversations they are.", show_default=False)
    ],
    against: Annotated[
        Path | None,
        typer.Option(metavar="OTHER", help="The changed bot; default: BOT as it is now.", show_default=False),
    ] = None,
    conversation: Annotated[
        list[str] | None,
        typer.Option("--conversation", "-c", metavar="ID", help="Only this one; repeatable.", show_default=False),
    ] = None,
    last: Annotated[int, typer.Option(min=0, help="Only so many, the most recent ones; 0: all.")] = 0,
    since: Annotated[
        str,
        typer.Option(metavar="WHEN", help="Only what was answered since: 7d, 12h, 2026-03-01.", show_default=False),
    ] = "",
    ask: Annotated[
        list[str] | None,
        typer.Option(
            metavar="POLICY",
            help="Really ask this language model, and do not go by what it said then; repeatable.",
            show_default=False,
        ),
    ] = None,
    fail_on: Annotated[
        Literal["changed", "worse", "none"],
        typer.Option(help="When to end with status 1: any difference, only worse ones, never."),
    ] = "changed",
    max_changed: Annotated[
        str, typer.Option(metavar="SHARE", help="The share of the turns that may differ all the same, such as 5%.")
    ] = "0%",
    show_all: Annotated[bool, typer.Option("--all", help="Also show turns that would be answered the same.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="How many turns the terminal shows; 0: all.")] = SHOWN,
    html_file: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Also write a report to look at.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")] = False,
    as_lines: Annotated[bool, typer.Option("--jsonl", help="Print a JSON object for each turn shown.")] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Conversations under way at once.")] = 4,
    patience: Annotated[float, typer.Option(min=0.1, help="Seconds a component may take for one call.")] = PATIENCE,
) -> None:
    """Put stored conversations to a changed bot, and see what it would answer differently.

    Nothing is stored and no action runs. What language models said then counts as what they say now.

    Exit code 1 says that more would be answered differently than is tolerated.

    Examples:
      dialog-core replay bot.yaml --against changed.yaml

      dialog-core replay bot.yaml --against changed.yaml --since 7d --fail-on worse --max-changed 2% --html replay.html
    """
    from dialog_core import read_bot_file
    from dialog_core.configuration import refuse_overwriting, write_output
    from dialog_evaluation.replay.findings import Findings
    from dialog_evaluation.replay.replaying import Setting, not_asked, replay_stored
    from dialog_evaluation.replay.selection import check_store

    tolerated = _share(max_changed)
    selection = _selection(conversation or [], last, since)
    if as_json and as_lines:
        raise typer.BadParameter("say --json or --jsonl, not both")
    refuse_overwriting((html_file,), bot, *([against] if against is not None else []))
    spec = read_bot_file(bot, training=False)
    check_store(spec)
    other = read_bot_file(against, training=False) if against is not None else spec
    setting = Setting(recorded=not_asked(other, ask or ()), patience=patience, since=selection.since, jobs=jobs)
    with Findings(keep_same=show_all) as findings:
        planned = replay_stored(spec, other, selection, setting, findings)
        report = _report(bot, against or bot, other, findings, planned)
        # Files first: they are there also where the reader of the report stops early, as `head` does.
        if html_file is not None:
            write_output(html_file, _page(report))
        _print(report, as_json=as_json, as_lines=as_lines, limit=limit, show_all=show_all)
    if findings.interrupted:
        raise typer.Exit(INTERRUPTED)
    count = {"changed": findings.changed, "worse": findings.worse, "none": 0}[fail_on]
    if count > tolerated * findings.turns:
        raise typer.Exit(DIFFERENT)


def _report(bot: Path, against: Path, other: "BotSpec", findings: "Findings", planned: int) -> "Report":
    from dialog_core import Builder
    from dialog_evaluation.replay.report import Report, remarks_on

    fingerprints = Builder(other).context.policy_fingerprints() if findings.fingerprints else {}
    remarks = remarks_on(findings, ranker=other.ranker.registration.name, fingerprints=fingerprints, planned=planned)
    return Report(str(bot), str(against), findings, remarks)


def _print(report: "Report", *, as_json: bool, as_lines: bool, limit: int, show_all: bool) -> None:
    if as_json:
        sys.stdout.writelines(report.json_pieces())
    elif as_lines:
        sys.stdout.writelines(f"{line}\n" for line in report.findings.lines())
    else:
        from rich.console import Console

        from dialog_evaluation.replay.console_report import print_report

        print_report(report, Console(highlight=False, markup=False, emoji=False), limit=limit, show_all=show_all)
    sys.stdout.flush()


def _page(report: "Report") -> str:
    from dialog_evaluation.replay.html_report import html_report

    return html_report(report)


def _selection(ids: list[str], last: int, since: str) -> "Selection":
    from dialog_evaluation.replay.selection import Selection, parse_since

    if last and since:
        raise typer.BadParameter("say --last or --since, not both")
    moment: datetime | None = None
    if since:
        try:
            moment = parse_since(since)
        except ValueError as error:
            raise typer.BadParameter(f"--since {error}") from error
    return Selection(tuple(ids), last, moment)


def _share(text: str) -> float:
    from pydantic import TypeAdapter, ValidationError

    from dialog_core.configuration import Share

    try:
        share: Any = TypeAdapter(Share).validate_python(text)
    except ValidationError as error:
        raise typer.BadParameter(f"--max-changed {error.errors()[0]['msg'].removeprefix('Value error, ')}") from error
    return float(share)
