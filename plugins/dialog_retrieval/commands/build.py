"""`dialog-core knowledge build`: read the sources once, and make what is searched ready on the disk."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from dialog_retrieval.commands.building import Building

INTERRUPTED = 130


def build(
    bot: Annotated[Path, typer.Argument(metavar="BOT", help="The bot file (YAML).", show_default=False)],
    only: Annotated[
        list[str] | None,
        typer.Option("--only", "-o", metavar="NAME", help="Make just the index of this policy. Repeatable."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", "-f", help="Read and make everything anew, although nothing has changed.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was done as JSON; progress goes elsewhere.")
    ] = False,
) -> None:
    """Read a bot's knowledge into its store, and make the indexes its policies search. What has not changed is left.

    Bots that run see the changes with their next message. A build that was cut off has lost nothing: run the same
    again, and it goes on where it was.

    Examples:
      dialog-core knowledge build bot.yaml

      dialog-core knowledge build bot.yaml --only semantic --force
    """
    from rich.console import Console

    from dialog_core import read_bot_file
    from dialog_core.training import show_progress
    from dialog_retrieval.commands.building import Building

    building = Building(read_bot_file(bot, training=False), force=force, only=only or ())
    console = Console(stderr=as_json, highlight=False)
    if not building.jobs():
        console.print(f"Nothing to do: {bot} has no `knowledge:`.", markup=False)
    else:
        try:
            with show_progress(console, building.jobs()) as progress:
                building.run(progress)
        except KeyboardInterrupt:
            _report(console, building)
            text = "interrupted: what was in use stays in use, and what was done is kept. Run the same again to go on"
            typer.echo(f"{text}: dialog-core knowledge build {bot}", err=True)
            raise typer.Exit(INTERRUPTED) from None
    if as_json:
        typer.echo(json.dumps(building.to_json(), ensure_ascii=False, indent=2))
    else:
        _report(console, building)
    for error in building.errors[:-1]:
        from dialog_core.text import strip_controls

        typer.echo(f"error: {strip_controls(str(error))}", err=True)
    if building.errors:
        raise building.errors[-1]


def _report(console: "Console", building: "Building") -> None:
    from dialog_retrieval.commands.build_report import print_report

    print_report(console, building)
