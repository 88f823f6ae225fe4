"""How a question is put: its words, what may be picked, its hints, its answer and its worked solution."""

import re

from dialog_education.course.items import Calculation, Choice, Item, Numeric, Short, Simplify, Solve, Vocabulary
from dialog_education.course.questions import TO_ENGLISH, Question, worded
from dialog_education.tutor.lines import line


def asked(question: Question, language: str) -> str:
    """Return the words of a question."""
    match question.item:
        case Vocabulary(word=word, meaning=meaning):
            if question.direction == TO_ENGLISH:
                return line(language, "ask_to_english", word=word)
            return line(language, "ask_to_chinese", meaning=meaning[0])
        case Calculation(ask=ask, expression=expression):
            return worded(ask, language) if ask else line(language, "ask_calculation", expression=expression)
        case Solve(ask=ask, equation=equation):
            return worded(ask, language) if ask else line(language, "ask_solve", equation=equation)
        case Simplify(ask=ask, expression=expression):
            return worded(ask, language) if ask else line(language, "ask_simplify", expression=expression)
        case Choice(ask=ask) | Short(ask=ask) | Numeric(ask=ask):
            return worded(ask, language)


def choices(question: Question) -> tuple[str, ...]:
    """Return what may be picked."""
    return question.item.choices if isinstance(question.item, Choice) else ()


def hints(question: Question, language: str) -> list[str]:
    """Return the hints of a question: the teacher's, or else some that its kind gives."""
    item = question.item
    if item.hints:
        return [worded(hint, language) for hint in item.hints]
    if isinstance(item, Vocabulary):
        return (
            _hints_to_english(item, language) if question.direction == TO_ENGLISH else _hints_to_chinese(item, language)
        )
    kind = next((name for kind, name in _KINDS if isinstance(item, kind)), "")
    return [line(language, f"hint_{kind}_{number}") for number in (1, 2)] if kind else [line(language, _other(item))]


_KINDS: tuple[tuple[type[Item], str], ...] = ((Solve, "solve"), (Calculation, "calculation"), (Simplify, "simplify"))


def _other(item: Item) -> str:
    return "hint_choice_1" if isinstance(item, Choice) else "hint_other_1"


def _hints_to_english(item: Vocabulary, language: str) -> list[str]:
    word = item.meaning[0]
    letters = [character for character in word if character.isalpha()]
    gaps = "".join(
        character if not character.isalpha() or number % 3 == 0 else "_" for number, character in enumerate(word)
    )
    told = [
        line(language, "hint_en_1", pinyin=item.pinyin, word=item.word),
        line(language, "hint_en_2", first=word[0], letters=len(letters)),
    ]
    return [*told, line(language, "hint_en_3", gaps=gaps)] if len(letters) > 3 else told


def _hints_to_chinese(item: Vocabulary, language: str) -> list[str]:
    count = len(item.word)
    characters = line(language, "characters_one") if count == 1 else line(language, "characters", count=count)
    initial = re.match(r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])", item.pinyin) or re.match(".", item.pinyin)
    told = [
        line(language, "hint_zh_1", characters=characters),
        line(language, "hint_zh_2", initial=initial[0] if initial else item.pinyin[:1]),
    ]
    return [*told, line(language, "hint_zh_3", shown=item.word[0] + "＿" * (count - 1))] if count > 1 else told


def answer(question: Question, language: str) -> str:
    """Return the answer as it is told."""
    match question.item:
        case Vocabulary(word=word, pinyin=pinyin, meaning=meaning):
            return meaning[0] if question.direction == TO_ENGLISH else f"{word} ({pinyin})"
        case Numeric(answer=number, unit=unit):
            return f"{number}{'' if unit in ('', '%', '°') else ' '}{unit}"
        case Solve(answer=solutions):
            letter = next(iter(re.findall("[a-z]", question.item.equation)), "x")
            each = [str(one).rpartition("=")[2].strip() for one in solutions]
            return line(language, "and").join(f"{letter} = {one}" for one in each)
        case Calculation(expression=expression):
            from dialog_education.algebra.expressions import evaluate
            from dialog_education.algebra.parsing import parse

            return str(evaluate(parse(expression, ())))
        case Short(answer=told) | Choice(answer=told) | Simplify(answer=told):
            return told


def explanation(question: Question, language: str) -> str:
    """Return the worked solution; empty: the teacher wrote none."""
    return worded(question.item.explanation, language) if question.item.explanation else ""
