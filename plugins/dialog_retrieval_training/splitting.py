"""What is learnt from, and what is measured on: no text is in both."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from dialog_core import Context, TrainingError
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval_training.making import make_questions, with_unanswerable
from dialog_retrieval_training.options import RetrievalTraining
from dialog_retrieval_training.reading import (
    Knowledge,
    Question,
    folded,
    questions_of,
    read_rows,
    read_validation,
    without_leaks,
)

FEWEST = 4  # questions with an answer, from which something can be tuned and measured
FEW = 30  # questions; with fewer, figures are mostly chance

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Split:
    """What a trainer works with.

    Attributes:
        knowledge: The knowledge.
        entries: What is searched: the knowledge, without phrasings that became questions.
        training: Questions to learn from.
        validation: Questions to measure on.
        made: Whether they were made from the knowledge, since there are none that people asked.
        held: The numbers of entries of which nothing may be learnt, since questions made from them are measured on.
        remarks: What there is to say about them.
    """

    knowledge: Knowledge
    entries: Sequence[Numbered]
    training: Sequence[Question]
    validation: Sequence[Question]
    made: bool = False
    held: frozenset[int] = frozenset()
    remarks: Sequence[str] = field(default_factory=tuple)


def split_data(names: Sequence[str], options: RetrievalTraining, context: Context) -> Split:
    """Read the knowledge and the questions of a job, and divide them.

    Raises:
        ConfigurationError: The data is wrong, with every place.
        TrainingError: There is too little of it.
    """
    rows = read_rows(options.data, context, split=options.split)
    more = read_validation(options, context)
    knowledge = Knowledge(names, context, [*rows, *more])
    questions, measured = questions_of(rows, knowledge), questions_of(more, knowledge)
    validation = [question for question in measured if question.origin is None]
    remarks = knowledge.remarks
    if len(validation) < len(measured):
        made_up = len(measured) - len(validation)
        remarks.append(f"{made_up} questions of the validation data nobody has asked, and were left out.")
    if questions or validation:
        if validation:
            learnt = (text for question in questions for text in (question.text, question.origin) if text is not None)
            validation, leaks = without_leaks(validation, learnt)
            remarks += leaks
            if not questions:
                questions = list(make_questions(knowledge.entries, context.seed, take_away=False).questions)
        else:
            questions, validation = _held_out(questions, options.held_out, context.seed)
        split = Split(knowledge, knowledge.entries, questions, with_unanswerable(validation, context.seed))
    else:
        split = _made(knowledge, options.held_out, context.seed)
    asked = sum(bool(question.answers) for question in split.validation)
    if asked < FEWEST:
        raise TrainingError(
            f"there are only {asked} questions to measure on: whether anything gets better could not be told. "
            "Give more of them as `data` or `validation`"
        )
    if asked < FEW:
        remarks.append(f"With only {asked} questions to measure on, figures are mostly chance.")
    if split.made:
        remarks.append("There is no `data`: the questions were made from the knowledge, and people ask otherwise.")
    return Split(knowledge, split.entries, split.training, split.validation, split.made, split.held, tuple(remarks))


def _held_out(questions: Sequence[Question], share: float, seed: int) -> tuple[list[Question], list[Question]]:
    """Return the questions to learn from and those to measure on, which people asked and nothing else was made of."""
    training, validation = divided([question for question in questions if question.origin is None], share, seed)
    measured = {folded(question.text) for question in validation}
    made = [one for one in questions if one.origin is not None and folded(one.origin) not in measured]
    return [*training, *made], validation


def divided(items: Sequence[T], share: float, seed: int) -> tuple[list[T], list[T]]:
    """Return the larger part and the rest, which has this share, each in order."""
    places = random.Random(seed).sample(range(len(items)), round(share * len(items)))
    chosen = set(places)
    return (
        [item for place, item in enumerate(items) if place not in chosen],
        [item for place, item in enumerate(items) if place in chosen],
    )


def _made(knowledge: Knowledge, share: float, seed: int) -> Split:
    made = make_questions(knowledge.entries, seed)
    training, validation = divided(made.questions, share, seed)
    held = frozenset(number for question in validation for number in question.answers)
    return Split(knowledge, made.entries, training, with_unanswerable(validation, seed), made=True, held=held)
