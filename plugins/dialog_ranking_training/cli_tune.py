"""`dialog-core tune`: choose the thresholds of a bot for what it aims at."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dialog_ranking_training.tuning.report import Report

UNMET, INTERRUPTED = 1, 130


def tune(
    bot: Annotated[Path, typer.Argument(metavar="BOT", help="The bot file (YAML).", show_default=False)],
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data",
            metavar="FILE",
            help="Labelled dialogues, conversation tests or choices to tune with; default: what the ranking is trained "
            "with. Repeatable.",
            show_default=False,
        ),
    ] = None,
    split: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Of dialogues in --data, only those of this split, as the file says it. Repeatable.",
            show_default=False,
        ),
    ] = None,
    aim: Annotated[
        str,
        typer.Option(
            metavar="AIM",
            help="Try another aim than the bot file's, and write nothing: max_wrong=2%, cost=0.002 or max_calls=30%.",
            show_default=False,
        ),
    ] = "",
    cost: Annotated[
        list[str] | None,
        typer.Option(
            metavar="POLICY=COST",
            help="What a call of a policy costs, instead of what it says itself. Repeatable.",
            show_default=False,
        ),
    ] = None,
    confidence: Annotated[
        str, typer.Option(metavar="SHARE", help="How sure it has to be that the limit is kept.")
    ] = "95%",
    give_up: Annotated[
        str,
        typer.Option(metavar="SHARE", help="With max_wrong: how much accuracy may be given up for fewer calls."),
    ] = "0.5%",
    html_file: Annotated[
        Path | None, typer.Option("--html", metavar="OUT", help="Also write a report to look at.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the evidence as JSON instead of the report.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be chosen, and change nothing.")] = False,
) -> None:
    """Choose the thresholds at which a bot asks its language model, for what `dispatch.aim` in its file says.

    What is limited stays within its limit also if chance was kind to the data.
    From then on the bot uses what is chosen.

    Exit code 1 says that no thresholds do it; then nothing is changed.

    Examples:
      dialog-core tune bot.yaml --html tuned.html

      dialog-core tune bot.yaml --aim max_calls=30% --cost llm=0.002
    """
    from rich.console import Console

    from dialog_core import Builder, read_bot_file
    from dialog_core.configuration import ConfigurationError, missing_file, refuse_overwriting, write_output
    from dialog_core.training import show_progress
    from dialog_ranking_training.tuning.page import html_report
    from dialog_ranking_training.tuning.tuning import Settings, write
    from dialog_ranking_training.tuning.tuning import tune as tuned_for
    from dialog_ranking_training.tuning.wishes import read_aim, read_costs, read_number

    if split and not data:
        raise typer.BadParameter("it is a part of what --data names", param_hint="--split")
    refuse_overwriting((html_file,), bot, *(data or ()))
    spec = read_bot_file(bot)
    settings = Settings(
        aim=read_aim(aim, spec),
        files=tuple(data or ()),
        split=tuple(split or ()),
        costs=read_costs(cost or (), spec),
        confidence=read_number("confidence", confidence, option="--confidence"),
        give_up=read_number("give_up", give_up, option="--give-up"),
    )
    builder = Builder(spec)
    problems = [*builder.check(), *(missing_file(file) for file in settings.files if not file.exists())]
    if problems:
        raise ConfigurationError(problems)
    written = False
    try:
        with show_progress(Console(stderr=True), ["tune"]) as progress, progress.job("tune") as job:
            tuned = tuned_for(spec, builder, settings, job)
            if tuned.report is not None and html_file is not None:
                write_output(html_file, html_report(tuned.report))  # before anything is changed: it may not be possible
            if tuned.report is not None and not (tuned.complaint or aim or dry_run):
                write(spec, builder, tuned.report, job)
                written = True
            job.finish("done")
    except KeyboardInterrupt:
        typer.echo(f"interrupted: nothing is changed. Run the same again: dialog-core tune {bot}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if tuned.report is not None:
        _show(tuned.report, as_json=as_json)
    if tuned.complaint:
        typer.echo(f"error: {tuned.complaint}", err=True)
        raise typer.Exit(UNMET)
    if not as_json:
        _tell(spec_states_aim=not aim, written=written)


def _show(report: "Report", *, as_json: bool) -> None:
    from rich.console import Console

    from dialog_ranking_training.tuning.console import print_report

    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        print_report(report, Console(highlight=False, markup=False, emoji=False))


def _tell(*, spec_states_aim: bool, written: bool) -> None:
    from rich.console import Console

    if written:
        told = "The bot uses these thresholds from now on."
    elif spec_states_aim:
        told = "Nothing was written (--dry-run)."
    else:
        told = "Nothing was written: state the aim under `dispatch:` in the bot file, and tune without --aim."
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(told, soft_wrap=not console.is_terminal)
