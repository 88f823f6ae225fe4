"""YAML as a person writes it: order kept, quotes only where needed, comments, blank lines, short things on one line.

Plain values are written as they are; the wrappers say what is to look otherwise. What is written reads back equal.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

WIDTH = 100  # columns a line may have before it is broken, where it can be
INLINE_WIDTH = 88  # and what is written on one line for being short
_STEP = 2

# What surely needs no quotes, so that not every example of a hundred thousand goes through PyYAML.
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ '!?./()=$_-](?! *$))*[!?.)]?")
_WORDS = frozenset("y n yes no on off true false null".split())
_IN_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")  # of a template, which nobody breaks there
_NO_BREAK = "\0"  # in place of a space; no text that is folded has one
_LINE_BREAKS = re.compile("[\r\x85\u2028\u2029]")
_WRITTEN_AS_IT_IS = re.compile("[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")


@dataclass(frozen=True, slots=True)
class Noted:
    """A value with comments: lines above it, and one beside it."""

    value: Any
    above: tuple[str, ...] = ()
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Inline:
    """A list or a mapping that is written on one line if it is short: `{title: Yes, payload: /affirm}`."""

    value: Any


@dataclass(frozen=True, slots=True)
class Apart:
    """A list or a mapping with a blank line between its items."""

    value: Any


def yaml_text(sections: Mapping[str, Any], head: str = "", own: str = "") -> str:
    """Return a file: a comment that says what it is, and its sections with a blank line between them.

    Args:
        sections: Each with its key.
        head: The comment, without `#`.
        own: Another one below it, that somebody has written.
    """
    comments = ("".join(f"# {line}".rstrip() + "\n" for line in text.splitlines()) for text in (head, own))
    comment = "\n".join(text for text in comments if text)
    body = "\n".join("".join(f"{line}\n" for line in _entry(key, value, 0)) for key, value in sections.items())
    return comment + ("\n" if comment and body else "") + body


def scalar(value: Any, *, inside: bool = False) -> str:
    """Return a text, number or word on one line.

    Args:
        value: It.
        inside: Whether it stands in `[...]` or `{...}`, where commas and brackets need quotes.
    """
    if isinstance(value, str):
        return _quoted(value, inside)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def inline(value: Any) -> str | None:
    """Return a value on one line; None where it cannot stand on one: it has comments, or a text of several lines."""
    if isinstance(value, Inline | Apart):
        return inline(value.value)
    if isinstance(value, Noted):
        return None if value.above or value.beside else inline(value.value)
    if isinstance(value, Mapping):
        pairs = [(scalar(str(key), inside=True), inline(inner)) for key, inner in value.items()]
        return None if any(inner is None for _, inner in pairs) else f"{{{', '.join(f'{k}: {v}' for k, v in pairs)}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = [inline(item) for item in value]
        return None if any(item is None for item in items) else f"[{', '.join(str(item) for item in items)}]"
    return None if isinstance(value, str) and "\n" in value else scalar(value, inside=True)


def _quoted(text: str, inside: bool) -> str:
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    if _LINE_BREAKS.search(text) or not _WRITTEN_AS_IT_IS.fullmatch(text) or "\n" in text:
        return _dumped(text, default_style='"', allow_unicode=not _LINE_BREAKS.search(text))
    if inside:
        return _dumped([text], default_flow_style=True)[1:-1].strip()
    return _dumped(text)


def _dumped(value: Any, **how: Any) -> str:
    options = {"allow_unicode": True, "width": float("inf")} | how
    written = str(yaml.safe_dump(value, **options)).rstrip("\n")
    return written.removesuffix("\n...")  # which ends a document that is one plain word


def _block(value: Any, indent: int) -> Iterator[str]:
    """Write the lines of a list or a mapping that is not empty."""
    apart = isinstance(value, Apart)
    content = value.value if isinstance(value, Apart | Inline) else value
    if isinstance(content, Mapping):
        groups = (_entry(key, inner, indent) for key, inner in content.items())
    else:
        groups = (_item(inner, indent) for inner in content)
    for number, group in enumerate(groups):
        if apart and number:
            yield ""
        yield from group


def _entry(key: Any, value: Any, indent: int) -> Iterator[str]:
    """Write a key with its value."""
    yield from _after(f"{' ' * indent}{scalar(str(key))}:", value, indent, of_key=True)


def _item(value: Any, indent: int) -> Iterator[str]:
    """Write an item of a list; a mapping or list begins beside the dash."""
    content, above, beside = _parts(value)
    margin = " " * indent
    yield from (f"{margin}{line}".rstrip() for line in above)
    if _is_collection(content) and content and _short(content, indent + _STEP) is None:
        lines = list(_block(content, indent + _STEP))
        while lines and lines[0].lstrip().startswith("#"):  # a comment on the first key stands above the dash
            yield margin + lines.pop(0).lstrip()
        lines[0] = f"{margin}- {lines[0][indent + _STEP :]}"
        if beside:
            lines[0] += f"  {beside}"
        yield from lines
        return
    yield from _after(f"{margin}-", Noted(content, beside=beside), indent, of_key=False)


def _after(start: str, value: Any, indent: int, *, of_key: bool) -> Iterator[str]:
    """Write a value behind `key:` or `-`."""
    content, above, beside = _parts(value)
    yield from (f"{' ' * indent}{line}".rstrip() for line in above)
    note = f"  {beside}" if beside else ""
    if _is_collection(content):
        short = _short(content, len(start) + 1)
        if short is not None:
            yield f"{start} {short}{note}"
        else:
            yield f"{start}{note}"
            yield from _block(content, indent + _STEP)
        return
    if isinstance(content, str):
        margin = " " * (indent + _STEP)
        if _as_lines(content):
            yield f"{start} |{'' if content.endswith(chr(10)) else '-'}{note}"
            yield from (f"{margin}{line}" if line else "" for line in content.removesuffix("\n").split("\n"))
            return
        if len(start) + len(content) + 1 > WIDTH and _can_fold(content):
            yield f"{start} >-{note}"
            whole = _IN_BRACES.sub(lambda found: found[0].replace(" ", _NO_BREAK), content)
            folded = textwrap.wrap(
                whole, WIDTH - len(margin), break_long_words=False, break_on_hyphens=False, drop_whitespace=True
            )
            yield from (f"{margin}{line}".replace(_NO_BREAK, " ") for line in folded)
            return
    yield f"{start} {scalar(content)}{note}"


def _parts(value: Any) -> tuple[Any, tuple[str, ...], str]:
    """Return a value with the comments above and beside it, each with its `#`."""
    if not isinstance(value, Noted):
        return value, (), ""
    content, above, beside = _parts(value.value)
    notes = [_comment(line) for line in value.above]
    return content, (*notes, *above), _comment(value.beside) or beside


def _comment(text: str) -> str:
    text = " ".join(text.split()) if "\n" in text else text.strip()
    return text if text.startswith("#") or not text else f"# {text}"


def _short(value: Any, column: int) -> str | None:
    """Return a collection on one line, where it is to stand on one and has room."""
    inner = value.value if isinstance(value, Inline | Apart) else value
    if inner and not isinstance(value, Inline):
        return None
    written = inline(inner)
    return written if written is not None and (not inner or column + len(written) <= INLINE_WIDTH) else None


def _is_collection(value: Any) -> bool:
    return isinstance(value, Inline | Apart | Mapping) or (isinstance(value, Sequence) and not isinstance(value, str))


def _as_lines(text: str) -> bool:
    """Whether a text of several lines can be written as they are."""
    body = text.removesuffix("\n")
    return (
        "\n" in body
        and bool(_WRITTEN_AS_IT_IS.fullmatch(text))
        and not body.startswith((" ", "\n"))
        and not body.endswith("\n")
        and not any(line != line.rstrip() for line in body.split("\n"))
    )


def _can_fold(text: str) -> bool:
    return (
        "\n" not in text
        and "  " not in text
        and text == text.strip()
        and text.count(" ") > 3
        and not re.search(r"[^\S ]", text)
        and bool(_WRITTEN_AS_IT_IS.fullmatch(text))
    )
