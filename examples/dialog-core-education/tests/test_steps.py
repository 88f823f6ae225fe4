"""Steps are checked against the one before, and the first that does not follow is named with its kind of mistake."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dialog_education.actions import check_steps
from dialog_education.algebra.parsing import NotMathematics, parse, parse_equation
from dialog_education.algebra.steps import check_calculation, check_simplifying, check_solving

numbers = st.integers(-12, 12)
factors = st.integers(2, 9)


@given(factors, numbers, numbers, st.sampled_from(["→", "\n", ";", " so ", "，"]))
def test_every_way_of_solving_is_accepted(factor: int, constant: int, solution: int, between: str) -> None:
    right = factor * solution + constant
    lines = [
        f"{factor}x + ({constant}) = {right}",
        f"{factor}x = {right} - ({constant})",
        f"{factor} × x = {right - constant}",
        f"x = {solution}",
    ]
    checked = check_solving(parse_equation(lines[0]), (Fraction(solution),), "x", between.join(lines))
    assert checked.right
    swapped = " → ".join(f"{after} = {before}" for before, after in (line.split(" = ") for line in lines))
    assert check_solving(parse_equation(lines[0]), (Fraction(solution),), "x", swapped).right


@given(factors, numbers, numbers, numbers.filter(bool))
def test_a_step_that_is_off_is_refused(factor: int, constant: int, solution: int, off: int) -> None:
    right = factor * solution + constant
    task = parse_equation(f"{factor}x + ({constant}) = {right}")
    wrong = f"{factor}x = {right - constant + off}"
    checked = check_solving(task, (Fraction(solution),), "x", f"{wrong} → x = {solution}")
    assert not checked.right
    assert checked.wrong == wrong.replace(" ", " ")
    assert not check_solving(task, (Fraction(solution),), "x", str(solution + off)).right


@given(factors, numbers, factors, numbers)
def test_equivalent_forms_are_accepted_and_others_refused(a: int, b: int, c: int, off: int) -> None:
    assume(off != 0)
    task, simplest = parse(f"{a}(x + ({b})) + {c}x"), parse(f"{a + c}x + ({a * b})")
    assert check_simplifying(task, simplest, f"{a}x + ({a * b}) + {c}x = {a + c}x + ({a * b})").right
    assert not check_simplifying(task, simplest, f"{a + c}x + ({a * b + off})").right
    unfinished = check_simplifying(task, simplest, f"{c}x + {a}(({b}) + x)")
    assert unfinished.open
    assert not unfinished.right


@given(st.integers(1, 50), st.integers(1, 12), st.integers(1, 12))
def test_calculations_are_followed_line_by_line(a: int, b: int, c: int) -> None:
    task = parse(f"{a} + {b} × {c}", ())
    result = a + b * c
    for told in (str(result), f"{a} + {b * c} = {result}", f"{b} × {c} = {b * c}, {a} + {b * c} = {result}"):
        assert check_calculation(task, told).right
    assert check_calculation(task, f"{a} + {b * c}").open
    assert not check_calculation(task, str(result + 1)).right


@pytest.mark.parametrize(
    ("task", "steps", "wrong", "mistake"),
    [
        ("3x + 5 = 20", "3x = 25", "3x = 25", "sign"),
        ("3x + 5 = 20", "3x = 15 → x = 45", "x = 45", "division"),
        ("3x + 5 = 20", "3x = 15 → x = 12", "x = 12", "division"),
        ("3x + 5 = 20", "3x = 14", "3x = 14", "arithmetic"),
        ("2(x + 3) = 10", "2x + 3 = 10", "2x + 3 = 10", "distribution"),
        ("10 - (x + 3) = 2", "10 - x + 3 = 2", "10 - x + 3 = 2", "distribution"),
        ("x^2 = 49", "x = 7", "", "lost"),
        ("3 + 2 × 7", "5 × 7 = 35", "5*7", "order"),
        ("3 × (4 + 5)", "12 + 5", "12 + 5", "distribution"),
        ("10 - 4", "14", "14", "sign"),
        ("2 + 3^2", "2 + 6 = 8", "2 + 6", "power"),
        ("20 - 3 × 4", "20 - 11", "20 - 11", "arithmetic"),
    ],
)
def test_the_first_wrong_step_is_named_with_its_mistake(task: str, steps: str, wrong: str, mistake: str) -> None:
    found = check_steps(task, steps)
    assert found["read"]
    assert not found["right"]
    assert found["mistake"] == mistake
    assert found["wrong"].replace(" ", "") == wrong.replace(" ", "")


@pytest.mark.parametrize("task", ["", "x = y = 2", "exec('1')", "9^9^9", "1/0", "a + b = c", "((("])
@pytest.mark.parametrize("steps", ["", "1/0", "9^9^9", "x", "😀" * 100, "=" * 50, "1\n" * 400])
def test_what_cannot_be_read_is_told_and_not_raised(task: str, steps: str) -> None:
    found = check_steps(task, steps)
    assert not found["read"] or not found["right"]


def test_steps_that_divide_by_zero_are_no_steps() -> None:
    assert check_steps("x + 1 = 2", "x = 1/0")["read"] is False
    assert check_steps("x + 1 = 2", "1/(x - x) = x")["read"] is False


def test_more_lines_than_anybody_reads_are_refused() -> None:
    with pytest.raises(NotMathematics, match="long"):
        check_calculation(parse("1 + 1", ()), "2\n" * 50)


@given(st.text(st.sampled_from("0123456789x+-*/^()=→,;\n .orand或"), max_size=120))
def test_whatever_is_typed_is_judged(text: str) -> None:
    found = check_steps("3x + 5 = 20", text)
    assert set(found) >= {"read"}
