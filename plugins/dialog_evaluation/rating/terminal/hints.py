"""The line of keys at the bottom: which there are, and what they do."""

import re
from collections.abc import Collection, Sequence

from rich.cells import cell_len

from dialog_evaluation.rating.terminal.phrases import Phrases
from dialog_evaluation.rating.values import REASONS, Verdict

Hint = list[tuple[str, str]]
"""Pieces of text, each with its style."""

REASON_KEYS = dict(zip("rcfsy", REASONS, strict=True))
_KEY_IN_BRACES = re.compile(r"\{([^}]+)\}")
_SHOWN = {"back": "←", "help": "?", "enter": "⏎"}
KEY, CHOSEN = "bold ansicyan", "bold ansigreen"
GAP = "  "  # between a key with what it does and the next


def keys_hint(phrases: Phrases, width: int) -> Hint:
    """Return what can be decided."""
    return _wrapped([_pieces(part) for part in phrases.keys.split(GAP)], width)


def reasons_hint(phrases: Phrases, verdict: Verdict, chosen: Collection[str], width: int) -> Hint:
    """Return which reasons there are for a verdict, those that were chosen standing out."""
    groups: list[Hint] = []
    for part in phrases.keys_reasons.replace("{why}", phrases.why[verdict]).split(GAP):
        if part != "{reasons}":
            groups.append(_pieces(part))
            continue
        for key, reason in REASON_KEYS.items():
            name = phrases.reasons[reason]
            groups.append([(KEY, key), (CHOSEN, f" {name}✓") if reason in chosen else ("", f" {name}")])
    return _wrapped(groups, width)


def _pieces(text: str) -> Hint:
    """Return a hint with its keys, which stand in braces, in their colour."""
    parts = enumerate(_KEY_IN_BRACES.split(text))
    return [(KEY, _SHOWN.get(part, part)) if number % 2 else ("", part) for number, part in parts]


def _wrapped(groups: Sequence[Hint], width: int) -> Hint:
    """Return groups of a key and what it does on as many lines as they need, none of them broken."""
    pieces: Hint = []
    column = 0
    for group in groups:
        size = sum(cell_len(text) for _, text in group) + len(GAP)
        if column and column + size > width:
            pieces.append(("", "\n"))
            column = 0
        pieces += [("", GAP), *group]
        column += size
    return pieces
