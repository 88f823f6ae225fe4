"""The text of a file in whatever encoding it says it has, and where it is none."""

import codecs
import re

from dialog_core.configuration import did_you_mean
from dialog_data.files.encodings import open_file
from dialog_data.files.problems import FileProblems

UTF_8 = "utf-8"
_BYTE_ORDER_MARKS = (  # the longer first: one of UTF-32's begins like one of UTF-16's
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_BREAK = re.compile(r"\r\n?")
# What browsers do: these names mean the larger encodings that contain them.
_LARGER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_KNOWN = ("utf-8", "utf-16", "gb18030", "gbk", "big5", "shift_jis", "euc-jp", "euc-kr", "windows-1252", "iso-8859-1")


def read_bytes(problems: FileProblems) -> bytes:
    """Return what stands in the file.

    Raises:
        ConfigurationError: There is no such file, or it cannot be read.
    """
    with open_file(problems.file) as stream:
        return stream.read()


def decoded(raw: bytes, problems: FileProblems, *, encoding: str = "", declared: str = "") -> str | None:
    r"""Return the text with `\n` as line breaks; None where it is none, which is reported.

    Args:
        raw: The bytes.
        problems: Takes what is wrong.
        encoding: The encoding the bot file names; empty: the byte order mark's, else the declared one, else UTF-8.
        declared: The encoding the text itself names.
    """
    name = _encoding(raw, problems, encoding, declared)
    if name is None:
        return None
    for mark, marked in _BYTE_ORDER_MARKS:
        if name == marked:
            raw = raw.removeprefix(mark)
    try:
        text = raw.decode(name)
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        before = raw[:start].decode(name, errors="replace")
        line, column = _place(before)
        remedy = "Save the file as UTF-8 text, or name its encoding: `encoding: gb18030`."
        problems.problem(f"this is not {name.upper()} text", line, column, remedy=remedy)
        return None
    if "\0" in text:
        line, column = _place(text[: text.index("\0")])
        problems.problem("is a binary file, not text", line, column, remedy="Name a text file, saved as UTF-8.")
        return None
    return _LINE_BREAK.sub("\n", text)


def _place(before: str) -> tuple[int, int]:
    """Return the line and column of what follows a text."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _encoding(raw: bytes, problems: FileProblems, encoding: str, declared: str) -> str | None:
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if raw.startswith(mark)), "")
    wanted = encoding or marked or declared or UTF_8
    try:
        name = codecs.lookup(wanted).name
        " ".encode(name)  # there are codecs that are none of text
    except (LookupError, UnicodeError):
        remedy = did_you_mean(wanted, _KNOWN) or "Save the file as UTF-8 text, or name its encoding with `encoding:`."
        problems.problem(f"there is no encoding {wanted!r}", 1, remedy=remedy)
        return None
    return name if encoding else _LARGER.get(name, name)
