"""The table of `/explain` stays readable whatever the trace holds."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from dialog_core import ActionCall, Candidate, Ranked
from dialog_core.trace import PartReport, PolicyReport, Trace
from dialog_ranking.features.names import FAMILIES, FEATURES
from dialog_terminal.contribution_names import in_chinese
from dialog_terminal.explain import explain
from dialog_terminal.layout import lines_of
from dialog_terminal.phrases import CHINESE, ENGLISH, Phrases


def shown(*ranked: Ranked, chosen: int | None = 0, width: int = 78, phrases: Phrases = ENGLISH, **more: Any) -> str:
    trace = Trace(
        message_id="m1",
        policies=more.get("policies", (PolicyReport("faq", 0, "proposed", 0.0123),)),
        ranked=ranked,
        chosen=chosen,
        reason="faq: accepted at 0.86",
        ranker="calibrated",
        parts=more.get("parts", ()),
        seconds=1.5,
        at=datetime(2026, 3, 1, tzinfo=UTC),
        scale=more.get("scale", "probability"),
        propensity=more.get("propensity"),
        explored=more.get("propensity") is not None,
    ).to_json()
    lines = lines_of(explain(trace, "How do I return it?", phrases, width), Console(width=width), width)
    assert all(cell_len(line.plain) <= width for line in lines)
    return "\n".join(line.plain for line in lines)


def ranked(text: str, probability: float = 0.86, **more: Any) -> Ranked:
    contributions = more.pop("contributions", {})
    return Ranked(Candidate(text, 0.82, policy="faq", **more), probability, contributions)


def test_everything_known_about_a_candidate_is_on_its_row() -> None:
    table = shown(ranked("Within 30 days.", contributions={"similarity": 0.62, "prior": -0.05}))

    assert table.splitlines() == [
        "Message  How do I return it?",
        "",
        "   Policy  Candidate                              Score  Probability      Time",
        "✓  faq     Within 30 days.                         0.82  ━━━━━━━╌ 0.86   12 ms",
        "           similarity +0.62  prior -0.05",
        "",
        "Why  faq: accepted at 0.86",
        "     ranked by calibrated · 1.5 s in all",
    ]


def test_how_long_it_took_does_not_move_the_columns() -> None:
    quick, slow = (
        shown(ranked("Within 30 days."), policies=(PolicyReport("faq", 0, "proposed", seconds),))
        for seconds in (0.0001, 0.127)
    )

    assert quick.replace("0.1 ms", "127 ms") == slow


def test_a_long_text_is_cut_to_a_few_lines() -> None:
    table = shown(ranked("word " * 1000))

    assert 2 <= table.count("word word") <= 40
    assert "…" in table


def test_a_candidate_that_is_an_action_shows_the_call() -> None:
    assert "refund(order='A1')" in shown(ranked("", action=ActionCall("refund", {"order": "A1"})))


def test_of_many_candidates_the_likeliest_and_the_winner_are_shown() -> None:
    table = shown(*(ranked(f"candidate {number}", 0.9 - number / 100) for number in range(20)), chosen=15)

    assert "candidate 6" in table
    assert "✓  faq     candidate 15" in table
    assert "candidate 7 " not in table
    assert "and 12 less likely ones" in table


def test_without_candidates_that_is_said() -> None:
    assert "No policy proposed anything." in shown(chosen=None)


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (PolicyReport("llm", 1, "failed", 0.2, "ValueError: bad"), "llm  failed: ValueError: bad (200 ms)"),
        (PolicyReport("llm", 1, "timed out", 5.0, "no answer in 5 s"), "llm  timed out: no answer in 5 s (5.0 s)"),
        (PolicyReport("llm", 1, "breaker open", error="left alone"), "llm  left out after repeated failures"),
        (PolicyReport("llm", 1, "nothing", 0.0004), "llm  nothing to say (0.4 ms)"),
        (PolicyReport("llm", 1, "not asked"), "llm  not asked"),
        (PolicyReport("llm", 1, "proposed", 0.2, "one candidate was empty"), "llm  proposed: one candidate was empty"),
    ],
)
def test_each_way_a_policy_can_go_is_in_words(report: PolicyReport, words: str) -> None:
    assert words in shown(policies=(report,))


def test_that_a_policy_was_left_out_is_said_once() -> None:
    report = PolicyReport("llm", 1, "breaker open", error="left alone after failing repeatedly")
    assert "left alone" not in shown(ranked("Hi."), policies=(report,))


def test_guards_and_actions_are_listed() -> None:
    assert "guard pii  rewrote a number" in shown(parts=(PartReport("guard pii", "rewrote a number"),))


USED = {
    "tokens_in": 1204,
    "tokens_cached": 960,
    "tokens_out": 48,
    "first_token_seconds": 0.21,
    "seconds": 1.31,
    "cost": 0.001230,
}


def test_what_a_language_model_used_is_told_in_one_line() -> None:
    noted = shown(ranked("Hi."), policies=(PolicyReport("faq", 0, "proposed", 1.3, notes=USED),), width=90)
    assert "faq  1,204 tokens in (960 cached), 48 out · first word after 210 ms · cost 0.00123" in noted
    assert "seconds" not in noted


def test_other_notes_are_told_by_their_names_a_line_each() -> None:
    notes = {
        "tokens_in": 3,
        "tokens_out": 2,
        "tools": ["weather(city='Ulm'): 4 °C", "pay(amount=3): waits for the reply to win"],
        "left_out": {"turns": 12, "share": 0.25},
        "greedy": True,
        "cost": "unknown",
    }
    reports = (PolicyReport("faq", 0, "proposed"), PolicyReport("llm", 1, "proposed", notes=notes))
    assert [line.strip() for line in shown(ranked("Hi."), policies=reports).splitlines()[-6:]] == [
        "llm  3 tokens in, 2 out",
        "tools: weather(city='Ulm'): 4 °C",
        "tools: pay(amount=3): waits for the reply to win",
        "left_out: turns=12, share=0.25",
        "greedy: true",
        "cost: unknown",
    ]


def test_who_proposes_nothing_or_fails_may_tell_why() -> None:
    reports = (
        PolicyReport("faq", 0, "nothing", notes={"abstained": "no evidence"}),
        PolicyReport("llm", 1, "failed", 0.2, "429", notes={"tokens_in": 7}),
    )
    noted = shown(ranked("Hi."), policies=reports)
    assert "faq  nothing to say\n     abstained: no evidence" in noted
    assert "llm  failed: 429 (200 ms)\n     7 tokens in, 0 out" in noted


def test_numbers_stand_together() -> None:
    notes = {"tokens_in": 7, "requests": 2, "tools": ["a"], "retries": 1}
    noted = shown(ranked("Hi."), policies=(PolicyReport("faq", 0, "proposed", notes=notes),))
    assert "7 tokens in, 0 out\n     requests: 2 · retries: 1\n     tools: a" in noted


def test_what_a_policy_notes_a_second_time_and_why_an_action_failed_is_told_once() -> None:
    error = "the action 'book' did not run: nobody listens at port 5055"
    noted = shown(
        ranked("", action=ActionCall("stories.book", {"call": "…", "size": 2})),
        policies=(PolicyReport("stories", 0, "proposed", notes={"intent": "book", "slots": ["size", "drink"]}),),
        parts=(
            PartReport("action stories.book", f"failed: {error}"),
            PartReport(
                "policy stories",
                "went on from the result",
                notes={"intent": "book", "slots": ["size", "drink"], "remarks": [f"book failed: {error}", "so what"]},
            ),
        ),
        width=100,
    )
    assert "stories.book(call=…, size=2)" in noted
    assert noted.splitlines()[-5:] == [
        "stories              intent: book",
        "                     slots: size, drink",
        f"action stories.book  failed: {error}",
        "policy stories       went on from the result",
        "                     remarks: so what",
    ]


def test_a_long_name_leaves_room_for_what_is_told_of_it() -> None:
    part = PartReport("action stories.validate_the_whole_restaurant_form", "failed: " + "why " * 20)
    noted = shown(ranked("Hi."), parts=(part,), width=60)
    assert max(line.count("why") for line in noted.splitlines()) >= 8


def test_what_resume_notes_stands_below_what_became_of_it() -> None:
    part = PartReport("policy llm", "went on from the result", notes={"tokens_in": 5, "tokens_out": 1})
    assert "policy llm  went on from the result\n            5 tokens in, 1 out" in shown(parts=(part,))


@pytest.mark.parametrize("width", [24, 40, 78])
def test_notes_fit_into_any_terminal_however_long_they_are(width: int) -> None:
    notes = {**USED, "long": "word " * 5000, "many": ["一二三四五六七八九十" * 9] * 500}
    noted = shown(ranked("Hi."), policies=(PolicyReport("faq", 0, "proposed", notes=notes),), width=width)
    assert noted.count("\n") < 120
    assert noted.rstrip().endswith("…")


def test_chinese_notes_are_in_chinese() -> None:
    noted = shown(policies=(PolicyReport("faq", 0, "proposed", notes=USED),), phrases=CHINESE, width=100)
    assert "输入 1,204 词元（缓存 960），输出 48 · 首字 210 ms · 费用 0.00123" in noted


def test_nothing_in_a_trace_steers_the_terminal() -> None:
    evil = "\x1b[31m[bold]x[/bold]\n\u202e"
    table = shown(
        ranked(evil, contributions={evil: 1.0}),
        policies=(PolicyReport(evil, 0, "failed", 0.1, evil, {evil: evil, "list": [{evil: evil}]}),),
        parts=(PartReport(evil, evil, notes={"note": evil}),),
    )

    assert table.count("[bold]x[/bold]") == 11
    assert "\x1b" not in table
    assert "\u202e" not in table


def test_chinese_columns_align() -> None:
    head, first, second = (
        line
        for line in shown(ranked("三十天内可以退货。"), ranked("days", 0.1), phrases=CHINESE, width=70).splitlines()
        if "得分" in line or "0.82" in line
    )

    ends = [cell_len(line[: line.index(mark) + len(mark)]) for line, mark in ((head, "得分"), (first, "0.82"))]
    assert ends[0] == ends[1] == cell_len(second[: second.index("0.82") + 4])


PARTS = ("prior", "base", "calibration", "others", "policy", "kind")  # what else a learned probability is made of
LEARNT = {"prior": 1.4, "agreement": 0.8, "length": -0.5, "repetition": -0.05}
LOG_ODDS = "log odds"


def test_a_learned_decision_is_drawn_as_bars_for_the_winner_beside_its_best_rival() -> None:
    table = shown(
        ranked("Within 30 days.", 0.84, contributions=LEARNT),
        ranked("Ask a colleague.", 0.31, contributions={"prior": -1.2, "length": 0.4}),
        scale=LOG_ODDS,
        width=90,
    )
    assert "agreement +0.80" not in table  # drawn, not listed
    assert table.split("\n\n")[2].splitlines() == [
        "What speaks for it, and what against; at the right for the next best",
        "                         ✓ faq                          faq",
        "prior                             │━━━━━━━━━    +1.40  ╺━━━━━━━│             -1.20",
        "agreement                         │━━━━━        +0.80          │",
        "length                         ━━━│             -0.50          │━━╸          +0.40",
        "repetition                        │             -0.05          │",
        "together → probability       +1.66 → 0.84                 -0.80 → 0.31",
    ]


@pytest.mark.parametrize("width", [72, 76, 96, 116])
def test_the_rival_stands_beside_the_winner_in_every_usual_terminal(width: int) -> None:
    table = shown(
        ranked("a", 0.86, contributions={"prior": -9.0}),
        ranked("b", 0.000001, contributions={"prior": 9.0}),
        scale=LOG_ODDS,
        width=width,
    )
    assert "→ 0.86" in table
    assert "-13.82 → 0.00" in table
    assert "-9.00" in table
    assert "+9.00" in table


def test_in_a_narrow_terminal_the_winner_is_drawn_alone() -> None:
    table = shown(ranked("a", contributions=LEARNT), ranked("b", 0.2), scale=LOG_ODDS, width=60)
    assert "→ 0.86" in table
    assert "→ 0.20" not in table
    assert "next best" not in table


def test_of_many_features_those_that_matter_are_drawn_and_the_others_added_up() -> None:
    many = {f"feature {number}": 1.0 / (number + 1) for number in range(12)}
    table = shown(ranked("a", contributions=many), scale=LOG_ODDS)
    assert "feature 7" in table
    assert "feature 8" not in table
    assert f"{sum([*many.values()][8:]):+.2f}" in next(line for line in table.splitlines() if "others" in line)


def test_a_probability_of_one_is_drawn_too() -> None:
    assert "→ 1.00" in shown(ranked("a", 1.0, contributions={"prior": 3.0}), scale=LOG_ODDS)


def test_contributions_that_are_probabilities_stay_a_line() -> None:
    assert "What speaks" not in shown(ranked("a", contributions=LEARNT))


def test_that_chance_chose_is_told() -> None:
    assert "chance chose this reply with probability 0.12" in shown(ranked("a"), propensity=0.12)
    assert "以 0.12 的概率被随机选中" in shown(ranked("a"), propensity=0.12, phrases=CHINESE)


def test_in_chinese_every_contribution_of_a_learned_ranking_has_a_name_that_fits() -> None:
    names = [*FEATURES, *PARTS, *(f"{family}.faq" for family in FAMILIES)]
    assert [name for name in names if in_chinese(name) == name] == []
    assert max(map(cell_len, map(in_chinese, names))) <= 24
    assert len(set(map(in_chinese, names))) == len(names)
    table = shown(ranked("甲", contributions={"prior": 1.4, "other.faq": 0.8}), scale=LOG_ODDS, phrases=CHINESE)
    assert "默认排序的判断" in table
    assert "策略 faq 最佳" in table
