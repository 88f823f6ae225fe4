"""Whatever policies propose, every ranker gives a sound order, and tells what its probabilities are made of."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core import BotSaid, Candidate, Evidence, Ranked, Ranking
from dialog_core.configuration import Options
from dialog_core.ranking import TableRanker
from dialog_core.ranking_stage import find_fault
from dialog_core.testing import make_context, make_turn
from dialog_core.testing.rankers import CANDIDATES
from dialog_core.testing.turns import NOON
from dialog_ranking.calibrated.maps import Isotonic, Platt
from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking.calibrated.ranker import CalibratedRanker
from dialog_ranking.learned.ranker import LearnedRanker
from dialog_ranking.options import CalibratedOptions, LearnedOptions, PriorityOptions
from dialog_ranking.priority import PriorityRanker
from tests.plugins.dialog_ranking.learned.models import model_of, wild_trees, wild_weights

THEN, NOW = {"faq": "then", "rules": "same"}, {"faq": "now", "rules": "same"}
KNOWN = [candidate.policy for candidate in CANDIDATES]
TEXTS = st.one_of(
    st.text(max_size=40), st.sampled_from(["It takes two days.", "It takes TWO days", "Last.", "你好，请问"])
)
NUMBERS: Any = st.one_of(st.floats(), st.integers(), st.none(), st.text(max_size=3), st.booleans(), st.just(10**400))
NAMES = st.one_of(st.sampled_from(["log_probability", "margin", "tokens", "groundedness", "own"]), st.text(max_size=5))
ANY = st.builds(
    Candidate,
    text=TEXTS,
    score=st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0])),
    policy=st.one_of(st.sampled_from(KNOWN), st.text(max_size=5)),
    kind=st.one_of(st.sampled_from(["rules", "flows", "retrieval", "generative", ""]), st.text(max_size=5)),
    evidence=st.lists(
        st.builds(Evidence, TEXTS, TEXTS, st.floats(allow_nan=False, allow_infinity=False)), max_size=2
    ).map(tuple),
    features=st.dictionaries(NAMES, NUMBERS, max_size=4),
)


@pytest.fixture(scope="module")
def rankers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every ranker that is quick, trained and not."""

    def trained(model: Any) -> Any:
        directory: Path = tmp_path_factory.mktemp("model")
        model.save(directory)
        return make_context("ranking", artefact=directory, fingerprints=NOW)

    calibrated = CalibratedModel(
        {"faq": Platt(2.0, -1.0), "rules": Isotonic(((0.2, 0.1), (0.9, 0.3))), "llm": Platt(0.0, 3.0, "score")},
        {"retrieval": Platt(0.5, 0.2)},
        THEN,
    )
    return {
        "table": TableRanker(Options(), make_context("ranking")),
        "priority": PriorityRanker(PriorityOptions(thresholds={"faq": 0.7}), make_context("ranking")),
        "calibrated, untrained": CalibratedRanker(CalibratedOptions(), make_context("ranking")),
        "calibrated": CalibratedRanker(CalibratedOptions(), trained(calibrated)),
        "learned, untrained": LearnedRanker(LearnedOptions(), make_context("ranking")),
        "logistic": LearnedRanker(
            LearnedOptions(), trained(model_of(wild_weights(5), candidates=CANDIDATES, fingerprints=THEN))
        ),
        "boosted": LearnedRanker(
            LearnedOptions(model="boosted"), trained(model_of(wild_trees(5), candidates=CANDIDATES, fingerprints=THEN))
        ),
    }


@given(message=TEXTS, candidates=st.lists(ANY, max_size=8), annotations=st.dictionaries(st.text(max_size=8), NUMBERS))
@settings(max_examples=150, deadline=None)
def test_any_ranker_ranks_any_candidates(
    rankers: dict[str, Any], message: str, candidates: list[Candidate], annotations: dict[str, Any]
) -> None:
    turn = make_turn(message, events=[BotSaid("Last.", NOON)], annotations=annotations)
    for name, ranker in rankers.items():
        found = ranker.rank(turn, candidates)
        verdicts: Sequence[Ranked] = found.ranked if isinstance(found, Ranking) else found
        assert not find_fault(list(verdicts), candidates), name
        for verdict in verdicts:
            total = sum(verdict.contributions.values())
            logs = getattr(ranker, "scale", "probability") == "log odds"
            told = 0.5 * (1.0 + math.tanh(0.5 * total)) if logs else total
            assert told == pytest.approx(verdict.probability, abs=1e-6), name
        again = ranker.rank(turn, candidates)
        assert again == found, name
