"""`dialog-core plugins check`: whether an installed plugin is fit to be published."""

from pathlib import Path
from typing import Annotated

import typer


def check_plugin(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The plugin, as bot files call it.", show_default=False)],
    json_file: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Also write the findings as JSON.", show_default=False),
    ] = None,
    no_contracts: Annotated[
        bool, typer.Option("--no-contracts", help="Leave out the contracts, which take longest and need pytest.")
    ] = False,
) -> None:
    """Check an installed plugin as its users get it, and say what to do about whatever is wrong.

    Looked at are what the package says about itself, what importing it does, every component it registers, its bots and
    conversations, and the contracts of dialog_core.testing. The plugin's code is run. Exit code 1: something failed.

    Example:  dialog-core plugins check pet_shop
    """
    import json

    from rich.console import Console

    from dialog_core.cli.deprecations import deprecations
    from dialog_core.cli.plugins.checking.bots import check_bots
    from dialog_core.cli.plugins.checking.components import check_components
    from dialog_core.cli.plugins.checking.contracts import check_contracts
    from dialog_core.cli.plugins.checking.finding import Finding, Findings, PluginReport
    from dialog_core.cli.plugins.checking.loading import check_loading
    from dialog_core.cli.plugins.checking.package import check_package, package_folder
    from dialog_core.cli.plugins.checking.report import print_report
    from dialog_core.configuration import write_output
    from dialog_core.plugins import PluginSet, find_plugin

    plugin = find_plugin(name)
    folder = package_folder(plugin)
    findings: list[Finding] = [*check_package(plugin), *check_loading(name)]
    broken = any(finding.subject == "hooks" and finding.status == "failed" for finding in findings)
    with deprecations() as old:
        plugins = PluginSet() if broken else PluginSet.load([name])
        findings += () if broken else (*check_components(plugins, name), *check_bots(folder))
    used = Findings("Deprecated")
    for text in old:
        used.deprecated("in use", text)
    findings += used.made
    if not (no_contracts or broken):
        findings += check_contracts(plugins, name, folder)
    report = PluginReport(plugin.name, plugin.distribution, plugin.version, findings)
    print_report(report, Console(highlight=False, markup=False, emoji=False))
    if json_file is not None:
        write_output(json_file, json.dumps(report.to_json(), ensure_ascii=False, indent=2) + "\n")
    if report.count("failed"):
        raise typer.Exit(1)
