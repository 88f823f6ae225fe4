"""Reads what `rasa test` writes into its folder `results`.

Its reports are scikit-learn's classification reports as JSON. That of stories has actions, intents and entities in one,
and how many stories passed (https://rasa.com/docs/rasa/testing-your-assistant).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dialog_core.configuration import ConfigurationError, Problem, missing_file, read_yaml

STORY_REPORT: Final = "story_report.json"
INTENT_REPORT: Final = "intent_report.json"
FAILED_STORIES: Final = ("failed_test_stories.yml", "failed_test_stories.yaml", "failed_stories.yml")
_NO_ENTITIES: Final = ("TEDPolicy_report.json", "response_selection_report.json")
_REPORT: Final = "_report.json"
_CONVERSATIONS: Final = "conversation_accuracy"
_SUMMARIES: Final = ("accuracy", "micro avg", "macro avg", "weighted avg", _CONVERSATIONS)
_OF_FILE = re.compile(r"\s+\([^()]*\.ya?ml\)$")  # Rasa adds the file to the name of a story


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How one label fared: an action, an intent, an entity."""

    precision: float
    recall: float
    f1: float
    support: int

    @property
    def right(self) -> int:
        """How often it was predicted where it was right."""
        return round(self.recall * self.support)


@dataclass(frozen=True, slots=True)
class RasaReport:
    """What `rasa test` found.

    Attributes:
        path: The file or folder.
        passed: How many stories passed; None: it does not say.
        stories: How many there were.
        labels: Of the stories: actions, intents and entities.
        intents: Of the examples of intents.
        entities: Of the examples of entities.
        failed: The names of the stories that failed; None: it does not say.
    """

    path: Path
    passed: int | None = None
    stories: int = 0
    labels: Mapping[str, LabelFigures] = field(default_factory=dict)
    intents: Mapping[str, LabelFigures] = field(default_factory=dict)
    entities: Mapping[str, LabelFigures] = field(default_factory=dict)
    failed: tuple[str, ...] | None = None


def read_rasa_report(path: Path) -> RasaReport:
    """Read a report, or the folder of all of them; raise ConfigurationError with everything that is wrong."""
    if path.is_dir():
        files = [file for file in sorted(path.iterdir()) if file.is_file() and _is_report(file.name)]
        if not files:
            remedy = f"`rasa test` writes {STORY_REPORT} and others into its folder `results`."
            raise ConfigurationError([Problem("there is no report of `rasa test` in this folder", path, remedy=remedy)])
    elif not path.exists():
        raise ConfigurationError([missing_file(path)])
    else:
        files = [path]
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    for file in files:
        try:
            _read(file, found, problems)
        except ConfigurationError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigurationError(problems)
    return RasaReport(path, **found)


def _is_report(name: str) -> bool:
    return name in FAILED_STORIES or (name.endswith(_REPORT) and name not in _NO_ENTITIES)


def _read(file: Path, found: dict[str, Any], problems: list[Problem]) -> None:
    if file.suffix in (".yml", ".yaml"):
        found["failed"] = tuple(_names(file))
        return
    text = _text(file)
    content = _json(file, text)
    labels = dict(_labels(file, text, content, problems))
    if _CONVERSATIONS in content or file.name == STORY_REPORT:
        found["labels"] = labels
        if _CONVERSATIONS in content:
            found["passed"], found["stories"] = _conversations(file, text, content[_CONVERSATIONS], problems)
    elif file.name == INTENT_REPORT or any("confused_with" in _mapping(one) for one in content.values()):
        found["intents"] = labels
    else:
        found["entities"] = {**found.get("entities", {}), **labels}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        remedy = f"Name {STORY_REPORT}, as `rasa test` writes it."
        raise ConfigurationError([Problem(f"it cannot be read: {error}", file, remedy=remedy)]) from error


def _json(file: Path, text: str) -> dict[str, Any]:
    remedy = f"Name {STORY_REPORT}, as `rasa test` writes it, or its folder."
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        told = f"this is no JSON: {error.msg}"
        raise ConfigurationError([Problem(told, file, error.lineno, error.colno, remedy=remedy)]) from error
    except RecursionError as error:
        raise ConfigurationError([Problem("this is nested too deeply", file, remedy=remedy)]) from error
    if not isinstance(content, dict):
        raise ConfigurationError([Problem("this is no report of `rasa test`", file, 1, remedy=remedy)])
    return content


def _labels(
    file: Path, text: str, content: Mapping[str, Any], problems: list[Problem]
) -> Iterator[tuple[str, LabelFigures]]:
    before = len(problems)
    for label, figures in content.items():
        if label in _SUMMARIES:
            continue
        fields = _mapping(figures)
        numbers = [_number(fields.get(key)) for key in ("precision", "recall", "f1-score", "support")]
        if any(number is None for number in numbers):
            told = f"{label!r} has not all of precision, recall, f1-score (from 0 to 1) and support"
            remedy = "Name a report as `rasa test` writes it."
            problems.append(Problem(told, file, _line(text, label), remedy=remedy))
            continue
        precision, recall, f1, support = (number or 0.0 for number in numbers)
        if max(precision, recall, f1) > 1:
            told = f"a figure of {label!r} is larger than 1"
            problems.append(Problem(told, file, _line(text, label), remedy="Precision, recall and F1 are shares."))
            continue
        yield label, LabelFigures(precision, recall, f1, round(support))
    if len(problems) == before and not any(label not in _SUMMARIES for label in content):
        problems.append(Problem("this report has no labels", file, 1, remedy=f"Name {STORY_REPORT} of `rasa test`."))


def _conversations(file: Path, text: str, figures: Any, problems: list[Problem]) -> tuple[int | None, int]:
    fields = _mapping(figures)
    passed, stories = (_number(fields.get(key)) for key in ("correct", "total"))
    if passed is None or stories is None or passed > stories:
        told = f"{_CONVERSATIONS!r} does not say how many stories of how many are correct"
        remedy = 'It is written `{"correct": 6, "total": 7}`.'
        problems.append(Problem(told, file, _line(text, _CONVERSATIONS), remedy=remedy))
        return None, 0
    return round(passed), round(stories)


def _names(file: Path) -> Iterator[str]:
    """Yield the names of failed stories; where there are none, a comment says so and there is nothing else."""
    if all(not line.strip() or line.lstrip().startswith("#") for line in _text(file).splitlines()):
        return
    node = read_yaml(file)
    listed = node.child("stories")
    items: Sequence[Any] = listed.value if listed is not None and isinstance(listed.value, list) else ()
    if listed is None or (listed.value is not None and not isinstance(listed.value, list)):
        remedy = f"Name {FAILED_STORIES[0]}, as `rasa test` writes it."
        raise ConfigurationError([node.problem("there are no stories here", remedy=remedy)])
    for item in items:
        name = item.child("story")
        if name is None or name.value is None:
            raise ConfigurationError([item.problem("this story has no name", remedy="Write `- story: its name`.")])
        yield story_name(str(name.value))


def story_name(name: str) -> str:
    """Return a story's name without the file that Rasa adds to it."""
    return _OF_FILE.sub("", name.strip())


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> float | None:
    """Return a number that is not below 0, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        return None
    return float(value)


def _line(text: str, label: str) -> int:
    """Return where a key is written, as well as can be told without a parser that keeps places."""
    key = json.dumps(label, ensure_ascii=False)
    escaped = json.dumps(label)
    lines = text.splitlines()
    return next((n for n, line in enumerate(lines, 1) if line.lstrip().startswith((f"{key}:", f"{escaped}:"))), 1)
