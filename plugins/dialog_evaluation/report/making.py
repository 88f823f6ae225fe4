"""From the answers of a run to a report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dialog_core import Context
from dialog_core.datasets import Dialogue
from dialog_evaluation.replies.cases import pairs_of
from dialog_evaluation.replies.leakage import Leakage, leakage_of
from dialog_evaluation.replies.statistics import Bools, Floats
from dialog_evaluation.report.baselines import baselines, people
from dialog_evaluation.report.conduct import of_the_bot
from dialog_evaluation.report.examples import kinds_of
from dialog_evaluation.report.further import further_figures
from dialog_evaluation.report.measuring import Measuring
from dialog_evaluation.report.parts import by_language, by_position
from dialog_evaluation.report.policies import best_candidates, policy_reports
from dialog_evaluation.report.remarks import remarks_on
from dialog_evaluation.report.report import Histogram, Report
from dialog_evaluation.report.rows import Rows
from dialog_evaluation.runs.answers import DialogueAnswers
from dialog_evaluation.runs.info import RunInfo
from dialog_evaluation.seed import SEED

LSA = "lsa"
FREQUENT_SHOWN = 5
BINS = 20
NO_MORE: Mapping[str, Any] = {}


def make_report(
    run: RunInfo,
    answers: Sequence[DialogueAnswers],
    dialogues: Sequence[Dialogue],
    train: Sequence[Dialogue] | None,
    context: Context,
    *,
    encoder: Any = LSA,
    seed: int = SEED,
    further: Mapping[str, Any] = NO_MORE,
) -> Report:
    """Return what a run says about a bot.

    Args:
        run: What was run.
        answers: What came of it.
        dialogues: The dialogues that were held, as far as they are at hand: without them there are no figures of tasks,
            and no history in examples.
        train: What the bot has learnt from; None: not told.
        context: Makes metrics and the encoder.
        encoder: What tells how close texts are in meaning: a registered name, or a mapping with `use` and options;
            None: leave that figure out.
        seed: For what is drawn at random.
        further: Further metrics of texts, by name.

    Raises:
        PluginError: One of those fails.
    """
    rows = Rows.read(answers, dialogues, run.mode)
    learnt = None if train is None else [case for dialogue in train for case in pairs_of(dialogue)]
    leaked = None if not learnt else leakage_of(rows.cases, learnt)
    seen = None if leaked is None else leaked.nearly & rows.referenced
    measuring = Measuring(rows, context, seed, encoder=encoder, seen=seen)
    said = measuring.closeness(rows.said)
    every = np.ones(len(rows), np.bool_)
    more = of_the_bot(rows, context)
    seconds = np.array([row.answer.seconds for row in rows], np.float64)
    bot = measuring.of(run.name, "the bot: what it said", rows.said, more=more, seconds=seconds)
    counted = {**measuring.statistics(rows.said, every), **more}
    policies = policy_reports(rows, measuring, context)
    best = None
    if len(policies) > 1 and rows.referenced.any():
        best = measuring.of(
            "best candidate", "of all candidates the one closest to people's reply", best_candidates(rows, measuring)
        )
    report = Report(
        info=run,
        counts=_counts(rows),
        remarks=(),
        bot=bot,
        baselines=baselines(rows, learnt or [], measuring),
        people=people(rows, measuring),
        policies=policies,
        best=best,
        leakage=None if leaked is None else _shares(leaked, rows.referenced),
        by_language=by_language(rows, measuring, counted),
        by_position=by_position(rows, measuring, counted),
        closeness=_histogram(said[~np.isnan(said)], 0.0, 1.0),
        seconds=_histogram(seconds, 0.0, float(np.percentile(seconds, 99)) if len(seconds) else 0.0),
        reasons=Counter(row.answer.reason for row in rows if row.answer.status != "answered").most_common(),
        frequent=[pair for pair in Counter(filter(str.strip, rows.said)).most_common(FREQUENT_SHOWN) if pair[1] > 1],
        examples=kinds_of(rows, said, candidates_of(rows, measuring), seed),
        methods=_methods(measuring, encoder if rows.referenced.any() else None),
        further=further_figures(rows, further),
    )
    return remarks_on(report, rows, train)


def _counts(rows: Rows) -> dict[str, int]:
    statuses = Counter(row.answer.status for row in rows)
    return {
        "dialogues": len(set(rows.groups)),
        "turns": len(rows),
        "referenced": int(rows.referenced.sum()),
        **{status: statuses.get(status, 0) for status in ("answered", "fallback", "guard", "failed")},
    }


def _shares(leaked: Leakage, referenced: Bools) -> dict[str, float]:
    some = leaked.only(referenced)
    return {**some.shares, "left": float((referenced & ~leaked.nearly).sum())}


def candidates_of(rows: Rows, measuring: Measuring) -> Floats:
    """Return how close the candidates are: a column for each policy, not a number where it has none."""
    columns = []
    for proposed in rows.policies.values():
        texts = [one.text if one is not None else "" for one in proposed]
        spoke = np.array([bool(text.strip()) for text in texts], np.bool_)
        columns.append(np.where(spoke, measuring.closeness(texts), np.nan))
    return np.column_stack(columns) if columns else np.zeros((len(rows), 0))


def _histogram(values: Floats, low: float, high: float) -> Histogram | None:
    if not len(values) or high <= low:
        return None
    counts, edges = np.histogram(np.clip(values, low, high), BINS, (low, high))
    return Histogram(edges.tolist(), counts.tolist())


def _methods(measuring: Measuring, encoder: Any) -> dict[str, str]:
    told = {"intervals": "95 %, percentile bootstrap over dialogues, 1,000 draws; distinct-n by the jackknife"}
    if measuring.signature:
        told["bleu"] = measuring.signature
    if encoder is not None:
        told["embedding_similarity"] = method_of(encoder)
    return told


def method_of(encoder: Any) -> str:
    """Return how similarity is found, in words."""
    name = encoder if isinstance(encoder, str) else encoder.get("model") or encoder.get("use")
    return f"cosine of vectors by {name}{', fitted on the replies people gave' if name == LSA else ''}"
