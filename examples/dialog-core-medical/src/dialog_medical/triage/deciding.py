"""From answers to an outcome: every answer votes, and the most urgent vote wins."""

from collections.abc import Iterable, Mapping, Sequence

from dialog_medical.triage.questionnaire import NO, QUESTIONS, UNSURE, YES, Complaint, Outcome, Questionnaire


def decide(questionnaire: Questionnaire, complaints: Sequence[Complaint], answers: Mapping[str, str]) -> Outcome:
    """Return the outcome of these answers, of which some may be missing.

    An answer that is not sure counts as the most urgent one to its question, and as one step more than what all the
    other answers say. So neither it nor a further red flag is ever the way to a less urgent outcome.
    """
    votes = [one.least for one in complaints] or [Outcome.APPOINTMENT]
    doubts: list[Outcome] = []
    for question, answer in _given(answers):
        if answer == UNSURE:
            doubts.append(most_urgent(questionnaire, complaints, question))
        else:
            votes.append(_vote(questionnaire, complaints, question, answer))
    steps = [max(votes + doubts[:place] + doubts[place + 1 :]) + 1 for place in range(len(doubts))]
    return Outcome(min(max([*votes, *doubts, *steps]), Outcome.EMERGENCY))


def most_urgent(questionnaire: Questionnaire, complaints: Sequence[Complaint], question: str) -> Outcome:
    """Return what the most urgent answer to a question votes for."""
    if question in ("emergency", "today"):
        return Outcome[question.upper()]
    return max(_vote(questionnaire, complaints, question, one.id) for one in questionnaire.answers[question])


def _given(answers: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ((question, answers[question]) for question in QUESTIONS if question in answers)


def _vote(questionnaire: Questionnaire, complaints: Sequence[Complaint], question: str, answer: str) -> Outcome:
    if question in ("emergency", "today"):
        if answer == NO:
            return Outcome.SELF_CARE
        assert answer == YES, answer
        return Outcome[question.upper()]
    one = next(one for one in questionnaire.answers[question] if one.id == answer)
    if question != "since":
        return one.outcome
    lasting = (complaint.lasting for complaint in complaints if complaint.lasting is not None)
    return max([one.outcome, *(outcome for days, outcome in lasting if one.days >= days)])
