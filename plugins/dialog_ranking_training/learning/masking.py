"""Taking personal data out of what people are shown to learn from."""

import re
import unicodedata
from collections.abc import Iterable

from dialog_core.text import repair_text, strip_controls

MOST_LETTERS = 300  # of a question that is shown; what comes after is a letter, and no phrasing

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
# Digits with what may stand between them, and letters before them: phone numbers, `AF204817`, `DE89 3704 0044 ...`.
_NUMBER = re.compile(r"\+?\(?(?:(?<![A-Za-z])[A-Za-z]{1,4}[-#]?)?\d(?:[ ()./\-]{0,2}\d){3,}")
_AMOUNT = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+[.,]\d{1,2}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TIMES = re.compile(r"\d{1,2}[.]\d\d ?[-–] ?\d{1,2}[.]\d\d|(?:19|20)\d\d ?[-/–] ?(?:(?:19|20)?\d\d)")
_HOURS = re.compile(r"\d\d ?[-–] ?\d\d")  # the middle of `8:00-20:00`
_CURRENCY = "$£€¥￥₹"


class Masker:
    """Puts placeholders where numbers and e-mail addresses stand.

    Four digits and more are a number; years, amounts of money and times are none. What stands in the bot's own
    knowledge is no secret, and stays.

    Args:
        number: The placeholder for a number.
        email: That for an address.
        public: Texts that anybody may read.
    """

    def __init__(self, number: str, email: str, public: Iterable[str] = ()) -> None:
        self.placeholders = (number, email)
        self._number, self._email = number, email
        self._public: set[str] = set()
        for text in public:
            self._public.update(_plain(match[0]) for match in _EMAIL.finditer(text))
            self._public.update(_plain(match[0]) for match in _NUMBER.finditer(text))

    def masked(self, text: str) -> str:
        """Return a text with placeholders."""
        return _NUMBER.sub(self._numbered, _EMAIL.sub(self._addressed, text))

    def question(self, text: str) -> str:
        """Return a question as it can be shown: on one line, without control characters, masked, and not endless."""
        line = self.masked(" ".join(strip_controls(repair_text(text[: 4 * MOST_LETTERS])).split()))
        return line if len(line) <= MOST_LETTERS else f"{line[: MOST_LETTERS - 1].rstrip()}…"

    def answer(self, text: str) -> str:
        """Return an answer as it can be shown: with its lines, without control characters, masked."""
        cleaned = strip_controls(repair_text(text), keep="\n").replace("\r", "")
        return self.masked("\n".join(line.rstrip() for line in cleaned.strip().split("\n")))

    def has_placeholder(self, text: str) -> bool:
        """Whether something was taken out of a text that somebody has to put in."""
        return any(placeholder in text for placeholder in self.placeholders)

    def _addressed(self, match: re.Match[str]) -> str:
        return match[0] if _plain(match[0]) in self._public else self._email

    def _numbered(self, match: re.Match[str]) -> str:
        found, before = match[0], match.string[max(match.start() - 2, 0) : match.start()].strip()
        behind = match.string[match.end() : match.end() + 1]
        harmless = (
            _plain(found) in self._public
            or _YEAR.fullmatch(found)
            or _AMOUNT.fullmatch(found)
            or _TIMES.fullmatch(found)
            or (before and before[-1] in _CURRENCY)
            or (_HOURS.fullmatch(found) and before.endswith(":") and behind == ":")
        )
        return found if harmless else self._number


def _plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def folded(text: str) -> str:
    """Return what two texts have in common that say the same word for word, whatever their case and marks."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
