"""Puts together what is said: in the language of the message, with the numbers and measures that fit."""

from types import ModuleType

from dialog_core import Turn
from dialog_guards.emergencies import wording_en, wording_zh
from dialog_guards.emergencies.advice import topics_of
from dialog_guards.emergencies.filling import filled
from dialog_guards.emergencies.folding import folded, is_chinese
from dialog_guards.emergencies.kinds import Kind
from dialog_guards.emergencies.options import EmergenciesOptions

# Of poisons and danger the reply itself says the most; only these measures go with it.
_FITTING = {
    "poisoning": {"fumes", "not_breathing", "unconscious", "seizure"},
    "danger": {"not_breathing", "electric", "burn"},
}


class Replies:
    """Says what is to be said with the numbers of one bot."""

    def __init__(self, options: EmergenciesOptions) -> None:
        self._options = options
        self._values = {
            "number": options.number,
            "police": options.police or options.number,
            "crisis_line": options.crisis_line,
            "poison_line": options.poison_line,
        }

    def emergency(self, kind: Kind, turn: Turn) -> str:
        """Return what to say of an emergency."""
        words = _words(turn)
        text = self._own(kind, turn) or words.REPLIES[kind]
        advice = [words.ADVICE[topic] for topic in topics_of(folded(turn.text)) if _fits(topic, kind)]
        told = words.TOLD if self._options.hand_over else ""
        return filled(text, {**self._values, "advice": "\n".join(advice), "told": told})

    def safe(self, turn: Turn) -> str:
        """Return what to say when somebody is safe again."""
        return filled(_words(turn).SAFE, self._values)

    def numbers(self, turn: Turn) -> str:
        """Return the numbers alone."""
        return filled(_words(turn).NUMBERS, self._values)

    def quick_replies(self, kind: str, turn: Turn) -> tuple[str, ...]:
        """Return what users may pick."""
        found: tuple[str, ...] = _words(turn).QUICK_REPLIES.get(kind, ())
        return found

    def _own(self, kind: Kind, turn: Turn) -> str:
        """Return the operator's text in the language of the message, or in the turn's, or else the first there is."""
        worded = self._options.say.get(kind)
        if worded is None or isinstance(worded, str):
            return worded or ""
        by_primary = {tag.partition("-")[0].lower(): text for tag, text in reversed(worded.items())}
        of_message = "zh" if is_chinese(turn.text) else "en"
        turns = turn.language.partition("-")[0].lower()
        for language in (of_message,) if of_message == "zh" else (turns, of_message) if turns != "zh" else ("en",):
            if language in by_primary:
                return by_primary[language]
        return ""


def _words(turn: Turn) -> ModuleType:
    return wording_zh if is_chinese(turn.text) else wording_en


def _fits(topic: str, kind: str) -> bool:
    return topic in _FITTING.get(kind, {topic})
