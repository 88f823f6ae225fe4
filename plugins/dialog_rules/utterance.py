"""A message as rules see it: one form for each character, cut into tokens, each with its place in what was written."""

import re
from functools import cache
from unicodedata import combining, is_normalized, normalize

LONGEST_MESSAGE = 1_000  # characters; rules answer short messages, and this bounds what the longest one costs
_LONGEST_FOLDED = 2 * LONGEST_MESSAGE  # folding makes up to 18 characters of one

# Characters that mean the same, one for one, so that every place in the text stays where it is.
_SAME: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full-width forms
    **dict.fromkeys(map(ord, "\u00b4\u2018\u2019\u02bc\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2212"), "-"),
    0x3000: " ",
}
# What has no width, and skin tones.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]"
)

# Writing without spaces, where each character is a token: Han, Hiragana, Katakana, Bopomofo.
_UNSPACED = "\u3005-\u3007\u3021-\u3029\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
_UNSPACED += "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ANY_UNSPACED = re.compile(f"[{_UNSPACED}]")
# Marks that no letter swallows under NFKC, and that Python does not count as part of a word.
_MARK = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0970-\u109f]"
)
_SYMBOL = re.compile(r"([^\s\w])\1*")  # three thumbs say what one says

Span = tuple[int, int]


class Utterance:
    """One message, or a piece of a pattern, ready to be matched.

    Where a text has no words at all, its symbols are its tokens: a rule can answer a mere 👍 or ???, and a smiley
    behind a word does not keep a greeting from being one.

    Attributes:
        text: As written, without spaces around it, full-width forms made narrow, apostrophes and hyphens made plain.
        folded: The same without regard to case and to ways of encoding (NFKC), and without invisible characters.
        tokens: The words, numbers and unspaced characters in `folded`, in order.
        cut: Whether the message was longer than rules look at.
    """

    __slots__ = ("_offsets", "_pattern", "_places", "_spans", "cut", "folded", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.cut = len(text) > LONGEST_MESSAGE
        if self.cut:
            text = text[:LONGEST_MESSAGE]
        text = text.strip()
        if text.isascii():
            self.text, self.folded, self._offsets = text, text.lower(), None
        else:
            self.text = text.translate(_SAME)
            self.folded, self._offsets = _fold(self.text)
            self.cut = self.cut or len(self.folded) >= _LONGEST_FOLDED
        unspaced = not self.folded.isascii() and _ANY_UNSPACED.search(self.folded) is not None
        self._pattern = _token_pattern(unspaced, "@" in self.folded)
        self._spans: list[Span] | None = None
        self._places: list[Span] | None = None
        self.tokens: list[str] = self._pattern.findall(self.folded)
        if not self.tokens and self.folded:
            self._pattern = _SYMBOL
            self.tokens = _SYMBOL.findall(self.folded)

    @property
    def spans(self) -> list[Span]:
        """Where each token stands in `folded`."""
        if self._spans is None:
            self._spans = [match.span() for match in self._pattern.finditer(self.folded)]
        return self._spans

    @property
    def places(self) -> list[Span]:
        """Where each token stands in `text`."""
        if self._places is None:
            self._places = self.spans if self._offsets is None else [self.place(span) for span in self.spans]
        return self._places

    def place(self, span: Span) -> Span:
        """Return where a piece of `folded` stands in `text`."""
        if self._offsets is None:
            return span
        return self._offsets[span[0]], self._offsets[span[1]]


@cache
def _token_pattern(unspaced: bool, addresses: bool) -> re.Pattern[str]:
    """Return what finds tokens; for text of the kinds it has (the full pattern takes milliseconds to compile)."""
    letter = rf"[^\W_{_UNSPACED}]" if unspaced else r"[^\W_]"
    # Within a word an apostrophe, a hyphen or an underscore belongs to it (don't, e-mail, AF-123), between digits also
    # what writes numbers, times and dates. Each repetition begins with a character that the one before cannot end
    # with: there is only one way to read a text, and reading takes linear time.
    token = rf"{letter}+(?:{_MARK}+{letter}*|['_-]{letter}+|(?<=\d)[.,:/](?=\d){letter}+)*"
    if addresses:
        token = rf"{letter}(?:{letter}|[_.+-]){{0,63}}@{letter}{{1,63}}(?:[.-]{letter}{{1,63}}){{1,8}}|{token}"
    return re.compile(rf"[{_UNSPACED}]|{token}" if unspaced else token)


def _fold(text: str) -> tuple[str, list[int] | None]:
    """Return the folded text and, where characters moved, the place in `text` each of its characters comes from."""
    folded = text.casefold()
    if len(folded) == len(text) and is_normalized("NFKC", folded) and not _INVISIBLE.search(folded):
        return _without_dotless_i(folded), None  # nearly always
    pieces: list[str] = []
    offsets: list[int] = []
    start = 0
    while start < len(text) and len(offsets) < _LONGEST_FOLDED:
        end = start + 1
        while end < len(text) and _joins(text[end]):
            end += 1
        # Folding can undo the normal form, hence once more.
        piece = normalize("NFKC", normalize("NFKC", text[start:end]).casefold())
        piece = _INVISIBLE.sub("", piece)
        pieces.append(piece)
        offsets.extend([start] * len(piece))
        start = end
    offsets.append(start)
    return _without_dotless_i("".join(pieces)), offsets


def _joins(character: str) -> bool:
    """Whether a character may become one with the character before it."""
    return combining(character) != 0 or "\u1160" <= character <= "\u11ff" or "\u3099" <= character <= "\u309a"


def _without_dotless_i(folded: str) -> str:
    return folded.replace("ı", "i")  # regular expressions that ignore case count them as one letter, too
