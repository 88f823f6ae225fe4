"""Everything a rating needs: the dialogues, the systems that reply, and the file of ratings."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dialog_core import Bot, Context, read_bot_file
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.datasets import Dialogue
from dialog_evaluation.rating.ahead import Ahead, id_of
from dialog_evaluation.rating.file import RatingsFile
from dialog_evaluation.rating.order import drawn, in_order
from dialog_evaluation.rating.systems import (
    BASELINE,
    PEOPLE,
    BaselineReplies,
    BotReplies,
    PeopleReplies,
    RunReplies,
    System,
    kept_run,
    named_run,
)
from dialog_evaluation.rating.values import Comparison
from dialog_evaluation.replies.cases import Case, cases_of
from dialog_evaluation.runs.data import read_dialogues
from dialog_evaluation.runs.fingerprint import bot_facts, checksum, fingerprint, parts_of

LENGTH = 16  # hexadecimal digits of a checksum


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants to rate.

    Attributes:
        bot: The bot file.
        data: The file of dialogues.
        against: Another bot file, `people` or `baseline`.
        rater: Who rates.
        out: The file of ratings; None: beside the bot file.
        limit: How many messages; 0: all.
        overlap: The share of them that all raters rate.
        run: A run whose answers are the bot's replies; None: the bot is asked.
        train: Where the replies of the baseline come from.
        format: The format of the dialogues.
        split: Only dialogues of this part of the file; empty: all.
        on_error: Whether to `skip` what cannot be read, or to `stop`.
        seed: For what is drawn.
    """

    bot: Path
    data: Path
    against: str
    rater: str
    out: Path | None = None
    limit: int = 0
    overlap: float = 0.0
    run: Path | None = None
    train: Path | None = None
    format: str = "auto"
    split: str = ""
    on_error: str = "stop"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Begun:
    """What a session needs.

    Attributes:
        file: Where ratings are kept.
        ahead: Where pairs come from.
        ids: Their ids, in the order in which they are shown.
        rater: Who rates.
        language: The bot's.
        remarks: What is odd about the dialogues.
    """

    file: RatingsFile
    ahead: Ahead
    ids: list[str]
    rater: str
    language: str
    remarks: list[str]


@contextmanager
def begin(wishes: Wishes) -> Iterator[Begun]:
    """Open everything.

    Raises:
        ConfigurationError: A file is not as it has to be, or the ratings are of another comparison.
        DialogError: A bot cannot be opened.
    """
    tools = Context.of_command("rate", bot=wishes.bot)
    cases, remarks = _cases(wishes.data, tools, wishes, wishes.split)
    named = None if wishes.run is None else RunReplies(named_run(wishes.run))
    if named is not None:
        cases = _answered(cases, named, wishes)
    chosen = drawn(cases, wishes.limit, wishes.seed)
    order, _ = in_order(chosen, wishes.rater, wishes.overlap, wishes.seed)
    name, other = _names(wishes)
    with ExitStack() as stack:
        opened = _Opening(stack, tools, wishes, cases, chosen)
        systems = {name: opened.bot(wishes.bot, name, named), other: opened.other(other)}
        comparison = Comparison(
            name, other, str(wishes.data), checksum(wishes.data)[:LENGTH], wishes.seed, opened.fingerprints
        )
        file = stack.enter_context(RatingsFile(wishes.out or _out(wishes, other), comparison))
        ahead = stack.enter_context(Ahead(file, systems, order))
        ids = [id_of(case) for case in order]
        yield Begun(file, ahead, ids, wishes.rater, opened.language, [*remarks, *opened.remarks])


class _Opening:
    """Opens systems, and knows what decides what they answer."""

    def __init__(self, stack: ExitStack, tools: Context, wishes: Wishes, cases: list[Case], chosen: list[Case]) -> None:
        self.fingerprints: dict[str, str] = {}
        self.remarks: list[str] = []
        self.language = read_bot_file(wishes.bot, training=False).file.bot.language
        self._stack, self._tools, self._wishes = stack, tools, wishes
        self._cases, self._chosen = cases, chosen

    def bot(self, path: Path, name: str, named: RunReplies | None = None) -> System:
        if named is not None:
            self.fingerprints[name] = named.run.info.fingerprint
            return named
        # A store of its own: no conversation of anybody is opened, and none is added.
        bot = self._stack.enter_context(Bot.load(path, store=self._tools.create("store", "memory")))
        facts = bot_facts(read_bot_file(path, training=False), bot)
        self.fingerprints[name] = fingerprint(facts)
        try:
            kept = kept_run(path, parts_of(facts), checksum(self._wishes.data))
        except ConfigurationError as error:  # the bot can be asked all the same
            self.remarks.append(f"Runs that were kept are not used: {error}")
            kept = None
        if kept is None:
            return BotReplies(bot)
        self.remarks.append(f"Replies of {name} are taken from {kept.path}, as far as they are there.")
        return RunReplies(kept, BotReplies(bot))

    def other(self, name: str) -> System:
        if name == PEOPLE:
            return PeopleReplies()
        if name == BASELINE:
            train = self._wishes.train
            learnt = [] if train is None else _cases(train, self._tools, self._wishes)[0]
            self.fingerprints[name] = "" if train is None else checksum(train)[:LENGTH]
            # What is most frequent is so among all, however few are rated.
            return BaselineReplies(self._chosen if learnt else self._cases, learnt)
        return self.bot(Path(self._wishes.against), name)


def _cases(path: Path, tools: Context, wishes: Wishes, split: str = "") -> tuple[list[Case], list[str]]:
    read = read_dialogues([path], tools, format=wishes.format, on_error=wishes.on_error, split=split)
    dialogues: list[Dialogue] = [dialogue for _, dialogue in read.dialogues]
    cases = cases_of(dialogues, path)
    each: dict[str, Case] = {}
    for case in (case for found in cases.by_dialogue for case in found):
        each.setdefault(id_of(case), case)  # dialogues of one id: the first stands
    return list(each.values()), [*read.remarks, *read.skipped, *cases.remarks]


def _answered(cases: list[Case], run: RunReplies, wishes: Wishes) -> list[Case]:
    """Return the cases that a run has answers to, which may be of a part of the file only."""
    found = [case for case in cases if run.has(case)]
    if not found:
        remedy = "Name a run on this very file, or leave out --run."
        raise ConfigurationError([Problem(f"has no answer to any message of {wishes.data}", wishes.run, remedy=remedy)])
    return found


def _names(wishes: Wishes) -> tuple[str, str]:
    """Return what the systems are called: bots by the names of their files, or by their paths where those are alike."""
    bot, other = wishes.bot, wishes.against
    if other in (PEOPLE, BASELINE):
        return bot.name, other
    path = Path(other)
    if not path.exists() and not path.suffix:
        hint = did_you_mean(other, (PEOPLE, BASELINE))
        message = f"there is no bot file {other!r} to compare with"
        raise ConfigurationError([Problem(message, None, remedy=hint or "Say people, baseline, or a bot file.")])
    if path.exists() and path.samefile(bot):
        raise ConfigurationError([Problem("is the bot itself: there is nothing to compare", path)])
    return (bot.name, path.name) if bot.name != path.name else (str(bot), str(path))


def _out(wishes: Wishes, other: str) -> Path:
    stem = Path(wishes.against).stem if other not in (PEOPLE, BASELINE) else other
    return wishes.bot.with_name(f"{wishes.bot.stem}.{stem}.ratings.jsonl")
