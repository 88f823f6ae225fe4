"""From the rows of a table whose columns have names to labelled texts, entries and dialogues."""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal, cast

from dialog_core.datasets import DataItem, Dialogue, DialogueAct, DialogueTurn, KnowledgeEntry, LabelledText
from dialog_core.text import repair_text
from dialog_data.dialogues.forms import ROLE, ROLES, TEXT
from dialog_data.files.problems import FileProblems
from dialog_data.sources.set_options import Columns

TEXTS = ("text", "utterance", "sentence", "query")
LABELS = ("label", "intent", "category", "labels")
MESSAGES = ("messages", "conversations", "turns", "conversation")
UTTERANCES = ("dialog", "dialogue", "utterances")
CONTEXTS = ("context", "history", "prompt", "instruction")
RESPONSES = ("response", "reply", "completion", "output")
ACTS = ("act", "acts", "dialog_act", "dialogue_act")
IDS = ("id", "_id", "idx", "dialog_id", "conversation_id")
_PEOPLE: tuple[Literal["user"], Literal["bot"]] = ("user", "bot")
_WAY = "Say which columns are what: `columns: {text: ..., label: ...}`."


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        values: Its values by column.
        number: Which one it is in its split, from 1.
        split: Which split it is in.
    """

    values: Mapping[str, Any]
    number: int
    split: str


class _NotSo(Exception):
    """A row is not as its columns promise."""


class RowReader:
    """Makes an item of each row.

    Args:
        columns: Which columns are what, as far as somebody has said so.
        features: What the library knows of the columns: names of labels.
        problems: Where to report rows that are not as they should be.
    """

    def __init__(self, columns: Columns, features: Mapping[str, Any], problems: FileProblems) -> None:
        self._columns = columns
        self._names = {column: names for column in features if (names := _label_names(features[column]))}
        self._problems = problems
        self._make: Callable[[Row], DataItem] | None = None

    def item(self, row: Row) -> DataItem | None:
        """Return what a row says; None if it is not as it should be, which is reported.

        Raises:
            ConfigurationError: Nobody can know what its columns are.
        """
        if self._make is None:
            self._make = self._form(row.values)
        try:
            return self._make(row)
        except _NotSo as error:
            self._problems.problem(str(error), row.number)
            return None

    def _form(self, row: Mapping[str, Any]) -> Callable[[Row], DataItem]:
        """Decide by the columns of the first row what all are."""
        named: dict[str, str] = {
            name: column for name in Columns.model_fields if (column := getattr(self._columns, name))
        }
        for name, column in named.items():
            if column not in row:
                message = f"there is no column {column!r}, which the option `columns.{name}` names"
                self._problems.refuse(message, remedy=f"Columns: {', '.join(map(str, row))}.")

        def found(name: str, usual: Iterable[str], kind: type | tuple[type, ...]) -> str:
            """Return the column that somebody has named, or where nobody has named any, one of the usual ones."""
            if name in named:
                return named[name]
            if set(named) - {"id"}:
                return ""
            return next((column for column in usual if isinstance(row.get(column), kind)), "")

        if column := found("messages", MESSAGES, list):
            return lambda one: self._messages(one, column)
        if column := found("utterances", UTTERANCES, list):
            return lambda one: self._utterances(one, column)
        context, response = found("context", CONTEXTS, (str, list)), found("response", RESPONSES, str)
        if context and response:
            return lambda one: self._exchange(one, context, response)
        question, answer = found("question", ("question",), (str, list)), found("answer", ("answer",), str)
        if question and answer:
            return lambda one: self._entry(one, question, answer)
        text, label = found("text", TEXTS, str), found("label", LABELS, (str, int, type(None)))
        if text:
            return lambda one: self._labelled(one, text, label)
        self._problems.refuse(f"nobody can know what its columns are: {', '.join(map(str, row))}", remedy=_WAY)

    def _labelled(self, row: Row, text: str, label: str) -> LabelledText:
        value = row.values.get(label) if label else None
        said = "" if value is None else self._named(label, value)
        return LabelledText(_text(row, text), str(said), self._rest(row, text, label))

    def _entry(self, row: Row, question: str, answer: str) -> KnowledgeEntry:
        asked = row.values.get(question)
        questions = tuple(str(one).strip() for one in (asked if isinstance(asked, list) else [asked]) if one)
        said = _text(row, answer)
        if not questions or not said:
            raise _NotSo("the question or the answer is empty")
        return KnowledgeEntry(self._id(row), questions, said, metadata=self._rest(row, question, answer))

    def _exchange(self, row: Row, context: str, response: str) -> Dialogue:
        before = row.values.get(context)
        said = before if isinstance(before, list) else [before]
        texts = [*(str(one) for one in said if one is not None), _text(row, response)]
        # The response is the bot's, so what came before is counted from its end.
        turns = [
            DialogueTurn(_PEOPLE[1 - (len(texts) - 1 - place) % 2], repair_text(text).strip())
            for place, text in enumerate(texts)
        ]
        return Dialogue(self._id(row), tuple(turns), self._rest(row, context, response))

    def _utterances(self, row: Row, column: str) -> Dialogue:
        """Read a list of texts; lists of the same length beside it say something about each of them."""
        said = row.values.get(column)
        if not isinstance(said, list) or not said or not all(isinstance(text, str) for text in said):
            raise _NotSo(f"{column!r} is not a list of texts")
        beside = {
            name: [self._named(name, one) for one in values]
            for name, values in row.values.items()
            if name != column and isinstance(values, list) and len(values) == len(said)
        }
        acts = next((name for name in ACTS if name in beside and all(isinstance(one, str) for one in beside[name])), "")
        turns = [
            DialogueTurn(
                _PEOPLE[place % 2],
                repair_text(text).strip(),
                {name: _json(values[place]) for name, values in beside.items() if name != acts},
                (DialogueAct(beside[acts][place]),) if acts and beside[acts][place] else (),
            )
            for place, text in enumerate(said)
        ]
        return Dialogue(self._id(row), tuple(turns), self._rest(row, column, *beside))

    def _messages(self, row: Row, column: str) -> Dialogue:
        said = row.values.get(column)
        if not isinstance(said, list) or not said:
            raise _NotSo(f"{column!r} is not a list of messages")
        return Dialogue(self._id(row), tuple(_turn(one) for one in said), self._rest(row, column))

    def _id(self, row: Row) -> str:
        column = self._columns.id or next((name for name in IDS if row.values.get(name) not in (None, "")), "")
        value = row.values.get(column) if column else None
        return str(value) if value is not None else f"{row.split or 'row'}:{row.number}"

    def _rest(self, row: Row, *used: str) -> dict[str, Any]:
        rest = {
            str(name): self._named(name, _json(value))
            for name, value in row.values.items()
            if name not in used and value is not None
        }
        split = {"split": row.split} if row.split else {}
        return {"line": row.number, **split, **rest}

    def _named(self, column: str, value: Any) -> Any:
        """Return the name of a label that is stored as a number; -1 is how unknown ones are stored."""
        names = self._names.get(column)
        if names is None or not isinstance(value, int) or isinstance(value, bool):
            return value
        if value == -1:
            return ""
        if not 0 <= value < len(names):
            raise _NotSo(f"{column!r} is {value}, and there are {len(names)} labels")
        return names[value]


def _turn(message: Any) -> DialogueTurn:
    if not isinstance(message, Mapping):
        raise _NotSo("a message is no mapping with role and text")
    role_key = next((name for name in ROLE if name in message), "")
    text_key = next((name for name in TEXT if name in message), "")
    role = ROLES.get(str(message.get(role_key)).strip().casefold())
    text = message.get(text_key)
    if role is None:
        raise _NotSo(f"the role {str(message.get(role_key))[:40]!r} is not known")
    if text is not None and not isinstance(text, str):
        raise _NotSo("what is said is not a text")
    more = {
        str(name): _json(value)
        for name, value in message.items()
        if name not in (role_key, text_key) and value is not None
    }
    return DialogueTurn(cast("Literal['user', 'bot', 'system']", role), repair_text(text or "").strip(), more)


def _text(row: Row, column: str) -> str:
    value = row.values.get(column)
    if not isinstance(value, str):
        raise _NotSo(f"{column!r} is not a text")
    return repair_text(value).strip()


def _label_names(feature: Any) -> Sequence[str]:
    """Return the names of the labels in a column, or in the lists in it."""
    inner = feature[0] if isinstance(feature, list) and len(feature) == 1 else getattr(feature, "feature", feature)
    names = getattr(inner, "names", None)
    return names if isinstance(names, list) else ()


def _json(value: Any) -> Any:
    """Return a value as JSON has it: times as ISO 8601, bytes as base64."""
    if isinstance(value, Mapping):
        return {str(name): _json(child) for name, child in value.items()}
    if isinstance(value, list | tuple):
        return [_json(child) for child in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if value is None or isinstance(value, str | int | float | bool):
        return value
    tolist = getattr(value, "tolist", None)  # an array
    return _json(tolist()) if callable(tolist) else str(value)
