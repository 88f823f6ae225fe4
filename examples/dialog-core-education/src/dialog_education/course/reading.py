"""Reads course files. Every mistake is told with its line, and with what was probably meant."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Node, Problem, check, did_you_mean, load
from dialog_education.algebra.expressions import Equation, Undefined, evaluate, unknowns
from dialog_education.algebra.parsing import NotMathematics, parse, parse_equation
from dialog_education.answers import pinyin
from dialog_education.answers.numbers import numbers_in
from dialog_education.answers.texts import folded
from dialog_education.course.items import (
    AnyItem,
    Calculation,
    Choice,
    CourseFile,
    Numeric,
    Short,
    Simplify,
    Solve,
    UnitFile,
    Vocabulary,
)
from dialog_education.course.questions import TO_CHINESE, TO_ENGLISH, Library, Question, Unit


def read_courses(paths: Mapping[str, Path] | Sequence[Path]) -> Library:
    """Read the courses of a tutor.

    Raises:
        ConfigurationError: With every mistake in them.
    """
    units: list[Unit] = []
    problems: list[Problem] = []
    seen: dict[str, Path] = {}
    for path in paths.values() if isinstance(paths, Mapping) else paths:
        try:
            course, node = _read(path)
        except ConfigurationError as error:
            problems.extend(error.problems)
            continue
        if course.course in seen:
            remedy = "Give one of them another name, or leave it out."
            where = node.child("course") or node
            problems.append(where.problem(f"{seen[course.course].name} is a course of this name too", remedy=remedy))
        seen[course.course] = path
        units.extend(_unit(course, unit) for unit in course.units)
    if problems:
        raise ConfigurationError(problems)
    return Library.of(units)


def check_course(path: Path) -> Sequence[Problem]:
    """Return every mistake in a course file."""
    try:
        _read(path)
    except ConfigurationError as error:
        return error.problems
    return ()


def _read(path: Path) -> tuple[CourseFile, Node]:
    node = load(path).node
    course, problems = check(CourseFile, node)
    if course is None:
        raise ConfigurationError(problems)
    if found := list(_mistakes(course, node)):
        raise ConfigurationError(found)
    return course, node


def _mistakes(course: CourseFile, node: Node) -> Iterator[Problem]:
    units = node.child("units") or node
    seen: dict[str, int] = {}
    names = [item.id for unit in course.units for item in unit.items]
    unit_names = [unit.id for unit in course.units]
    if not any(unit.items for unit in course.units):
        yield units.problem("there is nothing to ask in it", path=("units",), remedy="Add a unit with an item.")
    for number, unit in enumerate(course.units):
        here = units.child(number) or units
        if unit.id in unit_names[:number]:
            yield (here.child("id") or here).problem(f"there is another unit {unit.id!r}", remedy="Rename one of them.")
        items = here.child("items") or here
        for index, item in enumerate(unit.items):
            place = items.child(index) or items
            if item.id in seen:
                told = f"there is another item {item.id!r}, in line {seen[item.id]}"
                yield (place.child("id") or place).problem(told, remedy="Rename one of them.")
            seen[item.id] = place.line
            if item.then and item.then not in names:
                likely = did_you_mean(item.then, names)
                yield (place.child("then") or place).problem(f"there is no item {item.then!r}", remedy=likely)
            yield from _mistakes_of(item, place)


def _mistakes_of(item: AnyItem, place: Node) -> Iterator[Problem]:
    def problem(key: str, message: str, remedy: str = "") -> Problem:
        return (place.child(key) or place).problem(message, path=(item.id, key), remedy=remedy)

    try:
        match item:
            case Choice() if len(item.choices) < 2:
                yield problem("choices", "needs at least two to choose from")
            case Choice() if item.answer not in item.choices:
                yield problem(
                    "answer", f"{item.answer!r} is none of the choices", did_you_mean(item.answer, item.choices)
                )
            case Numeric() if len(numbers_in(item.answer)) != 1:
                yield problem("answer", f"{item.answer!r} is no number", "Write it as 15, -2.5 or 3/4.")
            case Calculation():
                key = "expression"
                evaluate(parse(item.expression, ()))
            case Solve():
                key = "equation"
                yield from _mistakes_of_equation(item, problem)
            case Simplify():
                key = "expression"
                one = parse(item.expression)
                key = "answer"
                other = parse(item.answer, unknowns(one))
                if not _agree(Equation(one, other)):
                    yield problem(
                        "answer", f"{item.answer!r} is not equal to {item.expression!r}", "Work it out again."
                    )
            case Vocabulary() if not pinyin.heard(item.pinyin)[0]:
                yield problem("pinyin", f"{item.pinyin!r} is no pinyin", "Write it as píngguǒ or ping2guo3.")
    except NotMathematics as error:
        yield problem(key, f"cannot be read ({error})", "Write it with numbers, letters, + - × ÷ ^ ( ) and =.")
    except Undefined:
        yield problem(key, "divides by zero")
    if isinstance(item, Short):
        for number, hint in enumerate(item.hints):
            for text in [hint] if isinstance(hint, str) else hint.values():
                if _tells(text, item.answer):
                    told = f"this hint tells the answer, {item.answer!r}"
                    remedy = "Ask or point to something instead: the solution belongs under `explanation`."
                    yield ((place.child("hints") or place).child(number) or place).problem(told, remedy=remedy)


def _tells(hint: str, answer: str) -> bool:
    if answer.isascii():
        return len(answer) > 2 and f" {folded(answer)} " in f" {folded(hint)} "
    return answer in hint


def _mistakes_of_equation(item: Solve, problem: Callable[..., Problem]) -> Iterator[Problem]:
    equation = parse_equation(item.equation)
    letters = unknowns(equation.left) | unknowns(equation.right)
    if len(letters) != 1:
        yield problem("equation", f"has {len(letters)} unknowns", "An equation has exactly one.")
        return
    for answer in item.answer:
        (letter,) = letters
        values = {letter: evaluate(parse(str(answer).replace(f"{letter} =", "").replace(f"{letter}=", ""), ()))}
        if evaluate(equation.left, values) != evaluate(equation.right, values):
            told = f"{answer!r} does not solve {item.equation!r}"
            yield problem("answer", told, "Put it in and work out both sides.")


def _agree(equation: Equation) -> bool:
    """Whether two expressions have the same value at some points; there SymPy is not needed."""
    letters = sorted(unknowns(equation.left) | unknowns(equation.right))
    for point in (Fraction(3, 7), Fraction(-11, 5), Fraction(17, 3), Fraction(101, 13)):
        values = {letter: point + number * Fraction(5, 11) for number, letter in enumerate(letters)}
        try:
            if evaluate(equation.left, values) != evaluate(equation.right, values):
                return False
        except Undefined:
            continue
    return True


def _unit(course: CourseFile, unit: UnitFile) -> Unit:
    key = f"{course.course}/{unit.id}"
    kinds = {item.id: item for one in course.units for item in one.items}
    questions = [question for item in unit.items for question in _questions(course.course, key, item, kinds)]
    # Easy ones first, otherwise as the teacher wrote them; but no word right after it was asked the other way round.
    questions.sort(key=lambda question: (question.item.level, question.direction == TO_CHINESE))
    return Unit(key, unit.title, tuple(unit.about), course.title, tuple(course.about), tuple(questions))


def _questions(course: str, unit: str, item: AnyItem, items: Mapping[str, AnyItem]) -> Iterator[Question]:
    if not isinstance(item, Vocabulary):
        yield Question(f"{course}/{item.id}", unit, item, then=_key(course, items.get(item.then)))
        return
    for direction, left_out in ((TO_ENGLISH, "to_chinese"), (TO_CHINESE, "to_english")):
        if item.direction != left_out:
            then = _key(course, items.get(item.then), direction)
            yield Question(f"{course}/{item.id}>{direction}", unit, item, direction, then)


def _key(course: str, item: AnyItem | None, direction: str = "") -> str:
    if item is None:
        return ""
    if not isinstance(item, Vocabulary):
        return f"{course}/{item.id}"
    only = {"to_chinese": TO_CHINESE, "to_english": TO_ENGLISH}.get(item.direction)
    return f"{course}/{item.id}>{only or direction or TO_ENGLISH}"
