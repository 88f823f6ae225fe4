"""Writing texts as YAML that people like to read: plain where that is safe, in lines where there are lines."""

import re

from dialog_core.configuration import ConfigurationError, parse_yaml

# Of plain text only what nobody has to think about: it begins with a letter, and holds nothing that YAML may mean.
_PLAIN = re.compile(r"[^\W\d_][^\n#&*!|>\"%@`\\]*[^\s:#&*!|>\"%@`\\]|[^\W\d_]")
# What YAML does not allow as it is (YAML 1.2.2, section 5.1), and what would be a line end.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\t": "\\t"}


def scalar(text: str) -> str:
    """Return a text on one line, as a value of its own line: as it is, or in double quotes."""
    if _PLAIN.fullmatch(text) and ": " not in text and _reads_as(f"key: {text}", text):
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """Return a text in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_UNPRINTABLE.sub(_escaped, escaped)}"'


def lines(text: str, indent: int) -> str:
    """Return a text as what stands behind `key: `: several lines as a block, indented by so many spaces."""
    if "\n" not in text:
        return scalar(text)
    block = "|-\n" + "\n".join(" " * indent + line if line else "" for line in text.split("\n"))
    return block if _reads_as(f"key: {block}\n", text) else quoted(text)


def _reads_as(written: str, text: str) -> bool:
    try:
        child = parse_yaml(written).child("key")
    except ConfigurationError:
        return False
    return child is not None and child.value == text and isinstance(child.value, str)


def _escaped(match: re.Match[str]) -> str:
    letter = match[0]
    return _SHORT.get(letter) or (f"\\x{ord(letter):02x}" if ord(letter) < 0x100 else f"\\u{ord(letter):04x}")
