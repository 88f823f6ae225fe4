"""What a guard misses, and whom it bothers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Bot
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import LabelledText
from dialog_core.interfaces import Allow, Refuse, Rewrite
from dialog_core.testing import ScriptedGuard, make_bot
from dialog_evaluation.guards.counting import Counts, Share
from dialog_evaluation.guards.evaluation import evaluate
from dialog_evaluation.guards.html_report import html_report
from dialog_evaluation.guards.judging import find_guard
from tests.plugins.dialog_evaluation.pages import read

FILE = Path("rows.jsonl")


def judged(text: str) -> Allow | Refuse | Rewrite:
    if "fail" in text:
        raise ValueError("no idea")
    if "mask" in text:
        return Rewrite(text.replace("mask", "***"))
    return Refuse("has a bad word") if "bad" in text else Allow()


@pytest.fixture
def bot() -> Iterator[Bot]:
    with make_bot("hello", guards={"words": ScriptedGuard(input=lambda turn: judged(turn.text))}) as made:
        yield made


def row(text: str, label: str, **more: str) -> LabelledText:
    return LabelledText(text, label, {"line": 1, **more})


def test_what_is_caught_missed_and_objected_to_for_nothing_is_counted(bot: Bot) -> None:
    rows = [
        row("bad", "rude", kind="plain", language="en"),
        row("b a d", "rude", kind="spaced", language="en"),
        row("not bad", "harmless", kind="near", language="en"),
        row("你好", "harmless", kind="plain", language="zh"),
    ]
    found = evaluate(bot, "words", FILE, rows)
    assert found.counts == Counts(caught=1, missed=1, alarmed=1, passed=1)
    assert (found.missed[0].text, found.alarms[0].text) == ("b a d", "not bad")
    assert found.alarms[0].reason == "has a bad word"
    assert {group.name: group.counts.objected.value for group in found.languages} == {"en": 2 / 3, "zh": 0}
    # One name may be of harmless and of other messages: they are not thrown together.
    assert [(group.name, group.harmless) for group in found.kinds] == [
        ("plain", False),
        ("spaced", False),
        ("near", True),
        ("plain", True),
    ]
    assert [group.name for group in found.labels] == ["rude", "harmless"]


def test_few_texts_are_warned_of_in_the_right_number(bot: Bot) -> None:
    found = evaluate(bot, "words", FILE, [row("bad", "rude"), row("hi", "harmless"), row("good day", "harmless")])
    assert "There are only 2 harmless texts: see how wide the intervals are." in found.remarks
    assert "There is only 1 other text: see how wide the intervals are." in found.remarks


def test_what_a_text_should_become_is_compared(bot: Bot) -> None:
    rows = [
        row("a mask", "data", expected="a ***"),
        row("mask on", "data", expected="### on"),
        row("bad", "data", expected="bad"),
        row("fine", "harmless", expected="fine"),
    ]
    found = evaluate(bot, "words", FILE, rows)
    assert found.rewritten == 4
    assert [(one.became, one.expected) for one in found.written_otherwise] == [("*** on", "### on"), (None, "bad")]


def test_a_text_on_which_the_guard_fails_counts_as_let_through_and_is_told(bot: Bot) -> None:
    found = evaluate(bot, "words", FILE, [row("fail", "rude"), row("bad", "rude"), row("hi", "harmless")])
    assert (found.failed, found.counts.missed) == (1, 1)
    assert "failed on 1 of 3 texts" in found.remarks[0]
    assert "no idea" in found.missed[0].reason


def test_a_label_that_is_written_otherwise_is_a_mistake(bot: Bot) -> None:
    with pytest.raises(ConfigurationError, match="Did you mean 'Harmless'"):
        evaluate(bot, "words", FILE, [row("hi", "Harmless")])
    found = evaluate(bot, "words", FILE, [row("bad", "rude")])
    assert "No row is labelled harmless" in found.remarks[0]
    assert found.counts.false_alarms == Share(None, 0.0, 1.0, 0)


def test_which_guard_is_meant_has_to_be_clear(bot: Bot) -> None:
    assert find_guard(bot, "") == "words"
    with pytest.raises(ConfigurationError, match="Did you mean 'words'"):
        find_guard(bot, "word")
    with pytest.raises(ConfigurationError, match="more than one guard: one, two"):
        find_guard(make_bot("hello", guards={"one": ScriptedGuard(), "two": ScriptedGuard()}), "")
    with pytest.raises(ConfigurationError, match="no guards"):
        find_guard(make_bot("hello"), "")


def test_the_page_says_all_of_it_and_runs_nothing(bot: Bot) -> None:
    rows = [row(f"hello {number}", "rude", kind="<i>x</i>") for number in range(20)]
    rows += [row("<script>bad</script>", "harmless"), row("mask", "data", expected="<b>")]
    page = html_report(evaluate(bot, "words", FILE, rows))
    seen = read(page)
    assert "script" not in seen.tags
    assert seen.addresses == []
    for told in ("<script>bad</script>", "8 more", "has a bad word", "<i>x</i>", "expected: <b>"):
        assert told in seen.text


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_every_share_lies_in_its_interval(decisions: list[tuple[bool, bool]]) -> None:
    counts = Counts.of(decisions)
    for share in (counts.precision, counts.recall, counts.false_alarms, counts.f1, counts.objected):
        assert 0 <= share.low <= share.high <= 1
        assert share.value is None or share.low - 1e-9 <= share.value <= share.high + 1e-9


def test_the_figures_are_those_of_the_textbook() -> None:
    counts = Counts(caught=8, missed=2, alarmed=2, passed=88)
    assert (counts.precision.value, counts.recall.value) == (0.8, 0.8)
    assert counts.f1.value == pytest.approx(0.8)
    assert counts.false_alarms.value == 2 / 90
    # Wilson's interval of 8 in 10, as Newcombe 1998 computes it.
    assert (counts.recall.low, counts.recall.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
