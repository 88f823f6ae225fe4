"""A run from its beginning, or from where it was cut short, to its end."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialog_core import Bot, Context, __version__, read_bot_file
from dialog_evaluation.runs.data import Read
from dialog_evaluation.runs.fingerprint import bot_facts, checksum, fingerprint
from dialog_evaluation.runs.holding.holder import Holder
from dialog_evaluation.runs.holding.teacher_forced import TeacherForced
from dialog_evaluation.runs.questions import Held
from dialog_evaluation.runs.running import Course, hold_dialogues, warm
from dialog_evaluation.runs.selection import Selection
from dialog_evaluation.runs.setting import Setting
from dialog_evaluation.runs.store import DataFile, Run, RunInfo, find_runs, latest, runs_of


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
    """

    files: Sequence[Path]
    read: Read
    held: Sequence[Held]
    remarks: Sequence[str]
    setting: Setting
    runs_dir: Path | None = None
    anew: bool = False
    jobs: int = 1


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
    spec = read_bot_file(bot, training=False)
    with ExitStack() as stack:
        # A store of its own: no conversation of anybody is opened, and none is added.
        loaded = stack.enter_context(Bot.of(spec, store=Context(name="evaluate").create("store", "memory")))
        setting = plan.setting
        files = tuple(DataFile(str(file), checksum(file)) for file in plan.files)
        info = RunInfo(
            bot=str(bot),
            name=loaded.name,
            mode=setting.mode,
            files=files,
            options=setting.told(),
            fingerprint=fingerprint(_facts(bot_facts(spec, loaded), setting, [file.sha256 for file in files])),
            framework=__version__,
            dialogues=len(plan.held),
            turns=sum(len(held.questions) for held in plan.held),
            remarks=(*plan.read.remarks, *plan.remarks, *plan.read.skipped),
        )
        run = None if plan.anew else latest(find_runs(bot, plan.runs_dir), _same(info.fingerprint))
        if run is not None and run.info.finished_at:
            return Outcome(run, Course(run.info.dialogues, run.info.dialogues), known=True)
        if run is None:
            run = Run.begin(runs_of(bot, plan.runs_dir), info)
        else:
            tell(run)
        warm(loaded, plan.held)
        return Outcome(run, hold_dialogues(run, _holder(loaded, plan), plan.held, jobs=plan.jobs, advance=advance))


def _holder(bot: Bot, plan: Plan) -> Holder:
    setting = plan.setting
    selection = Selection(bot, plan.held, setting.select, setting.seed) if setting.select else None
    return TeacherForced(bot, everybody=setting.everybody, seconds=setting.seconds, selection=selection)


def _facts(bot: dict[str, Any], setting: Setting, checksums: Sequence[str]) -> dict[str, Any]:
    return {"bot": bot, "mode": setting.mode, "options": setting.told(), "files": list(checksums)}


def _same(fingerprint: str) -> Callable[[Run], bool]:
    return lambda run: run.info.fingerprint == fingerprint
