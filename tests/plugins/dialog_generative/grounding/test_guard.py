from pathlib import Path
from typing import Any

import pytest

from dialog_core import ActionCall, Allow, Candidate, Refuse
from dialog_core.testing import GuardContract, make_context, make_turn
from dialog_generative.grounding.guard import GroundednessGuard
from dialog_generative.grounding.options import GroundednessOptions


def guard(**options: Any) -> GroundednessGuard:
    return GroundednessGuard(GroundednessOptions(**options), make_context("groundedness"))


def verdict(features: dict[str, float], kind: str = "generative", **options: Any) -> Allow | Refuse:
    return guard(**options).check_output(make_turn("hi"), Candidate("Yes.", 0.5, kind=kind, features=features))


class TestContract(GuardContract):
    def make_guard(self, tmp_path: Path) -> GroundednessGuard:
        return guard()


@pytest.mark.parametrize(
    ("features", "options", "expected"),
    [
        ({"groundedness": 0.5, "evidence_count": 2}, {}, Allow()),
        ({"groundedness": 0.494, "evidence_count": 2}, {}, Refuse("groundedness 0.49 is below 0.5")),
        ({"groundedness": 0.2, "evidence_count": 1}, {"at_least": 0.1}, Allow()),
        ({"evidence_count": 0}, {}, Refuse("there was no evidence to rest on")),
        ({}, {}, Refuse("there was no evidence to rest on")),
        ({"evidence_count": 0}, {"allow_without_evidence": True}, Allow()),
    ],
)
def test_a_reply_has_to_rest_on_its_evidence(features: dict[str, float], options: Any, expected: object) -> None:
    assert verdict(features, **options) == expected


def test_replies_of_other_kinds_of_policies_pass() -> None:
    assert verdict({}, kind="rules") == Allow()
    assert verdict({"groundedness": 0.0, "evidence_count": 1}, kind="retrieval") == Allow()


def test_a_reply_that_waits_for_its_action_is_judged_when_that_has_run() -> None:
    waiting = Candidate("One moment.", 0.5, kind="generative", action=ActionCall("book"))
    assert guard().check_output(make_turn("hi"), waiting) == Allow()


def test_replies_are_judged_as_a_whole() -> None:
    assert not getattr(guard(), "streams", False)
