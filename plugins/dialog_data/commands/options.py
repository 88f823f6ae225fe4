"""The options that several commands on data sets have, in the same words everywhere."""

from pathlib import Path
from typing import Annotated

import typer

SEED = 20_261

Format = Annotated[
    str, typer.Option("--format", metavar="NAME", help="The format of FILE; default: found out.", show_default=False)
]
Formats = Annotated[
    str,
    typer.Option(
        "--format", metavar="NAME", help="The format of the files; default: found out for each.", show_default=False
    ),
]
FormatOptions = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="KEY=VALUE", help="An option of that format; repeatable.", show_default=False),
]
To = Annotated[
    str, typer.Option("--to", metavar="NAME", help="The format of OUT; default: by what is in it.", show_default=False)
]
OnError = Annotated[
    str, typer.Option("--on-error", metavar="stop|skip", help="What to do about an item that cannot be read.")
]
Steps = Annotated[
    Path | None, typer.Option("--steps", metavar="FILE", help="A YAML file with a list of steps.", show_default=False)
]
Likeness = Annotated[
    float, typer.Option("--likeness", min=0.1, max=1.0, help="From which similarity on two are the same.")
]
JsonFile = Annotated[
    Path | None, typer.Option("--json", metavar="OUT", help="Also write every figure as JSON.", show_default=False)
]
HtmlFile = Annotated[
    Path | None, typer.Option("--html", metavar="OUT", help="Also write a report to look at.", show_default=False)
]
