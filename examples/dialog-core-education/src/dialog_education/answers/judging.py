"""Judges what a pupil says to a question: right, wrong and how, not finished, or nothing that can be judged."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from dialog_education.algebra.expressions import Undefined, evaluate, unknowns
from dialog_education.algebra.parsing import NotMathematics, parse, parse_equation
from dialog_education.algebra.steps import Checked, check_calculation, check_simplifying, check_solving
from dialog_education.answers import pinyin
from dialog_education.answers.numbers import numbers_in
from dialog_education.answers.texts import folded, is_nearly_said, is_said
from dialog_education.answers.traditional import simplified
from dialog_education.answers.units import converted, unit_of
from dialog_education.course.items import Calculation, Choice, Numeric, Short, Simplify, Solve, Vocabulary
from dialog_education.course.questions import TO_ENGLISH, Question

Outcome = Literal["right", "wrong", "open", "unread"]
MAX_ANSWER = 600  # characters
SHORT_ANSWER = 6  # words; what is longer is said to the tutor rather than as an answer
SHORT_ANSWER_ZH = 14  # characters

_CHINESE = re.compile("[\u4e00-\u9fff]")
_CHATTER = re.compile(r"(?:(?:ha|he|hi|lo?l|lmao|xd|omg|wow|oh|hm+|哈|呵|嘿|嘻|哇|呜|啊|哦|额|咦|唉|\W)+)")
_WORD = re.compile("[a-z\u4e00-\u9fff]{2}")
_PERCENT = re.compile(r"[%％]|\bper ?cent\b")
_OR = re.compile(r"\bor\b|还是|或")
_NO_ANSWER = re.compile(  # what says of a number that it is none, or not the one
    r"\bnot\b|n't\b|不是|[<>≠≤≥]|\b(?:less|more|fewer|greater|bigger|smaller|larger) than\b"
    r"|\b(?:under|above|below)\b|\b(?:anything|everything) but\b|\bexcept\b|\bwrong\b|大于|小于|不等于|多于|少于|除了"
)
_DECIMAL_COMMA = re.compile(r"(\s*(?:[a-z]\s*=)?\s*[-−]?\d{1,9}),(\d{1,2})\s*", re.IGNORECASE)
_SEVERAL = (  # ways to write several solutions
    (re.compile(r"\+\s*/?\s*[-−](?=\s*\d)"), "±"),
    (re.compile(r"\b([a-z])[_ ]?[12₁₂](?=\s*=)", re.IGNORECASE), r"\1"),
    (re.compile(r"(?<=\d)\s+(?=[a-z]\s*=)", re.IGNORECASE), ", "),
    (re.compile(r"(?<=\d)\s*&\s*"), " and "),
)
_SQUARES = re.compile(r"(?<=[a-z])(?:\^?[23](?!\d)|²|³)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judgement says.

    Attributes:
        outcome: `right`, `wrong`, `open` (right so far), or `unread` (no answer).
        remark: What to say besides: the kind of a mistake, or what to mind.
        checked: Of steps, what was found.
        sure: Whether the message was surely meant as an answer.
    """

    outcome: Outcome
    remark: str = ""
    checked: Checked | None = None
    sure: bool = True


UNREAD = Verdict("unread", sure=False)


def judge(question: Question, said: str) -> Verdict:
    """Judge what somebody said to a question. Whatever it is, this takes a few milliseconds (but see `symbolic`)."""
    if _CHATTER.fullmatch(said.strip().casefold()):
        return UNREAD
    if not said.strip() or len(said) > MAX_ANSWER:
        return Verdict("unread", "long" if said.strip() else "empty", sure=False)
    match question.item:
        case Choice() as item:
            return _choice(item, said)
        case Short() as item:
            return _short(item, said)
        case Numeric() as item:
            return _numeric(item, said)
        case Vocabulary() as item:
            return _to_english(item, said) if question.direction == TO_ENGLISH else _to_chinese(item, said)
        case Calculation() | Solve() | Simplify() as item:
            return _steps(item, said)


def _choice(item: Choice, said: str) -> Verdict:
    text = folded(said)
    exact = [choice for choice in item.choices if folded(choice) == text]
    if not exact and not any(numbers_in(choice) for choice in item.choices):
        match = re.fullmatch(r"(?:it'?s |option |answer |选|答案是?)*\(?([a-f1-6])[).。]?", said.strip().casefold())
        index = ("abcdef".find(match[1]) if match and match[1].isalpha() else int(match[1]) - 1) if match else -1
        exact = [item.choices[index]] if 0 <= index < len(item.choices) else []
    picked = exact or [choice for choice in item.choices if is_said(said, (choice,))]
    if len(picked) == 1:
        return Verdict("right" if picked == [item.answer] else "wrong")
    return Verdict("unread", "several" if picked else "choices", sure=bool(picked))


def _short(item: Short, said: str) -> Verdict:
    answers = (item.answer, *item.accept)
    if is_said(said, answers, exact=item.exact):
        return Verdict("right")
    if item.exact and is_nearly_said(said, answers):
        return Verdict("wrong", "spelling")
    return Verdict("wrong", sure=False) if is_brief(said) else UNREAD


def _numeric(item: Numeric, said: str) -> Verdict:
    (wanted,) = numbers_in(item.answer)
    text = _SQUARES.sub("", said.casefold())
    numbers = numbers_in(text)
    if not numbers:
        return Verdict("unread", "number", sure=False)
    if len(set(numbers)) > 1 and _OR.search(text):
        return Verdict("unread", "several")
    if len(numbers) > 1 and len(text) > 80:
        return Verdict("unread", "number", sure=False)
    value = numbers[-1]
    if _NO_ANSWER.search(text):
        return Verdict("wrong" if value != wanted else "unread", "number")
    given = unit_of(text)
    if item.unit and given:
        turned = converted(value, given, item.unit)
        if turned is None:
            return Verdict("wrong", "unit")
        value = turned
    read = {value, value * 100} if _PERCENT.search(text) else {value}  # 30 % may be 0.3, and may be 30
    if any(abs(one - wanted) <= Fraction(str(item.tolerance)) for one in read):
        return Verdict("right")
    if value == -wanted:
        return Verdict("wrong", "sign")
    if wanted and value in (wanted * 10, wanted / 10, wanted * 100, wanted / 100):
        return Verdict("wrong", "place")
    return Verdict("wrong", sure=len(text) <= 60)


def _to_english(item: Vocabulary, said: str) -> Verdict:
    if is_said(said, tuple(item.meaning)):
        return Verdict("right")
    if item.word in simplified(said) or pinyin.same_sounds(said, item.pinyin):
        return Verdict("unread", "other_direction", sure=True)
    return Verdict("wrong", sure=False) if is_brief(said) and re.search("[a-z]", said.casefold()) else UNREAD


def _to_chinese(item: Vocabulary, said: str) -> Verdict:
    text = simplified("".join(_CHINESE.findall(said)))
    if text:
        if item.word == text or (
            item.word in text and not _OR.search(text) and len(text) <= len(item.word) + 6 and "不是" not in text
        ):
            return Verdict("right")
        return Verdict("wrong", sure=False) if is_brief(said) else UNREAD
    if pinyin.same_sounds(_without_talk(said), item.pinyin):
        return Verdict("right", "characters" if pinyin.same_tones(_without_talk(said), item.pinyin) else "tones")
    if is_said(said, tuple(item.meaning)):
        return Verdict("unread", "other_direction", sure=True)
    return Verdict("wrong", sure=False) if is_brief(said) else UNREAD


def _without_talk(said: str) -> str:
    return re.sub(r"^(?:i think |is it |it is |it's |maybe |its )+", "", said.strip().casefold())


def _steps(item: Calculation | Solve | Simplify, said: str) -> Verdict:
    if match := _DECIMAL_COMMA.fullmatch(said):
        said = f"{match[1]}.{match[2]}"
    if isinstance(item, Solve):
        for pattern, plainly in _SEVERAL:
            said = pattern.sub(plainly, said)
    try:
        checked = _check(item, said)
    except NotMathematics as error:
        meant = len(said) < 60 and (any(map(str.isdigit, said)) or not _WORD.search(said.casefold()))
        words = _WORD.search(said.casefold()) is not None and error.reason not in ("long", "digits")
        return _spoken(item, said) or Verdict("unread", "words" if words else error.reason, sure=meant)
    except Undefined:
        return Verdict("wrong", "zero")
    if checked.right:
        return Verdict("right", checked=checked)
    return Verdict("open" if checked.open else "wrong", "" if checked.open else checked.kind, checked)


def _check(item: Calculation | Solve | Simplify, said: str) -> Checked:
    match item:
        case Calculation():
            return check_calculation(parse(item.expression, ()), said)
        case Simplify():
            return check_simplifying(parse(item.expression), parse(item.answer), said)
    equation = parse_equation(item.equation)
    (letter,) = unknowns(equation.left) | unknowns(equation.right)
    return check_solving(equation, solved(item), letter, said)


def _spoken(item: Calculation | Solve | Simplify, said: str) -> Verdict | None:
    """Judge a number in words: `seventeen`, `十七`."""
    numbers = numbers_in(said)
    if isinstance(item, Simplify) or len(numbers) != 1 or not is_brief(said) or _NO_ANSWER.search(said.casefold()):
        return None
    letter = re.search(r"\b([a-z])\s*=", said.casefold())
    if letter and not (isinstance(item, Solve) and letter[1] in item.equation.casefold()):
        return None
    wanted = (evaluate(parse(item.expression, ())),) if isinstance(item, Calculation) else solved(item)
    return Verdict("right" if wanted == (numbers[0],) else "wrong")


def solved(item: Solve) -> tuple[Fraction, ...]:
    """Return what solves an equation, as its teacher says."""
    return tuple(evaluate(parse(str(answer).rpartition("=")[2], ())) for answer in item.answer)


def is_brief(said: str) -> bool:
    """Whether a message is short enough to be an answer of a word or a few."""
    if _CHINESE.search(said):
        return len(said.strip()) <= SHORT_ANSWER_ZH
    return 0 < len(folded(said).split()) <= SHORT_ANSWER
