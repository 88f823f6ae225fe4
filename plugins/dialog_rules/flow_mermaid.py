"""Flows as Mermaid draws them: https://mermaid.js.org/syntax/flowchart.html."""

from collections.abc import Iterator, Sequence

from dialog_rules.flow_graph import Block, Box, Graph

LONGEST = 80  # characters of what is said
_SHAPES = {
    "start": ("([", "])"),
    "ask": ("[/", "/]"),
    "choose": ("[/", "/]"),
    "do": ("[[", "]]"),
    "when": ("{{", "}}"),
    "call": ("[[", "]]"),
    "hand_over": ("([", "])"),
    "end": ("([", "])"),
    "continue": ("([", "])"),
}
_PLAIN = ("[", "]")
_VERBS = {
    "ask": "ask for",
    "choose": "choose",
    "do": "do",
    "call": "call",
    "set": "set",
    "learn": "learn about the user",
    "consent": "take consent",
    "hand_over": "hand over",
}
_ESCAPED = {ord(character): f"#{ord(character)};" for character in '"#&<>`;|\\{}[]()'}

Exit = tuple[str, str]
"""A box that something is to follow, and what leads there."""


def mermaid(graphs: Sequence[Graph]) -> str:
    """Return the text of a flowchart, with a frame around each flow."""
    lines = ["flowchart TD"]
    for number, graph in enumerate(graphs, start=1):
        lines.append(f'  subgraph f{number}["{_text(graph.title)}"]')
        lines.extend(f"    {line}" for line in _Chart(f"f{number}").lines(graph.block))
        lines.append("  end")
    numbers = {graph.name: number for number, graph in enumerate(graphs, start=1)}
    for number, graph in enumerate(graphs, start=1):
        for box in _calls(graph.block):
            if box.heading in numbers and numbers[box.heading] != number:
                lines.append(f"  {_id(f'f{number}', box)} -.-> f{numbers[box.heading]}_start")
    return "\n".join(lines) + "\n"


class _Chart:
    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._lines: list[str] = []

    def lines(self, block: Block) -> list[str]:
        self._draw(block, [])
        return self._lines

    def _draw(self, block: Block, exits: list[Exit]) -> tuple[list[Exit], list[Exit]]:
        """Draw a block behind what leads to it; return what leads on from it, and what goes on behind `otherwise`."""
        continuing: list[Exit] = []
        for box in block.boxes:
            if box.kind == "continue":  # an arrow says it
                return [], [*continuing, *exits]
            name = _id(self._prefix, box)
            opening, closing = _SHAPES.get(box.kind, _PLAIN)
            self._lines.append(f'{name}{opening}"{_label(box)}"{closing}')
            self._lines.extend(f"{source} -->{f'|{label}|' if label else ''} {name}" for source, label in exits)
            exits = [(name, "")] if box.beside or not box.branches else []
            for label, branch in box.branches:
                falling, going_on = self._draw(branch, [(name, label)])
                if box.beside:
                    exits.extend(going_on)
                    continue
                exits.extend(falling)
                continuing.extend(going_on)
        if block.ending == "continues":
            return [], [*continuing, *exits]
        return ([] if block.ending == "stops" else exits), continuing


def _calls(block: Block) -> Iterator[Box]:
    for box in block.boxes:
        if box.kind == "call":
            yield box
        for _, branch in box.branches:
            yield from _calls(branch)


def _id(prefix: str, box: Box) -> str:
    return f"{prefix}_{box.id.replace('.', '_')}"


def _label(box: Box) -> str:
    head = f"{_VERBS.get(box.kind, '')} {box.heading}".strip()
    body = box.text if len(box.text) <= LONGEST else f"{box.text[: LONGEST - 1]}…"
    return "<br>".join(_text(part) for part in (head, *body.split("\n")) if part) or "…"


def _text(text: str) -> str:
    return " ".join(text.split()).translate(_ESCAPED)
