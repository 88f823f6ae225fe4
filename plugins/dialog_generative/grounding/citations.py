"""Marks such as `[1]` in a reply: what they cite, and what readers see of them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dialog_core import Evidence

_NUMBERS = r"\s*\d{1,3}(?:\s*[,，、;；]\s*\d{1,3})*\s*"
_ONE = rf"(?:\[{_NUMBERS}\](?!\()|【{_NUMBERS}】|［{_NUMBERS}］)"  # `[1](...)` is a link
_MARK = re.compile(rf"{_ONE}(?:[ \t]*{_ONE})*")  # `[1][2]` as much as `[1, 2]`
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)  # where brackets are something else
_NUMBER = re.compile(r"\d+")
_BEFORE_STOP = re.compile(r"[ \t]+(?=[.,;:!?。，；：！？、])")


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

    def renumbered(mark: re.Match[str]) -> str:
        numbers: dict[int, None] = {}
        for number in map(int, _NUMBER.findall(mark[0])):
            if not 1 <= number <= len(evidence):
                continue
            cited[number - 1] = None
            item = evidence[number - 1]
            if item.metadata.get("cite", True):
                numbers[shown.setdefault(_label(item), len(shown) + 1)] = None
        return "".join(f"[{number}]" for number in numbers)

    marked = _outside_code(text, renumbered)
    return Cited(
        text=marked if _MARK.search(text) is None else _tidy(marked),
        plain=_tidy(_outside_code(text, lambda _: "")),
        evidence=tuple(evidence[index] for index in cited),
    )


def _outside_code(text: str, replace: Callable[[re.Match[str]], str]) -> str:
    pieces: list[str] = []
    end = 0
    for code in _CODE.finditer(text):
        pieces += [_MARK.sub(replace, text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*pieces, _MARK.sub(replace, text[end:])])


def _tidy(text: str) -> str:
    """Close the gaps that marks leave which were taken away."""
    return re.sub(r"(?<=\S)[ \t]{2,}(?=\S)", " ", _BEFORE_STOP.sub("", text)).strip()


def _label(evidence: Evidence) -> tuple[str, ...]:
    """Return what a channel names a piece of evidence by."""
    named = [
        str(part) for part in (evidence.metadata.get("title"), evidence.source, evidence.metadata.get("url")) if part
    ]
    return tuple(dict.fromkeys(named)) or (evidence.text,)
