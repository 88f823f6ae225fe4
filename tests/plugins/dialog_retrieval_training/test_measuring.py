"""The figures are those that others compute too."""

import random

import ir_measures
import pytest
from ir_measures import RR, R, Success, nDCG
from sklearn.metrics import roc_auc_score

from dialog_retrieval.searching import Match
from dialog_retrieval_training.measuring import Found, abstention_auroc, measure
from dialog_retrieval_training.reading import Question


def random_results(seed: int) -> list[Found]:
    rng = random.Random(seed)
    found = []
    for number in range(40):
        answers = frozenset(rng.sample(range(15), rng.choice((0, 1, 1, 2, 4))))
        scores = sorted((rng.choice((0.2, 0.5, 0.7, 0.9)) for _ in range(10)), reverse=True)
        places = rng.sample(range(15), 10)
        matches = [Match(place, 0, score, {}) for place, score in zip(places, scores, strict=True)]
        found.append(Found(Question(f"question {number}", answers), matches[: rng.choice((0, 3, 10))]))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_are_those_of_trec_eval(seed: int) -> None:
    found = random_results(seed)
    inside = {f"{number}": one for number, one in enumerate(found) if one.question.answers}
    right = {name: {str(answer): 1 for answer in one.question.answers} for name, one in inside.items()}
    run = {
        name: {str(match.number): -float(rank) for rank, match in enumerate(one.matches)}
        for name, one in inside.items()
    }
    wanted = {
        "success_at_1": Success @ 1,
        "recall_at_1": R @ 1,
        "recall_at_10": R @ 10,
        "mrr": RR @ 10,
        "ndcg_at_10": nDCG @ 10,
    }
    values = ir_measures.calc_aggregate(list(wanted.values()), right, run)
    ours = measure(found)
    for name, figure in wanted.items():
        assert ours[name] == pytest.approx(values[figure], abs=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_the_area_under_the_curve_is_that_of_scikit_learn_also_where_scores_are_equal(seed: int) -> None:
    found = random_results(seed)
    truth = [bool(one.question.answers) for one in found]
    scores = [one.matches[0].score if one.matches else 0.0 for one in found]
    assert abstention_auroc(found) == pytest.approx(roc_auc_score(truth, scores))


def test_without_questions_of_both_kinds_there_is_no_area() -> None:
    found = [one for one in random_results(1) if one.question.answers]
    assert "abstention_auroc" not in measure(found)
