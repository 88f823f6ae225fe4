"""Finds what a message tells or asks about the user. Every expression is linear in what it reads."""

import re
from collections.abc import Iterable, Mapping, Sequence

from dialog_core import Context
from dialog_core.configuration import Problem, did_you_mean
from dialog_profiles.options import ProfileOptions
from dialog_profiles.words import LANGUAGES, NOT_NAMES, NOT_NAMES_CHINESE, TELLS

LONGEST = 300  # characters of a message that is looked at; whoever writes more talks about something else
LONGEST_VALUE = 80
MOST_WORDS = 5  # of a value
_HOLE = re.compile(r"\{(\w+)\}")
_BLANKS = re.compile(r"\s+")
_AROUND = " \t\r\n.!?,;:。！？，；：、…~～"
_BEHIND_NAMES = re.compile(r" (?:from now on|please|thanks|thank you|by the way|my|is)\b", re.IGNORECASE)
_QUOTES = "\"'“”‘’「」『』"
_FULL_WIDTH = str.maketrans({"，": ",", "：": ":", "’": "'", "‘": "'"})


def plain(text: str) -> str:
    """Return a message as the patterns are written: one blank at most, nothing around it."""
    return _BLANKS.sub(" ", text.translate(_FULL_WIDTH)).strip(_AROUND)


class Phrases:
    """Whole messages, any of which means the same."""

    def __init__(self, sources: Sequence[str]) -> None:
        self._expressions = [re.compile(source, re.IGNORECASE) for source in sources]

    def match(self, text: str) -> "re.Match[str] | None":
        """Return how a message, made plain, is one of them."""
        text = _BLANKS.sub(" ", text.replace(",", " "))
        return next((found for one in self._expressions if (found := one.fullmatch(text))), None)


class Teller:
    """The ways a fact is told."""

    def __init__(self, fact: str, sources: Iterable[str]) -> None:
        self.fact = fact
        self._expressions = [_compiled(source) for source in sources]

    def value(self, text: str) -> str | None:
        """Return what a message, made plain, tells; None: nothing.

        What is told goes to the end of the message or of the part before a comma, a full stop or an `and`.
        """
        for expression in self._expressions:
            found = expression.search(text)
            if found is not None:
                value = found[1].strip(_AROUND + _QUOTES)
                short = value and len(value) <= LONGEST_VALUE and len(value.split()) <= MOST_WORDS
                if short and (checked := self._checked(value)) is not None:
                    return checked
        return None

    def _checked(self, value: str) -> str | None:
        if self.fact == "language":
            return LANGUAGES.get(value.casefold())
        if self.fact == "name":
            value = _BEHIND_NAMES.split(value)[0].strip(_AROUND)
            first = (value.casefold().split() or [""])[0]
            if first in NOT_NAMES or value.startswith(NOT_NAMES_CHINESE) or not _is_written_as_names_are(value):
                return None
        return value


def _is_written_as_names_are(value: str) -> bool:
    """Whether it has letters and no digits: who writes `my name is Ann account number 6456` tells more than a name."""
    return any(map(str.isalpha, value)) and not any(map(str.isdigit, value))


def tellers(options: ProfileOptions, declared: Iterable[str] | None) -> list[Teller]:
    """Return how each fact is told that the bot keeps (None: it keeps none, and any may be told)."""
    declared = None if declared is None else set(declared)
    facts = dict.fromkeys((*TELLS, *options.facts))
    kept = facts if declared is None else [name for name in facts if name in declared]
    return [Teller(name, (*options.facts.get(name, ()), *TELLS.get(name, ()))) for name in kept]


def check(options: ProfileOptions, context: Context) -> Iterable[Problem]:
    """Return what is wrong with the options: facts that the bot does not declare, patterns without their hole."""
    problems = []
    named: Mapping[str, Iterable[str]] = {"facts": options.facts, "labels": options.labels}
    for section, names in named.items():
        for name in names if context.facts is not None else ():
            if context.facts is not None and name not in context.facts:
                remedy = did_you_mean(name, context.facts)
                remedy = remedy if remedy.startswith("Did") else f"Declare it under `profiles.facts`. {remedy}".strip()
                problems.append(Problem(f"the bot declares no fact {name!r}", path=f"{section}.{name}", remedy=remedy))
    for name, patterns in options.facts.items():
        for pattern in patterns:
            if _HOLE.findall(pattern) != [name]:
                told = f"the pattern {pattern!r} does not say once where the fact stands"
                problems.append(Problem(told, path=f"facts.{name}", remedy=f"Write {{{name}}} there."))
            elif not _HOLE.sub("", pattern).strip(_AROUND):
                remedy = f"Write words around it: my {name} is {{{name}}}"
                problems.append(
                    Problem(f"the pattern {pattern!r} matches everything", path=f"facts.{name}", remedy=remedy)
                )
    return problems


def _compiled(source: str) -> "re.Pattern[str]":
    """Return the expression of a pattern: its words in this order, and something in the place of the hole."""
    before, _, after = _HOLE.sub("\0", source.translate(_FULL_WIDTH), count=1).partition("\0")
    begin = r"(?:^|[,.;:!?。！？；] ?|\band |\bremember (?:that )?|\bplease |\bhi |\bhello |请|记住|记得|一下|你好)"
    words = re.escape(_BLANKS.sub(" ", before.lstrip())) if before.strip() else ""
    rest = re.escape(_BLANKS.sub(" ", after.rstrip()))
    end = r"(?=$|[,.;!?。！？；]| and | but |吧|就行|就好)"
    return re.compile(rf"{begin}{words}([^,.;!?。！？；]{{1,{LONGEST_VALUE}}}?){rest}{end}", re.IGNORECASE)
