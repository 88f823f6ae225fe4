"""The forms a file of dialogues may have, each read into dialogues that are not looked at yet."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialog_core.configuration import Node
from dialog_data.files.archives import SourceFile
from dialog_data.files.json_elements import read_elements
from dialog_data.files.json_lines import read_objects
from dialog_data.files.json_values import plain_value, whole_characters
from dialog_data.files.problems import FileProblems
from dialog_data.files.samples import is_json_lines, sample_of
from dialog_data.files.yaml_file import read_yaml_file

TURNS = ("turns", "messages", "conversations")  # ours, what chat endpoints take, and ShareGPT's
ROLE = ("role", "from")
TEXT = ("text", "content", "value")
ROLES: Mapping[str, str] = {
    **dict.fromkeys(("user", "human"), "user"),
    **dict.fromkeys(("bot", "assistant", "gpt", "model"), "bot"),
    **dict.fromkeys(("system", "developer", "tool", "function", "function_call", "observation"), "system"),
}
MAX_DIALOGUE = 16 * 1024 * 1024  # bytes on one line; with their acts and states, long dialogues have a hundredth
WAY = 'Write {"turns": [{"role": "user", "text": "hi"}, {"role": "bot", "text": "Hello!"}]}.'
YAML_WAY = "Write `- turns:` and below it a list of turns such as `- user: hi`."

_OF_A_DIALOGUE = frozenset(("id", "metadata"))


@dataclass(frozen=True, slots=True)
class RawTurn:
    """What a file says about one turn, whatever it is.

    Attributes:
        role: Who speaks.
        text: What they say.
        line: Where it stands.
        metadata: What else the file says about it.
        acts: What it does: a list of anything; nothing: the file does not say.
        state: What is known when it has been said.
    """

    role: Any
    text: str
    line: int
    metadata: Mapping[str, Any] = field(default_factory=dict)
    acts: tuple[Any, ...] | list[Any] = ()
    state: Mapping[str, Any] = field(default_factory=dict)


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
    for line, text, row in read_objects(problems, longest=MAX_DIALOGUE):
        if row is None:
            continue
        found = _json_dialogue(whole_characters(row, text), line, problems)
        if found is not None:
            yield found


def json_list(problems: FileProblems) -> Iterator[RawDialogue]:
    """Read a JSON list of dialogues; a mapping of their ids to them does as well."""
    for element in read_elements(problems):
        value = plain_value(element.value)
        if isinstance(value, dict):
            row = value if element.key is None else {"id": element.key, **value}
            found = _json_dialogue(row, element.line, problems)
            if found is not None:
                yield found
        else:
            problems.problem("a dialogue needs an object in braces", element.line, remedy=WAY)
            problems.item_skipped()


def json(problems: FileProblems) -> Iterator[RawDialogue]:
    """Read what is called JSON: a list of dialogues, a mapping of ids to them, or JSON lines."""
    sample = sample_of(SourceFile(problems.source, problems.file, problems.file.name), problems.encoding)
    if (
        isinstance(sample.first, dict)
        and any(name in sample.first for name in TURNS)
        and sample.head.lstrip()[0] == "{"
    ):
        if is_json_lines(sample):
            return json_lines(problems)
        problems.refuse("is one dialogue alone", remedy="Put it into a list, between [ and ].")
    return json_list(problems)


def yaml(problems: FileProblems) -> Iterator[RawDialogue]:
    """Read YAML: a list of dialogues, or a mapping with such a list under `dialogues`."""
    root = read_yaml_file(problems)
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
            continue
        problems.item_skipped()


FORMS: Mapping[str, Callable[[FileProblems], Iterator[RawDialogue]]] = {
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".json": json,
    ".yaml": yaml,
    ".yml": yaml,
}


def _json_dialogue(row: Mapping[str, Any], line: int, problems: FileProblems) -> RawDialogue | None:
    key = next((name for name in TURNS if name in row), None)
    turns = row[key] if key is not None else None
    if key is None:
        problems.problem("has none of 'turns', 'messages' and 'conversations'", line, remedy=WAY)
    elif not isinstance(turns, list) or not turns:
        what = "the dialogue has no turns" if turns == [] else f"{key!r} needs a list of turns"
        problems.problem(what, line, remedy=WAY)
    else:
        raw = [
            _json_turn(turn, line, key, number, problems)
            for number, given in enumerate(turns)
            for turn in _written_out(given)
        ]
        found = [turn for turn in raw if turn is not None]
        if len(found) == len(raw):
            return _dialogue(row, key, found, line)
    problems.item_skipped()
    return None


def _dialogue(row: Mapping[str, Any], key: str | None, turns: list[RawTurn], line: int) -> RawDialogue:
    metadata = {name: value for name, value in row.items() if name not in _OF_A_DIALOGUE and name != key}
    system = metadata.get("system")
    if isinstance(system, str):  # where some files keep what the model is told first
        del metadata["system"]
        turns = [RawTurn("system", system, line), *turns] if system.strip() else turns
    return RawDialogue(row.get("id"), turns, line, _merged(metadata, row.get("metadata")))


def _merged(metadata: dict[str, Any], own: Any) -> dict[str, Any]:
    """Return what stands beside the known keys together with what stands under `metadata`."""
    if own is None:
        return metadata
    return {**metadata, **own} if isinstance(own, dict) else {**metadata, "metadata": own}


def _written_out(turn: Any) -> list[Any]:
    """Return a turn; `{"user": "hi", "bot": "hello"}`, as YAML has it too, are two."""
    if isinstance(turn, dict) and "role" not in turn and turn and all(name.casefold() in ROLES for name in turn):
        return [{"role": name, "text": said} for name, said in turn.items()]
    return [turn]


def _json_turn(turn: Any, line: int, key: str, number: int, problems: FileProblems) -> RawTurn | None:
    if not isinstance(turn, dict):
        problems.problem("a turn needs an object in braces", line, path=f"{key}[{number}]", remedy=WAY)
        return None
    if type(said := turn.get("text")) is str and "role" in turn:  # our own form, which is to be read fast
        return _with_facts(turn["role"], said, line, turn, ("role", "text"))
    role = next((name for name in ROLE if name in turn), None)
    text = next((name for name in TEXT if name in turn), None)
    if role is None:
        problems.problem("the turn has no 'role'", line, path=f"{key}[{number}]", remedy=WAY)
        return None
    said = turn[text] if text is not None else None
    if said is None and ("tool_calls" in turn or "function_call" in turn):
        said = ""  # it says nothing and calls an action
    if isinstance(said, list) and all(isinstance(part, dict) and part.get("type") == "text" for part in said):
        said = "".join(str(part.get("text", "")) for part in said)
    if not isinstance(said, str):
        what = "the turn has no text" if said is None else "what is said is not a text"
        problems.problem(what, line, path=f"{key}[{number}]", remedy=WAY)
        return None
    return _with_facts(turn[role], said, line, turn, (role, text))


def _with_facts(role: Any, said: str, line: int, fields: Mapping[str, Any], known: tuple[str | None, ...]) -> RawTurn:
    """Return a turn with what stands beside who says what: acts, a state, and whatever else."""
    if len(fields) == 2:
        return RawTurn(role, said, line)
    acts, state = fields.get("acts"), fields.get("state")
    acts = acts if isinstance(acts, list) else None  # anything else of that name is somebody's own
    state = state if isinstance(state, dict) else None
    known_ones = len(known) + (acts is not None) + (state is not None)
    if len(fields) == known_ones:
        return RawTurn(role, said, line, {}, acts or (), state or {})
    taken = {*known, "metadata", "acts" if acts is not None else None, "state" if state is not None else None}
    rest = {name: value for name, value in fields.items() if name not in taken}
    return RawTurn(role, said, line, _merged(rest, fields.get("metadata")), acts or (), state or {})


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
        plain = {name: plain_value(node.plain()) for name, node in fields.items()}
        yield _with_facts(plain[role], text, item.line, plain, (role, text_key))


def _said(node: Node, problems: FileProblems) -> str | None:
    """Return a text, or a number as it is written: `007` is what somebody says."""
    if isinstance(node.value, str):
        return str(node.value)
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.source or str(node.value)
    what = "there is no text" if node.value is None else "this is not a text"
    problems.report(node.problem(what, remedy='Put it in quotes: "…"; `""` says nothing.'))
    return None
