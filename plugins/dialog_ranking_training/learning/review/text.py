"""A review as the text of its file."""

import textwrap
from collections.abc import Iterator, Sequence

from dialog_ranking_training.learning.suggestion import Suggestion
from dialog_ranking_training.learning.yaml_text import lines, quoted, scalar

WIDTH = 120


def review_text(open: Sequence[Suggestion], decided: Sequence[Suggestion], proposed: dict[str, str], head: str) -> str:
    """Return the text of a review file.

    Args:
        open: What nobody has decided about.
        decided: What somebody has decided about.
        proposed: The hash of what was proposed, by id.
        head: What stands above everything, without the marks of comments.
    """
    told = [f"# {line}".rstrip() for line in head.split("\n")]
    told += ["version: 1", ""]
    told.append("suggestions:" if open else "suggestions: []")
    for suggestion in open:
        told += [*_open_row(suggestion, proposed.get(suggestion.id, "")), ""]
    if decided:
        told.append("decided:")
        for suggestion in decided:
            told += _decided_row(suggestion)
    return "\n".join(told).rstrip("\n") + "\n"


def _open_row(suggestion: Suggestion, proposed: str) -> Iterator[str]:
    yield f"  - id: {quoted(suggestion.id)}"
    yield f"    kind: {suggestion.kind}"
    yield f"    decision: {suggestion.decision}".rstrip()
    yield from _text("title", suggestion.title)
    yield from _text("knowledge", suggestion.knowledge)
    if suggestion.entry:
        yield from _text("entry", suggestion.entry)
    if suggestion.resembles:
        yield from _text("resembles", suggestion.resembles)
    yield from _list("questions", suggestion.questions, always=True)
    if suggestion.kind == "rephrasing" and not suggestion.answer:
        yield "    # the answer of the entry stays as it is"
    else:
        yield f"    answer: {lines(suggestion.answer, 6) if suggestion.answer else ''}".rstrip()
    if suggestion.said:
        yield f"    said: {lines(suggestion.said, 6)}"
    yield from _list("others", suggestion.others)
    if suggestion.note:
        yield f"    note: {lines(suggestion.note, 6)}"
    yield _seen(suggestion)
    yield "    origins:"
    for origin in suggestion.seen.origins:
        author = f", author: {quoted(origin.author)}" if origin.author else ""
        when = quoted(origin.at.isoformat(timespec="seconds"))
        yield f"      - {{conversation: {quoted(origin.conversation)}, at: {when}{author}}}"
    yield f"    proposed: {quoted(proposed)}"
    yield from _covers(suggestion)


def _decided_row(suggestion: Suggestion) -> Iterator[str]:
    yield f"  - id: {quoted(suggestion.id)}"
    yield f"    kind: {suggestion.kind}"
    yield f"    decision: {suggestion.decision}"
    if suggestion.decided is not None:
        yield f"    decided: {quoted(suggestion.decided.isoformat(timespec='seconds'))}"
    yield from _text("title", suggestion.title)
    if suggestion.written:
        yield from _text("written", suggestion.written)
    yield from _text("knowledge", suggestion.knowledge)
    if suggestion.entry:
        yield from _text("entry", suggestion.entry)
    yield from _list("questions", suggestion.questions)
    if suggestion.note:
        yield f"    note: {lines(suggestion.note, 6)}"
    yield _seen(suggestion)
    yield from _covers(suggestion)


def _text(name: str, text: str) -> Iterator[str]:
    yield f"    {name}: {scalar(text) if text else ''}".rstrip()


def _list(name: str, texts: Sequence[str], *, always: bool = False) -> Iterator[str]:
    if texts:
        yield f"    {name}:"
        for text in texts:
            yield f"      - {lines(text, 8)}"
    elif always:
        yield f"    {name}: []"


def _seen(suggestion: Suggestion) -> str:
    seen = suggestion.seen
    first, last = quoted(seen.first.isoformat(timespec="seconds")), quoted(seen.last.isoformat(timespec="seconds"))
    return f"    seen: {{messages: {seen.messages}, people: {seen.people}, first: {first}, last: {last}}}"


def _covers(suggestion: Suggestion) -> Iterator[str]:
    marks = textwrap.wrap(" ".join(suggestion.seen.covers), WIDTH - 6)
    if len(marks) == 1:
        yield f"    covers: {quoted(marks[0])}"
    elif marks:
        yield "    covers: >-"
        for line in marks:
            yield f"      {line}"
