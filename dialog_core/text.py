"""Hygiene for text that comes from users, knowledge and models, before a terminal, a page or a file sees it.

Such text is untrusted. A lone surrogate makes the first `encode()` fail; a control sequence recolours the screen, moves
the cursor, renames the window or hides where a link leads; a change of direction makes one text read as another.
"""

import re
from functools import lru_cache

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_SURROGATES = re.compile("([\ud800-\udbff])([\udc00-\udfff])|[\ud800-\udfff]")

# Sequences go as a whole, for half of one is gibberish on the screen (ECMA-48, sections 5 and 8):
# control strings (DCS, SOS, OSC, PM, APC) up to their terminator, among them hyperlinks. Their content excludes every
# introducer, so that a text full of unfinished strings costs one pass and not the square of it;
_STRING = "(?:\x1b[PX\\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x18\x1a\x1b\x90-\x9f]*(?:\x07|\x1b\\\\|\x9c)"
# control sequences (CSI): parameters, intermediates, one final byte;
_SEQUENCE = "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
# every other escape: intermediates and one final byte, or at the very least the ESC itself.
_ESCAPE = "\x1b[ -/]*[0-~]?"
# Overrides and isolates make `photo_gpj.exe` read as `photo_exe.jpg`. The marks U+200E and U+200F cannot, and stay.
_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
# Without width and without use within a line; the last ones are "tags" that spell out ASCII nobody sees.
_INVISIBLE = "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
# The one place where tags are at home: behind a black flag, which they make that of Scotland, for example.
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f"

_CONTROL_CHARACTERS = frozenset(map(chr, (*range(0x20), 0x7F)))
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_JOINERS = re.compile("[\u200c\u200d]+")


def repair_text(text: str) -> str:
    """Return `text` fit for encoding: U+FFFD in the place of each lone surrogate, and pairs of them joined."""
    return _SURROGATES.sub(_joined_pair, text)


def strip_controls(text: str, keep: str = "\n\t") -> str:
    r"""Return `text` without anything that steers a terminal or hides in it.

    Removed are control characters, escape sequences as a whole (colours, cursor movements, titles, hyperlinks), changes
    of direction, and characters without width. Joiners and variation selectors stay where emoji and scripts such as
    Persian and Devanagari need them. What is left never contains ESC or a C1 control character.

    Args:
        text: Any text.
        keep: Control characters to leave in. ESC is never left in. U+2028 and U+2029 become `\n` if that is among them.
    """
    text = _unwanted(keep).sub(lambda match: _kept(match, keep), text)
    return _JOINERS.sub(_needed_joiner, _SELECTORS.sub(_needed_selector, text))


@lru_cache(maxsize=8)
def _unwanted(keep: str) -> re.Pattern[str]:
    controls = "".join(sorted(_CONTROL_CHARACTERS.difference(keep)))
    single = f"[{re.escape(controls)}\x1b\x80-\x9f{_DIRECTIONS}{_INVISIBLE}]"
    return re.compile(f"(?P<flag>{_FLAG})|(?P<line>[\u2028\u2029])|{_STRING}|{_SEQUENCE}|{_ESCAPE}|{single}")


def _kept(match: re.Match[str], keep: str) -> str:
    if match.lastgroup == "flag":
        return match[0]
    return "\n" if match.lastgroup == "line" and "\n" in keep else ""


def _needed_selector(match: re.Match[str]) -> str:
    """A selector picks a variant of what it follows; a row of them, or one behind nothing, only hides data."""
    before = match.string[max(match.start() - 1, 0) : match.start()]
    return match[0][0] if before and not before.isspace() and not _JOINERS.match(before) else ""


def _needed_joiner(match: re.Match[str]) -> str:
    """Joiners are needed between two characters that are not ASCII; in an English word they only fool filters."""
    before = match.string[max(match.start() - 1, 0) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return match[0][0] if before > "\x7f" and after > "\x7f" else ""


def _joined_pair(match: re.Match[str]) -> str:
    high, low = match.groups()
    if high is None:
        return REPLACEMENT
    return chr(0x10000 + ((ord(high) - 0xD800) << 10) + (ord(low) - 0xDC00))
