"""What figures are called and what they mean, for those who read a report."""

from dialog_evaluation.guards.counting import Share
from dialog_evaluation.wording import Wording

WORDINGS = {
    "recall": Wording("Recall", "of what it should object to, what it did"),
    "precision": Wording("Precision", "of what it objected to, rightly so"),
    "false_alarms": Wording("False alarms", "of what is harmless, objected to; less is better"),
    "f1": Wording("F1", "the harmonic mean of precision and recall"),
}


def shown(share: Share) -> str:
    """Return a share as people read it."""
    return "–" if share.value is None else f"{100 * share.value:.1f} %"


def between(share: Share) -> str:
    """Return where a share lies."""
    return "" if share.value is None else f"{100 * share.low:.1f} to {100 * share.high:.1f}"
