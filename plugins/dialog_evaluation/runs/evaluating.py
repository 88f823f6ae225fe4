"""A run from its beginning, or from where it was cut short, to its end."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialog_core import Bot, BotSpec, Context, __version__, read_bot_file
from dialog_core.interfaces import ConversationStore
from dialog_evaluation.runs.data import Read
from dialog_evaluation.runs.fingerprint import MISSING, bot_facts, checksum, fingerprint, parts_of
from dialog_evaluation.runs.holding.clock import recorded_or_now
from dialog_evaluation.runs.holding.conversing import Conversing
from dialog_evaluation.runs.holding.holder import Holder
from dialog_evaluation.runs.holding.own_history import OwnHistory
from dialog_evaluation.runs.holding.self_chat import SelfChat
from dialog_evaluation.runs.holding.teacher_forced import TeacherForced
from dialog_evaluation.runs.info import EvaluatedFile, RunInfo
from dialog_evaluation.runs.questions import Held
from dialog_evaluation.runs.running import Course, hold_dialogues, warm
from dialog_evaluation.runs.selection import Selection
from dialog_evaluation.runs.setting import Setting
from dialog_evaluation.runs.store import Run, find_runs, latest, runs_of


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run.

    Attributes:
        files: The files.
        read: What was read of them.
        held: The dialogues to hold.
        remarks: What looks odd about them.
        setting: How they are held.
        runs_dir: Where runs are kept; None: beside the bot file.
        anew: Whether to begin anew although such a run is there.
        jobs: How many dialogues at once.
        filled: How many replies come from the knowledge of the bot, since the files only name its entries.
    """

    files: Sequence[Path]
    read: Read
    held: Sequence[Held]
    remarks: Sequence[str]
    setting: Setting
    runs_dir: Path | None = None
    anew: bool = False
    jobs: int = 1
    filled: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run.

    Attributes:
        run: The run.
        course: How far it has come.
        known: Whether it was finished before, so that nothing was asked.
    """

    run: Run
    course: Course
    known: bool = False


def evaluate_bot(
    bot: Path,
    plan: Plan,
    *,
    tell: Callable[[Run], None] = lambda run: None,
    advance: Callable[[int], None] = lambda turns: None,
) -> Outcome:
    """Hold the dialogues of a plan with a bot, unless all of it was done before.

    Args:
        bot: The bot file.
        plan: What to run.
        tell: Is told of a run that goes on from where it was cut short.
        advance: Is told how many messages are behind.

    Raises:
        ConfigurationError, ArtefactError, PluginError: The bot cannot be loaded.
        DialogError: It fails on everything, or the run cannot be written.
    """
    setting = plan.setting
    with ExitStack() as stack:
        loaded = _load(bot, setting, stack)
        user = None if setting.user is None else _load(setting.user, setting, stack)
        files = tuple(EvaluatedFile(str(file), checksum(file)) for file in plan.files)
        info = RunInfo(
            bot=str(bot),
            name=loaded.bot.name,
            mode=setting.mode,
            files=files,
            options=setting.told(),
            fingerprint=_fingerprint(loaded, user, plan, files),
            framework=__version__,
            dialogues=len(plan.held),
            turns=sum(len(held.questions) for held in plan.held),
            remarks=(*plan.read.remarks, *plan.remarks, *plan.read.skipped),
            parts=parts_of(bot_facts(loaded.spec, loaded.bot)),
        )
        run = None if plan.anew else latest(find_runs(bot, plan.runs_dir), _same(info.fingerprint))
        if run is not None and run.info.finished_at:
            return Outcome(run, Course(run.info.dialogues, run.info.dialogues), known=True)
        if run is None:
            run = Run.begin(runs_of(bot, plan.runs_dir), info)
        else:
            with run.writing():  # or it is under way elsewhere, and nothing goes on here
                tell(run)
        for one in filter(None, (loaded, user)):
            warm(one.bot, plan.held)
        holder = _holder(loaded, user or loaded, plan)
        return Outcome(run, hold_dialogues(run, holder, plan.held, jobs=plan.jobs, advance=advance))


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A bot with the file it is made of and a store of its own: nobody's conversations are opened, or added to."""

    spec: BotSpec
    bot: Bot
    store: ConversationStore


def _load(file: Path, setting: Setting, stack: ExitStack) -> _Loaded:
    spec = read_bot_file(file, training=False)
    store: ConversationStore = Context(name="evaluate").create("store", "memory")
    bot = Bot.of(spec, store=store, only_look_ups=not setting.actions, clock=recorded_or_now)
    return _Loaded(spec, stack.enter_context(bot), store)


def _holder(loaded: _Loaded, user: _Loaded, plan: Plan) -> Holder:
    setting, bot = plan.setting, loaded.bot
    selection = Selection(bot, plan.held, setting.select, setting.seed) if setting.select else None
    if setting.mode == "teacher-forced":
        return TeacherForced(bot, everybody=setting.everybody, seconds=setting.seconds, selection=selection)
    conversing = Conversing(bot, loaded.store, selection if setting.mode == "own-history" else None)
    return OwnHistory(conversing) if setting.mode == "own-history" else SelfChat(conversing, user.bot, setting.turns)


def _fingerprint(loaded: _Loaded, user: _Loaded | None, plan: Plan, files: Sequence[EvaluatedFile]) -> str:
    setting = plan.setting
    facts: dict[str, Any] = {
        # Those that come from the knowledge of a bot may change with that.
        "references": [question.reference for held in plan.held for question in held.questions] if plan.filled else [],
        "bot": bot_facts(loaded.spec, loaded.bot),
        "mode": setting.mode,
        "options": setting.told(),
        # What is no file, such as the name of a data set that is elsewhere, is told by its name.
        "files": [file.path if file.sha256 == MISSING else file.sha256 for file in files],
    }
    if setting.mode == "self-chat" and user is not None:
        facts["user"] = bot_facts(user.spec, user.bot)
    return fingerprint(facts)


def _same(fingerprint: str) -> Callable[[Run], bool]:
    return lambda run: run.info.fingerprint == fingerprint
