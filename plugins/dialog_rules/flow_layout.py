"""Where the boxes of a flow stand in a picture: below each other around an axis, branches side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dialog_rules.flow_graph import Block, Box
from dialog_rules.svg_text import width_of, wrap

BOX_WIDTH = 236.0
PADDING = 14.0
GAP = 34.0  # between boxes below each other: room for an arrow
SPLIT, FORK = 16.0, 56.0  # below a box with branches: where the ways part, and where the branches begin
SIDE_GAP = 34.0  # between branches beside each other
OTHERWISE_GAP = 92.0  # room for the word on the arrow
BYPASS = 26.0  # how wide a branch with nothing in it is on each side
RADIUS = 8.0
TEXT, MONO_TEXT, CHIP = 13.0, 12.0, 11.5
MONO = ("when", "set", "do", "learn", "consent")  # what is for a machine to read
LINE, CHIP_HEIGHT, CHIP_GAP = 18.0, 20.0, 6.0
MOST_LINES, MOST_CHIPS = 4, 8

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Chip:
    """Something the user may pick, within a box."""

    x: float
    y: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A box in its place: its left upper corner, its size, and what stands in it."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from box to box along some points, with what leads there; `dashed`: where something went wrong."""

    points: tuple[Point, ...]
    label: str = ""
    dashed: bool = False
    head: bool = True


@dataclass(slots=True)
class Picture:
    """Boxes and arrows of one flow; its axis is at x = 0.

    Attributes:
        left: How far it reaches to the left.
        right: How far it reaches to the right.
        height: How high it is.
    """

    left: float = 0.0
    right: float = 0.0
    height: float = 0.0
    boxes: list[Placed] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)


def lay_out(block: Block) -> Picture:
    """Return where everything stands."""
    picture = Picture()
    layout = _measure(block)
    _place(block, layout, picture, 0.0, 0.0)
    picture.left, picture.right, picture.height = layout.left, layout.right, layout.height
    return picture


@dataclass(frozen=True, slots=True)
class _Measured:
    """How much room a block or a box with its branches needs around its axis."""

    left: float
    right: float
    height: float
    parts: tuple[_Measured, ...] = ()
    own: float = 0.0  # height of the box alone


def _measure(block: Block) -> _Measured:
    parts = [_measure_box(box) for box in block.boxes]
    if not parts:
        return _Measured(BYPASS, BYPASS, 0.0)
    height = sum(part.height for part in parts) + GAP * (len(parts) - 1)
    return _Measured(max(part.left for part in parts), max(part.right for part in parts), height, tuple(parts))


def _measure_box(box: Box) -> _Measured:
    width, height, _, _ = _contents(box)
    half = width / 2
    branches = tuple(_measure(branch) for _, branch in box.branches)
    if not branches:
        return _Measured(half, half, height, (), height)
    if box.beside:
        (branch,) = branches
        tail = GAP if box.branches[0][1].ending == "continues" else 0.0
        reach = half + OTHERWISE_GAP + branch.left + branch.right
        return _Measured(half, reach, max(height, branch.height) + tail, branches, height)
    left, right = branches
    spread = left.right + SIDE_GAP + right.left
    join = GAP if any(block.ending == "falls" for _, block in box.branches) else 0.0
    return _Measured(
        max(half, spread / 2 + left.left),
        max(half, spread / 2 + right.right),
        height + FORK + max(left.height, right.height) + join,
        branches,
        height,
    )


def _place(block: Block, measured: _Measured, picture: Picture, axis: float, top: float) -> None:
    y = top
    for number, (box, part) in enumerate(zip(block.boxes, measured.parts, strict=True)):
        if number:
            before = block.boxes[number - 1]
            start = y - GAP
            if before.beside or not before.branches:  # the way on begins at the box itself, however high its branch is
                start = y - GAP - measured.parts[number - 1].height + measured.parts[number - 1].own
            picture.arrows.append(Arrow(((axis, start), (axis, y))))
        _place_box(box, part, picture, axis, y)
        y += part.height + GAP


def _place_box(box: Box, part: _Measured, picture: Picture, axis: float, top: float) -> None:
    width, height, lines, chips = _contents(box)
    x = axis - width / 2
    placed = tuple(Chip(x + chip.x, top + chip.y, chip.width, chip.text) for chip in chips)
    picture.boxes.append(Placed(box, x, top, width, height, lines, placed))
    if box.beside and box.branches:
        _place_beside(box, part, picture, axis, top)
    elif box.branches:
        _place_below(box, part, picture, axis, top)


def _place_beside(box: Box, part: _Measured, picture: Picture, axis: float, top: float) -> None:
    label, block = box.branches[0]
    branch = part.parts[0]
    half = _contents(box)[0] / 2
    middle = top + min(part.own, _contents(block.boxes[0])[1]) / 2
    column = axis + half + OTHERWISE_GAP + branch.left
    entry = column - _contents(block.boxes[0])[0] / 2
    picture.arrows.append(Arrow(((axis + half, middle), (entry, middle)), label, dashed=True))
    _place(block, branch, picture, column, top)
    if block.ending == "continues":
        below, end = top + _last_bottom(block, branch), top + part.height
        picture.arrows.append(Arrow(((column, below), (column, end), (axis, end)), head=False))


def _place_below(box: Box, part: _Measured, picture: Picture, axis: float, top: float) -> None:
    left, right = part.parts
    spread = left.right + SIDE_GAP + right.left
    bottom = top + part.own
    split, first, end = bottom + SPLIT, bottom + FORK, top + part.height
    for (label, block), measured, column in zip(
        box.branches, part.parts, (axis - spread / 2, axis + spread / 2), strict=True
    ):
        falls = block.ending == "falls"
        if block.boxes:
            picture.arrows.append(Arrow(((axis, bottom), (axis, split), (column, split), (column, first)), label))
            _place(block, measured, picture, column, first)
            if falls:
                below = first + _last_bottom(block, measured)
                picture.arrows.append(Arrow(((column, below), (column, end), (axis, end)), head=False))
        else:
            points = ((axis, bottom), (axis, split), (column, split), (column, end), (axis, end))
            picture.arrows.append(Arrow(points, label, head=False))


def _last_bottom(block: Block, measured: _Measured) -> float:
    """Return where, below the top of a block, the way on begins."""
    last = measured.parts[-1]
    above = measured.height - last.height
    return above + (last.own if block.boxes[-1].beside or not block.boxes[-1].branches else last.height)


def _contents(box: Box) -> tuple[float, float, tuple[str, ...], tuple[Chip, ...]]:
    """Return width and height of a box, its lines, and its chips with their places in it."""
    if box.kind in ("end", "continue"):
        return max(96.0, width_of(box.heading or "goes on", TEXT) + 44), 30.0, (), ()
    room = BOX_WIDTH - 2 * PADDING
    mono = box.kind in MONO
    lines = tuple(wrap(box.text, MONO_TEXT if mono else TEXT, room, MOST_LINES, mono))
    y = PADDING + 12 + (6 if lines else 0) + LINE * len(lines)
    chips, y = _chips(box.chips, room, y)
    return BOX_WIDTH, y + PADDING - 2, lines, chips


def _chips(texts: Sequence[str], room: float, y: float) -> tuple[tuple[Chip, ...], float]:
    texts = list(texts)
    if len(texts) > MOST_CHIPS:
        texts[MOST_CHIPS - 1 :] = [f"+ {len(texts) - MOST_CHIPS + 1}"]
    chips: list[Chip] = []
    x, top = PADDING, y + 8
    for text in texts:
        shown = (wrap(text, CHIP, room - 18, 1) or [""])[0]
        width = width_of(shown, CHIP) + 18
        if chips and x + width > PADDING + room:
            x, top = PADDING, top + CHIP_HEIGHT + CHIP_GAP
        chips.append(Chip(x, top, width, shown))
        x += width + CHIP_GAP
    return tuple(chips), top + CHIP_HEIGHT + 2 if chips else y
