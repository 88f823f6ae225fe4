"""`dialog-core evaluate BOT FILE`: measure a whole bot on recorded dialogues."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from dialog_evaluation.cli_options import BotFile, Formats, HtmlFile, JsonFile, OnError, RunsDirectory, Split
from dialog_evaluation.seed import SEED

if TYPE_CHECKING:
    from dialog_core.datasets import Dialogue
    from dialog_evaluation.report.report import Report
    from dialog_evaluation.runs.evaluating import Plan
    from dialog_evaluation.runs.learnt import Learnt
    from dialog_evaluation.runs.store import Run

INTERRUPTED = 130  # what shells expect of a program ended by Ctrl-C
TURNS = 8


def evaluate_bots(
    bot: BotFile,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Recorded dialogues, in any known format.", show_default=False),
    ],
    mode: Annotated[
        Literal["teacher-forced", "own-history", "self-chat"],
        typer.Option(
            help="What stands before each message: what people said, or what the bot said itself. In a self-chat a bot "
            "is the user, too.",
        ),
    ] = "teacher-forced",
    user: Annotated[
        Path | None,
        typer.Option(
            metavar="OTHER", help="The bot that is the user in a self-chat; default: BOT.", show_default=False
        ),
    ] = None,
    turns: Annotated[int, typer.Option(min=1, help="How many messages the user of a self-chat has at most.")] = TURNS,
    actions: Annotated[
        bool,
        typer.Option("--actions", help="In a conversation, really run actions, also those that change something."),
    ] = False,
    select: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="Also look for the right reply among so many, 10 or 100; 0: do not."),
    ] = 0,
    limit: Annotated[int, typer.Option(min=0, help="How many dialogues, drawn at random; 0: all.")] = 0,
    split: Split = "",
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Dialogues held at once; more than 1 blurs the time of one turn.")
    ] = 1,
    asked_only: Annotated[
        bool, typer.Option("--asked-only", help="Leave policies unasked that a turn would not ask either.")
    ] = False,
    seconds: Annotated[
        float | None,
        typer.Option(min=0.1, help="How long each component may take; default: as in a turn.", show_default=False),
    ] = None,
    format: Formats = "auto",
    on_error: OnError = "stop",
    seed: Annotated[int, typer.Option(help="For whatever is drawn at random.")] = SEED,
    compare: Annotated[
        Path | None,
        typer.Option(
            metavar="OTHER",
            help="Also put the same to this bot, and say what it does better and worse by more than chance.",
            show_default=False,
        ),
    ] = None,
    train: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What the bot has learnt from, for baselines and to see what stands in both; default: the knowledge "
            "and the training data its file names.",
            show_default=False,
        ),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            metavar="NAME",
            help="Also this metric of replies beside those of people, such as one of a plugin; repeatable.",
            show_default=False,
        ),
    ] = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
    runs_dir: RunsDirectory = None,
    anew: Annotated[bool, typer.Option("--anew", help="Run again what was run before.")] = False,
) -> None:
    """Measure a whole bot on recorded dialogues: what it says, who says it, what it knows, how long it takes.

    Every answer is kept as soon as a dialogue is over: after Ctrl-C or a crash, the same command goes on from there.
    What was run to its end is shown again, until the bot, the files or the options change.

    Examples:
      dialog-core evaluate bot.yaml dialogues.jsonl --limit 200 --html report.html

      dialog-core evaluate bot.yaml dialogues.jsonl --compare changed.yaml
    """
    from dialog_core import Context
    from dialog_core.configuration import refuse_overwriting
    from dialog_evaluation.runs.data import read_dialogues
    from dialog_evaluation.runs.evaluating import Plan
    from dialog_evaluation.runs.labelled_replies import with_answers
    from dialog_evaluation.runs.learnt import learnt_from_file
    from dialog_evaluation.runs.questions import to_hold
    from dialog_evaluation.runs.setting import Setting

    _check_use(mode, user=user, actions=actions, select=select, asked_only=asked_only, seconds=seconds)
    named = [path for path in (compare, user, train) if path is not None]
    refuse_overwriting((json_file, html_file), bot, *files, *named)
    setting = Setting(
        mode=mode,
        user=user,
        turns=turns,
        actions=actions,
        select=select,
        everybody=not asked_only,
        seconds=seconds,
        format=format,
        on_error=on_error,
        split=split,
        limit=limit,
        seed=seed,
    )
    tools = Context.of_command("evaluate", bot=bot)
    tools.create("metric", "bleu")  # before anything is asked: its package may be missing
    further = {name: tools.create("metric", name) for name in metric or ()}
    read = read_dialogues(files, tools, format=format, on_error=on_error, split=split, limit=limit, seed=seed)
    for skipped in read.skipped:
        typer.echo(skipped, err=True)
    read.dialogues, filled = with_answers(read.dialogues, bot)
    held, remarks = to_hold(read.dialogues)
    if mode == "self-chat":
        remarks = []  # of a dialogue, its first message is all that counts
    if filled:
        what = "1 reply is an answer" if filled == 1 else f"{filled:,} replies are answers"
        remarks.append(f"{what} of the bot's own knowledge, of which the file only names the entry.")
    learnt = None if train is None else learnt_from_file(train, tools, format)
    plan = Plan(files, read, held, remarks, setting, runs_dir, anew, jobs, filled)
    run = _run(bot, plan)
    report = _report(bot, plan, run, learnt, further)
    if compare is None:
        _show(report, run, json_file, html_file)
        return
    other = _run(compare, plan)
    _report(compare, plan, other, learnt, further)
    _show_comparison(bot, (run, other), plan, json_file, html_file)


def _check_use(
    mode: str, *, user: Path | None, actions: bool, select: int, asked_only: bool, seconds: float | None
) -> None:
    """Refuse options that would change nothing, for whoever gives them expects them to."""
    forced, chat = mode == "teacher-forced", mode == "self-chat"
    if user is not None and not chat:
        raise typer.BadParameter("another bot is the user only with --mode self-chat", param_hint="--user")
    if actions and forced:
        raise typer.BadParameter("no action runs with --mode teacher-forced", param_hint="--actions")
    if select and chat:
        raise typer.BadParameter("a self-chat has no right replies to look for", param_hint="--select")
    if select == 1:
        raise typer.BadParameter("there is nothing to choose from among 1; say 10 or 100", param_hint="--select")
    if not forced and (asked_only or seconds is not None):
        told = "--asked-only" if asked_only else "--seconds"
        raise typer.BadParameter("only with --mode teacher-forced; a conversation is held as it is", param_hint=told)


def _run(bot: Path, plan: "Plan") -> "Run":
    from dialog_evaluation.progress import progress
    from dialog_evaluation.runs.evaluating import evaluate_bot

    def resumed(run: "Run") -> None:
        done = len(run.answers())
        typer.echo(
            f"{_shown(run.path)}: going on with a run that was cut short: {done} of {run.info.dialogues} dialogues "
            "are over.",
            err=True,
        )

    with progress("holding dialogues", sum(len(held.questions) for held in plan.held)) as step:

        def advance(turns: int) -> None:
            for _ in range(turns):
                step()

        outcome = evaluate_bot(bot, plan, tell=resumed, advance=advance)
    if outcome.course.interrupted:
        done, all = outcome.course.held, outcome.run.info.dialogues
        typer.echo(f"interrupted: {done} of {all} dialogues are over. The same command goes on from there.", err=True)
        raise typer.Exit(INTERRUPTED)
    if outcome.known:
        where = _shown(outcome.run.path)
        typer.echo(f"{where}: was run before, and nothing has changed. --anew runs it again.", err=True)
    return outcome.run


def _report(bot: Path, plan: "Plan", run: "Run", learnt: "Learnt | None", further: dict[str, Any]) -> "Report":
    from dialog_core import Builder, read_bot_file
    from dialog_core.configuration import write_output
    from dialog_evaluation.progress import working
    from dialog_evaluation.report.encoders import encoder_of
    from dialog_evaluation.report.html_report import html_report
    from dialog_evaluation.report.making import make_report
    from dialog_evaluation.runs.learnt import learnt_by

    spec = read_bot_file(bot, training=False)
    own = Builder(spec).context  # with the plugins that the bot trusts
    if learnt is None:
        learnt = learnt_by(bot, own, "auto")
    for remark in learnt.remarks:
        typer.echo(remark, err=True)
    with working("making the report"):
        encoder = encoder_of(spec)
        answers, dialogues = run.answers(), _dialogues(plan)
        report = make_report(
            run.info, answers, dialogues, learnt.dialogues or None, own, encoder=encoder, further=further
        )
    # Files first: they are there also where the reader of the report stops early, as `head` does.
    write_output(run.path / "report.json", report.to_text())
    write_output(run.path / "report.html", html_report(report))
    return report


def _show(report: "Report", run: "Run", json_file: Path | None, html_file: Path | None) -> None:
    from rich.console import Console

    from dialog_core.configuration import write_output
    from dialog_evaluation.report.console_report import print_report
    from dialog_evaluation.report.html_report import html_report

    if json_file is not None:
        write_output(json_file, report.to_text())
    if html_file is not None:
        write_output(html_file, html_report(report))
    print_report(report, Console(highlight=False, markup=False, emoji=False))
    typer.echo(f"Kept in {_shown(run.path)}")


def _show_comparison(
    bot: Path, runs: "tuple[Run, Run]", plan: "Plan", json_file: Path | None, html_file: Path | None
) -> None:
    from rich.console import Console

    from dialog_core import Builder, read_bot_file
    from dialog_core.configuration import write_output
    from dialog_evaluation.progress import working
    from dialog_evaluation.report.comparing import Side, compare
    from dialog_evaluation.report.console_comparison import print_comparison
    from dialog_evaluation.report.encoders import encoder_of
    from dialog_evaluation.report.html_comparison import html_comparison

    spec = read_bot_file(bot, training=False)
    with working("comparing"):
        first, second = (Side(run.info, run.answers(), _dialogues(plan)) for run in runs)
        # In the first bot's language and by its encoder, so that its figures are those of its own report.
        comparison = compare(first, second, Builder(spec).context, encoder=encoder_of(spec))
    if json_file is not None:
        write_output(json_file, comparison.to_text())
    if html_file is not None:
        write_output(html_file, html_comparison(comparison))
    print_comparison(comparison, Console(highlight=False, markup=False, emoji=False))
    for run in runs:
        typer.echo(f"Kept in {_shown(run.path)}")


def _dialogues(plan: "Plan") -> "list[Dialogue]":
    return [held.dialogue for held in plan.held]


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
