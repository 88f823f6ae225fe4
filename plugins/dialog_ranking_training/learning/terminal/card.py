"""A suggestion as it is shown: what was asked, what the bot said, and what would change."""

from collections.abc import Sequence
from datetime import datetime
from difflib import SequenceMatcher
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from dialog_core.text import repair_text, strip_controls
from dialog_ranking_training.learning.known import KnownEntry
from dialog_ranking_training.learning.suggestion import Suggestion
from dialog_ranking_training.learning.terminal.phrases import Phrases

# Attributes, and those of the terminal's own colours that people can read on black and on white.
NAME, STRONG, MUTED, OLD, NEW, TITLE = "cyan", "bold", "dim", "red", "green", "bold cyan"
WIDEST = 100
MOST_SHOWN = 1  # of the questions, in what was asked: all of them stand in what would be written
MOST_LINES = 12  # of one text
MOST_COMPARED = 4000  # words of an answer before and after, to show which of them differ


def width_of(console: Console) -> int:
    """Return how many columns there are; the last one of a terminal stays free."""
    return max(min(console.width - 1, WIDEST), 30)


def rule(left: str, right: str, width: int) -> Text:
    """Return a light rule with a text at its left end and one at its right."""
    line = Text.assemble(("── ", MUTED), (left, TITLE), " ")
    end = Text.assemble(" ", (right, MUTED), (" ──", MUTED))
    line.append("─" * max(width - line.cell_len - end.cell_len, 2), MUTED)
    return line + end


def legend(text: str) -> RenderableType:
    """Return lines of a key and what it does as two columns."""
    table = Table.grid(padding=(0, 2), pad_edge=False)
    table.add_column(no_wrap=True, style=MUTED)
    table.add_column(overflow="fold", style=MUTED)
    for line in text.splitlines():
        key, _, does = line.partition("  ")
        table.add_row(f"  {key}", does.strip())
    return table


def card(
    suggestion: Suggestion,
    target: KnownEntry | None,
    alike: KnownEntry | None,
    *,
    bot: str,
    where: str,
    phrases: Phrases,
) -> RenderableType:
    """Return a suggestion to look at.

    Args:
        suggestion: The suggestion.
        target: The entry it changes.
        alike: The entry that a new one would be like.
        bot: What the bot is called.
        where: What would be written into: a file, or several to choose from.
        phrases: In which language.
    """
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False, expand=True)
    table.add_column(no_wrap=True, style=MUTED, justify="right", min_width=9)
    table.add_column(ratio=1, overflow="fold")
    for number, question in enumerate(suggestion.questions[:MOST_SHOWN] or (suggestion.title,)):
        table.add_row(phrases.asked if number == 0 else "", Text(clean(question), STRONG))
    if (more := len(suggestion.questions) - MOST_SHOWN) > 0:
        table.add_row("", Text(phrases.more_questions.format(n=more), MUTED))
    table.add_row("", Text(counted(suggestion, phrases), MUTED))
    if suggestion.said and not (target is not None and suggestion.said == target.entry.answer):
        table.add_row(Text(clean(bot)), _cut(suggestion.said))
    if suggestion.others:
        for number, text in enumerate(suggestion.others):
            table.add_row(phrases.others if number == 0 else "", _cut(text))
    if suggestion.note:
        table.add_row(phrases.note, _cut(suggestion.note))
    if alike is not None and target is None:
        told = Text.assemble((clean(alike.id), NAME), "  ", clean(alike.entry.questions[0]), style="")
        if alike.entry.answer != suggestion.said:
            told.append(f"\n{_cut(alike.entry.answer).plain}", MUTED)
        table.add_row(phrases.resembles, told)
    table.add_row("", "")
    table.add_row(phrases.source, Text.assemble(clean(where), (" · ", MUTED), (_place(suggestion, target, phrases))))
    for part in _changes(suggestion, target, phrases):
        table.add_row(*part)
    return Group(table)


def counted(suggestion: Suggestion, phrases: Phrases) -> str:
    """Return how often something was asked, by how many people, and when."""
    seen = suggestion.seen
    people = phrases.key_names["one" if seen.people == 1 else "people"].format(n=seen.people)
    often = (
        phrases.counted_once if seen.messages == 1 else phrases.counted.format(messages=seen.messages, people=people)
    )
    first, last = _day(seen.first), _day(seen.last)
    days = phrases.day.format(first=first) if first == last else phrases.days.format(first=first, last=last)
    authors = list(dict.fromkeys(origin.author for origin in seen.origins if origin.author))
    return " · ".join([often, days, *map(clean, authors[:3])])


def clean(text: str) -> str:
    """Return a text on one line, without anything that could steer the terminal."""
    return " ".join(strip_controls(repair_text(text)).split())


def _cut(text: str) -> Text:
    lines = strip_controls(repair_text(text)).strip().split("\n")
    shown = "\n".join([*lines[:MOST_LINES], *(["…"] if len(lines) > MOST_LINES else [])])
    return Text(shown)


def _day(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d}"


def _place(suggestion: Suggestion, target: KnownEntry | None, phrases: Phrases) -> Text:
    return Text(clean(target.id if target is not None else suggestion.entry or phrases.new_entry), NAME)


def _changes(suggestion: Suggestion, target: KnownEntry | None, phrases: Phrases) -> list[tuple[str, RenderableType]]:
    rows: list[tuple[str, RenderableType]] = []
    shown: list[Text] = []
    if target is not None:
        shown.append(Text(f"  {clean(target.entry.questions[0])}", MUTED))
    shown += [Text.assemble(("+ ", NEW), (clean(question), NEW)) for question in suggestion.questions]
    if suggestion.questions:
        rows.append((phrases.questions, _hanging(shown)))
    if target is None:
        answer = Text(phrases.no_answer, MUTED) if not suggestion.answer else None
        rows.append((phrases.answer, answer or _hanging(_signed("+", [(suggestion.answer, False)], NEW))))
    elif suggestion.answer and suggestion.answer != target.entry.answer:
        rows.append((phrases.answer, _difference(target.entry.answer, suggestion.answer)))
    else:
        kept = Text.assemble((f"  {_cut(target.entry.answer).plain}", MUTED))
        rows.append((phrases.answer, _hanging([kept])))
    return rows


def _difference(before: str, after: str) -> RenderableType:
    """Return an answer as it was and as it would be; words that differ stand out."""
    one, other = _words(before), _words(after)
    if len(one) + len(other) > MOST_COMPARED:
        return _hanging([*_signed("-", [(before, False)], OLD), *_signed("+", [(after, False)], NEW)])
    gone: list[tuple[str, bool]] = []
    come: list[tuple[str, bool]] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        gone.append(("".join(one[a:b]), tag != "equal"))
        come.append(("".join(other[c:d]), tag != "equal"))
    return _hanging([*_signed("-", gone, OLD), *_signed("+", come, NEW)])


def _words(text: str) -> list[str]:
    """Return the words and spaces of a text; characters one by one where nobody writes spaces."""
    words = []
    for kind, letters in groupby(strip_controls(repair_text(text)), lambda c: " " if c.isspace() else c.isascii()):
        run = "".join(letters)
        words += [run] if kind is True or kind == " " else list(run)
    return words


def _signed(sign: str, pieces: Sequence[tuple[str, bool]], style: str) -> list[Text]:
    """Return pieces as lines that begin with a sign; those that stand out are bold."""
    text = Text()
    for piece, stands_out in pieces:
        text.append(strip_controls(repair_text(piece)), f"{style} bold" if stands_out else style)
    return [Text.assemble((f"{sign} ", style), line) for line in text.split("\n", allow_blank=True)]


def _hanging(texts: Sequence[Text]) -> RenderableType:
    """Return lines whose first two columns stay free of what is broken behind them."""
    grid = Table.grid(padding=0, pad_edge=False, expand=True)
    grid.add_column(width=2)
    grid.add_column(ratio=1, overflow="fold")
    for text in texts:
        head, rest = text.divide([2])
        grid.add_row(head, rest)
    return grid
