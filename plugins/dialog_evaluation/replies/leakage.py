"""How much of what is measured on stands in what was learnt from."""

from collections.abc import Mapping, Sequence

from dialog_evaluation.replies.cases import Case


def leakage(cases: Sequence[Case], train: Sequence[Case]) -> Mapping[str, float]:
    """Return which shares of the cases stand word for word in the training data.

    Returns:
        `pairs`: a question with its reply; `contexts`: all that was said before with the reply; `replies`: the reply
        alone. Capitals and blanks do not matter.
    """
    pairs = {_pair(case) for case in train}
    contexts = {_context(case) for case in train}
    replies = {_plain(case.reply) for case in train}
    size = max(len(cases), 1)
    return {
        "pairs": sum(_pair(case) in pairs for case in cases) / size,
        "contexts": sum(_context(case) in contexts for case in cases) / size,
        "replies": sum(_plain(case.reply) in replies for case in cases) / size,
    }


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _pair(case: Case) -> tuple[str, str]:
    return _plain(case.question), _plain(case.reply)


def _context(case: Case) -> tuple[str, ...]:
    return (*(_plain(turn.text) for turn in case.history), *_pair(case))
