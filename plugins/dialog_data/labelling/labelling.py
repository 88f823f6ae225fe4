"""What `dialog-core data label` does, step by step: read, compare, ask the bot, order, have a person decide."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.text import Text

from dialog_core import Context
from dialog_data.labelling.belonging import (
    Belonging,
    belonging,
    kinds_by_use,
    labelled_once,
    labels_by_use,
    remaining,
)
from dialog_data.labelling.gathering import judge, read_units
from dialog_data.labelling.known_labels import KnownLabels, read_labels
from dialog_data.labelling.log import LabelLog
from dialog_data.labelling.ordering import at_random, uncertain_first
from dialog_data.labelling.suggesting import NOTHING, BotSuggester, Suggestion
from dialog_data.labelling.task import Done, Task
from dialog_data.labelling.terminal.drawing import MUTED, NAME, clean, width_of
from dialog_data.labelling.terminal.phrases import phrases_for
from dialog_data.labelling.terminal.session import Session
from dialog_data.labelling.units import Unit

MOST_JUDGED = 10_000  # texts a bot is asked about beforehand; the others come last


class Labelling:
    """Has a person label a file.

    Args:
        file: The file.
        out: Where decisions are kept.
        console: The terminal.
        task: What is labelled, and by whom.
        bot: The bot file of who suggests; None: nobody does.
        language: In which language to ask; empty: the bot's.

    Raises:
        ConfigurationError: The log is damaged or no log, or the bot file is wrong.
    """

    def __init__(
        self, file: Path, out: Path, console: Console, *, task: Task, bot: Path | None = None, language: str = ""
    ) -> None:
        self._file, self._console, self._task = file, console, task
        self._context = Context.of_command("label", bot=bot)
        self._log = LabelLog(out)
        self._bot = BotSuggester(bot) if bot is not None else None
        self._phrases = phrases_for(language or (self._bot.language if self._bot else "en"))
        self._judged: dict[str, Suggestion] = {}

    def __enter__(self) -> "Labelling":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bot is not None:
            self._bot.__exit__(kind, error, at)

    def run(
        self,
        *,
        format: Any,
        labels: str,
        kinds: str,
        order: str,
        divide: bool,
        limit: int,
        seed: int,
        on_error: str = "stop",
    ) -> Done:
        """Have the texts labelled that are left.

        Args:
            format: The reader of the file, or a mapping with its options; without `use`: by its content.
            labels: The labels there are: a list or a file.
            kinds: The kinds of entities there are.
            order: `uncertain`, `file` or `random`.
            divide: Whether what others have labelled is done.
            limit: After how many decisions to stop; 0: none.
            seed: Decides a random order.
            on_error: What to do about an item that cannot be read: `stop` or `skip`.

        Raises:
            ConfigurationError: The file cannot be read, there is nothing in it, or the log belongs to another.
        """
        units = read_units(self._file, format, self._context, on_error)
        history = self._log.history
        belongs = belonging(history, self._log.path, units, self._file)
        self._tell_beginning(belongs)
        if self._task.again:
            new, skipped = labelled_once(units, history, self._task.annotator), list[Unit]()
            order = "random"  # else the last ones would come first, still fresh in mind
        else:
            new, skipped = remaining(units, history, self._task.annotator, divide=divide)
        if not new and not skipped:
            told = self._phrases.nothing_again if self._task.again else self._phrases.nothing_left
            self._say(told.format(count=f"{len(units):,}", log=self._log.path, annotator=self._task.annotator))
            return Done()
        if not self._task.again and (already := len(units) - len(new) - len(skipped)):
            self._say(self._phrases.resumed.format(done=f"{already:,}", count=f"{len(units):,}"), MUTED)
        queue = [*self._ordered(new, order, seed), *skipped]
        session = Session(
            queue,
            units,
            self._log,
            belongs.texts,
            suggest=self._suggest,
            known=self._known_labels(labels, units),
            kinds=KnownLabels([*(read_labels(kinds, self._context) if kinds else ()), *kinds_by_use(units, history)]),
            task=self._task,
            console=self._console,
            phrases=self._phrases,
            limit=limit,
        )
        done = session.run()
        self._tell_end(done)
        return done

    # --- The steps ----------------------------------------------------------------------------------------------------

    def _known_labels(self, labels: str, units: Sequence[Unit]) -> KnownLabels:
        suggested = dict.fromkeys(label for one in self._judged.values() for label, _ in one.labels)
        told = read_labels(labels, self._context) if labels else []
        taught = self._bot.labels() if self._bot is not None else []
        return KnownLabels([*told, *labels_by_use(units, self._log.history), *suggested, *taught])

    def _ordered(self, units: Sequence[Unit], order: str, seed: int) -> list[Unit]:
        asked = self._bot is not None and self._bot.knows_labels and self._task.labels
        if self._bot is not None and not self._bot.knows_labels and self._task.labels:
            why = self._bot.problem or "no annotator of it says which label a message has"
            self._say(self._phrases.no_suggestions.format(bot=self._bot.name, why=why), NAME)
            if order == "uncertain":
                self._say(self._phrases.no_order, MUTED)
        if order == "random":
            return at_random(units, seed)
        if order == "file" or not asked:
            return list(units)
        assert self._bot is not None
        some = units if len(units) <= MOST_JUDGED else at_random(units, seed)[:MOST_JUDGED]
        self._judged = judge(some, self._bot, self._console, self._phrases)
        if self._bot.failures:
            told = self._phrases.some_failed
            self._say(told.format(bot=self._bot.name, n=self._bot.failures, why=self._bot.problem), NAME)
        if len(self._judged) < len(units):
            told = self._phrases.judged_some
            self._say(told.format(bot=self._bot.name, done=len(self._judged), count=len(units)), MUTED)
        return uncertain_first(units, {id: suggestion.uncertainty for id, suggestion in self._judged.items()})

    def _suggest(self, unit: Unit) -> Suggestion:
        if self._bot is None or self._task.again:
            return NOTHING
        if unit.id not in self._judged:
            self._judged[unit.id] = self._bot.suggest(unit.text)
        return self._judged[unit.id]

    # --- Telling ------------------------------------------------------------------------------------------------------

    def _tell_beginning(self, belongs: Belonging) -> None:
        log = self._log.path.name
        if self._log.repaired:
            line = clean(self._log.repaired)[:60]
            self._say(self._phrases.repaired.format(file=log, line=line), NAME)
        if belongs.changed:
            self._say(self._phrases.changed.format(file=self._file.name, log=log), NAME)
            if belongs.gone:
                self._say(self._phrases.gone.format(n=belongs.gone, log=log), NAME)

    def _tell_end(self, done: Done) -> None:
        told = self._phrases.summary_skipped if done.skipped else self._phrases.summary
        self._console.print()
        if done.interrupted:
            self._say(self._phrases.interrupted, MUTED)
        self._say(
            told.format(
                labelled=f"{done.labelled:,}", skipped=f"{done.skipped:,}", left=f"{done.left:,}", log=self._log.path
            )
        )
        self._say(self._phrases.go_on if done.left else self._phrases.finished, MUTED)

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(f"  {clean(text)}", style), width=width_of(self._console))
