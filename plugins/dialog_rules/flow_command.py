"""`dialog-core flows graph`: draw the flows of a bot."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dialog_rules.flow_graph import Graph


class Format(StrEnum):
    """What the picture is written as."""

    MERMAID = "mermaid"
    SVG = "svg"


def graph(
    bot: Annotated[Path, typer.Argument(metavar="BOT", help="The bot file (YAML).", show_default=False)],
    format: Annotated[
        Format | None,
        typer.Option("--format", help="Default: as the ending of --out says, else mermaid.", show_default=False),
    ] = None,
    flow: Annotated[
        list[str] | None,
        typer.Option("--flow", metavar="NAME", help="Only this flow; may be given more than once.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write it; default: the terminal.", show_default=False),
    ] = None,
) -> None:
    """Draw the flows of a bot: as text for Mermaid, or as a picture (SVG) for a browser.

    Example:  dialog-core flows graph bot.yaml --out flows.svg
    """
    from dialog_core import read_bot_file
    from dialog_core.configuration import refuse_overwriting, write_output
    from dialog_rules.flow_file import read_flows
    from dialog_rules.flow_graph import graphs_of
    from dialog_rules.flow_mermaid import mermaid
    from dialog_rules.flow_svg import svg

    spec = read_bot_file(bot, training=False)
    graphs: list[Graph] = []
    for policy in spec.policies:
        if policy.registration.name == "flows":
            graphs.extend(graphs_of(read_flows(policy.options.path), spec.file.bot.language))
    chosen = _chosen(graphs, flow or [], bot)
    if format is None:
        format = Format.SVG if out is not None and out.suffix.casefold() == ".svg" else Format.MERMAID
    text = svg(chosen) if format is Format.SVG else mermaid(chosen)
    if out is None:
        typer.echo(text, nl=False)
    else:
        refuse_overwriting((out,), bot)
        write_output(out, text)


def _chosen(graphs: "Sequence[Graph]", names: Sequence[str], bot: Path) -> "Sequence[Graph]":
    """Return the flows of these names; all, where none is named."""
    from dialog_core.configuration import ConfigurationError, Problem, did_you_mean

    known = [graph.name for graph in graphs]
    if not known:
        remedy = "Add a policy `{name: flows, use: flows, path: flows.yaml}`."
        raise ConfigurationError([Problem("this bot has no flows", bot, remedy=remedy)])
    problems = [
        Problem(f"there is no flow {name!r}", bot, remedy=did_you_mean(name, known))
        for name in names
        if name not in known
    ]
    if problems:
        raise ConfigurationError(problems)
    return [graph for graph in graphs if not names or graph.name in names]
