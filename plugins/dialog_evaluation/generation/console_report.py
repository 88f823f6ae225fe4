"""An evaluation of generated texts as text."""

import random
from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from dialog_evaluation.console import clean, plain_table, shortened
from dialog_evaluation.generation.asking import Said
from dialog_evaluation.generation.evaluation import Evaluation
from dialog_evaluation.generation.wording import GROUPS, WORDINGS, interval_of, speed_line
from dialog_evaluation.replies.cases import Case
from dialog_evaluation.seed import SEED

EXAMPLES = 3
REASONS = 5
WIDE = 100  # columns from which on there is room for what figures mean
LABELS = 8  # how wide the labels of examples are


def print_report(evaluation: Evaluation, console: Console) -> None:
    """Print the figures beside those of replies that need no model, how fast it was, examples, and remarks."""
    count = len(evaluation.answers)
    what = f"{evaluation.bot}, {evaluation.speaker}" if evaluation.speaker else evaluation.bot
    title = f"{what}: {count} {'reply' if count == 1 else 'replies'} in {evaluation.dialogues} dialogues of "
    console.print(Text(clean(f"{title}{evaluation.file}"), "bold"), soft_wrap=True)
    statuses = ("answered", "abstained", "failed")
    console.print(Text(", ".join(f"{evaluation.count(status)} {status}" for status in statuses)))
    console.print()
    _print_figures(evaluation, console)
    console.print(Text(evaluation.signature, "dim"), soft_wrap=True)
    if evaluation.leaked is not None:
        console.print(Text(_leaked(evaluation.leaked)), soft_wrap=True)
    if line := speed_line(evaluation.speed):
        console.print(Text(f"Speed: {line}"), soft_wrap=True)
    console.print()
    _print_reasons(evaluation, console)
    _print_frequent(evaluation, console)
    _print_examples(evaluation, console)
    for remark in evaluation.remarks:
        console.print(Text(f"note: {clean(remark)}", "yellow"), soft_wrap=True)


def _print_figures(evaluation: Evaluation, console: Console) -> None:
    table = plain_table()
    table.add_column("", no_wrap=True)
    table.add_column(Text(shortened(evaluation.name, 16)), justify="right", no_wrap=True)
    table.add_column(Text("95 %", "dim"), no_wrap=True)
    for one in evaluation.others:
        table.add_column(one.name.replace(" ", "\n"), justify="right", vertical="bottom")
    if console.width >= WIDE:
        table.add_column("", style="dim", overflow="fold")
    for _, names in GROUPS:
        known = [name for name in names if evaluation.model.figures[name] is not None]
        if known and table.rows:
            table.add_row()
        for name in known:
            wording = WORDINGS[name]
            cells = [
                Text(wording.shown(evaluation.model.figures[name]), "bold"),
                Text(interval_of(evaluation.model, name), "dim"),
                *(Text(wording.shown(one.figures[name])) for one in evaluation.others),
            ]
            meaning = [wording.meaning] if console.width >= WIDE else []
            table.add_row(wording.title, *cells, *meaning)
    console.print(table)


def _leaked(leaked: Mapping[str, float]) -> str:
    return (
        f"Word for word in the training data: {100 * leaked['pairs']:.1f} % of questions with their reply, "
        f"{100 * leaked['contexts']:.1f} % with all that came before, {100 * leaked['replies']:.1f} % of replies"
    )


def _print_reasons(evaluation: Evaluation, console: Console) -> None:
    if not evaluation.reasons:
        return
    console.print(Text("Why there was no reply", "bold"))
    for reason, count in evaluation.reasons[:REASONS]:
        console.print(Text(f"{count:>5}  {shortened(reason, 200)}"), soft_wrap=True)
    if len(evaluation.reasons) > REASONS:
        console.print(Text(f"       and {len(evaluation.reasons) - REASONS} other reasons; --json has them all", "dim"))
    console.print()


def _print_frequent(evaluation: Evaluation, console: Console) -> None:
    if not evaluation.frequent:
        return
    console.print(Text("Said most often", "bold"))
    for text, count in evaluation.frequent:
        console.print(Text(f"{count:>5}  {shortened(text)}"), soft_wrap=True)
    console.print()


def examples_of(evaluation: Evaluation, count: int) -> list[tuple[Case, Said]]:
    """Return answered questions drawn at random, in the order of the file."""
    answered = [pair for pair in evaluation.answers if pair[1].status == "answered"]
    drawn = random.Random(SEED).sample(range(len(answered)), min(count, len(answered)))
    return [answered[number] for number in sorted(drawn)]


def _print_examples(evaluation: Evaluation, console: Console) -> None:
    examples = examples_of(evaluation, EXAMPLES)
    if not examples:
        return
    console.print(Text("Examples, drawn at random", "bold"))
    room = max(console.width - LABELS - 4, 20)
    for case, said in examples:
        for label, text, style in (
            ("user", case.question, ""),
            ("people", case.reply, "dim"),
            ("bot", said.text, "bold"),
        ):
            console.print(Text(f"  {label:<{LABELS}}").append(shortened(text, room), style), soft_wrap=True)
        console.print()
