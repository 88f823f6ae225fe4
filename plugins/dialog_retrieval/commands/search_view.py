"""What was found for a question, side by side."""

from collections.abc import Sequence

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from dialog_core.retrieval import Hit
from dialog_core.text import repair_text, strip_controls
from dialog_retrieval.commands.searching import Findings, found_entries, key_of
from dialog_retrieval.commands.shown import clean, plain_table, shortened

EIGHTHS = " ▏▎▍▌▋▊▉█"
WIDEST_BAR = 10  # columns
SCORE = 9  # columns of rank and score, with what is between them
NARROWEST_ENTRY = 24  # columns
GOOD, FAIR = 0.8, 0.3  # from these scores on a default bot answers at once, or at all
ANSWER_LINES = 12
BAR = "┃ "  # in front of the answer


def show(console: Console, findings: Sequence[Findings], *, explain: bool) -> None:
    """Print a table of what each retriever found, and the best answer below."""
    hits = found_entries(findings)
    if hits:
        console.print(_table(console, hits, findings))
    else:
        console.print(Text("Nothing was found.", "bold"))
    for each in findings:
        if each.error:
            console.print(Text(f"{clean(each.name)} failed: {clean(each.error)}", "red"), soft_wrap=True)
    if hits:
        console.print()
        _show_answer(console, hits[0])
    if hits and explain:
        _show_features(console, findings)


def _table(console: Console, hits: Sequence[Hit], findings: Sequence[Findings]) -> Table:
    several = len({hit.knowledge for hit in hits}) > 1
    share = (console.width - NARROWEST_ENTRY) // len(findings) - SCORE - 3
    bar = max(min(share, WIDEST_BAR), 0) if share >= 3 else 0
    columns = console.width - len(findings) * (SCORE + bar + 3) - 2
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("entry", ratio=1, no_wrap=True)
    for each in findings:
        head = Text(clean(each.name), no_wrap=True)
        head.append(f"\n{each.seconds * 1e3:.1f} ms", "not bold dim")
        table.add_column(head, no_wrap=True, min_width=SCORE)
    for number, hit in enumerate(hits):
        name = Text(clean(hit.entry.id), "bold" if number == 0 else "")
        if several:
            name = Text(f"{clean(hit.knowledge)} / ", "dim").append_text(name)
        name.truncate(max(columns, NARROWEST_ENTRY), overflow="ellipsis")
        title = hit.matched or next(iter(hit.entry.questions), "") or hit.entry.answer
        snippet = shortened(title, max(columns, NARROWEST_ENTRY))
        snippet.stylize("dim")
        table.add_row(Group(name, snippet), *(_cell(each, hit, bar) for each in findings))
    return table


def _cell(findings: Findings, hit: Hit, bar: int) -> Text:
    rank = findings.rank(key_of(hit))
    if rank is None:
        return Text("·", "dim")
    score = findings.hits[rank - 1].score
    colour = "green" if score >= GOOD else "cyan" if score >= FAIR else "dim"
    cell = Text().append(f"{rank:>2} ", "bold" if rank == 1 else "dim")
    if bar:
        cell.append(_bar(score, bar), colour)
        cell.append(" ")
    return cell.append(f"{score:.3f}", colour)


def _bar(score: float, width: int) -> str:
    eighths = round(min(max(score, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (EIGHTHS[rest] if rest else "")).ljust(width)


def _show_answer(console: Console, hit: Hit) -> None:
    lines = strip_controls(repair_text(hit.entry.answer)).strip().splitlines()
    shown = Text("\n".join(lines[:ANSWER_LINES]))
    if len(lines) > ANSWER_LINES:
        shown.append(f"\n… and {len(lines) - ANSWER_LINES} more lines", "dim")
    if hit.entry.source:
        shown.append(f"\n{clean(hit.entry.source)}", "dim")
    for line in shown.wrap(console, max(console.width - len(BAR), 20)):
        line.rstrip()
        console.print(Text().append(BAR, "cyan").append_text(line))


def _show_features(console: Console, findings: Sequence[Findings]) -> None:
    console.print()
    table = plain_table()
    table.add_column("retriever", no_wrap=True)
    table.add_column("entry", overflow="fold")
    table.add_column("what its score was made from", overflow="fold", ratio=1)
    for each in findings:
        for number, hit in enumerate(each.hits):
            features = Text("  ".join(f"{clean(name)} {value:.3g}" for name, value in hit.features.items()), "dim")
            table.add_row(Text(clean(each.name), "bold") if number == 0 else "", Text(clean(hit.entry.id)), features)
    console.print(table)
