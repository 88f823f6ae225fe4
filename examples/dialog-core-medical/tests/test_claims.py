"""What must not be said is found: measured on texts that were written before the rules."""

import json
from pathlib import Path

import pytest

from dialog_core import Allow, Candidate, Refuse, Rewrite
from dialog_core.testing import GuardContract, make_context, make_turn
from dialog_medical.guards.claims import claims_in, without_doses
from dialog_medical.guards.no_diagnosis import NoDiagnosis
from dialog_medical.options import LEFT_OUT, NoDiagnosisOptions

CLAIMS = Path(__file__).parent / "claims"
LEAST = 0.95  # of precision and of recall; see the README for what is reached


@pytest.mark.parametrize("name", ["claims", "unseen", "last"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_of_what_models_say_hardly_a_claim_gets_through(language: str, name: str) -> None:
    lines = (CLAIMS / f"{name}.{language}.jsonl").read_text(encoding="utf-8").splitlines()
    labelled = [json.loads(line) for line in lines]
    found = [one for one in labelled if claims_in(one["text"], strict=True)]
    right = sum(bool(one["bad"]) for one in found)
    assert right / sum(bool(one["bad"]) for one in labelled) >= LEAST
    assert right / len(found) >= LEAST


@pytest.mark.parametrize("language", ["en", "zh"])
def test_claims_are_found_and_harmless_texts_are_not_taken_for_them(language: str) -> None:
    lines = (CLAIMS / f"claims.{language}.jsonl").read_text(encoding="utf-8").splitlines()
    labelled = [json.loads(line) for line in lines]
    found = [one for one in labelled if claims_in(one["text"])]
    right = sum(bool(one["bad"]) for one in found)
    bad = sum(bool(one["bad"]) for one in labelled)
    assert (len(labelled), bad) == (80, 40)
    assert right / len(found) >= LEAST, [one["text"] for one in found if not one["bad"]]
    assert right / bad >= LEAST, [one["text"] for one in labelled if one["bad"] and one not in found]


class TestNoDiagnosis(GuardContract):
    objectionable = ("You have migraine.", "Take 2 x 500 mg of paracetamol.", "您这是偏头痛。", "把降压药停了吧。")

    def make_guard(self, tmp_path: Path) -> NoDiagnosis:
        return NoDiagnosis(NoDiagnosisOptions(), make_context("no_diagnosis"))


def judge(text: str, policy: str, language: str = "en") -> Allow | Rewrite | Refuse:
    guard = NoDiagnosis(NoDiagnosisOptions(), make_context("no_diagnosis"))
    return guard.check_output(make_turn("?", language=language), Candidate(text, 1.0, policy=policy))


def test_a_dose_is_cut_out_of_a_quotation_and_the_rest_is_said() -> None:
    text = "Tremor can be treated. The usual starting dose is .25 mg twice a week. Some people need surgery."
    verdict = judge(text, "library")
    assert verdict == Rewrite(f"Tremor can be treated. {LEFT_OUT['en']} Some people need surgery.")


def test_replies_of_language_models_are_judged_strictly() -> None:
    guard = NoDiagnosis(NoDiagnosisOptions(), make_context("no_diagnosis"))
    text = "Your belly makes me think of gastritis."
    assert guard.check_output(make_turn("?"), Candidate(text, 1.0, policy="rules", kind="rules")) == Allow()
    assert isinstance(guard.check_output(make_turn("?"), Candidate(text, 1.0, policy="llm", kind="generative")), Refuse)


def test_the_same_from_a_language_model_is_refused_altogether() -> None:
    verdict = judge("Tremor can be treated. Take 5 mg of it twice a day.", "llm")
    assert isinstance(verdict, Refuse)
    assert "dose" in verdict.reason


def test_several_doses_in_a_row_are_one_note() -> None:
    text = "Take 5 mg in the morning. Take 10 mg at night. See your doctor."
    assert without_doses(text, "[...]") == "[...] See your doctor."


@pytest.mark.parametrize("text", ["", "\n\n", "." * 5000, "a " * 5000, "1 " * 3000, "您" * 5000, "take " * 2000])
def test_odd_texts_are_judged_too(text: str) -> None:
    assert without_doses(text, "[...]") == text
    assert not claims_in(text)
