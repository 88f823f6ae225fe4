"""An evaluation of intents as text."""

from rich.console import Console
from rich.text import Text

from dialog_evaluation.console import clean, plain_table, shortened
from dialog_evaluation.intents.evaluation import Evaluation
from dialog_evaluation.intents.wording import WORDINGS

WORST_SHOWN = 15
PAIRS_SHOWN = 10


def print_report(evaluation: Evaluation, console: Console) -> None:
    """Print the figures, the labels that fare worst, the pairs most often confused, and remarks."""
    title = f"{evaluation.bot}: {evaluation.annotator}, {evaluation.rows} messages of {evaluation.file}"
    console.print(Text(clean(title), "bold"), soft_wrap=True)
    console.print(Text(f"{evaluation.out_of_scope} of them out of scope, {evaluation.rejected} rejected"))
    console.print()
    _print_figures(evaluation, console)
    _print_labels(evaluation, console)
    _print_pairs(evaluation, console)
    for remark in evaluation.remarks:
        console.print(Text(f"note: {clean(remark)}", "yellow"), soft_wrap=True)


def _print_figures(evaluation: Evaluation, console: Console) -> None:
    table = plain_table()
    table.add_column("figure")
    table.add_column("", justify="right")
    table.add_column("is", style="dim")
    for name, wording in WORDINGS.items():
        table.add_row(wording.title, Text(wording.shown(evaluation.figures[name]), "bold"), wording.meaning)
    console.print(table)
    console.print()


def _print_labels(evaluation: Evaluation, console: Console) -> None:
    labels = sorted(evaluation.per_intent.items(), key=lambda item: (item[1].f1, item[0]))
    table = plain_table()
    table.add_column("intent", overflow="fold")
    for name in ("support", "precision", "recall", "F1"):
        table.add_column(name, justify="right")
    for label, scores in labels[:WORST_SHOWN]:
        figures = (f"{value:.3f}" for value in (scores.precision, scores.recall, scores.f1))
        table.add_row(Text(clean(label)), str(scores.support), *figures)
    console.print(table)
    if len(labels) > WORST_SHOWN:
        console.print(Text(f"and {len(labels) - WORST_SHOWN} that fare better; --json and --html have them all", "dim"))
    console.print()


def _print_pairs(evaluation: Evaluation, console: Console) -> None:
    if not evaluation.confused:
        return
    console.print(Text("Most often confused", "bold"))
    for pair in evaluation.confused[:PAIRS_SHOWN]:
        line = Text(f"{pair.count:>5}  {clean(pair.expected)} taken for {clean(pair.predicted)}: ")
        example = shortened(pair.examples[0])
        console.print(line.append(example, "dim"), soft_wrap=True)
    console.print()
