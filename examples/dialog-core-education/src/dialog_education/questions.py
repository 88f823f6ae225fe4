"""The questions: a JSON file of topics, each with its questions from easy to hard.

QUIZ_QUESTIONS may name a file of your own; it has the form of `questions.en.json` beside this file.
"""

import functools
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any


class QuestionsError(Exception):
    """The questions cannot be used; the text says what is wrong with them, for the people who run the bot."""


@dataclass(frozen=True)
class Question:
    """A question.

    Attributes:
        id: Its name, unique among the questions.
        text: What is asked.
        answers: What is right; the first is told when nobody knows.
        hint: What helps after a wrong answer.
        choices: What may be picked; empty: the pupil writes the answer.
    """

    id: str
    text: str
    answers: tuple[str, ...]
    hint: str
    choices: tuple[str, ...] = ()


Topics = Mapping[str, Sequence[Question]]


def topics(language: str) -> Topics:
    """Return the questions of every topic.

    Raises:
        QuestionsError: There are none, or something is wrong with them.
    """
    own = os.environ.get("QUIZ_QUESTIONS")
    if own:
        return _read(own)
    name = "questions.zh.json" if language.startswith("zh") else "questions.en.json"
    return _read(str(files(__package__) / name))


def find(id: str, language: str) -> Question:
    """Return a question.

    Raises:
        QuestionsError: There is none of that id.
    """
    for questions in topics(language).values():
        for question in questions:
            if question.id == id:
                return question
    raise QuestionsError(f"there is no question {id!r}")


@functools.cache
def _read(path: str) -> Topics:
    try:
        data: Any = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QuestionsError(f"{path}: cannot be read: {error}") from None
    try:
        return {topic: [_question(f"{topic}{n}", one) for n, one in enumerate(some, 1)] for topic, some in data.items()}
    except (AttributeError, TypeError, KeyError) as error:
        form = '{"topic": [{"text": ..., "answers": [...], "hint": ...}]}'
        raise QuestionsError(f"{path}: is not of the form {form}: {error!r}") from None


def _question(id: str, data: Mapping[str, Any]) -> Question:
    return Question(id, data["text"], tuple(data["answers"]), data["hint"], tuple(data.get("choices", ())))
