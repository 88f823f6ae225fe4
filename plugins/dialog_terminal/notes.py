"""What policies tell of themselves in a trace, in words: what a language model used, then whatever else there is."""

from collections.abc import Iterator, Mapping
from typing import Any

from dialog_terminal.layout import shortened
from dialog_terminal.phrases import Phrases

JsonObject = Mapping[str, Any]

_MOST_LINES = 10
_LONGEST = 160  # columns of one line; it is wrapped where the terminal is narrower
_FAILURES = {"failed", "timed out", "breaker open"}
_USAGE = ("tokens_in", "tokens_cached", "tokens_out", "first_token_seconds", "seconds", "cost")


def has_failed(report: JsonObject) -> bool:
    """Return whether something went wrong with a policy, as its report in a trace says."""
    return report["status"] in _FAILURES or bool(report["error"])


def notes_in_words(notes: JsonObject, phrases: Phrases) -> list[str]:
    """Return notes a line each, numbers together and the usual ones of models first; nothing in them is markup."""
    used = " · ".join(_usage(notes, phrases))
    lines = [used] if used else []
    numbers = {name: value for name, value in notes.items() if _is_number(value)}
    counts = [f"{name}: {_said(value)}" for name, value in numbers.items() if name not in _USAGE]
    if counts:
        lines.append(shortened(" · ".join(counts), _LONGEST))
    for name, value in notes.items():
        if name in numbers:
            continue
        values = value if isinstance(value, list) else [value]
        if all(isinstance(each, str) and " " not in each for each in values) and values:
            values = [", ".join(values)]  # names
        lines += [shortened(f"{name}: {_said(each)}", _LONGEST) for each in values]
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], "…"]
    return lines


def time_in_words(seconds: float | None) -> str:
    """Return a time as it is read most easily."""
    if seconds is None:
        return ""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def _usage(notes: JsonObject, phrases: Phrases) -> Iterator[str]:
    told = {name: notes[name] for name in _USAGE if _is_number(notes.get(name))}
    if "tokens_in" in told or "tokens_out" in told:
        words = phrases.tokens_cached if told.get("tokens_cached") else phrases.tokens
        counts = {name: f"{told.get(name, 0):,.0f}" for name in ("tokens_in", "tokens_cached", "tokens_out")}
        yield words.format(**counts)
    if "first_token_seconds" in told:
        yield phrases.first_token.format(time=time_in_words(told["first_token_seconds"]))
    if "cost" in told:
        yield phrases.cost.format(cost=f"{told['cost']:.6f}".rstrip("0").rstrip(".") or "0")


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={_said(each)}" for name, each in value.items())
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
