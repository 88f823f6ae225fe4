"""What the figures of retrieval are called and what they mean, for those who read a report."""

import re
from collections.abc import Mapping

from dialog_evaluation.retrieval.evaluation import Evaluation
from dialog_evaluation.retrieval.measuring import figure_names
from dialog_evaluation.wording import Wording

_RECALL = re.compile(r"recall_at_(\d+)")

_WORDINGS = {
    "success_at_1": Wording("Right first", "of questions with an answer, a right entry comes first"),
    "mrr": Wording("MRR", "mean of 1 / rank of the first right entry", percent=False),
    "ndcg_at_10": Wording("nDCG@10", "right entries among ten, those higher up counting more", percent=False),
    "map": Wording("MAP", "mean average precision: every right entry counts", percent=False),
    "auroc": Wording(
        "AUROC", "how well the best score tells questions with an answer from those without", percent=False
    ),
    "aurc": Wording("AURC", "mean share of wrong answers if only the surest are given; less is better", percent=False),
    "expected_calibration_error": Wording(
        "Calibration error", "gap between the score and how often the first is right; less is better", percent=False
    ),
}


def wording_of(name: str) -> Wording:
    """Return how a figure is shown."""
    recall = _RECALL.fullmatch(name)
    if recall:
        depth = int(recall[1])
        among = "in first place" if depth == 1 else f"among the first {depth}"
        return Wording(f"Recall@{depth}", f"of the right entries, those found {among}")
    return _WORDINGS[name]


def shown_with_interval(
    name: str, value: float | None, intervals: Mapping[str, tuple[float, float]]
) -> tuple[str, str]:
    """Return a figure and its interval as people read them; the interval is empty where there is none."""
    wording = wording_of(name)
    if value is None or name not in intervals:
        return wording.shown(value), ""
    low, high = intervals[name]
    return wording.shown(value), f"{low * 100:.1f}–{high * 100:.1f}" if wording.percent else f"{low:.3f}–{high:.3f}"


def shown_columns(evaluation: Evaluation) -> list[str]:
    """Return the figures of ranking and telling apart that a table has room for, in its order."""
    names = [name for name in figure_names(evaluation.top_k) if name not in ("recall_at_5", "map")]
    return names if evaluation.several else [name for name in names if name != "success_at_1"]
