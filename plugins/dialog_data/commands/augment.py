"""`dialog-core data augment`: make further examples of those there are."""

from pathlib import Path
from typing import Annotated, Any

import typer

from dialog_data.commands.options import SEED, Format, FormatOptions, OnError, Steps, To

DEFAULT = ("typos", "word_dropout")


def augment_data(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The data set.", show_default=False)],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Where to write it with its variants.", show_default=False)
    ],
    steps: Steps = None,
    step: Annotated[
        list[str] | None,
        typer.Option("--step", metavar="NAME", help=f"A step by name; repeatable. Default: {', '.join(DEFAULT)}."),
    ] = None,
    count: Annotated[
        int, typer.Option("--count", "-n", min=1, help="How many variants each step makes of an item.")
    ] = 1,
    only_variants: Annotated[
        bool, typer.Option("--only-variants", help="Write the variants alone, without the items themselves.")
    ] = False,
    format: Format = "auto",
    option: FormatOptions = None,
    to: To = "",
    on_error: OnError = "stop",
    seed: Annotated[int, typer.Option(help="For everything that is left to chance.")] = SEED,
) -> None:
    """Make further examples: typing mistakes, words left out, synonyms, filled-in templates, other words.

    What users say is varied; what the bot answers stays. Each variant is marked (`augmented` in its metadata), so that
    it is learnt from and never measured on: `data split` and training keep it out of what they test with.

    A file of steps says more than names can:

        steps:
          - {use: synonyms, path: synonyms.yaml}
          - {use: templates, path: slot-values.yaml}
          - {use: paraphrase, bot: bot.yaml, policy: llm}

    Example:  dialog-core data augment intents.csv more.jsonl --step typos --count 2
    """
    from rich.console import Console

    from dialog_core import Context
    from dialog_data.augmentation.pipeline import AugmentationReport, augmented
    from dialog_data.augmentation.showing import print_report
    from dialog_data.commands.files import read_items, reader_spec, write_items
    from dialog_data.steps import built_steps, read_steps

    if steps is not None and step:
        raise typer.BadParameter("name the steps in a file or one by one, not both", param_hint="--step")
    specs: list[Any] = read_steps(steps) if steps is not None else list(step or DEFAULT)
    context = Context.of_command("augment", seed=seed)
    report = AugmentationReport()
    source = reader_spec(format, option)
    with built_steps("augmenter", specs, context) as augmenters, read_items(file, source, on_error) as items:
        larger = augmented(items, augmenters, count, report, originals=not only_variants)
        saved = write_items(larger, out, to, source=file)
    print_report(report, saved, Console(highlight=False, markup=False, emoji=False))
