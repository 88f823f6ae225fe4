"""Draws flows as SVG: one picture that follows the reader's light or dark mode and needs nothing from elsewhere."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from dialog_rules.flow_graph import Graph
from dialog_rules.flow_layout import CHIP_HEIGHT, LINE, MONO, PADDING, RADIUS, Arrow, Picture, Placed, Point, lay_out
from dialog_rules.svg_text import width_of

MARGIN, PANEL, TITLE = 24.0, 28.0, 58.0  # around the picture, within the frame of a flow, above its boxes
MOST_WIDTH = 1500.0  # of a row of flows
LABELS = {
    "start": "STARTS",
    "ask": "ASKS FOR",
    "choose": "OFFERS",
    "say": "SAYS",
    "do": "DOES",
    "when": "IF",
    "set": "SETS",
    "learn": "LEARNS ABOUT THE USER",
    "consent": "TAKES CONSENT",
    "call": "GOES THROUGH",
    "hand_over": "HANDS OVER",
}
# Of each kind: the colour in light and in dark mode (Tailwind's 600 and 400).
COLOURS = {
    "start": ("#059669", "#34d399"),
    "ask": ("#2563eb", "#60a5fa"),
    "choose": ("#7c3aed", "#a78bfa"),
    "say": ("#64748b", "#94a3b8"),
    "do": ("#d97706", "#fbbf24"),
    "when": ("#0d9488", "#2dd4bf"),
    "set": ("#64748b", "#94a3b8"),
    "learn": ("#c026d3", "#e879f9"),
    "consent": ("#c026d3", "#e879f9"),
    "call": ("#4f46e5", "#818cf8"),
    "hand_over": ("#e11d48", "#fb7185"),
}
_FONT = 'ui-sans-serif, system-ui, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
_MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"
# Classes and not CSS variables, which many programs that show SVG do not know.
_LIGHT = {
    ".page": "fill: #f1f5f9",
    ".panel": "fill: #ffffff; stroke: #e2e8f0",
    ".box": "fill: #ffffff; stroke: #cbd5e1",
    ".pill": "fill: #f8fafc; stroke: #cbd5e1",
    ".chip": "fill: #f1f5f9; stroke: #e2e8f0",
    ".ink": "fill: #0f172a",
    ".faint": "fill: #64748b",
    ".way": "stroke: #94a3b8",
    ".head": "fill: #94a3b8",
    ".tag": "fill: #ffffff",
}
_DARK = {
    ".page": "fill: #0b1120",
    ".panel": "fill: #111a2e; stroke: #24304a",
    ".box": "fill: #18233c; stroke: #33425f",
    ".pill": "fill: #18233c; stroke: #33425f",
    ".chip": "fill: #24304a; stroke: #33425f",
    ".ink": "fill: #e5edf8",
    ".faint": "fill: #93a4bf",
    ".way": "stroke: #5c6d8c",
    ".head": "fill: #5c6d8c",
    ".tag": "fill: #111a2e",
}


def svg(graphs: Sequence[Graph]) -> str:
    """Return the picture of some flows, in rows."""
    panels = [_Panel(graph) for graph in graphs]
    limit = max([MOST_WIDTH, *(panel.width for panel in panels)])
    x = y = MARGIN
    row, width = 0.0, 0.0
    drawn: list[str] = []
    for panel in panels:
        if x > MARGIN and x + panel.width > limit + MARGIN:
            x, y, row = MARGIN, y + row + MARGIN, 0.0
        drawn.extend(panel.draw(x, y))
        x += panel.width + MARGIN
        row, width = max(row, panel.height), max(width, x)
    height = y + row + MARGIN
    names = ", ".join(graph.title for graph in graphs)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" '
            f'height="{_n(height)}" role="img" aria-label={quoteattr(f"Flows: {names}")}>',
            f"<style>{_style()}</style>",
            f'<rect class="page" width="{_n(width)}" height="{_n(height)}"/>',
            *drawn,
            "</svg>\n",
        ]
    )


class _Panel:
    """One flow with a frame around it."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._picture: Picture = lay_out(graph.block)
        needed = max(width_of(graph.title, 17), width_of(f"{graph.name} · {graph.file}:{graph.line}", 11.5))
        self.width = max(self._picture.left + self._picture.right, needed) + 2 * PANEL
        self.height = TITLE + self._picture.height + 2 * PANEL

    def draw(self, x: float, y: float) -> Iterator[str]:
        """Yield the elements of the frame and of everything in it."""
        graph, picture = self._graph, self._picture
        yield _rect("panel", x, y, self.width, self.height, 16)
        yield _text(x + PANEL, y + PANEL + 12, graph.title, "title ink")
        yield _text(x + PANEL, y + PANEL + 32, f"{graph.name} · {graph.file}:{graph.line}", "small faint")
        spare = (self.width - 2 * PANEL - picture.left - picture.right) / 2
        across, down = x + PANEL + spare + picture.left, y + PANEL + TITLE
        yield f'<g transform="translate({_n(across)} {_n(down)})">'
        for arrow in picture.arrows:
            yield from _arrow(arrow)
        for box in picture.boxes:
            yield from _box(box, graph.file)
        for arrow in picture.arrows:
            if arrow.label:
                yield from _label(arrow)
        yield "</g>"


def _box(placed: Placed, file: str) -> Iterator[str]:
    box, x, y = placed.box, placed.x, placed.y
    width, height = placed.width, placed.height
    yield f"<g><title>{escape(_tooltip(placed, file))}</title>"
    if box.kind in ("end", "continue"):
        text = box.heading or "goes on"
        yield _rect("pill", x, y, width, height, height / 2)
        yield _text(x + width / 2, y + height / 2 + 4.5, text.replace("_", " "), "text faint middle")
    else:
        radius = RADIUS if box.kind != "start" else 18
        yield _rect("box", x, y, width, height, radius)
        if box.kind != "start":
            yield f'<path class="{box.kind}" d="{_bar(x, y, height)}"/>'
        heading = ""
        if box.heading and box.kind != "start":
            room = width - 2 * PADDING - width_of(LABELS[box.kind], 12.3) - 7  # that is bold, and spaced
            heading = f'<tspan class="name ink" dx="7">{escape(_fitted(box.heading, room))}</tspan>'
        label = f'<tspan class="label {box.kind}">{LABELS[box.kind]}</tspan>{heading}'
        yield f'<text x="{_n(x + PADDING)}" y="{_n(y + PADDING + 8)}">{label}</text>'
        mono = " mono" if box.kind in MONO else ""
        for number, line in enumerate(placed.lines):
            yield _text(x + PADDING, y + PADDING + 12 + 6 + LINE * (number + 0.7), line, f"text ink{mono}")
        for chip in placed.chips:
            yield _rect("chip", chip.x, chip.y, chip.width, CHIP_HEIGHT, CHIP_HEIGHT / 2)
            yield _text(chip.x + chip.width / 2, chip.y + 14, chip.text, "small ink middle")
    yield "</g>"


def _tooltip(placed: Placed, file: str) -> str:
    box = placed.box
    told = [f"{file}:{box.line}"] if box.line else []
    return "\n".join([*told, *(text for text in (box.heading, box.text, " · ".join(box.chips)) if text)]) or box.kind


def _fitted(text: str, room: float) -> str:
    while len(text) > 2 and width_of(text, 13) > room:  # of 12, and semibold
        text = f"{text[:-2]}…"
    return text


def _bar(x: float, y: float, height: float) -> str:
    """Return the coloured edge of a box: as round as the box outside, and straight inside."""
    r = RADIUS
    return (
        f"M{_n(x + r)} {_n(y)}A{r} {r} 0 0 0 {_n(x)} {_n(y + r)}V{_n(y + height - r)}"
        f"A{r} {r} 0 0 0 {_n(x + r)} {_n(y + height)}H{_n(x + 5)}V{_n(y)}Z"
    )


def _arrow(arrow: Arrow) -> Iterator[str]:
    points = [point for number, point in enumerate(arrow.points) if not number or point != arrow.points[number - 1]]
    dashed = " dashed" if arrow.dashed else ""
    if len(points) > 1:
        end = points[-1]
        if arrow.head:
            points[-1] = _short_of(points[-2], end, 5)
        yield f'<path class="way{dashed}" d="{_rounded(points)}"/>'
        if arrow.head:
            yield f'<path class="head" d="{_head(points[-2], end)}"/>'


def _rounded(points: Sequence[Point]) -> str:
    """Return a path through points with rounded corners."""
    path = f"M{_n(points[0][0])} {_n(points[0][1])}"
    for before, corner, behind in zip(points, points[1:], points[2:], strict=False):
        radius = min(10.0, _distance(before, corner) / 2, _distance(corner, behind) / 2)
        entry, leave = _short_of(before, corner, radius), _short_of(behind, corner, radius)
        path += f"L{_n(entry[0])} {_n(entry[1])}Q{_n(corner[0])} {_n(corner[1])} {_n(leave[0])} {_n(leave[1])}"
    return f"{path}L{_n(points[-1][0])} {_n(points[-1][1])}"


def _short_of(start: Point, end: Point, by: float) -> Point:
    distance = _distance(start, end) or 1.0
    share = max(0.0, distance - by) / distance
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])  # all ways are straight across or straight down


def _head(before: Point, end: Point) -> str:
    x, y = end
    if before[1] == y:
        back = -8 if before[0] < x else 8
        return f"M{_n(x)} {_n(y)}l{back} -4.5v9z"
    return f"M{_n(x)} {_n(y)}l-4.5 -8h9z"


def _label(arrow: Arrow) -> Iterator[str]:
    """Yield the words on an arrow: in the middle of one across, else on its way across."""
    start, end = (arrow.points[0], arrow.points[1]) if len(arrow.points) == 2 else arrow.points[1:3]
    x, y = (start[0] + end[0]) / 2, start[1]
    if len(arrow.points) > 2:
        x = end[0]
        y = start[1] + 16
    width = width_of(arrow.label, 11.5) + 8
    yield f'<rect class="tag" x="{_n(x - width / 2)}" y="{_n(y - 8)}" width="{_n(width)}" height="16" rx="4"/>'
    yield _text(x, y + 4, arrow.label, "small faint middle")


def _rect(name: str, x: float, y: float, width: float, height: float, radius: float) -> str:
    size = f'width="{_n(width)}" height="{_n(height)}" rx="{_n(radius)}"'
    return f'<rect class="{name}" x="{_n(x)}" y="{_n(y)}" {size}/>'


def _text(x: float, y: float, text: str, name: str) -> str:
    return f'<text class="{name}" x="{_n(x)}" y="{_n(y)}">{escape(text)}</text>'


def _n(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")


def _style() -> str:
    rules = [
        f"text {{ font-family: {_FONT}; }}",
        ".title { font-size: 17px; font-weight: 650; }",
        ".text { font-size: 13px; }",
        f".mono {{ font-family: {_MONO}; font-size: 12px; }}",
        ".name { font-size: 12px; font-weight: 600; }",
        ".small { font-size: 11.5px; }",
        ".label { font-size: 10.5px; font-weight: 700; letter-spacing: .06em; }",
        ".middle { text-anchor: middle; }",
        ".way { fill: none; stroke-width: 1.6; }",
        ".dashed { stroke-dasharray: 5 4; }",
        *_rules(_LIGHT, 0),
        "@media (prefers-color-scheme: dark) {",
        *_rules(_DARK, 1),
        "}",
    ]
    return "\n".join(["", *rules, ""])


def _rules(theme: dict[str, str], mode: int) -> Iterator[str]:
    for selector, rule in theme.items():
        yield f"{selector} {{ {rule}; }}"
    for kind, colours in COLOURS.items():
        yield f".{kind} {{ fill: {colours[mode]}; }}"
