"""Steps together, and what a run of them reports."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import DataItem, Dialogue, DialogueTurn, EntitySpan, LabelledText
from dialog_data.cleaning.html_report import html_report
from dialog_data.cleaning.pipeline import Pipeline
from dialog_data.cleaning.steps import DEFAULT, ORDER, chosen
from tests.plugins.dialog_data.cleaning.test_text_steps import PIECES

ALL = [name for name in ORDER if name != "language"]


def pipeline(*names: str, seed: int = 1) -> Pipeline:
    context = Context(name="test")
    return Pipeline({name: context.create("cleaner", name) for name in names}, seed)


def items(*texts: str) -> list[DataItem]:
    return [LabelledText(text, "", {"line": line}) for line, text in enumerate(texts, 1)]


@pytest.mark.parametrize("names", [DEFAULT, ALL], ids=["usual", "all"])
@settings(max_examples=60, deadline=None)
@given(talks=st.lists(st.lists(PIECES, min_size=1, max_size=4), max_size=5), texts=st.lists(PIECES, max_size=4))
def test_what_has_been_cleaned_is_clean(names: Sequence[str], talks: list[list[str]], texts: list[str]) -> None:
    given_items: list[DataItem] = [
        Dialogue(
            str(number), tuple(DialogueTurn("bot" if place % 2 else "user", text) for place, text in enumerate(talk))
        )
        for number, talk in enumerate(talks)
    ]
    once = list(pipeline(*names).clean([*given_items, *items(*texts)]))
    twice = pipeline(*names)

    assert list(twice.clean(once)) == once
    assert all(not step.changed and not step.removed for step in twice.report.steps)


def test_what_one_step_brings_to_light_another_cleans() -> None:
    cleaned = pipeline("encoding", "html", "unicode", "whitespace").clean(
        items("&Atilde;&copy;&nbsp;&#12288;&amp;lt;b&amp;gt;x")
    )

    assert [item.text for item in cleaned if isinstance(item, LabelledText)] == ["é <b>x"]


def test_the_report_says_what_every_step_did() -> None:
    run = pipeline(*DEFAULT)
    talk = Dialogue("d", (DialogueTurn("user", "<i>hi</i>  there"), DialogueTurn("bot", " ")))
    left = list(run.clean([talk, *items("same", "Same", "", "fine")]))

    report = run.report
    by_name = {step.name: step for step in report.steps}
    assert (report.items_read, report.items_written, report.turns_read, report.turns_written) == (5, 3, 6, 3)
    assert len(left) == 3
    assert (by_name["html"].changed, by_name["html"].texts, by_name["html"].items) == (1, 1, 5)
    assert by_name["empty"].removed == {"the text is empty": 1}
    assert by_name["empty"].turns_removed == 1
    assert by_name["duplicates"].removed == {"said before": 1}
    (sample,) = by_name["html"].changes
    assert (sample.item, sample.before, sample.after) == ("d", "<i>hi</i>  there", "hi  there")
    assert by_name["duplicates"].removals[0].reason == "said before: as in line 1"


def test_examples_are_few_drawn_by_chance_and_the_same_with_the_same_seed() -> None:
    texts = [f"<b>{number}</b>" for number in range(500)]

    def drawn(seed: int) -> list[str]:
        run = pipeline("html", seed=seed)
        list(run.clean(items(*texts)))
        return [sample.before for sample in run.report.steps[0].changes]

    assert drawn(1) == drawn(1) != drawn(2)
    assert len(drawn(1)) == 5
    assert drawn(1) != texts[:5]


def test_a_lost_entity_is_counted_and_not_passed_over_in_silence() -> None:
    class Shouting:
        def clean(self, item: DataItem) -> DataItem:
            assert isinstance(item, LabelledText)
            return LabelledText(item.text.upper(), item.label)

    run = Pipeline({"shouting": Shouting()})
    list(run.clean([LabelledText("to Ely", "", entities=(EntitySpan(3, 6, "city"),))]))

    assert run.report.steps[0].entities_lost == 1


def test_what_a_step_makes_several_of_goes_on_as_several() -> None:
    class Halving:
        def clean(self, item: DataItem) -> Sequence[DataItem]:
            assert isinstance(item, LabelledText)
            return items(*item.text.split("|"))

    context = Context(name="test")
    run = Pipeline({"halving": Halving(), "duplicates": context.create("cleaner", "duplicates")})

    assert [item.text for item in run.clean(items("a|b", "b|c", "d")) if isinstance(item, LabelledText)] == list("abcd")
    assert run.report.steps[0].split == 2


@pytest.mark.parametrize("left", [Dialogue("d", ()), []])
def test_an_item_of_which_nothing_is_left_is_removed_and_that_is_said(left) -> None:
    class Emptying:
        def clean(self, item: DataItem) -> DataItem | Sequence[DataItem]:
            return left

    run = Pipeline({"emptying": Emptying()})

    assert list(run.clean([Dialogue("d", (DialogueTurn("user", "hi"),))])) == []
    assert sum(run.report.steps[0].removed.values()) == 1


def test_a_run_remembers_only_what_its_steps_do() -> None:
    seen = 0

    def endless():
        nonlocal seen
        while True:
            seen += 1
            yield LabelledText(f"text {seen}", "")

    cleaned = pipeline(*DEFAULT).clean(endless())
    for _ in range(10):
        next(cleaned)

    assert seen == 10


def test_the_page_shows_what_stood_there_and_never_runs_it() -> None:
    run = pipeline(*DEFAULT)
    list(run.clean(items("<script>alert(1)</script>hi", "\ud800 \x1b[31mred", "hi")))

    page = html_report(run.report, "talks<b>.jsonl")  # type: ignore[arg-type]

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;hi" in page
    assert "talks&lt;b&gt;.jsonl" in page
    assert "said before: as in line 1" in page
    assert "http" not in page
    assert "\x1b" not in page
    page.encode("utf-8")


def test_a_step_more_comes_in_its_best_place() -> None:
    names = chosen(DEFAULT, ["near_duplicates", "pii", "own"], ["html"])

    assert names == [
        *("encoding", "control_characters", "unicode", "whitespace", "pii", "empty", "own", "duplicates"),
        "near_duplicates",
    ]


def test_a_step_that_is_not_there_cannot_be_left_out() -> None:
    with pytest.raises(ConfigurationError, match="no step 'pii' to leave out"):
        chosen(DEFAULT, [], ["pii"])


def test_every_step_there_is_has_its_place() -> None:
    from dialog_core.plugins import PluginSet

    assert set(PluginSet.load().registry.names("cleaner")) == set(ORDER)
