"""`dialog-core evaluate generation`: measure what a language model says."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dialog_evaluation.cli_options import BotFile, DialoguesFile, Format, HtmlFile, Split

if TYPE_CHECKING:
    from dialog_evaluation.generation.evaluation import Evaluation

FAILED, INTERRUPTED = 1, 130
SECONDS = 60.0  # longer than anybody waits in a chat: what is said is measured here, and how long it takes apart


def evaluate_generation(
    bot: BotFile,
    file: DialoguesFile,
    policy: Annotated[
        str,
        typer.Option(metavar="NAME", help="The policy; default: the only language model.", show_default=False),
    ] = "",
    whole_bot: Annotated[
        bool,
        typer.Option("--bot", hidden=True, help="Moved to `dialog-core evaluate BOT FILE`."),
    ] = False,
    train: Annotated[
        Path | None,
        typer.Option(
            "--train",
            metavar="FILE",
            help="What it has learnt from: for baselines, and to see what stands in both.",
            show_default=False,
        ),
    ] = None,
    train_split: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Of what --train names only this split, as the file says it.", show_default=False
        ),
    ] = "",
    format: Format = "",
    split: Split = "",
    limit: Annotated[
        int,
        typer.Option(min=0, help="About how many replies to measure, of dialogues drawn at random; 0: all."),
    ] = 0,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, help="Dialogues held at once; more than 1 blurs the speed of one.")
    ] = 1,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long a policy may take for a reply.")] = SECONDS,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="OUT", help="Also write every figure and reply as JSON.", show_default=False),
    ] = None,
    html_file: HtmlFile = None,
) -> None:
    """Measure what a language model says, compared with what people said in recorded dialogues.

    It is asked for every reply of the dialogues, with what people said before. Nothing is stored.

    Ctrl-C ends with the figures so far. Exit code 1 says that it failed on every question, or on ten in a row.

    Example:  dialog-core evaluate generation bot.yaml dialogues.jsonl --limit 200 --html report.html
    """
    from rich.console import Console

    from dialog_core import Bot, Context, read_bot_file
    from dialog_core.configuration import refuse_overwriting, write_output
    from dialog_core.datasets import Dialogue
    from dialog_core.training import DataFile, read_data
    from dialog_evaluation.generation.console_report import print_report
    from dialog_evaluation.generation.evaluation import evaluate
    from dialog_evaluation.generation.speakers import WHOLE_BOT, PolicySpeaker, find_policy
    from dialog_evaluation.progress import progress
    from dialog_evaluation.replies.cases import cases_of, limited
    from dialog_evaluation.seed import SEED

    refuse_overwriting((json_file, html_file), bot, file, *([train] if train is not None else []))
    if train_split and train is None:
        raise typer.BadParameter("it is a part of what --train names", param_hint="--train-split")
    if whole_bot:
        raise typer.BadParameter(f"the whole bot is measured by: {WHOLE_BOT}", param_hint="--bot")
    tools = Context.of_command("evaluate", bot=bot)
    tools.create("metric", "bleu")  # before anything is asked: its package may be missing

    def read(path: Path, part: str, option: str) -> list[Dialogue]:
        given = DataFile(path, format or "dialogues", only=bool(format))
        parts = (part,) if part else ()
        return [dialogue for _, dialogue in read_data([given], tools, (Dialogue,), split=parts, option=option)]

    cases = limited(cases_of(read(file, split, "--split"), file), limit, SEED)
    learnt = [] if train is None else cases_of(read(train, train_split, "--train-split"), train).by_dialogue
    spec = read_bot_file(bot, training=False)
    kinds = {each.name: each.registration.category for each in spec.policies}
    # A store of its own: no conversation of anybody is opened, and none is added.
    with Bot.load(bot, store=tools.create("store", "memory")) as loaded:
        chosen = find_policy(loaded, kinds, policy)
        speaker = PolicySpeaker(loaded, chosen, seconds)
        speaker.warm(cases.by_dialogue[0][0])
        with progress("answering", cases.count) as advance:
            evaluation = evaluate(
                loaded.name,
                chosen,
                speaker,
                cases,
                file,
                train=[case for dialogue in learnt for case in dialogue],
                jobs=jobs,
                advance=advance,
            )
    # Files first: they are there also where the reader of the report stops early, as `head` does.
    if json_file is not None:
        write_output(json_file, json.dumps(evaluation.to_json(), ensure_ascii=False, indent=2) + "\n")
    if html_file is not None:
        write_output(html_file, _page(evaluation))
    print_report(evaluation, Console(highlight=False, markup=False, emoji=False))
    if evaluation.interrupted:
        raise typer.Exit(INTERRUPTED)
    if evaluation.failed:
        raise typer.Exit(FAILED)


def _page(evaluation: "Evaluation") -> str:
    from dialog_evaluation.generation.html_report import html_report

    return html_report(evaluation)
