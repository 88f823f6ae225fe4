"""How wide text is in a picture, and where it breaks: estimated, as nobody knows the reader's fonts."""

from unicodedata import combining, east_asian_width

_NARROW = frozenset("iljtfrI.,:;'`|!()[]{}/\\ -·")
_WIDE = frozenset("mwMW@%—…")


def width_of(text: str, size: float, mono: bool = False) -> float:
    """Return about how wide a text is; rather a little more than less."""
    return size * sum(_width(character, mono) for character in text)


def _width(character: str, mono: bool) -> float:
    if combining(character):
        return 0.0
    if east_asian_width(character) in "WF":
        return 1.0
    if mono:
        return 0.61
    if character in _NARROW:
        return 0.36
    if character in _WIDE:
        return 0.92
    return 0.7 if character.isupper() else 0.57


def wrap(text: str, size: float, width: float, most: int, mono: bool = False) -> list[str]:
    """Return a text in at most so many lines; what does not fit is left out, and an ellipsis says so."""

    def is_too_wide(line: str) -> bool:
        return width_of(line.strip(), size, mono) > width

    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(" ".join(paragraph.split())):
            while is_too_wide(piece):  # one word longer than a line
                cut = next(n for n in range(len(piece), 0, -1) if n == 1 or not is_too_wide(line + piece[:n]))
                lines.append(line + piece[:cut])
                line, piece = "", piece[cut:]
            if line and is_too_wide(line + piece):
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
        if line.strip():
            lines.append(line.rstrip())
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and is_too_wide(f"{last}…"):
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip(' ,.;，。；')}…"]


def _pieces(text: str) -> list[str]:
    """Cut a text where a line may break: behind spaces, and around characters of scripts without them."""
    pieces = [""]
    for character in text:
        wide = east_asian_width(character) in "WF"
        if pieces[-1] and (pieces[-1].endswith(" ") or wide or east_asian_width(pieces[-1][-1]) in "WF"):
            if character in "，。；：！？、）》”’,.;:!?)":  # never at the beginning of a line
                pieces[-1] += character
                continue
            pieces.append("")
        pieces[-1] += character
    return pieces
