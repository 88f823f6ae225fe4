"""`dialog-core data agreement`: how far people agree who have labelled the same texts."""

from pathlib import Path
from typing import Annotated

import typer

from dialog_data.commands.options import SEED, Formats, JsonFile

FAILED = 1


def agreement(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="LABELS...",
            help="Logs of labels, exports of doccano or Label Studio, files of labelled texts.",
            show_default=False,
        ),
    ],
    format: Formats = "",
    json_file: JsonFile = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Decides how texts are drawn for the intervals.")] = SEED,
) -> None:
    """Measure how far annotators agree about the texts that two or more have labelled.

    Observed agreement, Cohen's kappa for each two, Krippendorff's alpha for
    all of them, F1 of entities, which labels are taken for each other, and
    how far those agree with themselves who have labelled texts twice.

    Several files of labelled texts are one annotator's each, under their
    names.

    Examples:
      dialog-core data agreement labels.jsonl

      dialog-core data agreement ann.csv bob.csv --json agreement.json
    """
    import json

    from rich.console import Console

    from dialog_core import Context
    from dialog_core.configuration import refuse_overwriting, write_output
    from dialog_data.labelling.agreement.gathering import gather
    from dialog_data.labelling.agreement.measuring import measure
    from dialog_data.labelling.agreement.report import as_json, print_report

    refuse_overwriting((json_file,), *files)
    found = measure(gather(files, format, Context.of_command("data")), seed)
    if json_file is not None:
        write_output(json_file, json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n")
    print_report(found, Console(highlight=False, markup=False, emoji=False))
    if found.labels is None and found.entities is None and not found.selves:
        who = ", ".join(found.annotators) or "nobody"
        told = f"no text has been labelled twice, so there is nothing to compare. Labelled: {who}"
        typer.echo(f"error: {told}", err=True)
        raise typer.Exit(FAILED)
