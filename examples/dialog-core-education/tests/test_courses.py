"""Course files: those of the package are sound, and every mistake of a teacher is told with its line."""

from pathlib import Path

import pytest

import dialog_education
from dialog_core.configuration import ConfigurationError
from dialog_education.answers.judging import judge
from dialog_education.course.items import Short, Vocabulary
from dialog_education.course.questions import TO_CHINESE, Question
from dialog_education.course.reading import check_course, read_courses
from dialog_education.guard.care import needs_care
from dialog_education.guard.unsuited import unsuited
from dialog_education.guard.worry import may_worry
from dialog_education.tutor.asking import answer, asked, explanation, hints

COURSES = sorted((Path(dialog_education.__file__).parent / "courses").glob("*.yaml"))
OWN = sorted((Path(__file__).parents[1] / "courses").glob("*.yaml"))
QUESTIONS = [
    pytest.param(question, "zh" if ".zh." in path.name else "en", id=f"{path.stem}:{question.key}")
    for path in (*COURSES, *OWN)
    for question in read_courses([path]).questions.values()
]

GOOD = """\
course: planets
title: The planets
units:
  - id: rocky
    title: Rocky planets
    items:
      - id: red
        kind: short
        ask: Which planet is red?
        answer: Mars
        hints: [What turns red when it rusts?]
      - id: hot
        kind: choice
        ask: Which is the hottest?
        choices: [Venus, Earth]
        answer: Venus
        then: red
      - {id: sum, kind: calculation, expression: 3 + 2 × 7}
      - {id: eq, kind: solve, equation: 3x + 5 = 20, answer: 5}
      - {id: simple, kind: simplify, expression: 2(x + 3) - x, answer: x + 6}
      - {id: apple, kind: vocabulary, word: 苹果, pinyin: píngguǒ, meaning: apple}
"""


def test_there_are_about_a_hundred_and_fifty_questions() -> None:
    assert len(QUESTIONS) >= 150


@pytest.mark.parametrize(("question", "language"), QUESTIONS)
def test_every_question_takes_its_own_answer_and_has_hints(question: Question, language: str) -> None:
    item = question.item
    if isinstance(item, Vocabulary):
        told = [item.word, item.pinyin] if question.direction == TO_CHINESE else [*item.meaning]
    else:
        told = [answer(question, language)]
    told += [*item.accept] if isinstance(item, Short) else []
    for one in told:
        assert judge(question, one).outcome == "right", one
    shown = hints(question, language)
    assert shown
    for hint in shown:
        assert judge(question, hint).outcome != "right", f"the hint {hint!r} is the answer"


@pytest.mark.parametrize(("question", "language"), QUESTIONS)
def test_nothing_in_a_question_trips_the_guard(question: Question, language: str) -> None:
    words = unsuited(primary=True)
    assert not may_worry(answer(question, language))
    for text in (asked(question, language), explanation(question, language), *hints(question, language)):
        assert not words.found(text)
        assert not needs_care(text)


def test_a_good_course_has_no_problems(tmp_path: Path) -> None:
    file = tmp_path / "good.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert not check_course(file)
    assert len(read_courses([file]).questions) == 7


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("kind: short", "kind: shrt", "8:15: units[0].items[0].kind: there is no 'shrt' here. Did you mean 'short'?"),
        ("ask: Which planet", "aks: Which planet", "unknown key. Did you mean 'ask'?"),
        ("then: red", "then: rad", "17:15: there is no item 'rad'. Did you mean 'red'?"),
        (
            "answer: Venus",
            "answer: Venuss",
            "16:17: hot.answer: 'Venuss' is none of the choices. Did you mean 'Venus'?",
        ),
        ("id: hot", "id: red", "12:13: there is another item 'red', in line 7"),
        ("3 + 2 × 7", "3 + * 7", "18:50: sum.expression: cannot be read (form: *)"),
        ("3 + 2 × 7", "3 / 0", "divides by zero"),
        ("3 + 2 × 7", "9^9^9", "cannot be read (power: ^)"),
        ("answer: 5}", "answer: 6}", "'6' does not solve '3x + 5 = 20'. Put it in and work out both sides."),
        ("3x + 5 = 20", "3x + 5y = 20", "has 2 unknowns. An equation has exactly one."),
        ("answer: x + 6", "answer: x + 5", "'x + 5' is not equal to '2(x + 3) - x'"),
        ("pinyin: píngguǒ", "pinyin: 苹果", "is no pinyin. Write it as píngguǒ or ping2guo3."),
        ("What turns red when it rusts?", "Is it Mars?", "11:17: this hint tells the answer, 'Mars'."),
        ("[Venus, Earth]", "[Venus]", "needs at least two to choose from"),
        ("course: planets", "course: the planets", "course: "),
    ],
)
def test_mistakes_are_told_with_their_place_and_a_remedy(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    assert right in GOOD
    file = tmp_path / "own.yaml"
    file.write_text(GOOD.replace(right, wrong), encoding="utf-8")
    problems = "\n".join(map(str, check_course(file)))
    assert "own.yaml:" in problems
    assert told in problems
    with pytest.raises(ConfigurationError):
        read_courses([file])


def test_all_mistakes_are_told_at_once_and_no_file_is_read_as_nothing(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(GOOD.replace("then: red", "then: x").replace("answer: 5}", "answer: 6}"), encoding="utf-8")
    assert len(check_course(file)) == 2
    file.write_text("", encoding="utf-8")
    assert check_course(file)
    file.write_text("course: a\ntitle: A\nunits: []\n", encoding="utf-8")
    assert "there is nothing to ask in it" in str(check_course(file)[0])


def test_two_courses_of_one_name_are_told(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(GOOD, encoding="utf-8")
    two.write_text(GOOD, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"one\.yaml is a course of this name too"):
        read_courses([one, two])
