"""What a training tells: how the new ranker did, for a person and for a picture, and what is odd about the labels."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dialog_ranking.choices import Choice
from dialog_ranking_training.bootstrap import difference
from dialog_ranking_training.checking import Checked
from dialog_ranking_training.curves import abstention, bins_of
from dialog_ranking_training.judging import Verdicts, said
from dialog_ranking_training.measuring import judged_best, measure, per_policy

FILE = "evaluation.json"
SHOWN = 60  # characters of a message in a remark


def write_evaluation(choices: Sequence[Choice], checked: Checked, *, answer_at: float, seed: int, file: Path) -> None:
    """Write what a reliability diagram and a curve of abstention are drawn from.

    The file has `before`, the default ranker, and `after`, what was learnt (taken or not), each with `figures`,
    `reliability` (bins), `abstention` (points) and `policies`; and `difference`, that of the accuracy with its 95 %
    interval.
    """
    accuracy = difference(choices, checked.before, checked.after, answer_at=answer_at, seed=seed)
    told = {
        "answer_at": answer_at,
        "taken": checked.taken,
        "before": _evaluated(choices, checked.before, answer_at),
        "after": _evaluated(choices, checked.after, answer_at),
        "difference": asdict(accuracy),
    }
    file.write_text(json.dumps(_without_nan(told), ensure_ascii=False, indent=1, allow_nan=False), encoding="utf-8")


def _evaluated(choices: Sequence[Choice], rankings: Sequence[Verdicts], answer_at: float) -> dict[str, Any]:
    found = [said(choice, ranking, answer_at) for choice, ranking in zip(choices, rankings, strict=True)]
    best = judged_best(choices, found)
    return {
        "figures": measure(choices, rankings, answer_at=answer_at),
        "reliability": [asdict(one) for one in bins_of(best)],
        "abstention": [asdict(one) for one in abstention(best)],
        "policies": per_policy(choices, rankings, answer_at=answer_at),
    }


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nan(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def remarks_on_labels(choices: Sequence[Choice]) -> list[str]:
    """Return what is odd about labels: that they are all the same, or that they contradict each other."""
    labels = [label for choice in choices for label in choice.labels if label is not None]
    remarks = []
    if labels and all(label.right >= 0.5 for label in labels):
        remarks.append("Every label says right: what makes a reply wrong cannot be learnt from them.")
    if labels and all(label.right < 0.5 for label in labels):
        remarks.append("Every label says wrong: what makes a reply right cannot be learnt from them.")
    if contradictions := _contradictions(choices):
        text, policy = contradictions[0]
        count = len(contradictions)
        times = "One reply is" if count == 1 else f"{count} replies are"
        remarks.append(
            f"{times} labelled both right and wrong in answer to the same message, such as that of {policy!r} to "
            f"{text[:SHOWN]!r}: what counts is their mean."
        )
    return remarks


def _contradictions(choices: Sequence[Choice]) -> list[tuple[str, str]]:
    found: dict[tuple[str, str, str], set[bool]] = defaultdict(set)
    for choice in choices:
        before = choice.turn.conversation.last_bot_message
        for candidate, label in zip(choice.candidates, choice.labels, strict=True):
            if label is not None and label.right != 0.5:
                key = (choice.turn.text, candidate.policy, f"{candidate.text}\0{before.text if before else ''}")
                found[key].add(label.right > 0.5)
    return [(text, policy) for (text, policy, _), sides in found.items() if len(sides) > 1]


def sources_of(choices: Sequence[Choice]) -> dict[str, int]:
    """Return how many labels there are from where."""
    return dict(Counter(label.source for choice in choices for label in choice.labels if label is not None))
