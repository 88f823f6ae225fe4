"""What pupils write of mathematics is read by a parser of our own: nothing is evaluated, everything is bounded."""

import contextlib
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dialog_core.testing import NASTY_TEXTS
from dialog_education.algebra.expressions import (
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Undefined,
    Unknown,
    evaluate,
)
from dialog_education.algebra.parsing import MAX_LENGTH, NotMathematics, parse, parse_equation


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3 + 2 × 7", "17"),
        ("(3 + 2)·7", "35"),
        ("18 ÷ 3 − 1", "5"),
        ("2(3 + 4)", "14"),
        ("-3^2", "-9"),
        ("(-3)^2", "9"),
        ("2**3", "8"),
        ("3²", "9"),
        ("1 1/2", "3/2"),
        ("½ + ¼", "3/4"),
        ("1,200 + 1", "1201"),
        ("０．５＋１", "3/2"),
        ("（２＋３）×４", "20"),
        ("3 x 4", "12"),
        ("3加2乘4", "11"),
        ("2^-1", "1/2"),
        ("--5", "5"),
    ],
)
def test_mathematics_comes_in_many_forms(text: str, value: str) -> None:
    assert evaluate(parse(text, ())) == Fraction(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("__import__('os').system('ls')", "characters"),
        ("ex", "letters"),
        ("exec", "power"),
        ("(2 + 3)^4 ÷ x", "power"),
        ("x^-1", "power"),
        ("x^4", "power"),
        ("lambda: 1", "characters"),
        ("9**9**9", "power"),
        ("9^9^9", "power"),
        ("((((9^9)^9)^9)^9)", "power"),
        ("9^(9^9)", "power"),
        ("2^99999999999", "power"),
        ("(a+b+c+d)^2", "letters"),
        ("1" * 10_000, "long"),
        ("1" * 100, "digits"),
        ("(" * 20 + "1" + ")" * 20, "deep"),
        ("1+" * 90 + "1", "long"),
        ("😀", "characters"),
        ("", "empty"),
        ("   ", "empty"),
        ("(1 + 2", "brackets"),
        ("1 + 2)", "brackets"),
        ("1 +", "form"),
        ("+ - + 1", "form"),
        ("٣ + ٤", "characters"),
        ("1 = 2", "characters"),
    ],
)
def test_everything_else_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(NotMathematics) as refused:
        parse(text, ())
    assert refused.value.reason == reason


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
def test_nasty_texts_are_read_or_refused(text: str) -> None:
    for read in (parse, parse_equation):
        with contextlib.suppress(NotMathematics):
            read(text, "x")  # type: ignore[operator]


@given(st.text(st.sampled_from("0123456789.,xy+-*/^()=²×÷−（） ½e_'\"[]{}乘除等于\n"), max_size=2 * MAX_LENGTH))
def test_whatever_is_typed_is_read_within_bounds_or_refused(text: str) -> None:
    try:
        node = parse(text, "xy")
        value = evaluate(node, {"x": Fraction(2), "y": Fraction(-3)})
    except (NotMathematics, Undefined):
        return
    assert value.numerator.bit_length() < 10_000


def trees(depth: int = 3) -> st.SearchStrategy[Node]:
    leaves = st.one_of(st.integers(0, 99).map(lambda number: Number(Fraction(number))), st.just(Unknown("x")))
    if not depth:
        return leaves
    inner = trees(depth - 1)
    return st.one_of(
        leaves,
        inner.map(Negative),
        st.lists(inner, min_size=2, max_size=3).map(lambda terms: Sum(tuple(terms))),
        st.builds(Product, inner, inner),
        st.builds(Quotient, inner, st.integers(1, 9).map(lambda number: Number(Fraction(number)))),
        st.builds(Power, leaves, st.integers(0, 2)),
    )


def written(node: Node) -> str:
    """Write a tree down, with brackets around everything."""
    match node:
        case Number(value):
            return str(value)
        case Unknown(name):
            return name
        case Negative(of):
            return f"(-{written(of)})"
        case Sum(terms):
            return "(" + " + ".join(map(written, terms)) + ")"
        case Product(left, right):
            return f"({written(left)} × {written(right)})"
        case Quotient(above, below):
            return f"({written(above)} ÷ {written(below)})"
        case Power(base, exponent):
            return f"({written(base)}^{exponent})"


@given(trees(), st.integers(-5, 5))
def test_what_is_written_down_is_read_as_it_was_meant(tree: Node, x: int) -> None:
    try:
        read = parse(written(tree), "x")
    except NotMathematics as refused:
        assume(refused.reason not in ("long", "power", "deep"))
        raise
    values = {"x": Fraction(x)}
    assert evaluate(read, values) == evaluate(tree, values)
