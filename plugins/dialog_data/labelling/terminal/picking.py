"""Choosing a label: by its number, by a few of its letters, or a new one."""

from collections.abc import Sequence
from dataclasses import dataclass

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.utils import get_cwidth

from dialog_core.datasets import OUT_OF_SCOPE
from dialog_data.labelling.known_labels import KnownLabels
from dialog_data.labelling.terminal.drawing import clean
from dialog_data.labelling.terminal.phrases import Phrases
from dialog_data.labelling.terminal.prompting import CHARACTER, FAINT, KEY, MARKED, NUMBER, PASTE, fitted, hint

LABEL, NEW, TAKE, SKIP, BACK, LEAVE, ENTITIES, NOTE, HELP, UNKNOWN = (
    "label", "new", "take", "skip", "back", "leave", "entities", "note", "help", "unknown"
)  # fmt: skip
MOST_ROWS = 9
BAR = "━"


@dataclass(frozen=True, slots=True)
class Choice:
    """A label to choose.

    Attributes:
        label: The label.
        probability: How likely the bot finds it; None: nobody says.
        told: Who else says it.
    """

    label: str
    probability: float | None = None
    told: str = ""


class Picking:
    """Asks for a label.

    Attributes:
        what: What was answered: one of the names above.
        label: Of `label` and `new`, which.

    Args:
        choices: The likeliest labels.
        known: All labels there are.
        place: Which of the likeliest the arrow is at.
        phrases: In which language.
        width: How many columns there are.
        takes: Whether Enter takes things as they are, since no label is asked for.
        marks: Whether entities can be marked.
    """

    def __init__(
        self,
        choices: Sequence[Choice],
        known: KnownLabels,
        *,
        place: int = 0,
        phrases: Phrases,
        width: int,
        takes: bool = False,
        marks: bool = True,
    ) -> None:
        self._choices = [] if takes else list(choices[:MOST_ROWS])
        self._known, self._phrases, self._width = known, phrases, width
        self._takes, self._marks = takes, marks
        self._typed = ""
        self._at = self._first = place
        self.what, self.label = LEAVE, ""

    # --- Keys ---------------------------------------------------------------------------------------------------------

    def key(self, name: str, text: str) -> bool:
        """Take in a key; return whether that is an answer."""
        if name in (CHARACTER, PASTE):
            return self._letters(text, pasted=name == PASTE)
        rows = len(self._rows())
        match name:
            case "up" | "down":
                self._at = (self._at + (1 if name == "down" else -1)) % max(rows, 1)
                return False
            case "enter":
                return self._enter()
            case "leave":
                return self._answer(LEAVE)
            case "erase" if self._typed:
                return self._type(self._typed[:-1])
            case "escape" | "clear" if self._typed:
                return self._type("")
            case "escape":
                return self._answer(LEAVE)
            case "left" | "undo" | "erase" if not self._typed:
                return self._answer(BACK)
            case "right" if not self._typed:
                return self._answer(SKIP)
            case "tab" if self._marks and not self._typed:
                return self._answer(ENTITIES)
        return False

    def _letters(self, text: str, *, pasted: bool) -> bool:
        if not text.isprintable() or (not text.strip() and not self._typed):
            return False
        if not self._typed and not pasted:
            if text == "#":
                return self._answer(NOTE)
            if text == "?":
                return self._answer(HELP)
            if self._takes:
                return self._answer(UNKNOWN)
            if text == "0":
                return self._answer(LABEL, OUT_OF_SCOPE)
            if text in "123456789":
                place = int(text) - 1
                return place < len(self._choices) and self._answer(LABEL, self._choices[place].label)
        return False if self._takes else self._type(self._typed + text)

    def _type(self, text: str) -> bool:
        self._typed, self._at = text, 0 if text else self._first
        return False

    def _enter(self) -> bool:
        if self._takes:
            return self._answer(TAKE)
        rows = self._rows()
        if not rows:
            return self._answer(UNKNOWN)
        row = rows[min(self._at, len(rows) - 1)]
        return self._answer(NEW if row.new else LABEL, row.label)

    def _answer(self, what: str, label: str = "") -> bool:
        self.what, self.label = what, label
        return True

    # --- What is to be seen -------------------------------------------------------------------------------------------

    def draw(self) -> StyleAndTextTuples:
        """Return the labels, what was typed, and what the keys do."""
        pieces: StyleAndTextTuples = []
        rows = self._rows()
        names = [self._name(row) for row in rows]
        widest = min(max(map(get_cwidth, names), default=0), self._width - 16)
        for place, (row, name) in enumerate(zip(rows, names, strict=True)):
            pieces += self._line(place, row, fitted(name, widest))
        if self._typed:
            pieces += [("", "\n"), (KEY, "  › "), (MARKED, self._typed), ("reverse", " "), ("", "\n")]
        elif rows:
            pieces += [("", "\n")]
        return [*pieces, *hint(self._hints(), self._width)]

    def _hints(self) -> str:
        if self._typed:
            return self._phrases.keys_typing
        told = self._phrases.keys
        if self._takes:
            told = f"{self._phrases.key_take}  {told[told.index('{→}') :]}"
        if self._marks:
            told = told.replace("  {→}", f"  {self._phrases.key_entities}  {{→}}", 1)
        return told

    def _line(self, place: int, row: "_Row", name: str) -> StyleAndTextTuples:
        here = place == self._at
        number = " " if self._typed or row.new else str(place + 1)
        pieces: StyleAndTextTuples = [(KEY, "  ▸ " if here else "    "), (NUMBER, f"{number} ")]
        if row.places and not row.new:
            lit = set(row.places)
            pieces += [
                (f"{MARKED} underline" if at in lit else MARKED if here else "", letter)
                for at, letter in enumerate(name)
            ]
        else:
            pieces.append((MARKED if here else "", name))
        if row.choice.probability is not None:
            room = self._width - get_cwidth(name) - 20
            length = 24 if room >= 24 else 12 if room >= 12 else 0
            full = min(round(row.choice.probability * length), length)
            if length:
                pieces += [("", "  "), (NUMBER, BAR * full), (FAINT, "─" * (length - full))]
            pieces.append(("" if here else FAINT, f"  {100 * row.choice.probability:3.0f} %"))
        if row.choice.told:
            pieces.append((FAINT, f"  {row.choice.told}"))
        return [*pieces, ("", "\n")]

    def _name(self, row: "_Row") -> str:
        return f"+ {self._phrases.new_label.format(label=clean(row.label))}" if row.new else clean(row.label)

    def _rows(self) -> list["_Row"]:
        if not self._typed:
            return [_Row(choice) for choice in self._choices]
        found = self._known.matching(self._typed)[: MOST_ROWS - 1]
        said = {choice.label: choice for choice in self._choices}
        rows = [_Row(said.get(match.label, Choice(match.label)), match.places) for match in found]
        wanted = " ".join(self._typed.split())
        if wanted and wanted not in self._known:
            rows.append(_Row(Choice(wanted), new=True))
        return rows


@dataclass(frozen=True, slots=True)
class _Row:
    choice: Choice
    places: tuple[int, ...] = ()
    new: bool = False

    @property
    def label(self) -> str:
        return self.choice.label
