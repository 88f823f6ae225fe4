import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from sacrebleu import corpus_bleu, corpus_chrf

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_evaluation.report.report import Report, stored_figures
from dialog_evaluation.runs.answers import DialogueAnswers, PolicyAnswer, TurnAnswer
from tests.plugins.dialog_evaluation.report.runs import (
    FALLBACK,
    TALKS,
    answer,
    answers,
    dialogue,
    dialogues,
    info,
    mixed,
    report_of,
)


@pytest.fixture(scope="module")
def report() -> Report:
    held = dialogues()
    return report_of(held, answers(held, mixed))


def said_and_gold() -> tuple[list[str], list[str]]:
    pairs = [pair for talk in TALKS.values() for pair in talk]
    return [mixed(*pair) for pair in pairs], [gold for _, gold in pairs]


def remark(report: Report, part: str) -> str:
    return next((one for one in report.remarks if part in one), "")


def test_figures_are_those_of_the_reference_implementations(report: Report) -> None:
    said, gold = said_and_gold()
    assert report.bot.value("bleu") == pytest.approx(corpus_bleu(said, [gold], tokenize="13a").score)
    assert report.bot.value("chrf") == pytest.approx(corpus_chrf(said, [gold]).score)
    assert report.methods["bleu"].startswith("BLEU|nrefs:1|case:mixed|eff:no|tok:13a|")


def test_what_was_answered_is_counted(report: Report) -> None:
    assert report.counts == {
        "dialogues": 4, "turns": 10, "referenced": 10, "answered": 6, "fallback": 4, "guard": 0, "failed": 0,
    }  # fmt: skip
    assert report.bot.value("fallback") == 0.4
    assert report.reasons == [("as it is", 4)]
    assert report.frequent[0] == (FALLBACK, 4)


def test_every_figure_is_within_its_interval(report: Report) -> None:
    assert {"bleu", "chrf", "rouge_l", "distinct_2", "seconds_p95", "fallback"} <= report.bot.figures.keys()
    for name, figure in report.bot.figures.items():
        assert figure.interval is not None, name
        assert figure.value is not None
        assert figure.interval[0] - 1e-9 <= figure.value <= figure.interval[1] + 1e-9, name


def test_a_fixed_reply_that_beats_the_bot_is_said_first() -> None:
    held = dialogues()
    told = report_of(held, answers(held, lambda question, gold: "Pardon?"))
    fixed = next(one for one in told.baselines if one.name == "fixed reply")
    assert fixed.value("unigram_f1") > told.bot.value("unigram_f1")  # type: ignore[operator]
    assert told.remarks[0].startswith("A fixed reply ")
    assert remark(told, "one and the same").startswith("100 %")


def test_a_list_of_answers_does_not_make_a_weak_fixed_reply() -> None:
    held = dialogues()
    entries = [
        dialogue(str(number), ((f"phrasing {number}", "The opening hours are on our page."),)) for number in range(9)
    ]
    told = report_of(held, answers(held, mixed), entries)
    (fixed,) = (one for one in told.baselines if one.name == "fixed reply")
    assert fixed.what.startswith("always the most frequent reply of the other dialogues")


def test_without_training_data_nobody_knows_what_was_seen(report: Report) -> None:
    assert report.leakage is None
    assert not report.bot.unseen
    assert "cannot be told" in remark(report, "--train FILE")
    assert {one.name for one in report.baselines} == {"fixed reply", "echo"}


def test_every_figure_is_told_without_what_was_learnt() -> None:
    held = dialogues()
    learnt = [*dialogues({"seen": TALKS["tuesday"], "nearly": (("may I bring my dog", "I am afraid not!"),)})]
    told = report_of(held, answers(held, mixed), learnt)
    assert told.leakage is not None
    assert told.leakage["pairs"] == pytest.approx(0.3)  # with "thanks" on Thursday
    assert told.leakage["nearly"] == pytest.approx(0.4)
    assert told.leakage["contexts"] == pytest.approx(0.2)
    assert told.leakage["left"] == 6
    kept = [(said, gold) for said, gold in zip(*said_and_gold(), strict=True) if gold not in _LEARNT or said in _OWN]
    assert told.bot.unseen["bleu"].rows == 6 == len(kept)
    said, gold = zip(*kept, strict=True)
    assert told.bot.unseen["bleu"].value == pytest.approx(corpus_bleu(list(said), [list(gold)], tokenize="13a").score)
    for measured in (told.bot, *told.baselines):
        assert measured.unseen.keys() == measured.figures.keys()
    assert "without them BLEU is" in remark(told, "40.0 %")
    assert {one.name for one in told.baselines} == {"fixed reply", "nearest", "echo"}


_LEARNT = ("Nothing, it is free.", "You are welcome.", "I am afraid not.")
_OWN = ("You are very welcome.",)  # to "thank you", which nobody has learnt


def test_where_all_was_learnt_that_is_all_there_is_to_say() -> None:
    held = dialogues()
    told = report_of(held, answers(held, lambda question, gold: gold), held)
    assert told.leakage is not None
    assert told.leakage["pairs"] == 1
    assert "nothing else" in remark(told, "100.0 %")
    assert not told.bot.unseen


def choosing(held: Sequence[Dialogue]) -> list[DialogueAnswers]:
    """A bot that lets rules speak although the FAQ knows better, and that does not ask a model it has."""
    found = []
    for position, one in enumerate(held):
        turns = []
        for place, (asked, replied) in enumerate(zip(one.turns[::2], one.turns[1::2], strict=True)):
            policies = (
                PolicyAnswer("rules", "answered", "Have a good day.", 1.0, 0.9, 0.001, rank=2),
                PolicyAnswer("faq", "answered", replied.text, 0.5, 0.5, 0.002, rank=1),
                PolicyAnswer("llm", "answered", "Who knows?", 0.1, 0.2, 1.0, {"tokens_out": 3.0}, asked=False),
                PolicyAnswer("other", "not asked"),
            )
            turns.append(answer(2 * place + 1, asked.text, replied.text, "Have a good day.", policy="rules",
                                policies=policies, rank=2, candidates=10))  # fmt: skip
        found.append(DialogueAnswers(one.id, position + 1, tuple(turns), position))
    return found


def test_each_policy_is_told_by_what_it_would_have_said() -> None:
    held = dialogues()
    told = report_of(held, choosing(held))
    rules, faq, llm, other = told.policies
    assert [policy.name for policy in told.policies] == ["rules", "faq", "llm", "other"]
    assert rules.counts["won"] == 10
    assert (faq.counts["won"], faq.counts["better"], faq.counts["worse"]) == (0, 10, 0)
    assert faq.measured.value("unigram_f1") == 1
    assert faq.beside is not None
    assert faq.beside.value == told.bot.value("unigram_f1")
    assert (llm.counts["asked"], llm.counts["answered"]) == (0, 10)
    assert llm.measured.value("tokens_out") is None or llm.measured.value("tokens_out") == 0
    assert other.counts["not asked" if "not asked" in other.counts else "answered"] == 0
    assert faq.measured.value("recall_at_1") == 1
    assert told.bot.value("recall_at_1") == 0
    assert told.bot.value("mrr") == 0.5
    assert told.best is not None
    assert told.best.value("unigram_f1") == 1
    assert remark(told, "The policy faq had a reply closer to people's 10 times")
    assert remark(told, "so much is lost in choosing")


def test_states_and_tasks_are_measured_where_they_were_recorded() -> None:
    turns = (
        DialogueTurn("user", "a room in the north", state={"hotel-area": "north"}),
        DialogueTurn("bot", "For how many?"),
        DialogueTurn("user", "two, in the south", state={"hotel-area": "south", "hotel-people": "2"}),
        DialogueTurn("bot", "Booked."),
    )
    held = [Dialogue("a", turns, {"line": 1}), Dialogue("b", turns, {"line": 2})]
    found = [
        DialogueAnswers(
            id, 1,
            (
                TurnAnswer(1, "one", "For how many?", "answered", "x", slots={"area": "north"}, state=turns[0].state),
                TurnAnswer(3, "two", "Booked.", "answered", "y", slots=slots, state=turns[2].state),
            ),
        )
        for id, slots in (("a", {"area": "south", "people": 2}), ("b", {"area": "north", "people": 2}))
    ]  # fmt: skip
    told = report_of(held, found)
    assert told.bot.value("joint_goal_accuracy") == 0.75
    assert told.bot.value("slot_accuracy") == 7 / 8
    assert told.bot.value("goal_reached") == 0.5
    assert told.bot.value("task_success") == 0.5


def test_people_are_measured_among_themselves_where_several_answered() -> None:
    held = dialogues({str(number): (("hello", f"Hello {'there' if number % 2 else 'dear'}!"),) for number in range(12)})
    told = report_of(held, answers(held, lambda question, gold: "Hello!"))
    assert told.people is not None
    assert told.people.measured.value("unigram_f1") == pytest.approx(0.5)
    assert told.people.bot.value("unigram_f1") == pytest.approx(2 / 3)
    assert remark(told, "more is not to be had")


def test_parts_are_by_position_and_by_language() -> None:
    held = [*dialogues(), dialogue("zh", (("你好", "您好！"), ("再见", "再见！")), language="zh")]
    told = report_of(held, answers(held, mixed))
    assert [(part.name, part.rows) for part in told.by_language] == [("not told", 10), ("zh", 2)]
    assert [(part.name, part.rows) for part in told.by_position] == [("1st message", 5), ("2nd", 5), ("3rd, 4th", 2)]
    assert sum(part.figures["fallback"].rows for part in told.by_position) == 12


def test_a_self_chat_has_only_figures_that_need_nobody() -> None:
    turns = tuple(answer(2 * n + 1, f"what about {n}", "", f"It is number {n}.") for n in range(3))
    found = [DialogueAnswers(str(number), 0, turns, number) for number in range(3)]
    told = report_of([], found, mode="self-chat")
    assert "bleu" not in told.bot.figures
    assert told.baselines == []
    assert told.bot.value("distinct_1") is not None
    assert remark(told, "only figures that need none")
    assert not remark(told, "--train")
    histories = {len(example.row.history) for kind in told.examples for example in kind.examples}
    assert histories == {0, 2, 4}


def test_of_one_dialogue_there_are_no_intervals() -> None:
    held = dialogues()[:1]
    told = report_of(held, answers(held, mixed))
    assert all(figure.interval is None for figure in told.bot.figures.values())
    assert remark(told, "one dialogue only")


def test_a_run_without_answers_is_told_as_one(report: Report) -> None:
    told = report_of([], [], dialogues=12)
    assert told.counts["turns"] == 0
    assert told.bot.figures == {}
    assert remark(told, "0 of 12 dialogues")
    json.loads(told.to_text())


def test_a_bot_that_never_answers_is_told_as_one() -> None:
    held = dialogues()
    told = report_of(held, answers(held, lambda question, gold: "", status="failed"))
    assert told.counts["failed"] == 10
    assert told.bot.value("bleu") == 0
    assert told.bot.value("answered") == 0
    assert "Nobody could answer at 10 of 10 turns" in told.remarks[0]
    json.loads(told.to_text())


def test_the_json_is_stable_and_without_what_is_no_number(report: Report) -> None:
    told = json.loads(report.to_text(), parse_constant=pytest.fail)
    assert told["version"] == 1
    assert list(told) == [
        "version", "run", "counts", "remarks", "bot", "baselines", "people", "policies", "best_candidate", "leakage",
        "by_language", "by_position", "closeness", "seconds", "reasons", "frequent", "examples", "methods", "further",
    ]  # fmt: skip
    assert told["bot"]["figures"]["bleu"].keys() == {"value", "low", "high", "rows"}
    assert told["run"]["files"][0]["sha256"] == "ab" * 32
    assert told["policies"]["faq"]["counts"]["answered"] == 6
    assert report.to_text() == report_of(dialogues(), answers(dialogues(), mixed)).to_text()


def test_a_stored_report_is_read_back_unless_it_is_damaged(tmp_path, report: Report) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "report.json"
    path.write_text(report.to_text(), encoding="utf-8")
    assert stored_figures(path) == report.bot.figures
    for damaged in (report.to_text()[:200], "[]", "{}", '{"version": 2}', '{"version": 1, "bot": 3}', ""):
        path.write_text(damaged, encoding="utf-8")
        assert stored_figures(path) is None
    assert stored_figures(tmp_path / "none.json") is None


def test_a_run_that_was_cut_short_says_so() -> None:
    held = dialogues()
    told = report_of(held, answers(held, mixed)[:2], dialogues=4)
    assert told.remarks[0] == "The run was cut short: 2 of 4 dialogues. The same command goes on from there."


def test_seconds_are_those_of_the_turns() -> None:
    held = dialogues()
    found = [
        replace(one, turns=tuple(replace(turn, seconds=float(number)) for turn in one.turns))
        for number, one in enumerate(answers(held, mixed), 1)
    ]
    told = report_of(held, found)
    seconds = np.repeat([1.0, 2.0, 3.0, 4.0], [3, 2, 3, 2])
    assert told.bot.value("seconds_p50") == np.percentile(seconds, 50, method="inverted_cdf")
    assert told.bot.value("seconds_p99") == 4


def test_the_info_is_that_of_the_run(report: Report) -> None:
    assert report.info == info()


def test_what_is_no_number_does_not_reach_the_json() -> None:
    held = dialogues()
    found = answers(held, mixed, probability=float("nan"), seconds=float("inf"), cost={"cost": float("nan")})
    told = json.loads(report_of(held, found).to_text(), parse_constant=pytest.fail)
    assert told["bot"]["figures"]["bleu"]["value"] > 0
