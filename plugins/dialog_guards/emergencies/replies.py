"""Puts together what is said: in the language of the message, with the numbers and measures that fit."""

from types import ModuleType

from dialog_core import Turn
from dialog_guards.emergencies import wording_en, wording_zh, wording_zh_hant
from dialog_guards.emergencies.advice import topics_of
from dialog_guards.emergencies.filling import filled
from dialog_guards.emergencies.folding import folded, is_chinese, is_traditional
from dialog_guards.emergencies.kinds import Kind
from dialog_guards.emergencies.options import EmergenciesOptions

# Of poisons and danger the reply itself says the most; only these measures go with it.
_FITTING = {
    "poisoning": {"fumes", "not_breathing", "unconscious", "seizure"},
    "danger": {"not_breathing", "electric", "burn"},
}

TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")  # tags of wordings in traditional characters


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
        """Return the operator's text in the language of the message, or else of the turn; empty if there is none."""
        worded = self._options.say.get(kind)
        if worded is None or isinstance(worded, str):
            return worded or ""
        tags = {tag.casefold(): text for tag, text in worded.items()}
        for wanted in _languages(turn):
            for tag, text in tags.items():
                if tag == wanted or tag.partition("-")[0] == wanted:
                    return text
        return ""


def _languages(turn: Turn) -> tuple[str, ...]:
    """Return which languages a message may be answered in, the best first."""
    if is_chinese(turn.text):
        return (*TRADITIONAL, "zh") if is_traditional(turn.text) else ("zh-hans", "zh-cn", "zh")
    spoken = turn.language.casefold()
    return ("en",) if spoken.startswith("zh") else (spoken, spoken.partition("-")[0], "en")


def _words(turn: Turn) -> ModuleType:
    if not is_chinese(turn.text):
        return wording_en
    return wording_zh_hant if is_traditional(turn.text) else wording_zh


def _fits(topic: str, kind: str) -> bool:
    return topic in _FITTING.get(kind, {topic})
