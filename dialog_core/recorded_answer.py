"""What a policy answered once, out of a trace, as if it had answered now."""

from dataclasses import replace

from dialog_core.dispatch import Answer
from dialog_core.events import Evidence
from dialog_core.turn import Turn
from dialog_core.values import JsonValue

CUT_OFF = "…"  # what ends a text that a trace has cut


def as_recorded(answer: Answer, turn: Turn, tier: int) -> Answer:
    """Return a recorded answer as that of a policy of a tier of this turn.

    A trace keeps the beginning of long passages only. Where an earlier tier has found the same passage again, the
    answer rests on the whole of it: guards compare a reply with its evidence.
    """
    known = {piece.source: piece for found in turn.evidence.values() for piece in found if piece.source}
    candidates = tuple(
        replace(candidate, evidence=tuple(_completed(piece, known.get(piece.source)) for piece in candidate.evidence))
        for candidate in answer.candidates
    )
    return replace(answer, report=replace(answer.report, tier=tier), candidates=candidates)


def _completed(piece: Evidence, known: Evidence | None) -> Evidence:
    """Return what was found now where it is what was found then, of which a trace keeps the beginning."""
    if known is None or not _begins(piece.text, known.text):
        return piece
    same = all(_begins(value, known.metadata.get(name)) for name, value in piece.metadata.items())
    return replace(piece, text=known.text, metadata=known.metadata) if same else piece


def _begins(cut: JsonValue, whole: JsonValue) -> bool:
    if isinstance(cut, str) and isinstance(whole, str) and cut.endswith(CUT_OFF):
        return whole.startswith(cut.removesuffix(CUT_OFF))
    return bool(cut == whole)
