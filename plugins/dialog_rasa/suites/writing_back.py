"""Writes test stories that failed as they stand in their files, with what happened instead as comments."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from dialog_core.configuration import Node, read_yaml
from dialog_core.interfaces import CaseOutcome, CheckedStep, ForeignCase
from dialog_core.text import strip_controls
from dialog_rasa.importing.talks import marked
from dialog_rasa.project.marks import parse
from dialog_rasa.suites.reading import is_rasas

_OURS = re.compile(r"\s*# (?:then )?(?:predicted|understood|found|filled|error): .*$")  # written here before
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what counts as the end of a line in YAML
_ONE_LINE = re.compile(r"\s*- (?:action|active_loop|intent): [^\s#'\"|>{\[]+\s*")
_WORDS = {"intent": "understood", "entities": "found", "slots": "filled"}


def failed_stories(cases: Sequence[ForeignCase], outcomes: Sequence[CaseOutcome]) -> str:
    """Return a file of these stories, each once, however many ways through it failed."""
    if not cases:
        return "# No story failed.\nstories: []\n"
    found: dict[tuple[Path, int], list[CaseOutcome]] = {}
    for case, outcome in zip(cases, outcomes, strict=True):
        found.setdefault((case.file, case.line), []).append(outcome)
    nodes: dict[Path, list[Node]] = {}
    parts = ["# Stories that failed; comments say what the bot predicted, understood or found instead.", "stories:"]
    for (file, line), of_story in found.items():
        if file not in nodes:
            items = read_yaml(file).find(("stories",)).value
            nodes[file] = [item for item in items if isinstance(item, Node)] if isinstance(items, list) else []
        parts.append(f"# from {_one_line(str(file))}:{line}")
        parts.extend(_story(file, line, nodes[file], _comments(of_story)))
    return "\n".join(parts) + "\n"


def _comments(outcomes: Sequence[CaseOutcome]) -> dict[int, list[str]]:
    """Return for each line what is to be said there, each thing once."""
    found: dict[int, dict[str, None]] = {}
    for outcome in outcomes:
        if outcome.error:
            found.setdefault(0, {})[f"error: {_one_line(outcome.error)}"] = None
        for step in outcome.steps:
            if not step.passed:
                found.setdefault(step.line, {})[_comment(step)] = None
    return {line: list(texts) for line, texts in found.items()}


def _comment(step: CheckedStep) -> str:
    if step.what == "action":
        word = "then predicted" if step.expected == "action_listen" else "predicted"
    else:
        word = _WORDS.get(step.what, "predicted")
    missing = f", not {step.expected}" if step.what in ("entities", "slots") else ""
    return _one_line(f"{word}: {step.got}{missing}")


def _one_line(text: str) -> str:
    return strip_controls(" ".join(text.split()), keep="")


def _story(file: Path, line: int, nodes: Sequence[Node], comments: dict[int, list[str]]) -> Iterator[str]:
    """Yield a story's lines as they are written, with comments; it is written anew if it shares a line with others."""
    lines = _BREAK.split(file.read_text(encoding="utf-8-sig"))
    rasas = is_rasas(file)
    number = next(n for n, node in enumerate(nodes) if node.line == line)
    begin = lines[line - 1]
    dash = len(begin) - len(begin.lstrip())
    alone = begin.lstrip().startswith("- ") and [node.line for node in nodes].count(line) == 1
    if not alone:
        yield from (f"  # {text}" for texts in comments.values() for text in texts)
        written = yaml.safe_dump([_plain(nodes[number])], allow_unicode=True, sort_keys=False, width=120)
        yield from (f"  {one}" for one in written.splitlines())
        return
    yield from (f"  # {text}" for text in comments.get(0, ()))
    for at in range(line, _end(lines, line, dash) + 1):
        text = lines[at - 1][dash:] if lines[at - 1][:dash].isspace() or not dash else lines[at - 1]
        told = comments.get(at, [])
        plain = _OURS.sub("", _with_our_marks(text) if rasas else text)
        if not plain.strip() and text.strip():
            continue  # a comment of an earlier time
        if told and _ONE_LINE.fullmatch(plain):
            yield f"  {plain}  # {'; '.join(told)}"
            continue
        indent = " " * (len(plain) - len(plain.lstrip()))
        yield from (f"  {indent}# {one}" for one in told)
        yield f"  {plain}" if plain.strip() else ""


def _with_our_marks(text: str) -> str:
    """Return a line with entities marked as they are here; a mark that cannot be written so stays what it is."""
    parsed = parse(text)
    written, left = marked(parsed.text, parsed.entities)
    return text if left or parsed.several or parsed.broken else written


def _end(lines: Sequence[str], begin: int, dash: int) -> int:
    """Return the last line of a story: one that is not farther to the right than its dash is none of it any more."""
    last = begin
    for number in range(begin + 1, len(lines) + 1):
        text = lines[number - 1].strip()
        if text and len(lines[number - 1]) - len(lines[number - 1].lstrip()) > dash:
            last = number
        elif text and not text.startswith("#"):
            break
    return last


def _plain(node: Node) -> object:
    value = node.value
    if isinstance(value, dict):
        return {key: _plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_plain(child) for child in value]
    return value
