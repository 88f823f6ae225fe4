"""Tests about who the user is, what is known about them, and what time it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialog_core.configuration import ConfigurationError
from dialog_core.testing import write_bot
from dialog_evaluation.conversations.outcome import Outcome
from dialog_evaluation.conversations.schedule import run_tests
from dialog_evaluation.conversations.test_file import read_tests

BOT = """
version: 1
bot: {name: Robin, session_expiry: 12h}
policies: [{use: rules, path: rules.yaml}]
fallback: Pardon?
profiles: {use: memory, facts: {name: What they are called, plan: {description: Their plan, expires: 3d}}}
"""
RULES = """
entities: {word: "[a-z]+"}
rules:
  - {name: call_me, when: "my name is {word}", learn: {name: "{{ word }}"}, set: {said: "{{ word }}"}, say: Noted.}
  - {name: plan, when: "plan {word}", learn: {plan: "{{ word }}"}, say: Noted.}
  - {name: size, when: "size {word}", say: Noted.}
  - {name: keep, when: remember me, consent: true, say: Kept.}
  - {name: forget, when: forget me, consent: false, say: Forgotten.}
  - {name: who, when: who am i, say: "{{ user.name | default('Nobody') }}."}
"""
KNOWN = {"user_id": "ann", "facts": {"name": "Ann"}}

Run = Callable[..., list[Outcome]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def runs(*tests: dict[str, Any], bot: str = BOT) -> list[Outcome]:
        path = write_bot(tmp_path, bot, **{"rules.yaml": RULES})
        file = tmp_path / "robin.tests.yaml"
        told = [{"name": f"test {number}", **test} for number, test in enumerate(tests)]
        file.write_text(yaml.safe_dump({"tests": told}, allow_unicode=True), encoding="utf-8")
        read = read_tests([file])
        found = {outcome.test.name: outcome for outcome in run_tests(path, read, jobs=1)}
        return [found[test.name] for test in read]

    return runs


def passes(*outcomes: Outcome) -> bool:
    assert all(outcome.verdict == "passed" for outcome in outcomes), outcomes
    return True


def test_what_is_known_at_the_start_is_kept_with_consent(run: Run) -> None:
    (outcome,) = run(
        {
            **KNOWN,
            "steps": [
                {"user": "who am i", "bot": "Ann.", "facts": {"name": "Ann", "plan": None}, "consent": True},
                {"user": "my name is bob", "facts": {"name": "bob"}},
                {"user": "forget me", "facts": {"name": None}, "consent": False},
                {"user": "who am i", "bot": "Nobody."},
            ],
        }
    )
    assert passes(outcome)


def test_every_test_has_profiles_of_its_own(run: Run) -> None:
    nobody = {"user_id": "ann", "steps": [{"user": "who am i", "bot": "Nobody.", "consent": None}]}
    learns = {
        "user_id": "ann",
        "steps": [{"user": "remember me"}, {"user": "my name is eve", "facts": {"name": "eve"}}],
    }
    assert passes(*run({**KNOWN, "steps": [{"user": "who am i", "bot": "Ann."}]}, nobody, learns, nobody))


def test_time_passes_sessions_end_and_facts_expire(run: Run) -> None:
    (outcome,) = run(
        {
            **KNOWN,
            "now": "2026-03-02T10:00:00+01:00",
            "steps": [
                {"user": "my name is bob", "slots": {"said": "bob"}},
                {"user": "plan gold", "facts": {"plan": "gold"}},
                {"wait": "11h"},
                {"user": "size m", "slots": {"said": "bob"}},
                {"wait": "13h"},
                {"user": "size m", "slots": {"said": None}, "facts": {"plan": "gold"}},
                {"wait": "2d"},
                {"user": "who am i", "bot": "bob.", "facts": {"plan": None}},
            ],
        }
    )
    assert passes(outcome)


@pytest.mark.parametrize("bot", [BOT, BOT.replace("profiles:", "# profiles:")])
@pytest.mark.parametrize("first", [{"bot": "Hello."}, {"user": "size m"}])
def test_without_a_user_or_profiles_facts_were_said_in_the_session(run: Run, bot: str, first: dict[str, Any]) -> None:
    bot = bot.replace("{name: Robin,", "{name: Robin, greeting: Hello.,")
    user = {} if "# profiles" not in bot else {"user_id": "ann"}
    steps = [first, {"user": "who am i", "bot": "Ann."}, {"wait": "1d"}, {"user": "who am i", "bot": "Nobody."}]
    assert passes(*run({**user, "facts": {"name": "Ann"}, "steps": steps}, bot=bot))


def test_a_restart_keeps_what_is_known_and_what_time_it_is(run: Run) -> None:
    (outcome,) = run(
        {
            **KNOWN,
            "now": "2026-03-02T10:00:00+01:00",
            "steps": [
                {"user": "plan gold"},
                {"wait": "71h"},
                {"restart": True},
                {"user": "who am i", "bot": "Ann.", "facts": {"plan": "gold"}},
                {"wait": "1h"},
                {"restart": True},
                {"user": "who am i", "bot": "Ann.", "facts": {"plan": None}},
            ],
        }
    )
    assert passes(outcome)


def test_what_is_not_known_is_told(run: Run) -> None:
    (outcome,) = run({**KNOWN, "steps": [{"user": "size m", "facts": {"name": "Bob", "plan": "x"}, "consent": False}]})
    assert [(wrong.what, wrong.expected, wrong.got) for wrong in outcome.mismatches] == [
        ("facts.name", '"Bob"', '"Ann"'),
        ("facts.plan", '"x"', "null"),
        ("consent", "false", "true"),
    ]


def test_a_fact_the_bot_would_never_keep_is_an_error(run: Run) -> None:
    (outcome,) = run({"user_id": "ann", "facts": {"nmae": "Ann"}, "steps": [{"user": "who am i"}]})
    assert outcome.verdict == "error"
    assert outcome.error == "the bot declares no fact 'nmae' under `profiles.facts`. Did you mean 'name'?"


def test_waiting_beyond_the_end_of_the_calendar_is_an_error_and_no_crash(run: Run) -> None:
    (outcome,) = run({"steps": [{"wait": "9999999d"}, {"user": "who am i"}]})
    assert outcome.verdict == "error"
    assert "OverflowError" in outcome.error or "range" in outcome.error


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ({"steps": [{"wait": "2d", "user": "hi"}]}, "waiting is a step of its own"),
        ({"steps": [{"wait": "2d", "facts": {}}]}, "waiting is a step of its own"),
        ({"steps": [{"wait": "2d", "restart": True}]}, "a restart is a step of its own"),
        ({"steps": [{"wait": "soon"}]}, "needs a duration"),
        ({"steps": [{"wait": 0}]}, "wait"),
        ({"now": "yesterday", "steps": [{"user": "hi"}]}, "date and time"),
        ({"now": "2026-03-02T10:00:00", "steps": [{"user": "hi"}]}, "time zone"),
        ({"user_id": "x" * 1001, "steps": [{"user": "hi"}]}, "user_id"),
    ],
)
def test_mistakes_are_told_where_they_stand(run: Run, test: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        run(test)
    (problem,) = caught.value.problems
    assert problem.line is not None
    assert told in f"{problem.path} {problem.message}", problem
