"""A curve in characters: two by four dots each (braille), or plain ones where a terminal has no others."""

from collections.abc import Sequence
from dataclasses import dataclass

_BRAILLE = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # rows from above, columns from the left


@dataclass(frozen=True, slots=True)
class Mark:
    """A point that stands out.

    Attributes:
        x: Where it is, from 0 to 1, from the left.
        y: From 0 to 1, from below.
        sign: What is drawn.
        style: In which style.
    """

    x: float
    y: float
    sign: str
    style: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A character of a plot."""

    sign: str
    style: str = ""


def draw(
    line: Sequence[tuple[float, float]], marks: Sequence[Mark], *, width: int, height: int, style: str, plain: bool
) -> list[list[Cell]]:
    """Return the rows of a plot, from above.

    Args:
        line: Points of a line, from 0 to 1 each way, from the left and from below, in the order they are joined.
        marks: What stands out; drawn last.
        width: In characters.
        height: In characters.
        style: Of the line.
        plain: Whether only characters of ASCII are drawn.
    """
    across, down = (1, 1) if plain else (2, 4)
    dots: set[tuple[int, int]] = set()
    for start, end in zip(line, [*line[1:], line[-1]] if line else [], strict=True):
        dots |= _joined(_dot(*start, width * across, height * down), _dot(*end, width * across, height * down))
    rows = [[Cell(" ") for _ in range(width)] for _ in range(height)]
    for row in range(height):
        for column in range(width):
            bits = [
                _DOTS[y][x] for y in range(down) for x in range(across) if (column * across + x, row * down + y) in dots
            ]
            if bits:
                rows[row][column] = Cell("*" if plain else chr(_BRAILLE + sum(bits)), style)
    for mark in marks:
        column, row = _dot(mark.x, mark.y, width, height)
        rows[row][column] = Cell(mark.sign, mark.style)
    return rows


def _dot(x: float, y: float, width: int, height: int) -> tuple[int, int]:
    return round(min(1.0, max(0.0, x)) * (width - 1)), round((1 - min(1.0, max(0.0, y))) * (height - 1))


def _joined(start: tuple[int, int], end: tuple[int, int]) -> set[tuple[int, int]]:
    """Return the dots from one to another."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    return {
        (
            round(start[0] + (end[0] - start[0]) * step / steps),
            round(start[1] + (end[1] - start[1]) * step / steps),
        )
        for step in range(steps + 1)
    }
