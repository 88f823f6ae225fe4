"""What is quoted of an article: its beginning, whole sentences, without doses."""

import re

from dialog_medical.guards.claims import without_doses

_END = re.compile(r"[.!?](?=\s)|(?=\s- )")
MORE = " …"


def passage_of(answer: str, longest: int, left_out: str) -> str:
    """Return the beginning of an answer, at most `longest` characters of whole sentences or items of a list."""
    text = without_doses(" ".join(answer.split()), left_out)
    if len(text) <= longest:
        return text
    ends = [match.end() for match in _END.finditer(text, 0, longest)]
    cut = ends[-1] if ends and ends[-1] > longest // 4 else text.rfind(" ", 0, longest)
    return text[:cut].rstrip(" -:") + MORE
