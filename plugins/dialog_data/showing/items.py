"""Items on a terminal: dialogues as chats, labelled texts with their entities in colour, entries with their answers."""

import json
from collections.abc import Iterable, Mapping
from itertools import cycle
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dialog_core.datasets import DataItem, Dialogue, DialogueAct, DialogueTurn, EntitySpan, KnowledgeEntry, LabelledText
from dialog_core.text import repair_text, strip_controls

MOST_TURNS = 12  # of a dialogue
MOST_CHARACTERS = 600  # of a text
MOST_METADATA = 200  # characters
ROLE_STYLES = {"user": "bold cyan", "bot": "bold green", "system": "bold yellow"}
ENTITY_STYLES = tuple(f"bold underline {colour}" for colour in ("cyan", "yellow", "green", "blue"))


def show(item: DataItem, console: Console) -> None:
    """Print an item."""
    about = {
        name: value for name, value in item.metadata.items() if name != "line" or not isinstance(item, LabelledText)
    }
    console.print(Text.assemble((_clean(_title(item)), "bold"), ("  " + _about(about), "dim")))
    console.print(Padding(_body(item), (0, 0, 1, 2)))


def _title(item: DataItem) -> str:
    if isinstance(item, LabelledText):
        line = item.metadata.get("line")
        return f"line {line}" if isinstance(line, int) else "text"
    return item.id


def _body(item: DataItem) -> RenderableType:
    if isinstance(item, Dialogue):
        return _chat(item)
    return _labelled(item) if isinstance(item, LabelledText) else _entry(item)


def _chat(dialogue: Dialogue) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    state: Mapping[str, Any] = {}
    for turn in dialogue.turns[:MOST_TURNS]:
        said = Text(_shortened(turn.text) or "(nothing)", style="" if turn.text.strip() else "dim italic")
        notes = _notes(turn, state)
        state = turn.state or state
        speaker = turn.metadata.get("speaker")
        who = _clean(str(speaker)) if isinstance(speaker, str) and speaker else turn.role
        table.add_row(Text(who, style=ROLE_STYLES[turn.role]), Group(said, *(Text(note, "dim") for note in notes)))
    more = len(dialogue.turns) - MOST_TURNS
    if more > 0:
        table.add_row("", Text(f"... {more:,} more turns", "dim"))
    return table


def _notes(turn: DialogueTurn, before: Mapping[str, Any]) -> Iterable[str]:
    """Yield what is annotated: acts, what has changed in the state, further metadata."""
    if turn.acts:
        yield _cut("acts   " + "  ".join(_act(act) for act in turn.acts), MOST_CHARACTERS)
    new = {name: value for name, value in turn.state.items() if before.get(name) != value}
    if new:
        yield _cut("state  " + "  ".join(f"{name}={_value(value)}" for name, value in new.items()), MOST_CHARACTERS)
    rest = {name: value for name, value in turn.metadata.items() if name != "speaker"}
    if rest:
        yield _about(rest)


def _act(act: DialogueAct) -> str:
    inside = ", ".join(part for part in (act.domain, act.slot, act.value) if part)
    return f"{act.act}({inside})"


def _labelled(item: LabelledText) -> RenderableType:
    text = Text(overflow="fold")
    styles = dict(zip(dict.fromkeys(span.entity for span in item.entities), cycle(ENTITY_STYLES), strict=False))
    at = 0
    for span in item.entities:
        text.append(_clean(item.text[at : span.start]))
        text.append("[", "dim")
        text.append(_clean(item.text[span.start : span.end]), styles[span.entity])
        text.append(f"]({_clean(_entity(span))})", "dim")
        at = span.end
    text.append(_shortened(item.text[at:]))
    label = Text(_clean(item.label) or "(no label)", "bold magenta" if item.label else "dim")
    return Group(text if text.plain.strip() else Text("(nothing)", "dim italic"), Text.assemble(("→ ", "dim"), label))


def _entity(span: EntitySpan) -> str:
    role = f":{span.role}" if span.role else ""
    value = f"={span.value}" if span.value else ""
    return f"{span.entity}{role}{value}"


def _entry(entry: KnowledgeEntry) -> RenderableType:
    asked = [Text(_shortened(question), "bold cyan") for question in entry.questions[:5]]
    more = len(entry.questions) - len(asked)
    extra = [Text(f"... {more:,} more phrasings", "dim")] if more > 0 else []
    facts = {"language": entry.language, "source": entry.source, "tags": list(entry.tags)}
    facts |= {"valid_from": str(entry.valid_from or ""), "valid_until": str(entry.valid_until or "")}
    known = {name: value for name, value in facts.items() if value}
    last = [Text(_about(known), "dim")] if known else []
    return Group(*asked, *extra, Text(_shortened(entry.answer), overflow="fold"), *last)


def _about(metadata: Mapping[str, Any]) -> str:
    """Return metadata on one line."""
    facts = [f"{_clean(str(name))}: {_value(value)}" for name, value in metadata.items() if value not in ("", [], {})]
    return _cut("  ".join(facts), MOST_METADATA)


def _value(value: Any) -> str:
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_plain)
    return _cut(_clean(" ".join(plain.split())), 80)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _shortened(text: str) -> str:
    return _cut(strip_controls(repair_text(text), keep="\n").strip(), MOST_CHARACTERS)


def _clean(text: str) -> str:
    """Return a text so that a terminal only shows it."""
    return strip_controls(repair_text(text), keep="\n")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
