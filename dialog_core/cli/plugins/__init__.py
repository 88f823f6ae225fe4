"""`dialog-core plugins`: what is installed and what it brings, a new one, and whether one is fit to be published."""

import typer

from dialog_core.cli.plugins.check import check_plugin
from dialog_core.cli.plugins.listing import list_plugins
from dialog_core.cli.plugins.new import new_plugin

app = typer.Typer(no_args_is_help=True, add_completion=False, help="See what is installed, make a plugin, check one.")


@app.callback(epilog="Example:  dialog-core plugins list --load")
def plugins() -> None:
    """See what is installed, make a plugin, check one."""


app.command("list")(list_plugins)
app.command("new")(new_plugin)
app.command("check")(check_plugin)
