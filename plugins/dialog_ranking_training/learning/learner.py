"""What `dialog-core learn` does, step by step: read, train, suggest, decide."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from dialog_core import BotSpec, Builder, DialogError, read_bot_file
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.text import strip_controls
from dialog_core.training import Outcome
from dialog_ranking_training.learning import retraining
from dialog_ranking_training.learning.accepting import Accepting
from dialog_ranking_training.learning.known import Known, public_texts, read_known, usual_source
from dialog_ranking_training.learning.masking import Masker
from dialog_ranking_training.learning.reading import Happened, as_logs, database_of, read_happened
from dialog_ranking_training.learning.review.file import Review
from dialog_ranking_training.learning.suggesting import Suggested, suggest
from dialog_ranking_training.learning.suggestion import KINDS, Suggestion
from dialog_ranking_training.learning.terminal.card import MUTED, NAME, NEW, OLD, clean, counted, width_of
from dialog_ranking_training.learning.terminal.phrases import phrases_for
from dialog_ranking_training.learning.writing import KnowledgeWriter

ALL = "all"


class Learner:
    """Learns from the conversations of one bot.

    Args:
        bot: The bot file.
        console: Where to tell what comes of it.
        store: A database of conversations instead of the bot's own.
        review: The review file; default: beside the bot file.
        since: Suggest only what follows from what happened since then.
        training: Whether the ranking will be trained.

    Attributes:
        failed: Whether something could not be done.

    Raises:
        ConfigurationError: The bot file or the review file is wrong, or the bot keeps its conversations in memory.
    """

    def __init__(
        self,
        bot: Path,
        console: Console,
        *,
        store: Path | None = None,
        review: Path | None = None,
        since: datetime | None = None,
        training: bool = True,
    ) -> None:
        self.failed = False
        self._bot, self._console, self._since = bot, console, since
        self._spec: BotSpec = read_bot_file(bot, training=training)
        self._database = database_of(self._spec, store)
        self._phrases = phrases_for(self._spec.file.bot.language)
        builder = Builder(self._spec)
        self._context = builder.context
        self._known: Known = read_known(self._spec, builder)
        self._masker = Masker(
            self._phrases.number,
            self._phrases.email,
            chain(self._known.texts(), public_texts(self._spec)),
        )
        path = review or bot.with_name(f"{bot.stem}.review.yaml")
        self._review = Review(path, self._head())
        self._writer = KnowledgeWriter(self._spec, self._context)
        self._accepting = Accepting(self._review, self._writer, self._masker, self._phrases)
        self._happened = Happened()
        self._suggested = Suggested(())
        self._outcomes: list[Outcome] = []

    # --- The steps ----------------------------------------------------------------------------------------------------

    def gather(self) -> None:
        """Read the conversations."""
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        ) as bar:
            task = bar.add_task(self._phrases.reading, total=None)
            self._happened = read_happened(
                self._spec,
                self._database,
                self._since,
                lambda done, total: bar.update(task, completed=done, total=total),
            )
        happened = self._happened
        told = {"conversations": happened.conversations, "verdicts": happened.verdicts, "corrected": happened.corrected}
        self._say(self._phrases.read.format(**{name: f"{count:,}" for name, count in told.items()}), MUTED)

    def train(self) -> None:
        """Train the ranking with the feedback; what was in use stays where that fails or is no better."""
        ranker = self._spec.ranker.registration.name
        if not retraining.can_learn(self._spec):
            lines = f"ranking: {{use: learned}}\ntraining:\n  - {{component: ranking, logs: {self._logs_name()}}}"
            self._say(self._phrases.no_trainer.format(ranker=ranker, file=self._bot.name, lines=_indented(lines)))
            return
        if not self._happened.verdicts and not self._happened.corrected:
            self._say(self._phrases.no_feedback, MUTED)
            return
        if not retraining.has_entry(self._spec):
            self._say(self._phrases.no_entry.format(file=self._bot.name), MUTED)
        try:
            with as_logs(self._spec, self._database) as logs:
                outcome = retraining.retrain(self._spec, logs, self._console, self._phrases.statuses)
        except DialogError as error:
            self.failed = True
            self._say(self._phrases.training_failed.format(error=error), OLD)
            return
        self._outcomes.append(outcome)
        if outcome.status != "current" and self._spec.file.dispatch.aim is not None:
            self._say(self._phrases.aim.format(file=self._bot))
        if not retraining.reads_logs(self._spec):
            kept = ", ..." if retraining.has_entry(self._spec) else ""  # what the entry says already
            lines = f"training:\n  - {{component: ranking{kept}, logs: {self._logs_name()}}}"
            self._say(self._phrases.no_logs.format(file=self._bot.name, lines=_indented(lines)), MUTED)

    def suggest(self, at_least: int) -> None:
        """Find suggestions, and write the review file."""
        self._apply_file()
        self._suggested = suggest(
            self._happened.exchanges,
            self._known,
            self._masker,
            self._context,
            source=usual_source(self._spec),
            at_least=at_least,
            decided=self._review.decided,
        )
        self._review.merge(self._suggested.suggestions, partial=self._since is not None)
        if self._review.open or self._review.decided:
            self._review.save()
        self._tell_found()

    def accept(self, ids: Sequence[str]) -> None:
        """Accept suggestions by their ids; `all` accepts every one that nothing is missing of.

        Raises:
            ConfigurationError: There is no such suggestion.
        """
        known = {suggestion.id: suggestion for suggestion in self._review.open}
        decided = {suggestion.id for suggestion in self._review.decided}
        for id in ids:
            if id != ALL and id not in known and id not in decided:
                told = self._phrases.unknown_id.format(id=id)
                raise ConfigurationError([Problem(told, self._review.path, remedy=did_you_mean(id, known))])
        chosen = list(known.values()) if ALL in ids else [known[id] for id in dict.fromkeys(ids) if id in known]
        for suggestion in chosen:
            self._accept(suggestion, lenient=ALL in ids)

    def ask(self) -> bool:
        """Ask about one suggestion after the other; say whether that was ended with Ctrl-C."""
        if not self._review.open:
            return False
        from dialog_ranking_training.learning.terminal.session import Session

        session = Session(
            self._review,
            self._accepting,
            self._writer,
            lambda: read_known(self._spec, Builder(self._spec)),
            bot=self._spec.file.bot.name,
            console=self._console,
            phrases=self._phrases,
        )
        done = session.run()
        self._console.print()
        told = {"accepted": done.accepted, "dismissed": done.dismissed, "left": len(self._review.open)}
        self._say(self._phrases.summary.format(**told, file=self._review.path.name))
        if done.files:
            names = ", ".join(file.name for file in done.files)
            self._say(self._phrases.summary_written.format(file=names), MUTED)
        return done.interrupted

    def list_open(self) -> None:
        """List what is left to decide, and say how."""
        if not self._review.open:
            return
        for suggestion in self._review.open:
            kind = self._phrases.kinds[suggestion.kind]
            often = counted(suggestion, self._phrases).split(" · ")[0]
            line = Text.assemble((suggestion.id, NAME), f"  {clean(suggestion.title)}", (f"  {kind}, {often}", MUTED))
            self._console.print(line, soft_wrap=True)
        told = self._phrases.how_to_go_on.format(file=self._review.path, bot=self._bot)
        self._say(told)

    def told(self) -> Mapping[str, Any]:
        """Return everything as JSON values."""
        return {
            "review": str(self._review.path),
            "conversations": self._happened.conversations,
            "ranking": retraining.told(self._outcomes),
            "suggestions": [_told(suggestion) for suggestion in self._review.open],
            "decided": [_told(suggestion) for suggestion in self._review.decided],
        }

    # --- What they share ----------------------------------------------------------------------------------------------

    def _apply_file(self) -> None:
        """Do what somebody has written into the review file."""
        for suggestion in self._review.accepted:
            self._accept(suggestion)
        self._review.settle()

    def _accept(self, suggestion: Suggestion, *, lenient: bool = False) -> None:
        """Accept a suggestion; what speaks against it is told, and unless `lenient` a failure."""
        if not suggestion.knowledge:
            suggestion = replace(suggestion, knowledge=usual_source(self._spec))
        try:
            written = self._accepting.accept(suggestion)
        except DialogError as error:
            self.failed = self.failed or not lenient
            told = self._phrases.not_accepted.format(id=suggestion.id, reason=error)
            self._say(told, MUTED if lenient else OLD)
            return
        told = self._phrases.written.format(file=written.file.name, line=written.line)
        self._say(f"✓ {suggestion.id} {told}", NEW)

    def _tell_found(self) -> None:
        phrases, suggested = self._phrases, self._suggested
        remarks = [
            (phrases.alone, suggested.alone),
            (phrases.left_out, suggested.left_out),
            (phrases.older, suggested.older),
        ]
        if not self._review.open:
            self._say(phrases.nothing_new if self._review.decided or suggested.alone else phrases.nothing)
        else:
            counts = {kind: sum(other.kind == kind for other in self._review.open) for kind in KINDS}
            kinds = [phrases.kinds_counted[kind].format(n=count) for kind, count in counts.items() if count]
            self._say(phrases.found.format(count=len(self._review.open), kinds=" · ".join(kinds)))
        for text, number in remarks:
            if number:
                self._say(text.format(n=f"{number:,}"), MUTED)
        if self._known.large:
            self._say(phrases.large.format(names=", ".join(self._known.large)), MUTED)

    def _head(self) -> str:
        return self._phrases.head.format(
            bot=clean(self._spec.file.bot.name),
            file=self._bot.name,
            number=self._phrases.number,
            email=self._phrases.email,
        )

    def _logs_name(self) -> str:
        if self._database is None:
            return "conversations.db"
        try:
            return str(self._database.relative_to(self._spec.path.absolute().parent))
        except ValueError:
            return str(self._database)

    def _say(self, text: str, style: str = "") -> None:
        width = width_of(self._console) if self._console.is_terminal else None
        self._console.print(Text(strip_controls(text), style), width=width, soft_wrap=width is None)


def _indented(lines: str) -> str:
    return "\n".join(f"  {line}" for line in lines.split("\n")) + "\n"


def _told(suggestion: Suggestion) -> dict[str, Any]:
    seen = suggestion.seen
    return {
        "id": suggestion.id,
        "kind": suggestion.kind,
        "decision": suggestion.decision,
        "title": suggestion.title,
        "knowledge": suggestion.knowledge,
        "entry": suggestion.entry,
        "resembles": suggestion.resembles,
        "questions": list(suggestion.questions),
        "answer": suggestion.answer,
        "said": suggestion.said,
        "others": list(suggestion.others),
        "messages": seen.messages,
        "people": seen.people,
        "first": seen.first.isoformat(),
        "last": seen.last.isoformat(),
        "from": [
            {"conversation": origin.conversation, "at": origin.at.isoformat(), "author": origin.author}
            for origin in seen.origins
        ],
        "written": suggestion.written,
    }
