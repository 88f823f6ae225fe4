"""The actions of the quiz. They know the questions, and nothing of the words around them."""

import asyncio
from collections.abc import Sequence
from typing import Any

from dialog_core import ActionContext
from dialog_education import results
from dialog_education.judging import is_right
from dialog_education.questions import QuestionsError, find, topics


def next_question(topic: str, seen: Sequence[str] | None, context: ActionContext) -> dict[str, Any]:
    """Return the first question of a topic that has not been seen, and all that have been seen with it."""
    questions = topics(context.language).get(topic)
    if not questions:
        raise QuestionsError(f"there are no questions about {topic!r}")
    known = list(seen or ())
    fresh = [question for question in questions if question.id not in known]
    if not fresh:  # all have been asked: from the beginning
        known = [id for id in known if id not in {question.id for question in questions}]
        fresh = list(questions)
    question = fresh[0]
    return {
        "id": question.id,
        "text": question.text,
        "hint": question.hint,
        "solution": question.answers[0],
        "choices": dict(zip("abcd", question.choices, strict=False)),
        "seen": [*known, question.id],
    }


def check_answer(question: str, answer: str, context: ActionContext) -> dict[str, Any]:
    """Say whether an answer is right; the reason of a wrong one is the hint."""
    asked = find(question, context.language)
    return {"valid": is_right(answer, asked.answers), "reason": asked.hint}


async def save_result(topic: str, points: int, context: ActionContext) -> dict[str, Any]:
    """Keep a result; return whether it is the best so far of this pupil in this topic."""
    pupil = context.user_id or context.conversation_id
    day = context.now.date().isoformat()
    best = await asyncio.to_thread(results.save, context.idempotency_key, pupil, topic, points, day)
    return {"record": 0 <= best < points}
