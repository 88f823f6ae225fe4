"""Whole tests, held with bots loaded from files."""

import threading
from collections.abc import Callable, Iterator
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
bot: {name: Robin, greeting: Good day.}
policies: [{use: rules, path: rules.yaml}]
fallback: Pardon?
store: {use: sqlite, path: people.db}
"""
RULES = """
entities: {name: "[a-z]+"}
rules:
  - {name: hello, when: hello, say: [One., Two., Three., Four., Five.]}
  - {name: call_me, when: "my name is {name}", set: {name: "{{ name }}"}, say: Noted.}
  - {name: who, when: who am i, say: "You are {{ slots.name }}{{ ', dear guest' if slots.vip }}."}
"""

Run = Callable[..., list[Outcome]]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    bot = write_bot(tmp_path, BOT, **{"rules.yaml": RULES})

    def runs(*tests: dict[str, Any], jobs: int = 1, fail_fast: bool = False) -> list[Outcome]:
        file = tmp_path / "robin.tests.yaml"
        file.write_text(yaml.safe_dump({"tests": list(tests)}, allow_unicode=True), encoding="utf-8")
        read = read_tests([file])
        found = {outcome.test.name: outcome for outcome in run_tests(bot, read, jobs=jobs, fail_fast=fail_fast)}
        return [found[test.name] for test in read]

    yield runs
    assert not (tmp_path / "people.db").exists(), "tests must not touch the conversations of people"


def test_a_conversation_that_goes_as_it_should(run: Run) -> None:
    (outcome,) = run(
        {
            "name": "a name",
            "steps": [
                {"bot": "Good day."},
                {"user": "my name is ann", "slots": {"name": "ann"}},
                {"user": "who am i", "bot": "You are ann."},
            ],
        }
    )
    assert outcome.verdict == "passed", outcome


def test_a_failure_tells_the_step_the_conversation_and_why(run: Run) -> None:
    (outcome,) = run(
        {
            "name": "a name",
            "steps": [
                {"user": "my name is ann"},
                {"user": "who am i", "bot": "You are Ann."},
                {"user": "never said"},
            ],
        }
    )
    assert (outcome.verdict, outcome.step) == ("failed", 1)
    assert [(wrong.what, wrong.texts) for wrong in outcome.mismatches] == [("bot", ("You are Ann.", "You are ann."))]
    assert [(line.who, line.text) for line in outcome.conversation] == [
        ("user", "my name is ann"),
        ("bot (rules)", "Noted."),
        ("user", "who am i"),
        ("bot (rules)", "You are ann."),
    ]
    assert outcome.why[0].startswith("rules:")
    assert "rules: proposed" in outcome.why


def test_every_test_begins_a_new_conversation(run: Run) -> None:
    remember = {"name": "remember", "steps": [{"user": "my name is ann", "slots": {"name": "ann"}}]}
    forget = {"name": "forget", "steps": [{"user": "hello", "slots": {"name": None}}]}
    assert [outcome.verdict for outcome in run(remember, forget)] == ["passed", "passed"]


def test_a_test_may_begin_with_slots_and_a_language_also_after_the_greeting(run: Run) -> None:
    start = {"slots": {"vip": True, "name": "Bo"}, "language": "de"}
    asked = {"user": "who am i", "bot": "You are Bo, dear guest.", "slots": {"locale": "de", "vip": True}}
    outcomes = run(
        {"name": "silent", **start, "steps": [asked]},
        {"name": "greeted", **start, "steps": [{"bot": "Good day."}, asked]},
    )
    assert [outcome.verdict for outcome in outcomes] == ["passed", "passed"], outcomes


def test_what_was_said_survives_a_restart(run: Run) -> None:
    restart = {"restart": True}
    outcomes = run(
        {
            "name": "twice",
            "steps": [
                {"user": "my name is ann"},
                restart,
                {"user": "who am i", "bot": "You are ann."},
                restart,
                {"user": "who am i", "bot": "You are ann."},
            ],
        },
        {"name": "at first", "steps": [restart, {"user": "hello", "policy": "rules"}]},
        {"name": "wrong", "steps": [{"user": "hello"}, restart, {"user": "hello", "fallback": True}]},
    )
    assert [outcome.verdict for outcome in outcomes] == ["passed", "passed", "failed"]
    assert len(outcomes[2].conversation) == 4


def test_the_same_test_always_hears_the_same_variants(run: Run) -> None:
    test = {"name": "variants", "steps": [{"user": "hello", "bot": "?"}]}
    heard = {
        run(test, *({"name": str(n), "steps": [{"user": "hello"}]} for n in range(k)))[0].mismatches for k in range(3)
    }
    assert len(heard) == 1


def test_many_at_once_are_told_apart(run: Run) -> None:
    names = "".join
    tests = [
        {
            "name": f"test {n}",
            "steps": [
                {"user": f"my name is {names('abcdefghij'[int(d)] for d in str(n))}"},
                {"user": "who am i", "bot": f"You are {names('abcdefghij'[int(d)] for d in str(n))}."},
            ],
        }
        for n in range(40)
    ]
    assert {outcome.verdict for outcome in run(*tests, jobs=4)} == {"passed"}


def test_nothing_is_run_after_the_first_failure_if_so_asked(run: Run) -> None:
    wrong = {"name": "wrong", "steps": [{"user": "hello", "bot": "?"}]}
    rest = [{"name": str(n), "steps": [{"user": "hello"}]} for n in range(5)]
    assert [o.verdict for o in run(wrong, *rest, fail_fast=True)] == ["failed"] + ["not run"] * 5
    assert [o.verdict for o in run(wrong, *rest)] == ["failed"] + ["passed"] * 5


def test_a_bot_without_a_greeting_cannot_greet(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, "version: 1\npolicies: [{use: rules, path: rules.yaml}]\n", **{"rules.yaml": RULES})
    file = tmp_path / "a.tests.yaml"
    file.write_text("tests: [{name: a, steps: [{bot: Good day.}]}]", encoding="utf-8")
    (outcome,) = run_tests(bot, read_tests([file]), jobs=1)
    assert (outcome.verdict, outcome.error) == ("error", "the bot has no greeting: it says nothing unasked")


def test_a_bot_that_cannot_be_loaded_is_told_once(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, "version: 1\npolicies: [{use: rules, path: nowhere.yaml}]\n")
    file = tmp_path / "a.tests.yaml"
    file.write_text("tests: [{name: a, steps: [{user: hi}]}, {name: b, steps: [{user: hi}]}]", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml"):
        list(run_tests(bot, read_tests([file]), jobs=2))


def test_a_part_that_fails_in_one_test_is_as_good_as_new_in_the_next(guess_bot: Path) -> None:
    """Three failures in a row would open the breaker of the policy, and the last test would hear the fallback."""
    file = guess_bot.with_name("a.tests.yaml")
    tests = [{"name": str(n), "steps": [{"user": "boom", "fallback": True}]} for n in range(4)]
    tests.append({"name": "after", "steps": [{"user": "hello", "policy": "fragile", "intent": "hello"}]})
    file.write_text(yaml.safe_dump({"tests": tests}), encoding="utf-8")
    outcomes = list(run_tests(guess_bot, read_tests([file]), jobs=1))
    assert [outcome.verdict for outcome in outcomes] == ["passed"] * 5, outcomes
    assert [outcome.unsound for outcome in outcomes] == [True] * 4 + [False]


def test_bots_are_closed_and_leave_no_thread_behind(run: Run) -> None:
    before = set(threading.enumerate())
    restart = {"name": "b", "steps": [{"user": "hello"}, {"restart": True}, {"user": "hello"}]}
    run({"name": "a", "steps": [{"user": "hello"}]}, restart, jobs=2)
    begun = [thread.name for thread in threading.enumerate() if thread not in before]
    assert not [name for name in begun if "bot-" in name or "conversation-test" in name]
    assert len(begun) <= 1
