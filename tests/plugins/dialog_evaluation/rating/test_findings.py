"""What ratings say, against values reckoned by hand and by scipy."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from dialog_core import Context
from dialog_evaluation.rating.file import RatingsFile
from dialog_evaluation.rating.lines import to_line
from dialog_evaluation.rating.reading import read_all
from dialog_evaluation.rating.report.chance import sign_test, wilson
from dialog_evaluation.rating.report.findings import Findings, findings_of
from dialog_evaluation.rating.report.html_report import html_report
from dialog_evaluation.rating.report.wording import agreement, verdict
from dialog_evaluation.rating.values import Comparison, Item, RatedReply, Rating, Turn
from tests.plugins.dialog_evaluation.pages import read
from tests.plugins.dialog_evaluation.rating.pairs import COMPARISON, item, rated, written

BOT, PEOPLE = "bot.yaml", "people"


def findings(*files: Path) -> Findings:
    return findings_of(read_all(files), Context(name="rate"))


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_sign_test_is_scipys(wins: int, losses: int) -> None:
    if wins + losses:
        assert sign_test(wins, losses) == pytest.approx(binomtest(wins, wins + losses).pvalue, abs=1e-12)


@pytest.mark.parametrize(("wins", "losses"), [(1_200, 1_000), (5_000, 5_100), (1_500, 1_500), (4_000, 10)])
def test_of_very_many_the_sign_test_is_nearly_scipys(wins: int, losses: int) -> None:
    assert sign_test(wins, losses) == pytest.approx(binomtest(wins, wins + losses).pvalue, abs=1e-3)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_is_wilsons(wins: int, more: int) -> None:
    count = wins + more
    theirs = binomtest(wins, count).proportion_ci(method="wilson")
    assert wilson(wins / count, count) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_ties_are_half_and_the_majority_of_raters_decides_about_wins(tmp_path: Path) -> None:
    ratings = [
        *(rated(0, BOT, rater) for rater in ("ann", "bob", "cy")),
        *(rated(1, BOT, "ann"), rated(1, BOT, "bob"), rated(1, PEOPLE, "cy")),
        *(rated(2, BOT, "ann"), rated(2, PEOPLE, "bob")),
        rated(3, PEOPLE, "ann"),
        rated(4, rater="ann", verdict="neither"),
        rated(5, rater="ann"),
    ]
    (found,) = findings(written(tmp_path / "r.jsonl", ratings)).standings
    assert (found.pairs, found.wins, found.losses, found.ties, found.bad) == (6, 2, 1, 2, 1)
    assert found.win_rate == pytest.approx((1 + 2 / 3 + 0.5 + 0 + 0.5 + 0.5) / 6)
    assert found.interval == wilson(found.win_rate, 6)
    assert found.p_value == 1.0


def test_equal_replies_are_ties_as_far_as_rating_has_come(tmp_path: Path) -> None:
    """Some are made ahead of what was rated; counting those, too, would make of few ratings a draw."""
    with RatingsFile(tmp_path / "r.jsonl", COMPARISON) as file:
        for number in range(6):
            if number in (1, 4, 5):
                same = {BOT: RatedReply("Yes."), PEOPLE: RatedReply("Yes.")}
                file.add_item(Item(f"d{number}/1", f"d{number}", 1, (Turn("user", str(number)),), same))
            else:
                file.add_item(item(number))
        file.add_rating(rated(0, BOT))
        file.add_rating(rated(2, BOT))
    (found,) = findings(tmp_path / "r.jsonl").standings
    assert (found.pairs, found.equal, found.wins, found.ties) == (3, 1, 2, 1)
    assert found.win_rate == pytest.approx(2.5 / 3)


def test_a_clear_win_is_called_one_and_a_draw_is_not(tmp_path: Path) -> None:
    won = findings(written(tmp_path / "won.jsonl", [rated(n, BOT if n % 5 else PEOPLE) for n in range(60)]))
    even = findings(written(tmp_path / "even.jsonl", [rated(n, BOT if n % 2 else PEOPLE) for n in range(60)]))
    assert verdict(won.standings[0]) == "bot.yaml is better: p < .001, sign test."
    assert verdict(even.standings[0]).startswith("Which of the two is better is not told: p = 1.000")
    lost = findings(written(tmp_path / "lost.jsonl", [rated(n, PEOPLE) for n in range(60)]))
    assert verdict(lost.standings[0]).startswith("people is better")


def test_files_of_several_raters_are_put_together(tmp_path: Path) -> None:
    one = written(tmp_path / "one.jsonl", [rated(n, BOT, "ann") for n in range(4)])
    two = written(tmp_path / "two.jsonl", [rated(n, BOT if n else PEOPLE, "bob") for n in range(4)])
    found = findings(one, two)
    assert found.standings[0].pairs == 4
    assert found.agreement["items"] == 4
    assert [(rater.name, rater.ratings, rater.agreed) for rater in found.raters] == [("ann", 4, 0.75), ("bob", 4, 0.75)]


def test_pairs_whose_replies_differ_are_not_the_same_pair(tmp_path: Path) -> None:
    one = written(tmp_path / "one.jsonl", [rated(0, BOT, "ann")])
    with RatingsFile(tmp_path / "two.jsonl", COMPARISON) as file:
        file.add_item(item(0, bot="Another time it said this."))
        file.add_rating(rated(0, PEOPLE, "bob"))
    found = findings(one, tmp_path / "two.jsonl")
    assert found.standings[0].pairs == 2
    assert found.agreement == {"items": 0, "ratings": 0}


def test_one_rater_alone_agrees_with_nobody_and_it_is_said(tmp_path: Path) -> None:
    found = findings(written(tmp_path / "r.jsonl", [rated(n, BOT) for n in range(3)]))
    assert "alpha" not in found.agreement
    assert agreement(found) == ""
    assert any("how far others would agree is not known" in remark for remark in found.remarks)
    assert any("they tell something; there are 3" in remark for remark in found.remarks)


def test_raters_who_disagree_on_everything_are_told_apart_from_those_who_agree(tmp_path: Path) -> None:
    def of(name: str, *winners: str) -> Findings:
        ratings = [
            rated(n, winners[(n + k * int(name == "apart")) % 2], who) for n in range(30) for k, who in enumerate("ab")
        ]
        return findings(written(tmp_path / f"{name}.jsonl", ratings))

    apart, together = of("apart", BOT, PEOPLE), of("together", BOT, PEOPLE)
    assert apart.agreement["alpha"] < 0
    assert "no better than chance" in agreement(apart)
    assert len(apart.disputed) == 20
    assert together.agreement["alpha"] == 1
    assert together.disputed == []
    (found,) = apart.standings
    assert (found.win_rate, found.wins, found.losses, found.ties) == (0.5, 0, 0, 30)


def test_opposite_verdicts_weigh_more_than_a_tie(tmp_path: Path) -> None:
    base = [rated(n, (BOT, PEOPLE)[n % 2], rater) for n in range(20) for rater in "ab"]
    tie = findings(written(tmp_path / "tie.jsonl", [*base, rated(20, BOT, "a"), rated(20, "", "b")]))
    opposite = findings(written(tmp_path / "opposite.jsonl", [*base, rated(20, BOT, "a"), rated(20, PEOPLE, "b")]))
    assert opposite.agreement["alpha"] < tie.agreement["alpha"] < 1


def test_who_prefers_a_side_is_named(tmp_path: Path) -> None:
    ratings = [rated(n, BOT, "ann", first=BOT) for n in range(20)]
    ratings += [rated(n, BOT, "bob", first=(BOT, PEOPLE)[n % 2]) for n in range(20)]
    found = findings(written(tmp_path / "r.jsonl", ratings))
    assert [(one.name, one.first, one.second) for one in found.raters] == [("ann", 20, 0), ("bob", 10, 10)]
    told = [remark for remark in found.remarks if "prefers whatever" in remark]
    assert told == ["ann prefers whatever is shown first: 20 of 20 decisions."]


def test_reasons_are_counted_for_who_was_better_and_for_what_both_lack(tmp_path: Path) -> None:
    ratings = [
        rated(0, BOT, reasons=("correct", "fluent")),
        rated(1, BOT, reasons=("correct",)),
        rated(2, PEOPLE, reasons=("style",)),
        rated(3, verdict="neither", reasons=("safe",), note="Rude."),
    ]
    found = findings(written(tmp_path / "r.jsonl", ratings))
    assert found.reasons == {BOT: {"correct": 2, "fluent": 1}, PEOPLE: {"style": 1}}
    assert found.lacking == {"safe": 1}
    assert [rating.note for _, rating in found.notes] == ["Rude."]


# --- More than two systems


def duels(directory: Path, strength: dict[str, float], count: int = 300) -> list[Path]:
    """Write ratings of all against all, each winning in proportion to its strength."""
    dice = random.Random(7)
    names = sorted(strength)
    files = []
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            path = directory / f"{one}-{other}.jsonl"
            lines = [to_line(Comparison(one, other, "talks.jsonl", "abc", 1))]
            for number in range(count):
                replies = {one: RatedReply(f"{one} {number}"), other: RatedReply(f"{other} {number}")}
                lines.append(to_line(Item(f"d{number}/1", f"d{number}", 1, (Turn("user", f"{number}?"),), replies)))
                won = dice.random() < strength[one] / (strength[one] + strength[other])
                lines.append(to_line(Rating(f"d{number}/1", "ann", "better", one if won else other, one)))
            path.write_bytes(b"".join(lines))
            files.append(path)
    return files


def test_of_more_than_two_the_strength_is_found_again(tmp_path: Path) -> None:
    found = findings(*duels(tmp_path, {"a": 4.0, "b": 2.0, "c": 1.0})).strengths
    assert [one.system for one in found] == ["a", "b", "c"]
    for one, points in zip(found, (120.4, 0.0, -120.4), strict=True):  # 400 log10 of 2, 1 and a half
        assert one.low is not None
        assert one.high is not None
        assert one.low < points < one.high
        assert one.high - one.low < 120
    assert sum(one.points for one in found) == pytest.approx(0, abs=1e-6)


def test_who_has_won_everything_has_no_strength_and_of_two_none_is_told(tmp_path: Path) -> None:
    found = findings(*duels(tmp_path, {"a": 1e12, "b": 1.0, "c": 1.0}, count=20))
    assert found.strengths == []
    assert any("How strong each system is cannot be told" in remark for remark in found.remarks)
    assert findings(written(tmp_path / "two.jsonl", [rated(0, BOT), rated(1, PEOPLE)])).strengths == []


# --- Reports


def test_the_page_needs_nothing_else_and_shows_texts_as_texts(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    with RatingsFile(file, COMPARISON) as opened:
        opened.add_item(item(0, bot="<script>alert(1)</script>", people="\x1b[31mred"))
        opened.add_rating(rated(0, BOT, "<b>ann</b>", reasons=("correct",), note="<i>no</i>"))
        opened.add_rating(rated(0, PEOPLE, "bob"))
    found = findings(file)
    page = read(html_report(found))
    assert page.addresses == []
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert "\x1b" not in page.text
    assert "better to <b>ann</b>: correct" in page.text
    assert json.loads(json.dumps(found.to_json()))["standings"][0]["pairs"] == 1
