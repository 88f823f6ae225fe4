"""Pairs of replies in JSON lines, as data sets of preferences have them: `prompt`, `chosen`, `rejected`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean, missing_file
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.text import repair_text
from dialog_generative_training.material import Preference

KEYS = ("prompt", "chosen", "rejected")
ROLES: dict[str, Literal["user", "bot", "system"]] = {
    "user": "user",
    "assistant": "bot",
    "bot": "bot",
    "system": "system",
}
MOST_PROBLEMS = 50  # that are told of one file
EXAMPLE = '{"prompt": "How much is it?", "chosen": "Ten euros.", "rejected": "I see."}'


class _Wrong(Exception):
    """A line is not as it has to be."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


def read_preferences(files: Iterable[Path], context: Context) -> list[Preference]:
    """Return the pairs of several files, in order.

    Raises:
        ConfigurationError: With every problem in them.
    """
    pairs: list[Preference] = []
    problems: list[Problem] = []
    for file in files:
        context.files.add(file)
        try:
            pairs += _read(file, problems)
        except OSError as error:
            problems.append(
                missing_file(file)
                if isinstance(error, FileNotFoundError)
                else Problem(f"cannot be read: {error.strerror or error}", file)
            )
        except UnicodeDecodeError as error:
            problems.append(Problem(f"is not UTF-8 (byte {error.start + 1})", file, remedy="Save it as UTF-8."))
    if problems:
        raise ConfigurationError(problems)
    return pairs


def _read(file: Path, problems: list[Problem]) -> Iterator[Preference]:
    found = told = 0
    with file.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            found += 1
            try:
                yield _pair(line, f"{file.name}:{number}")
            except _Wrong as wrong:
                told += 1
                if told <= MOST_PROBLEMS:
                    problems.append(Problem(str(wrong), file, number, remedy=wrong.remedy))
    if told > MOST_PROBLEMS:
        problems.append(Problem(f"has {told - MOST_PROBLEMS:,} more lines with mistakes", file))
    if not found:
        problems.append(Problem("the file is empty", file, 1, remedy=f"Write a line such as {EXAMPLE}."))


def _pair(line: str, id: str) -> Preference:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise _Wrong(f"is no JSON: {error.msg} (column {error.colno})", f"Write a line such as {EXAMPLE}.") from None
    except (RecursionError, ValueError) as error:  # nested without end; a number of thousands of digits
        raise _Wrong(f"is no JSON that can be read: {error}") from None
    if not isinstance(row, dict):
        raise _Wrong("is no object", f"Write a line such as {EXAMPLE}.")
    for key in KEYS:
        if key not in row:
            guess = did_you_mean(key, [name for name in row if name not in KEYS])
            raise _Wrong(f"{key!r} is missing", guess if guess.startswith("Did") else f"Add it: {EXAMPLE}.")
    turns = _turns(row["prompt"])
    return Preference(Dialogue(id, turns), _reply(row["chosen"], "chosen"), _reply(row["rejected"], "rejected"))


def _turns(prompt: Any) -> tuple[DialogueTurn, ...]:
    if isinstance(prompt, str):
        return (DialogueTurn("user", repair_text(prompt)),)
    if not isinstance(prompt, list) or not prompt:
        raise _Wrong("'prompt' is neither a text nor a list of messages", f"Write it as in {EXAMPLE}.")
    turns = tuple(_turn(message, f"prompt[{place}]") for place, message in enumerate(prompt))
    if turns[-1].role != "user":
        raise _Wrong(
            "the last message of 'prompt' is not the user's",
            "End it with what is answered: the replies are `chosen` and `rejected`.",
        )
    return turns


def _reply(value: Any, key: str) -> str:
    if isinstance(value, str):
        return repair_text(value)
    if isinstance(value, list) and len(value) == 1:
        turn = _turn(value[0], f"{key}[0]")
        if turn.role == "bot":
            return turn.text
    raise _Wrong(f"{key!r} is neither a text nor a list of one message of the assistant", f"Write it as in {EXAMPLE}.")


def _turn(message: Any, where: str) -> DialogueTurn:
    if not isinstance(message, dict):
        raise _Wrong(f"{where!r} is no message", 'Write it as {"role": "user", "content": "..."}.')
    role, content = message.get("role"), message.get("content")
    if not isinstance(role, str) or role not in ROLES:
        guess = did_you_mean(role, ROLES) if isinstance(role, str) else ""
        raise _Wrong(f"{where!r} has no role that is known", guess or f"Known: {', '.join(ROLES)}.")
    if not isinstance(content, str):
        raise _Wrong(f"{where!r} has no text as its 'content'")
    return DialogueTurn(ROLES[role], repair_text(content))
