"""Gathering: everything a ranker is to learn from, out of files and a store, in one form."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from dialog_core import Bot, Context, TrainingError
from dialog_core.training import Progress
from dialog_ranking.choices import Choice
from dialog_ranking_training.gathering import telling
from dialog_ranking_training.gathering.asking import FAILED, LATE, PATIENCE, ask
from dialog_ranking_training.gathering.checkpoint import Checkpoint, Kept, as_read
from dialog_ranking_training.gathering.conversation_tests import hold, steps_of
from dialog_ranking_training.gathering.dialogues import Question
from dialog_ranking_training.gathering.likeness import Likeness
from dialog_ranking_training.gathering.logs import choices_of_store
from dialog_ranking_training.gathering.material import Material, read_material
from dialog_ranking_training.gathering.merging import merge
from dialog_ranking_training.options import RankingTraining

LATE_IN_A_ROW = 10  # messages; after so many there is something wrong with a policy and not with a message


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is to learn from.

    Attributes:
        choices: Each id once, their labels as they were given: see `weighing.weigh` for how much they count.
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
        open_bot: Opens the bot that is asked about the files; it is opened only if there is something to ask.
        context: Of the ranker: readers, and the fingerprints of the policies.
        progress: Where to say how far it is.
        checkpoints: Where to keep what the bot said, so that it is not asked again after a kill.

    Raises:
        ConfigurationError: With every mistake of every file.
        DialogError: The bot cannot be opened, or the store cannot be read.
    """
    progress.stage("reading what is to be learnt from")
    material = read_material(options.data, context, datetime.now(UTC), options.split)
    choices = [choice for each in material for choice in each.choices]
    remarks: list[str] = []
    to_ask = [each for each in material if each.to_ask or each.silent]
    if to_ask:
        progress.stage("asking the bot", sum(each.to_ask for each in to_ask))
        with _Asking(options, open_bot, context, progress, checkpoints) as asking:
            for each in to_ask:
                found, counts = _together(asking.about(each))
                choices += found
                remarks += telling.of_file(each.name, counts, rated=each.rated)
    if options.logs is not None and not options.logs.exists():
        remarks.append(telling.of_no_store(options.logs))
    elif options.logs is not None:
        progress.stage("reading what people thought of replies")
        logged = choices_of_store(options.logs, context)
        choices += logged.choices
        remarks += telling.of_store(options.logs.name, logged.counts, len(logged.choices))
    once, again = merge(choices)
    remarks += telling.of_repetition(again)
    return Gathered(tuple(once), tuple(remarks))


class _Asking:
    """Asks a bot about files, or remembers what it said before a run was cut off."""

    def __init__(
        self,
        options: RankingTraining,
        open_bot: Callable[[], Bot],
        context: Context,
        progress: Progress,
        checkpoints: Path,
    ) -> None:
        self._options, self._open_bot, self._progress = options, open_bot, progress
        self._checkpoint = Checkpoint(checkpoints)
        self._fingerprints = context.policy_fingerprints()
        self._likeness = Likeness(context)
        self._opened = ExitStack()
        self._bot: Bot | None = None
        self._late: Counter[str] = Counter()  # for how many messages in a row, by policy

    def __enter__(self) -> "_Asking":
        self._opened.enter_context(self._checkpoint)
        return self

    def __exit__(self, *exception: object) -> None:
        self._opened.close()

    def about(self, material: Material) -> Iterator[Kept]:
        """Yield what comes of each message and each test of a file."""
        yield Kept((), {"silent": material.silent})
        right_at = self._options.right_at
        for question in material.questions:
            key = f"{material.checksum}/{right_at}/{question.id}"
            yield self._kept(key, 1, partial(self._ask, question))
        for test in material.tests:
            steps = sum(step.turn is not None for step in steps_of(test))
            held = partial(hold, test=test, file=material.file, prefix=material.name, fingerprints=self._fingerprints)
            yield self._kept(f"{material.checksum}/test/{test.id}", steps, held)

    def _ask(self, question: Question, bot: Bot) -> Kept:
        return ask(bot, question, self._likeness, self._options.right_at, self._fingerprints)

    def _kept(self, key: str, steps: int, find: Callable[[Bot], Kept]) -> Kept:
        kept = self._checkpoint.get(key)
        if kept is None:
            found = find(self._ready())
            # Where somebody was not there, all are asked again next time.
            whole = not any(name.startswith((FAILED, LATE)) for name in found.counts)
            kept = self._checkpoint.put(key, found) if whole else as_read(found)
            self._watch(found)
        self._progress.advance(steps)
        return kept

    def _watch(self, found: Kept) -> None:
        """Give up where a policy takes too long again and again: it would for all the others."""
        row: Counter[str] = Counter()
        for name, count in found.counts.items():
            policy = name.removeprefix(LATE).removeprefix(FAILED)
            if name.startswith(LATE) or (name.startswith(FAILED) and policy in self._late):  # some hang: all are full
                row[policy] += self._late[policy] + count
        self._late = row
        for policy, count in self._late.items():
            if count >= LATE_IN_A_ROW:
                raise TrainingError(
                    f"the policy {policy!r} took more than {PATIENCE:g} s, or did nothing, for {count} messages in a "
                    "row. See that it is in order, and run the same again: what was asked before is kept."
                )

    def _ready(self) -> Bot:
        if self._bot is None:
            self._bot = self._opened.enter_context(self._open_bot())
        return self._bot


def _together(found: Iterable[Kept]) -> tuple[list[Choice], Counter[str]]:
    choices: list[Choice] = []
    counts: Counter[str] = Counter()
    for kept in found:
        choices += kept.choices
        counts.update(kept.counts)
    return choices, counts
