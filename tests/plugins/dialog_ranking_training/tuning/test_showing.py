"""What a report shows, in the terminal and on a page."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from dialog_ranking_training.tuning import Aim, AimError, Chosen, Simulated, choose, simulate
from dialog_ranking_training.tuning.console import print_report
from dialog_ranking_training.tuning.page import axis, html_report
from dialog_ranking_training.tuning.plot import Mark, draw
from dialog_ranking_training.tuning.rating import Rated
from dialog_ranking_training.tuning.report import Report, make_report
from dialog_ranking_training.tuning.wording import cost, meaning, seconds, share, threshold, unmet
from tests.plugins.dialog_evaluation.pages import read
from tests.plugins.dialog_ranking_training.tuning.cascades import by_score, made, make_choice

AIM = Aim("max_wrong", 0.2)


def report(choices: Any = None, aim: Aim = AIM, chosen: Chosen | None = None, **facts: Any) -> Report:
    simulated = simulate(made(300) if choices is None else choices, by_score)
    tiers = [["rules"], ["llm"]] if simulated.tiers > 1 else [["rules"]]
    return make_report(
        Rated(simulated, simulated, "the ranker 'scores'"),
        chosen or choose(simulated, aim),
        **{
            "bot": "Ada",
            "aim": aim,
            "confidence": 0.95,
            "met": True,
            "tiers": tiers,
            "files": [Path("talks.jsonl")],
            "remarks": ["A remark."],
            **facts,
        },
    )


def printed(found: Report, *, encoding: str = "utf-8", width: int = 110) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    print_report(found, Console(file=file, width=width, highlight=False, markup=False, emoji=False))
    return raw.getvalue().decode(encoding)


def test_the_terminal_shows_curve_table_and_what_it_means() -> None:
    found = report()
    told = printed(found)
    assert "aim: 20.0 % wrong answers at most" in told
    assert told.count("◆") == 2  # in the plot, and in its legend
    lines = [line for line in told.splitlines() if line.strip().startswith("▸ 0.")]
    assert len(lines) == 1
    assert share(found.chosen.figures.accuracy) in lines[0]
    assert len([line for line in told.splitlines() if line.rstrip().endswith("0.01")]) >= 1  # what everybody costs
    assert "llm is asked for " in told
    assert "300 messages in 150 conversations of talks.jsonl, judged by the ranker 'scores'." in told
    assert "A remark." in told


@pytest.mark.parametrize("width", [60, 80])
def test_a_narrow_terminal_has_fewer_columns_and_cuts_none(width: int) -> None:
    told = printed(report(), width=width)
    assert "…" not in told
    assert max(map(len, told.splitlines())) <= width
    assert "first tier alone" in told
    head = next(line for line in told.splitlines() if "accept_at  as it should be" in line)
    assert "wrong" in head
    assert "p50" not in head


def test_what_a_message_costs_is_told_on_narrow_terminals_too_where_that_is_limited() -> None:
    told = printed(report(aim=Aim("cost", 1.0)), width=60)
    assert next(line for line in told.splitlines() if "accept_at  as" in line).endswith("cost")


def test_the_chosen_point_stands_out() -> None:
    file = io.StringIO()
    print_report(report(), Console(file=file, width=110, force_terminal=True, color_system="standard", highlight=False))
    assert "\x1b[1;32m◆" in file.getvalue()  # bold and green, and not dimmed


def test_a_terminal_that_knows_ascii_alone_is_shown_ascii() -> None:
    told = printed(report(), encoding="ascii")
    assert "X chosen" in told
    assert "> 95 %" in told


def test_the_table_has_about_a_dozen_points_the_strictest_first_and_the_chosen_one_once() -> None:
    found = report()
    thresholds = [row.accept_at or 0.0 for row in found.rows]
    assert 8 <= len(thresholds) <= 13
    assert thresholds == sorted(thresholds, reverse=True)
    assert [row for row in found.rows if row == found.chosen.figures] == [found.chosen.figures]
    calls = [row.calls for row in found.rows]
    assert calls == sorted(calls, reverse=True)


def test_every_figure_lies_in_its_interval() -> None:
    for spot in report().spots.values():
        for name, (low, high) in spot.intervals.items():
            assert low <= getattr(spot.figures, name) <= high, (spot.name, name)


def test_the_worst_mistakes_are_the_surest_and_tell_who_would_have_been_right() -> None:
    rows = [make_choice([(0.9, 1.0)], [(0.95, 1.0)], id=f"fine {n}") for n in range(300)]
    rows += [
        make_choice([(0.93, 0.0)], [(0.5, 1.0)], id="surest"),
        make_choice([(0.92, 0.0)], [(0.5, 0.0)], id="hopeless"),
        make_choice([(0.1, 0.0)], [(0.91, 0.0), (0.8, 1.0)], id="unsure"),
    ]
    figures = simulate(rows, by_score).at(0.9, 0.3)
    first, second, third = report(rows, chosen=Chosen(0.9, 0.3, figures, 0.1)).mistakes
    assert (first.policy, first.said, first.right_policy, first.asked) == ("rules", "rules says 0", "faq", False)
    assert (second.probability, second.right) == (0.92, "")
    assert (third.policy, third.right_policy, third.asked) == ("faq", "faq", True)


@pytest.mark.parametrize("tiers", [1, 2])
@pytest.mark.parametrize("met", [True, False])
def test_the_page_is_sound_for_every_kind_of_report(tiers: int, met: bool) -> None:
    rows = [make_choice(*[[(0.9, 1.0)], [(0.95, 1.0)]][:tiers], id=str(n)) for n in range(40)]
    page = html_report(report(rows, met=met))
    tags = read(page[page.index("<!doctype") :])
    assert ("What the calls bring" in tags.text) is (tiers > 1)
    assert ("The aim cannot be met" in tags.text) is not met
    assert "There are none: with these thresholds nothing is answered wrongly." in tags.text
    assert not {"nan", "inf"} & set(re.findall(r"[a-z]+", page))


def test_a_long_curve_is_drawn_with_no_more_points_than_can_be_seen() -> None:
    found = report(made(2000))
    assert len(found.curve) > 2000
    assert len(html_report(found)) < 120_000


def test_all_figures_are_there_for_scripts() -> None:
    told = report().to_json()
    assert told["aim"] == {"max_wrong": 0.2}
    assert set(told["figures"]["oracle"]) == {
        "accuracy",
        "right",
        "wrong",
        "unanswered",
        "calls",
        "saved",
        "seconds",
        "seconds_p50",
        "cost",
    }
    assert told["table"][0]["calls"] > told["table"][-1]["calls"]


def test_why_an_aim_cannot_be_met_is_told_with_what_it_would_take() -> None:
    def told(simulated: Simulated, aim: Aim, *, stated: bool = False, **settings: Any) -> str:
        with pytest.raises(AimError) as caught:
            choose(simulated, aim, **settings)
        return unmet(caught.value, report(), stated=stated)

    some = simulate(made(200), by_score)
    assert "`answer_at: null`" in told(some, Aim("max_wrong", 0.001), answer_at=0.0, stated=True)
    assert "It would take a better ranking or better policies" in told(some, Aim("max_wrong", 0.001), answer_at=0.0)
    assert "They are too few to be sure: it would take about" in told(some, Aim("max_calls", 0.005))
    always = [make_choice([], [(0.9, 1.0)], id=str(n), costs={"faq": 0.01}) for n in range(30)]
    costly = told(simulate(always, by_score), Aim("cost", 0.001))
    assert "The nearest that can be: cost: 0.0101" in costly
    assert "surer policies in the tiers before llm" in costly


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 80), st.integers(1, 20), st.booleans())
def test_a_mark_is_always_on_the_plot(x: float, y: float, width: int, height: int, plain: bool) -> None:
    rows = draw([(0.0, 0.0), (x, y)], [Mark(x, y, "X", "bold")], width=width, height=height, style="", plain=plain)
    assert [len(row) for row in rows] == [width] * height
    assert sum(cell.sign == "X" for row in rows for cell in row) == 1


def test_a_line_rises_from_the_left_below_to_the_right_above() -> None:
    rows = draw([(0.0, 0.0), (1.0, 1.0)], [], width=4, height=4, style="", plain=True)
    assert ["".join(cell.sign for cell in row) for row in rows] == ["   *", "  * ", " *  ", "*   "]
    (row,) = draw([(0.0, 0.0), (1.0, 0.0)], [], width=3, height=1, style="", plain=False)
    assert "".join(cell.sign for cell in row) == "⣀⣀⣀"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_an_axis_has_room_for_every_value_and_no_more_ticks_than_can_be_read(values: list[float]) -> None:
    found = axis(values, 100)
    assert 0 <= found.low <= min(values) + 1e-6
    assert max(values) - 1e-6 <= found.high <= 1
    assert 2 <= len(found.ticks) <= 8
    assert [at for at, _ in found.ticks] == sorted(at for at, _ in found.ticks)


def test_figures_are_written_as_people_read_them() -> None:
    assert [threshold(value) for value in (0.5, 0.83, 0.8312, 0.9995, None)] == ["0.50", "0.83", "0.8312", "0.9995", ""]
    assert [seconds(value) for value in (0.0031, 0.25, 1.5)] == ["3 ms", "250 ms", "1.50 s"]
    assert [cost(value) for value in (0.0, 0.002, 0.0000297, 12.0)] == ["0", "0.002", "0.0000297", "12"]
    assert "answers: " in meaning(report([make_choice([(0.9, 1.0)], id=str(n)) for n in range(40)]))
