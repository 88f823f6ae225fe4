"""The reader `cima`: CIMA (Stasaski et al. 2020), tutoring in Italian with several replies to each context."""

from collections.abc import Iterator, Sequence
from typing import Any

from dialog_core.datasets import Dialogue, DialogueAct
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.files.json_elements import Element, read_elements
from dialog_data.files.problems import FileProblems
from dialog_data.sources.dialogue_source import DialogueSource, Place, a_dialogue, a_turn
from dialog_data.sources.json_keys import has_key
from dialog_data.sources.records import Record, Unfit

TUTOR = ("Question", "Hint", "Correction", "Confirmation", "Other")  # in the order the source marks them
STUDENT = ("Guess", "Question", "Affirmation", "Other")
EXERCISES = ("prepDataset", "shapeDataset")


class CimaReader(DialogueSource):
    """Reads `dataset.json`: a dialogue for each context, which ends with the first of the tutors' replies.

    All replies, the first among them, stand with that turn as `tutorResponses`, and what they do as `tutorActions`.
    The tutor opens, then student and tutor take turns.
    """

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Contexts with `past_convo` and `tutorResponses`."""
        return '"past_convo"' in sample.head and any(f'"{name}"' in sample.head for name in EXERCISES)

    def elements(self, file: SourceFile, problems: FileProblems) -> Iterator[Element]:
        """Yield the contexts of both exercises."""
        parts = [name for name in EXERCISES if has_key(problems, name)]
        if not parts:
            problems.problem(f"has none of the exercises {', '.join(EXERCISES)}", 1)
            problems.item_skipped()
        for part in parts:
            for element in read_elements(problems, under=part):
                yield Element(element.value, element.line, f"{part}.{element.key}")

    def dialogue(self, record: Record, place: Place) -> Dialogue:
        """Return the dialogue of a context."""
        past, replies = record.texts("past_convo"), record.texts("tutorResponses")
        if not past or not replies:
            raise Unfit("there is nothing said before, or no reply", "tutorResponses" if past else "past_convo")
        last = "bot" if len(past) % 2 else "user"
        if last == "bot":
            raise Unfit("the tutor speaks last, and replies are wanted to a student", "past_convo")
        student = _acts(record.items("studentActions", []), STUDENT, "studentActions")
        actions = record.items("tutorActions", [])
        if len(actions) != len(replies):
            raise Unfit(f"needs actions for {len(replies)} replies, not for {len(actions)}", "tutorActions")
        tutor = [_acts(marks, TUTOR, f"tutorActions[{number}]") for number, marks in enumerate(actions)]
        turns = [
            a_turn("user" if number % 2 else "bot", text, {}, student if number == len(past) - 1 else ())
            for number, text in enumerate(past)
        ]
        several = {"tutorResponses": replies, "tutorActions": [[act.act for act in acts] for acts in tutor]}
        turns.append(a_turn("bot", replies[0], several, tutor[0]))
        return a_dialogue(place.key or "", turns, record.rest(), place)


def _acts(marks: Any, names: Sequence[str], path: str) -> list[DialogueAct]:
    """Return the acts that are marked as true, be it in words."""
    if not isinstance(marks, list) or len(marks) != len(names):
        raise Unfit(f"needs a list of {len(names)} marks: {', '.join(names)}", path)
    found: list[DialogueAct] = []
    for mark, name in zip(marks, names, strict=True):
        if str(mark).casefold() not in ("true", "false"):
            raise Unfit(f"{str(mark)[:40]!r} is neither true nor false", path)
        if str(mark).casefold() == "true":
            found.append(DialogueAct(name))
    return found
