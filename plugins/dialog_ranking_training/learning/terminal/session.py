"""The review: suggestions one by one, a key for each decision."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from dialog_core import DialogError, keys
from dialog_core.text import strip_controls
from dialog_ranking_training.learning.accepting import Accepting, NotAccepted
from dialog_ranking_training.learning.known import Known
from dialog_ranking_training.learning.review.file import Review
from dialog_ranking_training.learning.suggestion import Suggestion
from dialog_ranking_training.learning.terminal.card import (
    MUTED,
    NAME,
    NEW,
    OLD,
    card,
    clean,
    legend,
    rule,
    width_of,
)
from dialog_ranking_training.learning.terminal.editing import NotUnderstood, edit_here, edit_in_editor, editor
from dialog_ranking_training.learning.terminal.phrases import Phrases
from dialog_ranking_training.learning.writing import KnowledgeWriter

_KEY_IN_BRACES = re.compile(r"\{(\w+)\}")
_SHOWN_KEYS = {"a": "a", "e": "e", "s": "s", "d": "d", "p": "p", "q": "q", "back": "←", "help": "?"}
_LETTERS = {"a": "accept", "e": "edit", "s": keys.NEXT, " ": keys.NEXT, "d": "dismiss", "q": keys.LEAVE, "?": "help"}

Press = Callable[[Sequence[tuple[str, str]], Mapping[str, str]], str]


@dataclass(slots=True)
class Done:
    """What came of a review.

    Attributes:
        accepted: How many suggestions were accepted.
        dismissed: How many were dismissed.
        files: The files that were written into.
        interrupted: Whether it ended with Ctrl-C.
    """

    accepted: int = 0
    dismissed: int = 0
    files: list[Path] = field(default_factory=list)
    interrupted: bool = False


class Session:
    """Asks about one suggestion after the other.

    Args:
        review: The suggestions.
        accepting: Accepts them.
        writer: Knows the files of the bot's knowledge.
        known: Reads what the bot knows.
        bot: What the bot is called.
        console: The terminal.
        phrases: In which language.
        press: Waits for a key.
    """

    def __init__(
        self,
        review: Review,
        accepting: Accepting,
        writer: KnowledgeWriter,
        known: Callable[[], Known],
        *,
        bot: str,
        console: Console,
        phrases: Phrases,
        press: Press = keys.press,
    ) -> None:
        self._review, self._accepting, self._writer = review, accepting, writer
        self._read_known, self._known = known, known()
        self._bot, self._console, self._phrases, self._press = bot, console, phrases, press
        self._drafts: dict[str, str] = {}
        self._done = Done()

    def run(self) -> Done:
        """Ask until everything is decided or the user has had enough."""
        ids = [suggestion.id for suggestion in self._review.open]
        place = 0
        try:
            while place < len(ids):
                step = self._ask(ids[place], place, len(ids))
                if step is None:
                    break
                place = max(place + step, 0)
        except KeyboardInterrupt:
            self._done.interrupted = True
        return self._done

    def _ask(self, id: str, place: int, count: int) -> int | None:
        """Ask about a suggestion until that leads on: how far, or None to the end."""
        self._show(id, place, count)
        while True:
            suggestion, decided = self._find(id)
            if suggestion is None:
                return 1  # somebody has taken it out of the file
            alike = self._alike(suggestion)
            letters = {**_LETTERS, "p": "phrasing"} if alike and not decided else _LETTERS
            match self._press(self._hint(alike if not decided else ""), letters):
                case keys.BACK if place == 0:
                    self._say(self._phrases.first, MUTED)
                case keys.BACK:
                    return -1
                case keys.NEXT:
                    if not decided:
                        self._say(self._phrases.later, MUTED)
                    return 1
                case keys.LEAVE:
                    return None
                case "help":
                    self._console.print(legend(self._phrases.help), width=width_of(self._console))
                case "accept" | "edit" | "dismiss" | "phrasing" if decided and suggestion.written:
                    told = self._phrases.decided[decided]
                    self._say(self._phrases.decided_already.format(decision=told), MUTED)
                case "dismiss":
                    self._review.decide(suggestion, "dismiss")
                    self._done.dismissed += not decided
                    self._say(self._phrases.dismissed, OLD)
                    return 1
                case "accept":
                    if self._accept(self._reopened(suggestion, decided)):
                        return 1
                case "phrasing":
                    if self._accept(replace(suggestion, kind="rephrasing", entry=alike, answer="")):
                        return 1
                case "edit":
                    if self._edit(self._reopened(suggestion, decided)):
                        self._show(id, place, count)
                case _:
                    self._say(self._phrases.not_a_key, MUTED)

    def _find(self, id: str) -> tuple[Suggestion | None, str]:
        """Return a suggestion as it stands, and what was decided about it."""
        for suggestion in self._review.open:
            if suggestion.id == id:
                return suggestion, ""
        for suggestion in self._review.decided:
            if suggestion.id == id:
                return suggestion, suggestion.decision
        return None, ""

    def _reopened(self, suggestion: Suggestion, decided: str) -> Suggestion:
        """Return a suggestion that nothing is decided about any more."""
        if not decided:
            return suggestion
        self._review.reopen(suggestion)
        self._done.dismissed -= decided == "dismiss"
        return replace(suggestion, decision="", decided=None)

    def _alike(self, suggestion: Suggestion) -> str:
        """Return the entry that the questions of a new one could be phrasings of."""
        new = suggestion.kind in ("new", "topic")
        return suggestion.resembles if new and self._known.find(suggestion.knowledge, suggestion.resembles) else ""

    # --- Showing ------------------------------------------------------------------------------------------------------

    def _show(self, id: str, place: int, count: int) -> None:
        suggestion, decided = self._find(id)
        if suggestion is None:
            return
        width = width_of(self._console)
        title = self._phrases.kinds[suggestion.kind]
        if suggestion.kind == "topic" and suggestion.title:
            title = self._phrases.titled.format(kind=title, title=clean(suggestion.title))
        right = f"{self._phrases.place.format(n=place + 1, count=count)} · {suggestion.id}"
        if decided:
            right = f"{self._phrases.decided[decided]} · {right}"
        self._console.print()
        self._console.print(rule(title, right, width), width=width)
        self._console.print()
        self._console.print(
            card(
                suggestion,
                self._known.find(suggestion.knowledge, suggestion.entry) if suggestion.entry else None,
                self._known.find(suggestion.knowledge, suggestion.resembles) if suggestion.resembles else None,
                bot=self._bot,
                where=self._where(suggestion),
                phrases=self._phrases,
            ),
            width=width,
        )
        self._console.print()

    def _where(self, suggestion: Suggestion) -> str:
        names = self._sources(suggestion)
        return " / ".join(self._writer.file(name).name for name in names) or self._phrases.no_source

    def _sources(self, suggestion: Suggestion) -> list[str]:
        """Return where a suggestion may go, the likeliest first."""
        if suggestion.entry and suggestion.knowledge:
            return [suggestion.knowledge]
        names = self._writer.sources()
        return sorted(names, key=lambda name: name != suggestion.knowledge)

    def _hint(self, alike: str) -> list[tuple[str, str]]:
        pieces: list[tuple[str, str]] = [("", "  ")]
        text = self._phrases.keys
        if alike:
            text = text.replace("  {s}", f"  {self._phrases.key_phrasing}  {{s}}", 1)
        for number, piece in enumerate(_KEY_IN_BRACES.split(text)):
            pieces.append(("bold ansicyan", _SHOWN_KEYS[piece]) if number % 2 else ("", piece))
        return pieces

    def _say(self, text: str, style: str = "") -> None:
        for line in strip_controls(text).split("\n"):
            self._console.print(Text(f"  {line}", style), width=width_of(self._console))

    # --- Deciding -----------------------------------------------------------------------------------------------------

    def _accept(self, suggestion: Suggestion) -> bool:
        try:
            self._accepting.check(suggestion)
            source = self._chosen_source(suggestion)
            if not source:
                return False
            written = self._accepting.accept(replace(suggestion, knowledge=source))
        except NotAccepted as error:
            self._say(self._phrases.press_e.format(reason=error), NAME)
            return False
        except DialogError as error:
            self._say(str(error), OLD)
            return False
        self._known = self._read_known()  # later suggestions may be about what has just changed
        self._done.accepted += 1
        if written.file not in self._done.files:
            self._done.files.append(written.file)
        told = self._phrases.written.format(file=written.file.name, line=written.line)
        self._say(f"✓ {told}", NEW)
        return True

    def _chosen_source(self, suggestion: Suggestion) -> str:
        """Return the source to write into; asked for where there are several."""
        names = self._sources(suggestion)
        if len(names) < 2:
            return names[0] if names else suggestion.knowledge
        numbers = {str(number): name for number, name in enumerate(names[:9], 1)}
        listed = "  ".join(f"{number} {clean(name)}" for number, name in numbers.items())
        hint = [("", f"  {self._phrases.which_source.format(names=listed)}")]
        picked = self._press(hint, {**numbers, "\r": names[0], "\n": names[0]})
        return picked if picked in names else ""

    def _edit(self, suggestion: Suggestion) -> bool:
        wording = (suggestion.questions, suggestion.answer)
        try:
            if editor():
                draft = self._drafts.pop(suggestion.id, "")
                edited = edit_in_editor(wording, self._where(suggestion), self._phrases, draft)
            else:
                edited = edit_here(wording, self._phrases)
        except NotUnderstood as error:
            if error.draft:
                self._drafts[suggestion.id] = error.draft
            self._say(str(error), OLD)
            return False
        if edited is None or edited == wording:
            self._say(self._phrases.unchanged, MUTED)
            return False
        self._review.edit(replace(suggestion, questions=edited[0], answer=edited[1]))
        self._say(self._phrases.saved, NEW)
        return True
