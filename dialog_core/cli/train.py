"""`dialog-core train`: train what a bot file says is to be trained, and nothing twice."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dialog_core.cli.options import BotPath

if TYPE_CHECKING:
    from rich.console import Console

    from dialog_core.training import Outcome

INTERRUPTED = 130
SAYS = {
    "trained": "trained",
    "current": "nothing has changed",
    "restored": "an earlier model of just this is used again",
}


def train(
    bot: BotPath,
    only: Annotated[
        list[str] | None, typer.Option("--only", "-o", metavar="NAME", help="Train just this component. Repeatable.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", "-f", help="Train although nothing has changed.")] = False,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Instead of the bot's own: to see how much of a figure is chance.")
    ] = None,
) -> None:
    """Train a bot's components: annotators, then policies, then the ranking. What has not changed is left as it is.

    A training that was cut off is started again with the same command.
    Until a new model is complete, the one before stays in use.

    Examples:
      dialog-core train bot.yaml

      dialog-core train bot.yaml --only intents --force
    """
    from rich.console import Console

    from dialog_core.bot_reader import read_bot_file
    from dialog_core.text import strip_controls
    from dialog_core.training import TrainingRunner, plan, show_outcomes, show_progress

    spec = read_bot_file(bot)
    for one in spec.left_out:
        print(strip_controls(f"note: {one}"), file=sys.stderr)
    entries = plan(spec, only or ())
    console = Console()
    if not entries:
        console.print(f"Nothing to do: {bot} has no `training:`.", markup=False, highlight=False)
        return
    runner, outcomes = TrainingRunner(spec, seed=seed), []
    try:
        with show_progress(console, [entry.name for entry in entries]) as progress:
            for entry in entries:
                with progress.job(entry.name) as shown:
                    outcome = runner.run(entry, shown, force=force)
                    shown.finish(SAYS[outcome.status])
                outcomes.append(outcome)
    except KeyboardInterrupt:
        show_outcomes(console, outcomes)
        _tell_interrupted(bot, [entry.name for entry in entries[len(outcomes) :]])
        raise typer.Exit(INTERRUPTED) from None
    except BaseException:
        show_outcomes(console, outcomes)
        raise
    show_outcomes(console, outcomes)
    _tell_done(console, outcomes)


def _tell_done(console: "Console", outcomes: "Sequence[Outcome]") -> None:
    left = [outcome.name for outcome in outcomes if outcome.status == "current"]
    if len(left) == len(outcomes):
        text = f"Nothing to do: {', '.join(left)} trained already, and nothing has changed. --force trains anyway."
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _tell_interrupted(bot: Path, names: Sequence[str]) -> None:
    text = f"interrupted: {', '.join(names)} not trained, and what was in use stays in use. Run the same again to go on"
    print(f"{text}: dialog-core train {bot}", file=sys.stderr)
