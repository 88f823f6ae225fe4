"""How well it finds: reworded medical questions, and new messages to the shops' FAQs."""

from pathlib import Path

import pytest
import yaml

from benchmarks.medquad_reworded import MEDQUAD, measure, read_medquad
from dialog_core.configuration import Options
from dialog_core.testing import make_context, make_turn
from dialog_data.yaml_reader import YamlReader
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.bm25.policy import BM25Policy

ROOT = Path(__file__).parents[4]
ANSWERED_FROM = 0.38  # where the default ranker's table reaches `answer_at`


@pytest.mark.slow
@pytest.mark.skipif(not MEDQUAD.exists(), reason=f"set DIALOG_CORE_DATA: there is no {MEDQUAD}")
def test_reworded_medical_questions_are_found() -> None:
    measured = measure(read_medquad(), seed=1)
    assert measured["bm25"].first >= 0.85
    assert measured["bm25"].three >= 0.97
    assert measured["bm25"].first > measured["rank-bm25 alone"].first


@pytest.mark.parametrize("language", ["en", "zh"])
def test_new_messages_find_their_entry_and_foreign_ones_score_low(language: str) -> None:
    faq = ROOT / "configs" / "customer_service" / f"faq.{language}.yaml"
    entries = list(YamlReader(Options(), make_context()).read(faq))
    context = make_context(language=language, knowledge={"faq": entries})
    policy = BM25Policy(BM25Options(knowledge="faq"), context)
    messages = yaml.safe_load((ROOT / "tests" / "configs" / f"conversations.{language}.yaml").read_text("utf-8"))
    known = {entry.id for entry in entries}
    right, foreign = [], []
    for message in messages:
        best = next(iter(policy.propose(make_turn(str(message["user"]), language=language))), None)
        if message["expect"] in known:
            right.append(best is not None and best.evidence[0].metadata["id"] == message["expect"])
        elif message["expect"] == "fallback":
            foreign.append(best is None or best.score < ANSWERED_FROM)
    assert sum(right) >= 0.9 * len(right) > 0
    assert sum(foreign) >= 0.9 * len(foreign) > 0
