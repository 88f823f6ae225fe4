"""Checks what a pupil wrote line by line: each line against the one before; the first that does not follow is named."""

import re
from dataclasses import dataclass
from fractions import Fraction

from dialog_education.algebra import mistakes
from dialog_education.algebra.expressions import (
    Equation,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Undefined,
    Unknown,
    children,
    evaluate,
    unknowns,
)
from dialog_education.algebra.parsing import MAX_LENGTH, NotMathematics, parse, plain
from dialog_education.algebra.symbolic import equivalent, same

MAX_STEPS = 12
MAX_TEXT = 600  # characters of all steps together

_BETWEEN = re.compile(
    r"\n|→|⇒|=>|->|➔|➡|;|；|\bthen\b|\bso\b|\btherefore\b|所以|因此|然后|"
    r"(?<=[\d)a-z])\s*[,，]\s*(?!\d{3})"
)
_AROUND = re.compile(
    r"^(?:\s|it'?s|it is|the answer is|answer|i get|i got|we get|is|that is|that'?s|maybe|i think|first|because|"
    r"答案是|答案|是|得到|得|等于|我觉得|应该|先|:|：)+|(?:吧|呢|吗|哦|啊|了|[.。!！?？~])+$",
    re.IGNORECASE,
)
_OR = re.compile(r"\bor\b|\band\b|或者|或|和|以及|,|，", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to say of the steps.

    Attributes:
        right: Whether the last line is the answer.
        steps: How many lines were read.
        wrong: The first line that does not follow, as it was written; empty: all follow.
        before: The line before it.
        kind: Which kind of mistake it is.
        open: Whether all lines follow, and the last is not the answer yet.
    """

    right: bool
    steps: int = 1
    wrong: str = ""
    before: str = ""
    kind: mistakes.Kind = "unclear"
    open: bool = False


def lines_of(text: str) -> list[str]:
    """Split what a pupil wrote into its lines.

    Raises:
        NotMathematics: There is more than anybody reads.
    """
    if len(text) > MAX_TEXT:
        raise NotMathematics("long")
    lines = [_AROUND.sub("", _AROUND.sub("", line.strip())).strip() for line in _BETWEEN.split(text)]
    lines = [line for line in lines if line]
    if len(lines) > MAX_STEPS:
        raise NotMathematics("long")
    if not lines:
        raise NotMathematics("empty")
    return lines


def check_calculation(expression: Node, text: str) -> Checked:
    """Check how somebody worked out a number.

    Raises:
        NotMathematics: The text has lines that cannot be read.
    """
    target = evaluate(expression)
    lines = lines_of(text)
    last: Node = expression
    before, shown = expression, ""
    beside: tuple[Node, str] | None = None
    for line in lines:
        members = [parse(member, ()) for member in plain(line).split("=")]
        written = [member.strip() for member in plain(line).split("=")]
        alone = len(members) == 1
        if alone or _value(members[0]) == target:
            chain, names = [before, *members], [shown, *written]
        else:  # something worked out beside it: 2 × 7 = 14
            chain, names = members, written
            beside = beside or (members[0], written[0])
        for first, second, was, now in zip(chain, chain[1:], names, names[1:], strict=False):
            if _value(first) != _value(second):
                return Checked(False, len(lines), now, was, mistakes.of_expression(first, second))
        last = members[-1]
        if _value(last) == target:
            before, shown = last, written[-1]
    right = _value(last) == target and is_number(last)
    if beside is not None and _value(last) != target:  # it may be a part, such as 10 × 5 of 12 × 5, or a mistake
        kind = mistakes.of_expression(expression, beside[0])
        if kind != "arithmetic":
            return Checked(False, len(lines), beside[1], shown, kind)
    return Checked(right, len(lines), open=not right)


def check_simplifying(expression: Node, simplest: Node, text: str) -> Checked:
    """Check how somebody made an expression simpler.

    Raises:
        NotMathematics: The text has lines that cannot be read.
    """
    letters = unknowns(expression) | unknowns(simplest)
    lines = lines_of(text)
    before, shown = expression, ""
    for line in lines:
        for member in plain(line).split("="):
            node = parse(member, letters)
            if not same(before, node):
                return Checked(False, len(lines), member.strip(), shown, mistakes.of_expression(before, node))
            before, shown = node, member.strip()
    right = weight(before) <= weight(simplest)
    return Checked(right, len(lines), open=not right)


def check_solving(equation: Equation, answers: tuple[Fraction, ...], letter: str, text: str) -> Checked:
    """Check how somebody solved an equation.

    Raises:
        NotMathematics: The text has lines that cannot be read.
    """
    wanted = frozenset(answers)
    found = _told(text, letter)
    if found is not None:
        if found == wanted:
            return Checked(True)
        now = Equation(Unknown(letter), Number(min(found)))
        return Checked(False, kind="lost" if found < wanted else mistakes.of_equation(equation, now, letter))
    lines = lines_of(text)
    before, shown = equation, ""
    last: Equation | None = None
    for line in lines:
        if told := _told(line, letter):
            if told != wanted:
                now = Equation(Unknown(letter), Number(min(told)))
                kind = "lost" if told < wanted else mistakes.of_equation(before, now, letter)
                return Checked(False, len(lines), line, shown, kind)
            last = Equation(Unknown(letter), Number(min(told)))
            before, shown = (last, line) if len(wanted) == 1 else (before, shown)
            continue
        last = None
        first, *others = plain(line).split("=")
        if not others:
            parse(first, {letter})  # says what else is wrong with it
            raise NotMathematics("form", "=")
        for other in others:  # x = 12 - 7 = 5 says that x = 12 - 7, and that x = 5
            step = Equation(parse(first, {letter}), parse(other, {letter}))
            if not unknowns(step.left) and not unknowns(step.right):  # worked out beside it: 15 / 3 = 5
                if evaluate(step.left) != evaluate(step.right):
                    return Checked(False, len(lines), line, shown, mistakes.of_expression(step.left, step.right))
                continue
            if not equivalent(before, step, letter):
                return Checked(False, len(lines), line, shown, mistakes.of_equation(before, step, letter))
            before, shown = step, line
    right = last is not None or (len(wanted) == 1 and _is_solution(before, letter))
    return Checked(right, len(lines), open=not right)


def _told(text: str, letter: str) -> frozenset[Fraction] | None:
    """Return the numbers a text says the letter to be, where it says nothing else: `x = 3 or x = -3`, `5`."""
    if len(text) > MAX_LENGTH:
        return None
    text = _AROUND.sub("", _AROUND.sub("", text.strip()))
    numbers: set[Fraction] = set()
    for part in _OR.split(text):
        bare = plain(part).strip().casefold().replace(" ", "")
        for beginning in (f"{letter}=", f"{letter}is", f"{letter}是"):
            bare = bare.removeprefix(beginning)
        if bare.endswith(f"={letter}"):
            bare = bare[:-2]
        try:
            for sign in ("", "-") if bare.startswith("±") else ("",):
                node = parse(sign + bare.lstrip("±"), ())
                if not is_number(node):
                    return None
                numbers.add(evaluate(node))
        except (NotMathematics, Undefined):
            return None
    return frozenset(numbers) or None


def _is_solution(equation: Equation, letter: str) -> bool:
    left, right = equation.left, equation.right
    if isinstance(right, Unknown):
        left, right = right, left
    return left == Unknown(letter) and is_number(right)


def _value(node: Node) -> Fraction | None:
    try:
        return evaluate(node)
    except Undefined:
        return None


def is_number(node: Node) -> bool:
    """Whether there is nothing left to work out: 5, -5, 3/4, 1 1/2."""
    match node:
        case Number():
            return True
        case Negative(of):
            return is_number(of)
        case Quotient(Number(above), Number(below)):
            return (
                below != 0 and above.denominator == below.denominator == 1 and Fraction(above, below).denominator != 1
            )
        case Sum((Number(whole), Quotient() as rest)):
            return whole.denominator == 1 and is_number(rest)
    return False


def weight(node: Node) -> int:
    """Return how much is still to be worked out in an expression: its terms and operations."""
    match node:
        case Number() | Unknown():
            return 1
        case Product(Number(value), Unknown() | Power(Unknown(), _)) if value != 1:
            return 1
        case Power(Unknown(), _):
            return 1
        case Sum(terms):
            return sum(map(weight, terms))
    return 1 + sum(map(weight, children(node)))
