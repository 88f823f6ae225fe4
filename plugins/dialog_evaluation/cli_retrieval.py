"""`dialog-core evaluate retrieval`: measure how well a bot finds what answers questions."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dialog_evaluation.cli_options import BotFile, Format, HtmlFile, JsonFile, Split

if TYPE_CHECKING:
    from dialog_evaluation.retrieval.evaluation import Evaluation

SHALLOWEST, DEEPEST = 10, 10_000  # nDCG looks at ten


def evaluate_retrieval(
    bot: BotFile,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Questions with the ids of the entries that answer them: CSV, JSON lines, YAML, or any known format.",
            show_default=False,
        ),
    ],
    retrievers: Annotated[
        list[str] | None,
        typer.Option(
            "--retriever",
            metavar="NAME",
            help="One of the bot's retrievers; repeatable; default: all.",
            show_default=False,
        ),
    ] = None,
    top_k: Annotated[
        int, typer.Option(min=SHALLOWEST, max=DEEPEST, help="How many entries each search may find.")
    ] = 100,
    format: Format = "",
    split: Split = "",
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Measure how well a bot finds the entries that answer questions, and knows when there is none.

    Rows labelled `out_of_scope` are questions the knowledge has no answer to. Several rows with one question name
    several right entries.

    Example:  dialog-core evaluate retrieval bot.yaml questions.csv --html report.html
    """
    from rich.console import Console

    from dialog_core import Bot, Builder, Context, read_bot_file
    from dialog_core.configuration import refuse_overwriting, write_output
    from dialog_core.training import DataFile, read_labelled
    from dialog_evaluation.progress import progress
    from dialog_evaluation.retrieval.asking import find_retrievers
    from dialog_evaluation.retrieval.console_report import print_report
    from dialog_evaluation.retrieval.evaluation import evaluate
    from dialog_evaluation.retrieval.labels import KnownIds, check_labels
    from dialog_evaluation.retrieval.questions import questions_of
    from dialog_evaluation.retrieval.threshold import answers_from

    refuse_overwriting((json_file, html_file), bot, file)
    tools = Context.of_command("evaluate", bot=bot)
    tools.create("metric", "retrieval")  # before anything is asked: its package may be missing
    given = DataFile(file, format or "labelled", only=bool(format))
    rows = [row for _, row in read_labelled([given], tools, split=(split,) if split else (), option="--split")]
    questions = questions_of(rows, file)
    spec = read_bot_file(bot, training=False)
    context = Builder(spec).context
    # Nobody says anything here: no store of anybody's conversations has to be opened.
    with Bot.load(bot, store=tools.create("store", "memory")) as loaded:
        names = find_retrievers(loaded, retrievers or ())
        ids = KnownIds.of(context, spec.knowledge)
        all_known = check_labels(loaded, names, questions, ids, file)
        with progress("searching", len(questions) * len(names)) as advance:
            evaluation = evaluate(
                loaded,
                names,
                file,
                questions,
                top_k=top_k,
                thresholds={name: answers_from(spec, context, name) for name in names},
                all_known=all_known,
                advance=advance,
            )
    # Files first: they are there also where the reader of the report stops early, as `head` does.
    if json_file is not None:
        write_output(json_file, json.dumps(evaluation.to_json(), ensure_ascii=False, indent=2) + "\n")
    if html_file is not None:
        write_output(html_file, _page(evaluation))
    print_report(evaluation, Console(highlight=False, markup=False, emoji=False))


def _page(evaluation: "Evaluation") -> str:
    from dialog_evaluation.retrieval.html_report import html_report

    return html_report(evaluation)
