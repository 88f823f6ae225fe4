"""What takes more than a key: entities, a line of text, and whether something new is meant."""

from dataclasses import replace

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import DummyHistory
from rich.console import Console
from rich.text import Text

from dialog_core import keys
from dialog_core.datasets import EntitySpan
from dialog_data.labelled.marks import parse_marks
from dialog_data.labelling.known_labels import KnownLabels
from dialog_data.labelling.terminal import marking
from dialog_data.labelling.terminal.drawing import NAME, clean, legend, width_of
from dialog_data.labelling.terminal.marking import Marking
from dialog_data.labelling.terminal.phrases import Phrases
from dialog_data.labelling.terminal.prompting import ask, hint
from dialog_data.labelling.words import with_marks


class Entering:
    """Asks for what takes more than a key.

    Args:
        kinds: The kinds of entities there are.
        console: The terminal.
        phrases: In which language.
    """

    def __init__(self, kinds: KnownLabels, console: Console, phrases: Phrases) -> None:
        self._kinds, self._console, self._phrases = kinds, console, phrases

    def is_wanted(self, name: str) -> bool:
        """Ask whether a new label or kind of entity is meant."""
        asked = self._phrases.really_new.replace("{label}", f"“{clean(name)}”")
        pieces = [(style, text) for style, text, *_ in hint(asked, width_of(self._console))]
        return keys.press(pieces, {"\r": "yes", "\n": "yes"}) == "yes"

    def note(self, note: str) -> str:
        """Have a note written or changed."""
        return self._line(self._phrases.note_title, note, self._phrases.keys_note)

    def entities(self, text: str, entities: tuple[EntitySpan, ...]) -> tuple[tuple[EntitySpan, ...], bool]:
        """Have entities marked; return them, and whether to go on with the text."""
        while True:
            asked = self._marking(text, entities)
            if asked.what != marking.EDIT:
                return asked.entities, asked.what != marking.LEAVE
            entities = self._written(text, asked.entities)

    def say(self, told: str, style: str = "") -> None:
        """Tell something, a line below the card."""
        for line in told.split("\n"):
            self._console.print(Text(f"  {clean(line)}", style), width=width_of(self._console))

    def _marking(self, text: str, entities: tuple[EntitySpan, ...]) -> Marking:
        """Have words chosen until that is done, or another way is wanted."""
        asked = Marking(text, entities, self._kinds, phrases=self._phrases, width=width_of(self._console))
        while True:
            ask(asked)
            if asked.what == marking.HELP:
                self._console.print(legend(self._phrases.help_marking), width=width_of(self._console))
            elif asked.what != marking.NEW:
                return asked
            elif self.is_wanted(asked.kind):
                asked.mark(asked.kind)

    def _written(self, text: str, entities: tuple[EntitySpan, ...]) -> tuple[EntitySpan, ...]:
        """Have entities written into the text; what they were where that cannot be, or is not understood."""
        marks = with_marks(text, entities)
        if parse_marks(marks).text != text or "\n" in text:
            self.say(self._phrases.cannot_be_written, NAME)
            return entities
        marked = parse_marks(self._line(self._phrases.edit_title, marks, self._phrases.edit_keys))
        if marked.attempts:
            self.say(self._phrases.not_a_mark.format(mark=marked.attempts[0]), NAME)
        elif marked.text.strip() != text:
            self.say(self._phrases.not_the_text, NAME)
        else:
            moved = len(marked.text) - len(marked.text.lstrip())
            found = tuple(replace(one, start=one.start - moved, end=one.end - moved) for one in marked.entities)
            self._kinds.know(one.entity for one in found)
            return found
        return entities

    def _line(self, title: str, text: str, told: str) -> str:
        """Have a line edited; what it was where the user thinks better of it."""
        session: PromptSession[str] = PromptSession(
            history=DummyHistory(), bottom_toolbar=f" {told}", erase_when_done=True
        )
        try:
            return session.prompt(FormattedText([("ansicyan", f"  {title} "), ("", "› ")]), default=text).strip()
        except (KeyboardInterrupt, EOFError):
            return text
