"""Reads the questionnaire; every mistake is told with its line, before anybody is asked anything."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from dialog_core import Context
from dialog_core import configuration as conf
from dialog_core.configuration import ConfigurationError, Node, Options, Problem, read_yaml
from dialog_medical.options import TriageOptions
from dialog_medical.triage.questionnaire import (
    NONE,
    QUESTIONS,
    Answer,
    Complaint,
    Outcome,
    Questionnaire,
    RedFlag,
    SelfCare,
)

OutcomeName = Literal["emergency", "today", "appointment", "self_care"]
FlagOutcome = Literal["emergency", "today"]
Text = Annotated[str, Field(min_length=1)]
TextByLanguage = Annotated[dict[str, Text], Field(min_length=1)]
PhrasesByLanguage = dict[str, Annotated[list[Text], Field(min_length=1)]]
SENTENCES = ("emergency", "today", "appointment", "self_care", "call", "closed", "worse")


class AnswerOptions(Options):
    """An answer to `who`, `since` or `severity`."""

    id: Text
    label: TextByLanguage
    outcome: OutcomeName
    days: int = Field(default=0, ge=0)


class RedFlagOptions(Options):
    """A red flag."""

    id: Text
    outcome: FlagOutcome
    ask: TextByLanguage
    signs: PhrasesByLanguage = Field(default={})


class LastingOptions(Options):
    """From how many days on a complaint is more urgent."""

    days: int = Field(ge=1)
    outcome: OutcomeName


class SelfCareOptions(Options):
    """What may be done at home."""

    text: TextByLanguage
    source: Text
    url: Annotated[str, Field(pattern=r"^https?://\S+$")]


class ComplaintOptions(Options):
    """A complaint."""

    name: TextByLanguage
    when: PhrasesByLanguage
    red_flags: list[RedFlagOptions] = Field(min_length=1)
    least: OutcomeName = "self_care"
    lasting: LastingOptions | None = None
    self_care: SelfCareOptions | None = None


class AskOptions(Options):
    """How a question is put."""

    ask: TextByLanguage


class FileOptions(Options):
    """The file."""

    questions: dict[Literal["emergency", "who", "today", "since", "severity"], AskOptions]
    who: list[AnswerOptions] = Field(min_length=2)
    since: list[AnswerOptions] = Field(min_length=2)
    severity: list[AnswerOptions] = Field(min_length=2)
    red_flags: list[RedFlagOptions] = Field(default=[])
    complaints: dict[str, ComplaintOptions] = Field(min_length=1)
    outcomes: dict[Literal["emergency", "today", "appointment", "self_care", "call", "closed", "worse"], TextByLanguage]


def read_questionnaire(path: Path, languages: Iterable[str] = ()) -> Questionnaire:
    """Read a questionnaire.

    Args:
        path: The file.
        languages: Languages every text has to be in.

    Raises:
        ConfigurationError: With every problem in it.
    """
    node = read_yaml(path)
    file, problems = conf.check(FileOptions, node)
    if file is not None:
        problems = list(_problems(node, file, {tag.partition("-")[0] for tag in languages}))
    if file is None or problems:
        raise ConfigurationError(problems)
    everybody = tuple(map(_flag, file.red_flags))
    answers = {name: tuple(map(_answer, getattr(file, name))) for name in ("who", "since", "severity")}
    complaints = {id: _complaint(id, one, everybody) for id, one in file.complaints.items()}
    ask = {str(name): one.ask for name, one in file.questions.items()}
    outcomes = {str(name): words for name, words in file.outcomes.items()}
    return Questionnaire(ask, answers, complaints, outcomes)


def check(options: TriageOptions, context: Context) -> Iterable[Problem]:
    """Return what is wrong with the file the options name."""
    try:
        read_questionnaire(options.path, context.languages)
    except ConfigurationError as error:
        yield from error.problems


def _problems(node: Node, file: FileOptions, languages: set[str]) -> Iterable[Problem]:
    for key, wanted, given in (("questions", QUESTIONS, file.questions), ("outcomes", SENTENCES, file.outcomes)):
        for name in wanted:
            if name not in given:
                yield _at(node, key).problem(
                    f"{name!r} is missing", path=(key,), remedy=f"Say what is asked or said: `{name}:`."
                )
    if file.who[0].id != NONE:
        yield _at(node, "who").problem(
            f"its first answer has to be {NONE!r}", path=("who",), remedy="It is what 'no' means there."
        )
    if [one.days for one in file.since] != sorted({one.days for one in file.since}) or file.since[0].days:
        yield _at(node, "since").problem("its `days` have to begin with 0 and to rise", path=("since",))
    for id, complaint in file.complaints.items():
        place = ("complaints", id)
        if complaint.self_care is None and complaint.least == "self_care":
            remedy = "Add `self_care` with its source, or `least: appointment`."
            yield _at(node, *place).problem(
                "may end in self care, and has nothing to say about it", path=place, remedy=remedy
            )
        flags = [*(one.id for one in file.red_flags), *(one.id for one in complaint.red_flags)]
        for index, flag in enumerate(complaint.red_flags):
            if flags.count(flag.id) > 1:
                path = (*place, "red_flags", index, "id")
                yield _at(node, *path).problem(
                    f"there are two red flags {flag.id!r}", path=path, remedy="Rename one of them."
                )
    yield from _in_languages(node, (), languages)


_TEXTS = ("ask", "label", "name", "text", "when", "signs")


def _in_languages(node: Node, path: tuple[str | int, ...], languages: set[str]) -> Iterable[Problem]:
    """Find texts that a language is missing of."""
    if isinstance(node.value, list):
        for index, child in enumerate(node.value):
            yield from _in_languages(child, (*path, index), languages)
    elif isinstance(node.value, dict):
        for key, child in node.value.items():
            here = (*path, key)
            if isinstance(child.value, dict) and (key in _TEXTS or path == ("outcomes",)):
                for language in sorted(languages - set(child.value)):
                    remedy = f"The bot speaks it: add `{language}:`."
                    yield child.problem(f"says nothing in {language!r}", path=here, remedy=remedy)
            else:
                yield from _in_languages(child, here, languages)


def _at(node: Node, *path: str | int) -> Node:
    return node.find(path)


def _outcome(name: str) -> Outcome:
    return Outcome[name.upper()]


def _answer(one: AnswerOptions) -> Answer:
    return Answer(one.id, one.label, _outcome(one.outcome), one.days)


def _flag(one: RedFlagOptions) -> RedFlag:
    return RedFlag(one.id, _outcome(one.outcome), one.ask, one.signs)


def _complaint(id: str, one: ComplaintOptions, everybody: tuple[RedFlag, ...]) -> Complaint:
    flags = (*map(_flag, one.red_flags), *everybody)
    lasting = (one.lasting.days, _outcome(one.lasting.outcome)) if one.lasting else None
    care = SelfCare(one.self_care.text, one.self_care.source, one.self_care.url) if one.self_care else None
    least = max(_outcome(one.least), Outcome.SELF_CARE if care else Outcome.APPOINTMENT)
    return Complaint(id, one.name, one.when, flags, least, lasting, care)
