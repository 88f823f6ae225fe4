"""What looks wrong about a file of questions, or about the bot it was put to."""

from collections.abc import Mapping, Sequence

from dialog_evaluation.retrieval.asking import Asked
from dialog_evaluation.retrieval.questions import Question

FEW_QUESTIONS = 50  # with fewer, one more right or wrong moves a figure by more than two points
EXAMPLES = 3


def remarks_on(questions: Sequence[Question], asked: Mapping[str, Asked], *, all_known: bool) -> list[str]:
    """Return the remarks, each a sentence or two.

    Args:
        questions: What was asked.
        asked: What each retriever made of it.
        all_known: Whether the entries that would be right are known to be there.
    """
    remarks = [
        f"{name} failed on {len(made.failures)} of {len(questions)} questions, which count as not found. "
        f"{made.failures[0]}"
        for name, made in asked.items()
        if made.failures
    ]
    remarks += _leaked(questions, asked)
    if not all_known:
        remarks += _never_found(questions, asked)
    answerable = sum(question.answerable for question in questions)
    if not answerable:
        remarks.append("Every question is out_of_scope: how well answers are found is not measured.")
    elif answerable < FEW_QUESTIONS:
        count = "1 question has" if answerable == 1 else f"{answerable} questions have"
        remarks.append(
            f"Only {count} an answer: one more right or wrong moves a figure by {100 / answerable:.0f} points."
        )
    if answerable == len(questions):
        remarks.append(
            "No question is labelled out_of_scope: how well the bot knows that it has no answer is not measured."
        )
    return remarks


def _leaked(questions: Sequence[Question], asked: Mapping[str, Asked]) -> list[str]:
    found = [made.found for made in asked.values()]
    leaked = [question for number, question in enumerate(questions) if any(one[number].verbatim for one in found)]
    if not leaked:
        return []
    return [
        f"{len(leaked)} of {len(questions)} questions stand word for word in the knowledge (line "
        f"{_lines(leaked)}): people word theirs otherwise, so that the figures are too good."
    ]


def _never_found(questions: Sequence[Question], asked: Mapping[str, Asked]) -> list[str]:
    missing = [
        question
        for number, question in enumerate(questions)
        if question.answerable and all(made.found[number].rank is None for made in asked.values())
    ]
    if not missing:
        return []
    count = "1 question" if len(missing) == 1 else f"{len(missing)} questions"
    return [
        f"The right entries of {count} were never found (line {_lines(missing)}), and it was not checked whether the "
        "knowledge has them."
    ]


def _lines(questions: Sequence[Question]) -> str:
    shown = ", ".join(str(question.line) for question in questions[:EXAMPLES])
    return f"{shown}, …" if len(questions) > EXAMPLES else shown
