"""Gathering: everything a ranker is to learn from, out of files and a store, in one form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialog_core import Bot, Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.training import Progress
from dialog_ranking.choices import Choice, read_choices
from dialog_ranking_training.gathering.merging import merge
from dialog_ranking_training.options import RankingTraining

CHOICES = ".choices.jsonl"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is to learn from.

    Attributes:
        choices: Each id once, their labels as they were given; see `weighing.weigh` for how much they count.
        remarks: Sentences for the person who trains: what was found, and what was left out.
    """

    choices: tuple[Choice, ...]
    remarks: tuple[str, ...] = ()


def gather(
    options: RankingTraining,
    *,
    open_bot: Callable[[], Bot],
    context: Context,
    progress: Progress,
    checkpoints: Path,
) -> Gathered:
    """Return everything the options name.

    Args:
        options: Which files and which store, and what counts as right.
        open_bot: Opens the bot that is asked about the files; it is opened only if there are such.
        context: Of the ranker: readers, and the fingerprints of the policies.
        progress: Where to say how far it is.
        checkpoints: Where to keep what the bot said, so that it is not asked again after a kill.

    Raises:
        ConfigurationError: With every mistake of every file.
        DialogError: The bot cannot be opened, or the store cannot be read.
    """
    progress.stage("reading what is to be learnt from")
    choices, again = merge(_read(options.data))
    remarks = [f"{again} choices were there more than once; each counts once."] if again else []
    return Gathered(tuple(choices), tuple(remarks))


def _read(files: Sequence[Path]) -> list[Choice]:
    choices: list[Choice] = []
    problems: list[Problem] = []
    for file in files:
        try:
            choices += read_choices(file)
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return choices
