"""The table behind `/explain`: what each policy proposed, what the ranker made of it, and why the winner won."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from dialog_terminal import palette
from dialog_terminal.contributions import picture
from dialog_terminal.layout import one_line, shortened, unmarked
from dialog_terminal.notes import has_failed, notes_in_words, time_in_words
from dialog_terminal.phrases import Phrases
from dialog_terminal.wrap import Wrapped

JsonObject = Mapping[str, Any]

LOG_ODDS = "log odds"  # the scale on which contributions are drawn

LEFT_OUT = "…"  # what a trace has in place of what is too long for it

_MOST_CANDIDATES = 8
_MOST_CONTRIBUTIONS = 5
_BAR_WIDTH = 8
_LABEL_SHARE = 3  # at most a third of the columns for who did something: a longer name goes on below itself
_TIME_WIDTH = len("999 ms")  # whatever it took, so that the same reply has the same table


def explain(trace: JsonObject, asked: str, phrases: Phrases, width: int) -> RenderableType:
    """Return the explanation of a turn.

    Args:
        trace: What `Trace.to_json` returned.
        asked: The message that was answered.
        phrases: In which language.
        width: In how many columns it will be shown: long candidates are cut to a few lines of theirs.
    """
    parts: list[RenderableType] = [
        Text.assemble((f"{phrases.message}  ", palette.MUTED), shortened(asked, width - 12)),
        "",
    ]
    candidates = list(trace["candidates"])
    if candidates:
        parts.append(_candidate_table(candidates, trace, phrases, width))
        if len(candidates) > _MOST_CANDIDATES:
            more = phrases.more_candidates.format(n=len(candidates) - _MOST_CANDIDATES)
            parts.append(Text(f"  {more}", palette.MUTED))
        if trace.get("scale") == LOG_ODDS and (bars := picture(candidates, trace["chosen"], phrases, width)):
            parts += ["", bars]
    else:
        parts.append(Text(phrases.no_candidates, palette.MUTED))
    parts += ["", *_reports(trace, phrases, width)]
    return Group(*parts)


def _candidate_table(candidates: Sequence[JsonObject], trace: JsonObject, phrases: Phrases, width: int) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=palette.MUTED, expand=True)
    table.add_column("", width=1)
    table.add_column(phrases.policy, max_width=16, overflow="fold")
    table.add_column(phrases.candidate, ratio=1, overflow="fold")
    table.add_column(phrases.score, justify="right", no_wrap=True)
    table.add_column(phrases.probability, no_wrap=True, min_width=_BAR_WIDTH + 5)
    table.add_column(phrases.time, justify="right", no_wrap=True, min_width=_TIME_WIDTH)
    seconds = {report["policy"]: report["seconds"] for report in trace["policies"]}
    shown = [*enumerate(candidates)][:_MOST_CANDIDATES]
    if isinstance(trace["chosen"], int) and trace["chosen"] >= _MOST_CANDIDATES:
        shown[-1] = (trace["chosen"], candidates[trace["chosen"]])  # the winner is never among those left out
    for index, candidate in shown:
        won = index == trace["chosen"]
        policy = one_line(str(candidate["policy"]))
        table.add_row(
            Text("✓" if won else "", palette.GOOD),
            Text(policy, palette.STRONG if won else ""),
            Wrapped(_proposal(candidate, width, drawn=trace.get("scale") == LOG_ODDS)),
            Text(f"{candidate['score']:.2f}"),
            _bar(float(candidate["probability"]), won=won),
            Text(time_in_words(seconds.get(candidate["policy"])), palette.MUTED),
        )
    return table


def _proposal(candidate: JsonObject, width: int, *, drawn: bool) -> Text:
    """The text of a candidate on two or three lines, and below it what made its probability, unless that is drawn."""
    text = Text(shortened(unmarked(str(candidate["text"])), width))
    if candidate.get("action"):
        action = candidate["action"]
        arguments = ", ".join(f"{name}={_argument(value)}" for name, value in action["arguments"].items())
        text.append(
            f"{' ' if text.plain else ''}{shortened(action['name'] + '(' + arguments + ')', width)}", palette.CODE
        )
    largest = sorted(candidate["contributions"].items(), key=lambda item: -abs(item[1]))[:_MOST_CONTRIBUTIONS]
    contributions = "  ".join(f"{one_line(name)} {amount:+.2f}" for name, amount in largest)
    if contributions and not drawn:
        text.append(f"\n{contributions}", palette.MUTED)
    return text


def _argument(value: Any) -> str:
    return LEFT_OUT if value == LEFT_OUT else repr(value)


def _bar(probability: float, *, won: bool) -> Text:
    filled = round(max(0.0, min(1.0, probability)) * _BAR_WIDTH)
    return Text.assemble(
        ("━" * filled, palette.GOOD if won else palette.BAR),
        ("╌" * (_BAR_WIDTH - filled), palette.MUTED),
        f" {probability:.2f}",
    )


def _reports(trace: JsonObject, phrases: Phrases, width: int) -> list[RenderableType]:
    """Why the winner won, who failed, who had nothing, what policies note, and what guards and the like did."""
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(max_width=max(width // _LABEL_SHARE, 1), overflow="fold", style=palette.MUTED)
    table.add_column(overflow="fold")
    if trace["reason"]:
        table.add_row(phrases.why, Text(one_line(trace["reason"])))
    about = [phrases.in_all.format(time=time_in_words(trace["seconds"]))]
    if trace["ranker"]:
        about.insert(0, phrases.ranked_by.format(ranker=one_line(trace["ranker"])))
    table.add_row("", Text(" · ".join(about), palette.MUTED))
    if trace.get("explored") and trace.get("propensity") is not None:
        told = phrases.left_to_chance.format(propensity=f"{trace['propensity']:.2f}")
        table.add_row("", Text(told, palette.MUTED))
    known: set[str] = set()  # a policy that goes on from an action notes once more what it noted before
    for report in trace["policies"]:
        failed = has_failed(report)
        notes = notes_in_words(report.get("notes", {}), phrases)
        known.update(notes)
        if report["status"] == "proposed" and not failed:
            if notes:
                table.add_row(Text(one_line(report["policy"])), _dim(notes))
            continue
        status = getattr(phrases, "status_" + report["status"].replace(" ", "_"), one_line(report["status"]))
        error = "" if report["status"] == "breaker open" else one_line(report["error"])  # it says the same
        words = f"{status}: {error}" if error else status
        if report["seconds"]:
            words += f" ({time_in_words(report['seconds'])})"
        style = palette.BAD if failed else palette.MUTED
        table.add_row(Text(one_line(report["policy"]), style), Text(words, style))
        if notes:
            table.add_row("", _dim(notes))
    for part in trace["parts"]:
        table.add_row(Text(one_line(part["part"])), Text(one_line(part["verdict"])))
        known.add(part["verdict"].partition(": ")[2])
        notes = notes_in_words(_new(part.get("notes", {}), known), phrases)
        if notes := [note for note in notes if note not in known]:
            table.add_row("", _dim(notes))
        known.update(notes)
    return [table]


def _new(notes: JsonObject, told: Collection[str]) -> JsonObject:
    """Return notes without those that repeat what was told of an action that failed."""
    return {
        name: [each for each in value if not any(one and one in str(each) for one in told)]
        if isinstance(value, list)
        else value
        for name, value in notes.items()
    }


def _dim(lines: Sequence[str]) -> Text:
    return Text("\n".join(lines), palette.MUTED)
