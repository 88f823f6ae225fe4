"""Train a bot with several processes: what `dialog-core train` does, started by `torchrun` or `accelerate launch`.

accelerate launch --config_file configs/accelerate/ddp.yaml -m dialog_generative_training bot.yaml llm
"""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points

from dialog_generative_training.distributed import Team, follow, join, leave

INTERRUPTED = 130
FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, or help the first process to, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m dialog_generative_training", description=__doc__)
    parser.add_argument("bot", metavar="BOT.yaml", help="the bot file")
    parser.add_argument("names", nargs="*", metavar="NAME", help="train just these components (default: all)")
    parser.add_argument("--force", action="store_true", help="train although nothing has changed")
    parser.add_argument("--seed", type=int, help="instead of the bot's own")
    wanted = parser.parse_args(arguments)
    team = Team.from_environment()
    join(team)
    if team is not None and team.rank != 0:
        return _help(team)
    command = ["train", wanted.bot, *(part for name in wanted.names for part in ("--only", name))]
    command += ["--force"] if wanted.force else []
    command += [] if wanted.seed is None else ["--seed", str(wanted.seed)]
    status = FAILED
    try:
        status = _train(command)
    finally:
        if team is not None and status == 0:
            team.dismiss()
        elif team is not None:
            team.fail()
    leave()
    return status


def _train(command: Sequence[str]) -> int:
    """Run a command of `dialog-core` in this process, and return its exit status."""
    (script,) = entry_points(group="console_scripts", name="dialog-core")
    sys.argv = ["dialog-core", *command]
    try:
        script.load()()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else FAILED if ended.code else 0
    return 0


def _help(team: Team) -> int:
    """Do what the first process asks for, and return the exit status."""
    try:
        follow(team)
        leave()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        # The first process tells what is wrong with the training; this is about one process of several.
        sys.stderr.write(f"process {team.rank} of {team.size}: {type(error).__name__}: {error}\n")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
