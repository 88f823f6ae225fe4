"""Runs made by hand: what a bot answered, and what people did."""

from collections.abc import Callable, Sequence
from typing import Any

from dialog_core import Context
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_evaluation.report.making import make_report
from dialog_evaluation.report.report import Report
from dialog_evaluation.runs.answers import DialogueAnswers, PolicyAnswer, TurnAnswer
from dialog_evaluation.runs.info import EvaluatedFile, RunInfo

FALLBACK = "I am not sure about that."
TALKS = {
    "monday": (("hello", "Hello! What can I do for you?"), ("when do you open", "We open at nine."), ("bye", "Bye!")),
    "tuesday": (("what does a card cost", "Nothing, it is free."), ("thanks", "You are welcome.")),
    "wednesday": (("may I bring my dog", "I am afraid not."), ("thank you", "You are welcome."), ("bye", "Bye!")),
    "thursday": (("how many books may I borrow", "Up to twenty at a time."), ("thanks", "You are welcome.")),
}
Says = Callable[[str, str], str]
"""What a bot says to a question, given what people said."""


def dialogue(id: str, pairs: Sequence[tuple[str, str]], line: int = 1, **metadata: Any) -> Dialogue:
    turns = [turn for question, reply in pairs for turn in (DialogueTurn("user", question), DialogueTurn("bot", reply))]
    return Dialogue(id, tuple(turns), {"line": line, **metadata})


def dialogues(talks: dict[str, Sequence[tuple[str, str]]] | None = None) -> list[Dialogue]:
    return [dialogue(id, pairs, line) for line, (id, pairs) in enumerate((talks or TALKS).items(), 1)]


def answer(number: int, question: str, gold: str, text: str, **more: Any) -> TurnAnswer:
    status = more.pop("status", "fallback" if text == FALLBACK else "answered")
    policy = more.pop("policy", "faq" if status == "answered" else "")
    said = PolicyAnswer("faq", "answered", text, 0.8, 0.8, 0.01) if status == "answered" else None
    policies = more.pop("policies", (said or PolicyAnswer("faq", "abstained", seconds=0.01, reason="nothing fits"),))
    more = {"probability": 0.8, "seconds": 0.02, "reason": "as it is", **more}
    return TurnAnswer(number, question, gold, status, text, policy, policies=policies, **more)


def answers(held: Sequence[Dialogue], says: Says, **more: Any) -> list[DialogueAnswers]:
    found = []
    for position, one in enumerate(held):
        pairs = zip(one.turns[::2], one.turns[1::2], strict=True)
        turns = [
            answer(2 * place + 1, asked.text, replied.text, says(asked.text, replied.text), **more)
            for place, (asked, replied) in enumerate(pairs)
        ]
        found.append(DialogueAnswers(one.id, position + 1, tuple(turns), position))
    return found


def info(**more: Any) -> RunInfo:
    told = {
        "bot": "bots/aria.yaml",
        "name": "Aria",
        "mode": "teacher-forced",
        "files": (EvaluatedFile("talks.jsonl", "ab" * 32),),
        "options": {},
        "fingerprint": "0123456789ab",
        "framework": "0.1.0",
        "started_at": "2026-03-01T10:00:00+01:00",
        "finished_at": "2026-03-01T10:01:00+01:00",
        **more,
    }
    return RunInfo(**told)


def tools() -> Context:
    return Context(name="evaluation")


def report_of(
    held: Sequence[Dialogue],
    found: Sequence[DialogueAnswers],
    train: Sequence[Dialogue] | None = None,
    **more: Any,
) -> Report:
    return make_report(info(**more), found, held, train, tools())


def mixed(question: str, gold: str) -> str:
    """A bot that knows half of it."""
    return {"hello": gold, "thanks": gold, "bye": "Good bye to you!", "thank you": "You are very welcome."}.get(
        question, FALLBACK
    )
