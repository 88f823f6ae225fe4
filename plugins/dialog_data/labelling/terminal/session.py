"""Labelling: one text after the other, every decision on disk before the next is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic

from rich.console import Console

from dialog_core import DialogError
from dialog_core.datasets import OUT_OF_SCOPE, EntitySpan
from dialog_data.labelling.decision import Decision
from dialog_data.labelling.known_labels import KnownLabels
from dialog_data.labelling.log import DecidedMeanwhile, LabelLog, LabelsOf
from dialog_data.labelling.pace import Pace
from dialog_data.labelling.suggesting import Suggestion
from dialog_data.labelling.task import Done, Task
from dialog_data.labelling.terminal import picking
from dialog_data.labelling.terminal.card import card
from dialog_data.labelling.terminal.drawing import (
    MUTED,
    NAME,
    RIGHT,
    WRONG,
    clean,
    legend,
    progress_rule,
    width_of,
    with_entities,
)
from dialog_data.labelling.terminal.entering import Entering
from dialog_data.labelling.terminal.phrases import Phrases
from dialog_data.labelling.terminal.picking import Choice, Picking
from dialog_data.labelling.terminal.prompting import ask
from dialog_data.labelling.units import Unit

LEAST_SHOWN = 0.005  # the probability from which on a label is worth a line
MOST_SUGGESTED = 5  # where a bot suggests; the right one is nearly always among them, and letters find the others


@dataclass(slots=True)
class _Draft:
    """What is being said about a text that is shown."""

    entities: tuple[EntitySpan, ...]
    note: str = ""
    before: str = ""


class Session:
    """Asks about one text after the other.

    Args:
        queue: The texts, in order.
        units: All texts of the file, for those that are taken back.
        log: Where decisions go.
        texts: What they are about.
        suggest: What the bot makes of a text.
        known: The labels there are.
        kinds: The kinds of entities there are.
        task: What is to be labelled, and by whom.
        console: The terminal.
        phrases: In which language.
        limit: After how many decisions to stop; 0: none.
    """

    def __init__(
        self,
        queue: Sequence[Unit],
        units: Sequence[Unit],
        log: LabelLog,
        texts: LabelsOf,
        *,
        suggest: Callable[[Unit], Suggestion],
        known: KnownLabels,
        kinds: KnownLabels,
        task: Task,
        console: Console,
        phrases: Phrases,
        limit: int = 0,
    ) -> None:
        self._queue, self._units = list(queue), {unit.id: unit for unit in units}
        self._log, self._texts, self._task = log, texts, task
        self._suggest, self._known, self._kinds = suggest, known, kinds
        self._console, self._phrases, self._limit = console, phrases, limit
        self._entering = Entering(kinds, console, phrases)
        self._place = 0
        self._before = len(units) - len(queue) if not task.again else 0
        self._taken_back: Decision | None = None
        self._pace = Pace()
        self._done = Done()

    def run(self) -> Done:
        """Ask until everything is labelled or the user has had enough."""
        try:
            while self._place < len(self._queue) and not (self._limit and self._done.labelled >= self._limit):
                if not self._ask(self._queue[self._place]):
                    break
        except KeyboardInterrupt:
            self._done.interrupted = True
        except EOFError:
            pass  # the terminal is gone; every decision is on disk
        self._done.left = len(self._queue) - self._place + self._done.skipped
        return self._done

    # --- One text -----------------------------------------------------------------------------------------------------

    def _ask(self, unit: Unit) -> bool:
        """Ask about a text until something is decided; say whether to go on."""
        suggestion = self._suggest(unit)
        self._known.know(label for label, _ in suggestion.labels)
        draft = self._draft(unit, suggestion)
        self._kinds.know(span.entity for span in draft.entities)
        self._show(unit, draft)
        self._pace.shown(monotonic())
        while True:
            choices, place = self._choices(unit, suggestion, draft)
            asked = Picking(
                choices,
                self._known,
                place=place,
                phrases=self._phrases,
                width=width_of(self._console),
                takes=not self._task.labels,
                marks=self._task.entities,
            )
            ask(asked)
            match asked.what:
                case picking.LEAVE:
                    return False
                case picking.BACK:
                    if self._take_back():
                        return True
                case picking.SKIP if self._task.again:
                    self._place += 1  # the label it has stays its label
                    return True
                case picking.SKIP:
                    if self._decide(unit, draft, None, skipped=True):
                        return True
                case picking.LABEL:
                    if self._decide(unit, draft, asked.label):
                        return True
                case picking.TAKE:
                    if self._decide(unit, draft, None):
                        return True
                case picking.NEW:
                    if self._entering.is_wanted(asked.label):
                        self._known.know([asked.label])
                        if self._decide(unit, draft, asked.label):
                            return True
                case picking.ENTITIES:
                    draft.entities, goes_on = self._entering.entities(unit.text, draft.entities)
                    if not goes_on:
                        return False
                    self._show_card(unit, draft)
                case picking.NOTE:
                    draft.note = self._entering.note(draft.note)
                    self._show_card(unit, draft)
                case picking.HELP:
                    self._console.print(legend(self._phrases.help), width=width_of(self._console))
                case _:
                    self._entering.say(self._phrases.no_label if self._task.labels else self._phrases.not_a_key, MUTED)

    def _draft(self, unit: Unit, suggestion: Suggestion) -> _Draft:
        """Return what to begin with: what was taken back, else what the file says, else what the bot finds."""
        back, self._taken_back = self._taken_back, None
        if back is not None and back.id == unit.id:
            entities = unit.entities or suggestion.entities if back.entities is None else back.entities
            return _Draft(entities if self._task.entities else (), back.note, back.label or "")
        found = unit.entities or suggestion.entities
        return _Draft(found if self._task.entities and not self._task.again else ())

    def _choices(self, unit: Unit, suggestion: Suggestion, draft: _Draft) -> tuple[list[Choice], int]:
        """Return the labels to choose from, and the place of the likeliest: what was said before, else the file's."""
        likely = [(label, p) for label, p in suggestion.labels[:MOST_SUGGESTED] if p >= LEAST_SHOWN]
        choices = [Choice(label, p) for label, p in likely] or [Choice(label) for label in self._known.ordered()]
        place = 0
        from_file = "" if self._task.again else unit.label
        for label, told in ((from_file, self._phrases.from_file), (draft.before, self._phrases.from_before)):
            if label:
                place = next((at for at, choice in enumerate(choices) if choice.label == label), -1)
                if 0 <= place < picking.MOST_ROWS:
                    choices[place] = replace(choices[place], told=told)
                else:
                    choices.insert(0, Choice(label, dict(suggestion.labels).get(label), told))
                    place = 0
        return choices, place

    # --- Deciding -----------------------------------------------------------------------------------------------------

    def _decide(self, unit: Unit, draft: _Draft, label: str | None, *, skipped: bool = False) -> bool:
        """Store a decision; say whether the next text can come."""
        entities = draft.entities if self._task.entities and not skipped else None
        now = datetime.now(UTC).isoformat(timespec="seconds")
        decision = Decision(unit.id, unit.text, self._task.annotator, now, label, entities, skipped, draft.note)
        try:
            self._log.append(decision, self._texts, over=self._log.history.last(decision.key))
        except DecidedMeanwhile as error:
            other = error.decision.label or self._phrases.skipped
            self._entering.say(self._phrases.meanwhile.format(label=clean(other)), NAME)
            self._place += 1
            return True
        except DialogError as error:
            self._entering.say(str(error), WRONG)
            return False
        self._place += 1
        self._pace.decided(monotonic())
        self._done.skipped += skipped
        self._done.labelled += not skipped
        self._tell(unit, draft, decision)
        return True

    def _tell(self, unit: Unit, draft: _Draft, decision: Decision) -> None:
        if decision.skipped:
            self._entering.say(f"→ {self._phrases.skipped}", MUTED)
            return
        name = self._phrases.out_of_scope if decision.label == OUT_OF_SCOPE else decision.label
        marks = [f"{clean(unit.text[one.start : one.end])} → {clean(one.entity)}" for one in draft.entities]
        told = [clean(name)] if name is not None else [] if marks else [self._phrases.entities_only]
        self._entering.say(f"✓ {' · '.join([*told, *marks])}", RIGHT)

    def _take_back(self) -> bool:
        """Take back the annotator's last decision, and have its text asked about again."""
        mine = [one for one in self._log.history.decisions() if one.annotator == self._task.annotator]
        if not mine or (self._task.again and not self._done.labelled):  # what was said the first time stays
            self._entering.say(self._phrases.nothing_to_take_back, MUTED)
            return False
        last = mine[-1]
        unit = self._units.get(last.id)
        if unit is None or unit.text != last.text:
            self._entering.say(self._phrases.not_here.format(file=self._texts.file), MUTED)
            return False
        try:
            self._log.take_back(last)
        except DialogError as error:
            self._entering.say(str(error), WRONG)
            return False
        self._entering.say(f"← {self._phrases.taken_back}", MUTED)
        self._taken_back = last
        if self._place and self._queue[self._place - 1].id == unit.id:
            self._place -= 1
            self._done.skipped -= last.skipped
            self._done.labelled -= not last.skipped
        else:  # of an earlier session
            self._queue = [*self._queue[: self._place], unit, *self._without(unit)]
            self._before = max(self._before - 1, 0)
        return True

    def _without(self, unit: Unit) -> list[Unit]:
        return [other for other in self._queue[self._place :] if other.id != unit.id]

    # --- Showing ------------------------------------------------------------------------------------------------------

    def _show(self, unit: Unit, draft: _Draft) -> None:
        width = width_of(self._console)
        count, at = self._before + len(self._queue), self._before + self._place
        title = self._phrases.title_again if self._task.again else self._phrases.title
        told = [self._phrases.left.format(n=f"{len(self._queue) - self._place:,}")]
        if self._pace.per_minute:
            told.append(self._phrases.pace.format(n=f"{self._pace.per_minute:.0f}"))
        if width >= 60:
            told.append(clean(self._task.annotator))
        left = title.format(n=f"{at + 1:,}", count=f"{count:,}")
        self._console.print()
        self._console.print(progress_rule(left, " · ".join(told), at / max(count, 1), width), width=width)
        self._console.print()
        self._show_card(unit, draft)

    def _show_card(self, unit: Unit, draft: _Draft) -> None:
        text = with_entities(unit.text, draft.entities)
        self._console.print(card(unit, text, draft.note, self._phrases), width=width_of(self._console))
        self._console.print()
