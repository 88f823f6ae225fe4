"""Marking entities: words are chosen with the arrows, and what they are by number or by a few letters."""

import itertools
import re
from collections.abc import Sequence

from prompt_toolkit.formatted_text import StyleAndTextTuples

from dialog_core.datasets import EntitySpan
from dialog_data.labelling.known_labels import KnownLabels
from dialog_data.labelling.terminal.drawing import clean, shown
from dialog_data.labelling.terminal.phrases import Phrases
from dialog_data.labelling.terminal.prompting import FAINT, KEY, MARKED, PASTE, hint
from dialog_data.labelling.words import cleared, marked_over, words_of

DONE, NEW, EDIT, HELP, LEAVE = "done", "new", "edit", "help", "leave"
ENTITY = "bold ansimagenta underline"
KIND = "ansimagenta"
CURSOR = "reverse"
MOST_LINES = 8  # of the text; of a longer one what stands around the chosen words
MOST_KINDS = 9

_NAME = re.compile(r"\w[\w-]*")  # as marks in a text have them


class Marking:
    """Asks for the entities of a text.

    Attributes:
        entities: The entities as they are now.
        what: What was answered: `done`, `new` (a kind that is not known, to be asked about), `edit`, `help`, `leave`.
        kind: Of `new`, which.

    Args:
        text: The text.
        entities: Those that are marked already.
        kinds: The kinds of entities there are.
        phrases: In which language.
        width: How many columns there are.
    """

    def __init__(
        self, text: str, entities: Sequence[EntitySpan], kinds: KnownLabels, *, phrases: Phrases, width: int
    ) -> None:
        self._text, self._kinds, self._phrases, self._width = text, kinds, phrases, width
        self._words = words_of(text)
        self._before = self.entities = tuple(entities)
        self._from = self._to = self._word_at(self.entities[0].start) if self.entities else 0
        self._extends = False
        self._typed = ""
        self._at = 0
        self.what, self.kind = DONE, ""

    @property
    def chosen(self) -> tuple[int, int]:
        """Where the chosen words begin and end."""
        first, last = sorted((self._from, self._to))
        return self._words[first][0], self._words[last][1]

    def mark(self, kind: str) -> None:
        """Say what the chosen words are, and go on to the word behind them."""
        self._kinds.know([kind])
        self.entities = marked_over(self.entities, EntitySpan(*self.chosen, kind))
        self._typed, self._at = "", 0
        self._go(max(self._from, self._to) + 1)

    # --- Keys ---------------------------------------------------------------------------------------------------------

    def key(self, name: str, text: str) -> bool:
        """Take in a key; return whether that is an answer."""
        match name:
            case "character" | "paste":
                return self._letters(text, pasted=name == PASTE)
            case "left" | "right" | "shift-left" | "shift-right":
                self._move(-1 if name.endswith("left") else 1, extends=self._extends or name.startswith("shift"))
            case "home" | "end":
                self._go(0 if name == "home" else len(self._words) - 1)
            case "up" | "down":
                rows = max(len(self._found()), 1)
                self._at = (self._at + (1 if name == "down" else -1)) % rows
            case "erase" if self._typed:
                self._typed, self._at = self._typed[:-1], 0
            case "erase":
                self.entities = cleared(self.entities, *self.chosen)
            case "escape" | "clear" if self._typed:
                self._typed = ""
            case "escape" if self._extends or self._from != self._to:
                self._go(self._to)
            case "escape" | "undo":
                self.entities = self._before
                return self._answer(DONE)
            case "enter" if self._typed:
                return self._enter()
            case "enter" | "tab":
                return self._answer(DONE)
            case "leave":
                return self._answer(LEAVE)
        return False

    def _letters(self, text: str, *, pasted: bool) -> bool:
        if text == " " and not self._typed:
            self._extends = not self._extends
            return False
        if not text.isprintable() or not text.strip():
            return False
        if not self._typed and not pasted:
            if text in ("[", "【"):
                return self._answer(EDIT)
            if text == "?":
                return self._answer(HELP)
            if text in "123456789":
                kinds = self._kinds.ordered()[:MOST_KINDS]
                if int(text) <= len(kinds):
                    self.mark(kinds[int(text) - 1])
                return False
        self._typed, self._at = self._typed + text, 0
        return False

    def _enter(self) -> bool:
        found = self._found()
        if not found:
            return False
        kind, new = found[min(self._at, len(found) - 1)]
        if new:
            return self._answer(NEW, kind)
        self.mark(kind)
        return False

    def _answer(self, what: str, kind: str = "") -> bool:
        self.what, self.kind = what, kind
        return True

    def _move(self, step: int, *, extends: bool) -> None:
        self._to = min(max(self._to + step, 0), len(self._words) - 1)
        if not extends:
            self._go(self._to)

    def _go(self, word: int) -> None:
        self._from = self._to = min(max(word, 0), len(self._words) - 1)
        self._extends = False

    def _word_at(self, place: int) -> int:
        return next((number for number, (_, end) in enumerate(self._words) if end > place), 0)

    # --- What is to be seen -------------------------------------------------------------------------------------------

    def draw(self) -> StyleAndTextTuples:
        """Return the text with its entities and the chosen words, the kinds there are, and what the keys do."""
        pieces: StyleAndTextTuples = [("", "  "), *self._marked_text(), ("", "\n\n")]
        if self._typed:
            pieces += [(KEY, "  › "), (MARKED, self._typed), (CURSOR, " "), ("", "   ")]
            for place, (kind, new) in enumerate(self._found()):
                name = self._phrases.new_kind.format(label=kind) if new else clean(kind)
                pieces += [(KEY if place == self._at else "", ("▸ " if place == self._at else "  ") + name), ("", " ")]
            if not self._found():
                pieces.append((FAINT, self._phrases.new_needs_letters))
            return [*pieces, ("", "\n"), *hint(self._phrases.keys_typing, self._width)]
        kinds = self._kinds.ordered()[:MOST_KINDS]
        if kinds:
            told = "  ".join(f"{{{number}}} {clean(kind)}" for number, kind in enumerate(kinds, 1))
            pieces += [*hint(told, self._width), ("", "\n\n")]
        return [*pieces, *hint(self._phrases.keys_marking, self._width)]

    def _marked_text(self) -> StyleAndTextTuples:
        start, end = self.chosen
        first, last = self._around(start, end)
        places = {first, last, start, end, *(place for one in self.entities for place in (one.start, one.end))}
        borders = sorted(place for place in places if first <= place <= last)
        pieces: StyleAndTextTuples = [(FAINT, "… ")] if first else []
        for left, right in itertools.pairwise(borders):
            span = next((one for one in self.entities if one.start <= left < one.end), None)
            chosen = start <= left < end
            style = f"{ENTITY if span else ''} {CURSOR if chosen else ''}".strip()
            pieces.append((style, shown(self._text[left:right]).replace("\n", " ")))
            if span is not None and span.end == right:
                pieces.append((KIND, f"·{clean(span.entity)}"))
        return [*pieces, (FAINT, " …")] if last < len(self._text) else pieces

    def _around(self, start: int, end: int) -> tuple[int, int]:
        """Return where what is shown of the text begins and ends."""
        room = MOST_LINES * self._width // 2
        if len(self._text) <= 2 * room:
            return 0, len(self._text)
        return max(start - room, 0), min(max(end, start + 1) + room, len(self._text))

    def _found(self) -> list[tuple[str, bool]]:
        """Return the kinds that what was typed may mean, and whether they are new."""
        kinds = [match.label for match in self._kinds.matching(self._typed) if match.label in self._kinds.ordered()]
        found = [(kind, False) for kind in kinds[:4]]
        if self._typed not in kinds and _NAME.fullmatch(self._typed):
            found.append((self._typed, True))
        return found
