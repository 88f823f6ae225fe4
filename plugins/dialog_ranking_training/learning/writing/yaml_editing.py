"""Changing a YAML file of knowledge as a person would: a few lines, and nothing else."""

from collections.abc import Collection, Sequence
from typing import Any

import yaml

from dialog_core.datasets import KnowledgeEntry
from dialog_ranking_training.learning.writing.change import Change, Unwritable, new_id
from dialog_ranking_training.learning.writing.yaml_nodes import (
    Entries,
    child,
    end_of,
    find_entries,
    line_end,
    line_number,
)
from dialog_ranking_training.learning.yaml_text import lines, quoted, scalar

STEP = 2  # spaces of one level, where nothing shows how many the file has

Edit = tuple[int, int, str]  # from where to where, and what is to stand there


def edited(text: str, change: Change, entries: Sequence[KnowledgeEntry]) -> tuple[str, int]:
    """Return the text with a change made, and the line where it was made.

    Args:
        text: The file's text, its lines ending with a line feed.
        change: What is to be written.
        entries: What the reader reads from it.

    Raises:
        Unwritable: It is written in a way that cannot be kept.
    """
    listed = find_entries(text)
    if not change.entry:
        start, end, written = _new(text, listed, change, [entry.id for entry in entries])
        begins = start + len(written) - len(written.lstrip("\n"))
        return text[:start] + written + text[end:], line_number(text[:start] + written, begins)
    place = next(number for number, entry in enumerate(entries) if entry.id == change.entry)
    node = listed.items[place]
    edits = _changed(text, node, change, change.missing(entries[place]))
    for start, end, written in sorted(edits, reverse=True):
        text = text[:start] + written + text[end:]
    return text, line_number(text, node.start_mark.index)


def snippet(change: Change, id: str = "") -> str:
    """Return an entry as a person could paste it."""
    return "\n".join(_entry_lines(change, id, indent=0, model=None))


# --- A new entry ------------------------------------------------------------------------------------------------------


def _new(text: str, listed: Entries, change: Change, ids: Collection[str]) -> Edit:
    items = listed.items
    own = sum(1 for item in items if _has(item, "id"))
    id = new_id(change.questions[0], ids) if not items or 2 * own > len(items) else ""
    if not items:
        indent = listed.key.start_mark.column + STEP if listed.key is not None else 0
        block = "\n".join(_entry_lines(change, id, indent, None))
        start = listed.key.end_mark.index + 1 if listed.key is not None else listed.node.start_mark.index
        return start, int(listed.node.end_mark.index), ("\n" if listed.key is not None else "") + block
    if listed.node.flow_style:
        end = end_of(text, items[-1])
        return end, end, f", {_flow_entry(change, id)}"
    end = line_end(text, end_of(text, items[-1]))
    gap = "\n" if len(items) < 2 or _blank_between(text, items[-2], items[-1]) else ""
    written = "\n".join(_entry_lines(change, id, listed.node.start_mark.column, items[-1]))
    return end, end, f"\n{gap}{written}" + ("" if text[end : end + 1] == "\n" else "\n")


def _entry_lines(change: Change, id: str, indent: int, model: Any) -> list[str]:
    """Return the lines of an entry, written like the entry `model`."""
    inner = " " * (indent + STEP)
    told = [f"id: {scalar(id)}"] if id else []
    if _has(model, "question") and len(change.questions) == 1:
        told.append(f"question: {_like(_value(model, 'question'), change.questions[0])}")
    else:
        told.append("questions:")
        told += [f"{inner}{' ' * STEP}- {scalar(question)}" for question in change.questions]
    answer = _value(model, "answer")
    plain = "\n" in change.answer or answer is None or answer.style != '"'
    told.append(f"answer: {lines(change.answer, indent + 2 * STEP) if plain else quoted(change.answer)}")
    first, *rest = told
    return [
        f"{' ' * indent}- {first}",
        *(line if line.startswith(inner + " ") else f"{inner}{line}" for line in rest),
    ]


def _flow_entry(change: Change, id: str) -> str:
    questions = ", ".join(map(quoted, change.questions))
    head = f'"id": {quoted(id)}, ' if id else ""
    return f'{{{head}"questions": [{questions}], "answer": {quoted(change.answer)}}}'


def _blank_between(text: str, one: Any, other: Any) -> bool:
    between = text[line_end(text, end_of(text, one)) : other.start_mark.index]
    return any(not line.strip() for line in between.split("\n")[1:-1])


# --- A change to an entry ---------------------------------------------------------------------------------------------


def _changed(text: str, node: Any, change: Change, questions: Sequence[str]) -> list[Edit]:
    edits: list[Edit] = []
    found = child(node, "answer")
    if change.answer and found is not None:
        edits.append(_answer(text, node, found[1], change.answer))
    if questions:
        edits.append(_phrasings(text, node, questions))
    return edits


def _answer(text: str, node: Any, value: Any, answer: str) -> Edit:
    start, end = int(value.start_mark.index), end_of(text, value)
    if node.flow_style or (value.style == '"' and "\n" not in answer):
        return start, end, quoted(answer)
    return start, end, lines(answer, node.start_mark.column + STEP)


def _phrasings(text: str, node: Any, questions: Sequence[str]) -> Edit:
    found = child(node, "questions") or child(node, "question")
    if found is None:
        raise Unwritable("it has no question")
    key, value = found
    if isinstance(value, yaml.SequenceNode) and value.value and not value.flow_style:
        end = line_end(text, end_of(text, value.value[-1]))
        indent = " " * value.start_mark.column
        return end, end, "".join(f"\n{indent}- {_like(value.value[-1], question)}" for question in questions)
    if isinstance(value, yaml.SequenceNode):
        listed = ", ".join(map(quoted, questions))
        if not value.value:
            return int(value.start_mark.index), int(value.end_mark.index), f"[{listed}]"
        end = end_of(text, value.value[-1])
        return end, end, f", {listed}"
    if key.value == "questions":  # one phrasing, written without a list
        listed = ", ".join(map(quoted, (str(value.value), *questions)))
        return int(value.start_mark.index), end_of(text, value), f"[{listed}]"
    if node.flow_style:
        end = end_of(text, value)
        return end, end, f', "questions": [{", ".join(map(quoted, questions))}]'
    end = line_end(text, end_of(text, value))
    indent = " " * node.start_mark.column
    listed = "".join(f"\n{indent}{' ' * STEP}- {scalar(question)}" for question in questions)
    return end, end, f"\n{indent}questions:{listed}"


def _has(node: Any, name: str) -> bool:
    return isinstance(node, yaml.MappingNode) and any(key.value == name for key, _ in node.value)


def _value(node: Any, name: str) -> Any:
    """Return a value of a mapping, to see how it is written."""
    values = [value for key, value in node.value if key.value == name] if _has(node, name) else []
    return values[0] if values else None


def _like(node: Any, text: str) -> str:
    """Return a text written in quotes if its neighbour is."""
    return quoted(text) if getattr(node, "style", None) == '"' else scalar(text)
