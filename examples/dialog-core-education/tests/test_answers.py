"""Answers are judged as a friendly teacher does, in both languages."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.testing import NASTY_TEXTS
from dialog_education.answers.judging import judge
from dialog_education.answers.numbers import numbers_in
from dialog_education.answers.pinyin import same_sounds, same_tones
from dialog_education.answers.texts import is_said
from dialog_education.course.items import AnyItem, Calculation, Choice, Numeric, Short, Solve, Vocabulary
from dialog_education.course.questions import Question

PARIS = Short(id="a", kind="short", ask="?", answer="Paris")
LENGTH = Numeric(id="a", kind="numeric", ask="?", answer="5", unit="km")
PICK = Choice(id="a", kind="choice", ask="?", choices=("Shark", "Dolphin"), answer="Dolphin")
WORD = Vocabulary(id="a", kind="vocabulary", word="绿色", pinyin="lǜsè", meaning=("green",))
SUM = Calculation(id="a", kind="calculation", expression="3 + 2 × 7")
SOLVE = Solve(id="a", kind="solve", equation="3x + 5 = 20", answer=("x = 5",))


def outcome(item: AnyItem, said: str, direction: str = "") -> str:
    return judge(Question("k", "u", item, direction), said).outcome


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("it's 56!", ["56"]),
        ("7 times 8 is 56", ["7", "8", "56"]),
        ("twenty-one", ["21"]),
        ("two hundred and five", ["205"]),
        ("three quarters", ["3/4"]),
        ("a half", ["1/2"]),
        ("minus two", ["-2"]),
        ("−3", ["-3"]),
        ("3-2", ["3", "2"]),
        ("1,200", ["1200"]),
        ("75 %", ["3/4"]),
        ("四分之三", ["3/4"]),
        ("一百二十", ["120"]),
        ("两百零五", ["205"]),
        ("负三", ["-3"]),
        ("二点五", ["5/2"]),
        ("百分之二十", ["1/5"]),
        ("３／４", ["3/4"]),
        ("3 / 4", ["3/4"]),
        ("3 over 4", ["3/4"]),
        ("3÷4", ["3/4"]),
        ("0,75", ["3/4"]),
        ("1 200", ["1200"]),
        ("—5", ["-5"]),
        ("two and a half", ["5/2"]),
        ("two and three quarters", ["11/4"]),
        ("two point five", ["5/2"]),
        ("二又二分之一", ["5/2"]),
        ("一千二", ["1200"]),
        ("一万二", ["12000"]),
        ("一百零二", ["102"]),
        ("9" * 50, []),
        ("no number", []),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, values: list[str]) -> None:
    assert numbers_in(text) == [Fraction(value) for value in values]


@given(st.integers(0, 999_999))
def test_every_number_is_read_back(number: int) -> None:
    assert numbers_in(str(number)) == numbers_in(f"{number:,}") == [number]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("I think it is Paris", "Paris"),
        ("the mitocondria", "mitochondria"),
        ("appel", "apple"),
        ("carbon-dioxide", "carbon dioxide"),
        ("rain forest", "rainforest"),
        ("应该是水星吧", "水星"),
        ("是疑是地上霜吧", "疑是地上霜"),
    ],
)
def test_right_answers_come_in_many_forms(said: str, answer: str) -> None:
    assert is_said(said, (answer,))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("not Paris", "Paris"),
        ("Paris or Lyon", "Paris"),
        ("Lyon", "Paris"),
        ("Mars", "Mercury"),
        ("au revoir my friends and all", "Au"),
        ("不是水星", "水星"),
        ("", "Paris"),
        ("?!", "Paris"),
        ("Paris " * 200, "Paris"),
    ],
)
def test_wrong_answers_stay_wrong(said: str, answer: str) -> None:
    assert not is_said(said, (answer,))


@pytest.mark.parametrize(
    ("said", "told"),
    [("5", "right"), ("5 km", "right"), ("5000 m", "right"), ("5 kg", "wrong"), ("-5", "wrong"), ("4 or 5", "unread")],
)
def test_units_are_converted_and_two_answers_are_none(said: str, told: str) -> None:
    assert outcome(LENGTH, said) == told


@pytest.mark.parametrize(("said", "told"), [("b", "right"), ("(2)", "right"), ("a dolphn", "right"), ("a", "wrong")])
def test_choices_are_picked_by_name_letter_or_number(said: str, told: str) -> None:
    assert outcome(PICK, said) == told


@pytest.mark.parametrize("said", ["绿色", "是绿色吧", "lǜsè", "lv4se4", "lu:se", "luse", "lüse", "LÜ SÈ", "it is lvse"])
def test_chinese_words_are_taken_in_characters_and_any_pinyin(said: str) -> None:
    assert outcome(WORD, said, "zh") == "right"


def test_wrong_tones_are_right_with_a_remark() -> None:
    assert judge(Question("k", "u", WORD, "zh"), "lv2se4").remark == "tones"
    assert judge(Question("k", "u", WORD, "zh"), "lvse").remark == "characters"
    assert same_sounds("ping guo", "píngguǒ")
    assert same_tones("ping guo", "píngguǒ")
    assert not same_tones("píngguò", "píngguǒ")


@pytest.mark.parametrize("item", [PARIS, LENGTH, PICK, WORD, SUM, SOLVE], ids=lambda item: item.kind)
@pytest.mark.parametrize(
    "said",
    [
        "",
        "   ",
        "😀🎉",
        "哈哈哈",
        "lol",
        "__import__('os').system('rm -rf /')",
        "9**9**9",
        "1" * 10_000,
        *NASTY_TEXTS.values(),
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_what_is_no_answer_is_never_right_and_never_costs_anything(item: AnyItem, said: str) -> None:
    for direction in ("en", "zh"):
        assert outcome(item, said, direction) in ("wrong", "unread")


@given(st.text(max_size=200))
def test_any_text_is_judged(said: str) -> None:
    for item in (PARIS, LENGTH, PICK, WORD, SUM, SOLVE):
        assert outcome(item, said, "zh") in ("right", "wrong", "open", "unread")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (SUM, "not 17"),
        (SUM, "17 is wrong"),
        (LENGTH, "less than 5 km"),
        (LENGTH, "anything but 5"),
        (SOLVE, "x > 5"),
        (SOLVE, "x ≠ 5"),
        (SOLVE, "y = 5"),
        (PARIS, "anything except Paris"),
        (Short(id="a", kind="short", ask="?", answer="水星"), "水星还是火星"),
    ],
)
def test_who_names_the_answer_without_giving_it_is_not_right(item: AnyItem, said: str) -> None:
    assert outcome(item, said) != "right"


@pytest.mark.parametrize(
    "said", ["7 and -7", "±7", "+/-7", "+-7", "7 & -7", "x1 = 7, x2 = -7", "x₁=7 x₂=-7", "x=7 x=-7"]
)
def test_several_solutions_may_be_written_in_many_ways(said: str) -> None:
    assert outcome(Solve(id="a", kind="solve", equation="x^2 = 49", answer=("7", "-7")), said) == "right"


@pytest.mark.parametrize("said", ["2,5", "2½", "2 1/2", "two and a half", "5/2"])
def test_two_and_a_half_is_that_in_whatever_form(said: str) -> None:
    assert outcome(Calculation(id="a", kind="calculation", expression="10 ÷ 4"), said) == "right"


def test_traditional_characters_are_characters() -> None:
    assert outcome(WORD, "綠色", "zh") == "right"
    assert outcome(Short(id="a", kind="short", ask="?", answer="银河"), "銀河") == "right"
