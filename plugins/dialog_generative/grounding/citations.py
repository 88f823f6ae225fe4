"""Marks such as `[1]` in a reply: what they cite, and what readers see of them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dialog_core import Evidence

_NUMBERS = r"\s*\d{1,3}(?:\s*[,，、;；]\s*\d{1,3})*\s*"
_ONE = rf"(?:\[{_NUMBERS}\](?!\()|【{_NUMBERS}】|［{_NUMBERS}］)"  # `[1](...)` is a link
_MARK = rf"{_ONE}(?:[ \t]*{_ONE})*"  # `[1][2]` as much as `[1, 2]`
_CODE = r"```(?s:.*?)(?:```|\Z)|`[^`\n]*`"  # where brackets are something else
_CODE_OR_MARK = re.compile(rf"(?P<code>{_CODE})|(?<![ \t])(?P<before>[ \t]*)(?P<marks>{_MARK})(?P<after>[ \t]*)")
_ONLY_CODE = re.compile(_CODE)
_NUMBER = re.compile(r"\d+")
_STOPS = ".,;:!?。，；：！？、"
_UNDECIDED = re.compile(rf"(?:\s|{_ONE})*(?:[\[【［][\s\d,，、;；]*)?\Z")  # what comes next decides what becomes of it
_LONGEST = 200  # characters of marks in a row


@dataclass(frozen=True, slots=True)
class Cited:
    """A reply with its citations put in order.

    Attributes:
        text: The reply; its marks count what is shown below it.
        plain: The reply without marks.
        evidence: What it cites, in the order of its first citation.
    """

    text: str
    plain: str
    evidence: tuple[Evidence, ...]


def cite(text: str, evidence: Sequence[Evidence]) -> Cited:
    """Read the marks of a reply, drop those of evidence there is none of, and number the others as they are shown.

    Channels show each source once, so pieces of evidence with the same title and source share a number. Marks of
    evidence that is not to be shown (`cite: false`) are dropped, though it counts as cited.
    """
    cited: dict[int, None] = {}
    shown: dict[tuple[str, ...], int] = {}

    def renumbered(mark: str) -> str:
        numbers: dict[int, None] = {}
        for number in map(int, _NUMBER.findall(mark)):
            if not 1 <= number <= len(evidence):
                continue
            cited[number - 1] = None
            item = evidence[number - 1]
            if item.metadata.get("cite", True):
                numbers[shown.setdefault(_label(item), len(shown) + 1)] = None
        return "".join(f"[{number}]" for number in numbers)

    return Cited(
        text=_with_marks(text, renumbered),
        plain=_with_marks(text, lambda _: ""),
        evidence=tuple(evidence[index] for index in cited),
    )


class Citing:
    """Shows a reply piece by piece with its marks as they will be in the end: as `cite` leaves them.

    Args:
        evidence: What it may cite.
    """

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self._evidence = evidence
        self._text = ""
        self._shown = 0

    def feed(self, piece: str) -> str:
        """Take the next piece, and return what can be shown now; what is left comes with the whole reply."""
        self._text += piece
        shown = cite(self._text[: _decided(self._text)], self._evidence).text
        start, self._shown = self._shown, max(self._shown, len(shown))
        return shown[start:]


def _with_marks(text: str, written: Callable[[str], str]) -> str:
    """Return a text with other marks; where one is taken away, the gap it leaves is closed."""

    def replaced(match: re.Match[str]) -> str:
        if match["code"] is not None:
            return match["code"]
        before, after, following = match["before"], match["after"], text[match.end() : match.end() + 1]
        if following and following in _STOPS:
            after = ""
        if marks := written(match["marks"]):
            return f"{before}{marks}{after}"
        ends = not following or following in _STOPS or following.isspace()
        begins = match.start() == 0 or text[match.start() - 1].isspace()
        return "" if ends or begins else " " * bool(before or after)

    return _CODE_OR_MARK.sub(replaced, text).strip()


def _decided(text: str) -> int:
    """Return how much of a text that goes on stays as it is, whatever follows."""
    end_of_code = max((code.end() for code in _ONLY_CODE.finditer(text)), default=0)
    begun = text.find("`", max(end_of_code, text.rfind("\n") + 1))
    end = len(text) if begun < 0 else begun
    tail = max(end_of_code, end - _LONGEST)
    undecided = _UNDECIDED.search(text[tail:end])
    return end if undecided is None else tail + undecided.start()


def _label(evidence: Evidence) -> tuple[str, ...]:
    """Return what a channel names a piece of evidence by."""
    named = [
        str(part) for part in (evidence.metadata.get("title"), evidence.source, evidence.metadata.get("url")) if part
    ]
    return tuple(dict.fromkeys(named)) or (evidence.text,)
