"""What several commands that measure are given, in the same words everywhere."""

from pathlib import Path
from typing import Annotated

import typer

BotFile = Annotated[Path, typer.Argument(metavar="BOT", help="The bot file (YAML).", show_default=False)]
DialoguesFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="Recorded dialogues, in any known format.", show_default=False)
]
Format = Annotated[
    str, typer.Option("--format", metavar="NAME", help="The format of FILE; default: found out.", show_default=False)
]
Formats = Annotated[
    str,
    typer.Option(
        "--format", metavar="NAME", help="The format of the files; default: found out for each.", show_default=False
    ),
]
Split = Annotated[
    str,
    typer.Option(
        "--split", metavar="NAME", help="Only what stands in this split, as the file says it.", show_default=False
    ),
]
OnError = Annotated[
    str, typer.Option("--on-error", metavar="stop|skip", help="What to do about an item that cannot be read.")
]
JsonFile = Annotated[
    Path | None, typer.Option("--json", metavar="OUT", help="Also write every figure as JSON.", show_default=False)
]
HtmlFile = Annotated[
    Path | None, typer.Option("--html", metavar="OUT", help="Also write a report to look at.", show_default=False)
]
RunsDirectory = Annotated[
    Path | None,
    typer.Option("--runs", metavar="DIR", help="Where runs are kept; default: beside BOT.", show_default=False),
]
