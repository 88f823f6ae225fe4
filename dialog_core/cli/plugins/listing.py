"""`dialog-core plugins list`: what is installed and what it brings."""

from typing import Annotated

import typer


def list_plugins(
    load: Annotated[
        bool,
        typer.Option("--load", help="Import third-party plugins too, to see what they register and whether they work."),
    ] = False,
) -> None:
    """List the installed plugins: name, origin, version, what they register, and what is wrong with broken ones.

    Third-party plugins are read from their metadata only; `--load` runs their code. Exit code 1: one is broken.

    Example:  dialog-core plugins list --load
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from dialog_core.errors import PluginError
    from dialog_core.plugins import PluginSet, installed_plugins
    from dialog_core.text import strip_controls

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("plugin", "from", "version", "registers"):
        table.add_column(column, overflow="fold")
    working, broken = PluginSet(), False
    for plugin in installed_plugins():
        registers = "[dim]not loaded (see --load)[/dim]"
        if plugin.builtin or load:
            try:
                working.add_installed(plugin)
            except PluginError as error:
                broken, registers = True, f"[red]broken:[/red] {escape(strip_controls(str(error)))}"
            else:
                kinds: dict[str, list[str]] = {}
                for entry in working.registry:
                    if entry.plugin == plugin.name:
                        kinds.setdefault(entry.kind, []).append(entry.name)
                registers = escape("; ".join(f"{kind} {', '.join(names)}" for kind, names in kinds.items())) or "-"
        origin = "built in" if plugin.builtin else plugin.distribution
        table.add_row(escape(plugin.name), escape(origin), escape(plugin.version), registers)
    console = Console()
    if not console.is_terminal:  # a row is a line: for grep
        console.width = max(console.width, console.measure(table, options=console.options.update(width=9999)).maximum)
    console.print(table)
    if broken:
        raise typer.Exit(1)
