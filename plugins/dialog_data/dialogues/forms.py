"""The forms a file of dialogues may have, each read into dialogues that are not looked at yet."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialog_core.configuration import Node, read_yaml
from dialog_data.files.json_lines import read_objects
from dialog_data.files.problems import FileProblems

TURNS = ("turns", "messages", "conversations")  # ours, what chat endpoints take, and ShareGPT's
ROLE = ("role", "from")
TEXT = ("text", "content", "value")
ROLES: Mapping[str, str] = {
    **dict.fromkeys(("user", "human"), "user"),
    **dict.fromkeys(("bot", "assistant", "gpt", "model"), "bot"),
    **dict.fromkeys(("system", "developer", "tool", "function", "function_call", "observation"), "system"),
}
MAX_YAML = 64 * 1024 * 1024  # bytes; of more than that, JSON lines can be read piece by piece
WAY = 'Write {"turns": [{"role": "user", "text": "hi"}, {"role": "bot", "text": "Hello!"}]}.'
YAML_WAY = "Write `- turns:` and below it a list of turns such as `- user: hi`."


@dataclass(frozen=True, slots=True)
class RawTurn:
    """What a file says about one turn, whatever it is.

    Attributes:
        role: Who speaks.
        text: What they say.
        line: Where it stands.
        metadata: What else the file says about it.
    """

    role: Any
    text: Any
    line: int
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawDialogue:
    """What a file says about one dialogue.

    Attributes:
        id: Its id; None: it has none.
        turns: Its turns.
        line: Where it begins.
        metadata: What else the file says about it.
    """

    id: Any
    turns: list[RawTurn]
    line: int
    metadata: Mapping[str, Any]


def json_lines(problems: FileProblems) -> Iterator[RawDialogue]:
    """Read JSON lines: a dialogue on each, in our form, as chat endpoints take it, or as ShareGPT has it."""
    for line, _, row in read_objects(problems):
        if row is None:
            continue
        key = next((name for name in TURNS if name in row), None)
        if key is None:
            problems.problem("has none of 'turns', 'messages' and 'conversations'", line, remedy=WAY)
            continue
        turns = row[key]
        if not isinstance(turns, list) or not turns:
            what = "the dialogue has no turns" if turns == [] else f"{key!r} needs a list of turns"
            problems.problem(what, line, remedy=WAY)
            continue
        raw = [
            _json_turn(turn, line, f"{key}[{number}]", problems)
            for number, given in enumerate(turns)
            for turn in _written_out(given)
        ]
        found = [turn for turn in raw if turn is not None]
        if len(found) == len(raw):
            yield _dialogue(row, key, found, line)


def yaml(problems: FileProblems) -> Iterator[RawDialogue]:
    """Read YAML: a list of dialogues, or a mapping with such a list under `dialogues`."""
    root = read_yaml(problems.file, max_bytes=MAX_YAML)
    body = root.child("dialogues") if isinstance(root.value, dict) else root
    if body is None or not isinstance(body.value, list):
        if root.value is not None:
            problems.report((body or root).problem("needs a list of dialogues", remedy=YAML_WAY))
        return
    for node in body.value:
        fields: Mapping[str, Node] = node.value if isinstance(node.value, dict) else {}
        key = next((name for name in TURNS if name in fields), None)
        turns = fields[key] if key is not None else node
        if key is None and any(name.casefold() in ROLES for name in fields):
            problems.report(node.problem("this is a turn, and a dialogue is wanted", remedy=YAML_WAY))
        elif not isinstance(turns.value, list) or not turns.value:
            what = "the dialogue has no turns" if turns.value == [] else "needs a list of turns"
            problems.report(turns.problem(what, remedy=YAML_WAY))
        else:
            found = [turn for item in turns.value for turn in _yaml_turns(item, problems)]
            plain = {name: plain_value(child.plain()) for name, child in fields.items() if name != key}
            yield _dialogue(plain, key, found, node.line)


FORMS: Mapping[str, Callable[[FileProblems], Iterator[RawDialogue]]] = {
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".yaml": yaml,
    ".yml": yaml,
}


def plain_value(value: Any) -> Any:
    """Return JSON values without what the YAML reader remembers about them."""
    if isinstance(value, Mapping):
        return {str(key): plain_value(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(child) for child in value]
    return str(value) if isinstance(value, str) else value


def _dialogue(row: Mapping[str, Any], key: str | None, turns: list[RawTurn], line: int) -> RawDialogue:
    own = row.get("metadata")
    metadata = {name: value for name, value in row.items() if name not in ("id", "metadata", key)}
    system = metadata.get("system")
    if isinstance(system, str):  # where some files keep what the model is told first
        del metadata["system"]
        turns = [RawTurn("system", system, line), *turns] if system.strip() else turns
    more = own if isinstance(own, Mapping) else {} if own is None else {"metadata": own}
    return RawDialogue(row.get("id"), turns, line, {**metadata, **more})


def _written_out(turn: Any) -> list[Any]:
    """Return a turn; `{"user": "hi", "bot": "hello"}`, as YAML has it too, are two."""
    if isinstance(turn, dict) and turn and all(isinstance(name, str) and name.casefold() in ROLES for name in turn):
        return [{"role": name, "text": said} for name, said in turn.items()]
    return [turn]


def _json_turn(turn: Any, line: int, place: str, problems: FileProblems) -> RawTurn | None:
    if not isinstance(turn, dict):
        problems.problem("a turn needs an object in braces", line, path=place, remedy=WAY)
        return None
    role = next((name for name in ROLE if name in turn), None)
    text = next((name for name in TEXT if name in turn), None)
    if role is None:
        problems.problem("the turn has no 'role'", line, path=place, remedy=WAY)
        return None
    said = turn[text] if text is not None else None
    if said is None and ("tool_calls" in turn or "function_call" in turn):
        said = ""  # it says nothing and calls an action
    if isinstance(said, list) and all(isinstance(part, dict) and part.get("type") == "text" for part in said):
        said = "".join(str(part.get("text", "")) for part in said)
    if not isinstance(said, str):
        what = "the turn has no text" if said is None else "what is said is not a text"
        problems.problem(what, line, path=place, remedy=WAY)
        return None
    metadata = {name: value for name, value in turn.items() if name not in (role, text)}
    return RawTurn(turn[role], said, line, metadata)


def _yaml_turns(item: Node, problems: FileProblems) -> Iterator[RawTurn]:
    """Read `{role: user, text: hi}`, or `{user: hi, bot: hello}`, which are two turns."""
    if not isinstance(item.value, dict) or not item.value:
        problems.report(item.problem("this is no turn", remedy="Write one such as `- user: hi`."))
        return
    fields = item.value
    role = next((name for name in ROLE if name in fields), None)
    if role is None:
        for name, node in fields.items():
            place = item.key_position(name)
            text = _said(node, problems)
            if text is not None:
                yield RawTurn(name, text, place.line)
        return
    text_key = next((name for name in TEXT if name in fields), None)
    if text_key is None:
        problems.report(item.problem("the turn has no 'text'", remedy="Write {role: user, text: hi}."))
        return
    text = _said(fields[text_key], problems)
    if text is not None:
        rest = {name: plain_value(node.plain()) for name, node in fields.items() if name not in (role, text_key)}
        yield RawTurn(fields[role].value, text, item.line, rest)


def _said(node: Node, problems: FileProblems) -> str | None:
    """Return a text, or a number as it is written: `007` is what somebody says."""
    if isinstance(node.value, str):
        return str(node.value)
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.source or str(node.value)
    what = "there is no text" if node.value is None else "this is not a text"
    problems.report(node.problem(what, remedy='Put it in quotes: "…"; `""` says nothing.'))
    return None
