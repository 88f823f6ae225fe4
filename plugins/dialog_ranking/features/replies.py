"""What features see of one candidate: its reply and evidence beside the message and what was said before."""

import math
from collections.abc import Mapping, Sequence

from dialog_core import Candidate
from dialog_ranking.choices.choice import PASSAGE, PASSAGES
from dialog_ranking.features.names import LONGEST
from dialog_ranking.features.numbers import MISSING
from dialog_ranking.features.texts import Text, look_at, union
from dialog_ranking.features.turns import Seen


def lexical(candidate: Candidate, told: Mapping[str, float], reply: Text, turn: Seen) -> tuple[float, ...]:
    """Return the features from the words of message, context, reply and evidence, in the order of `FEATURES`.

    Args:
        candidate: The candidate.
        told: The numbers its policy tells.
        reply: Its text.
        turn: The turn.
    """
    terms, size, asked, context = reply.terms, reply.size, turn.message.size, turn.context
    message_in_reply = reply_in_message = context_in_reply = reply_in_context = MISSING
    if size:
        if asked:
            common = len(terms & turn.message.terms)
            message_in_reply, reply_in_message = common / asked, common / size
        if context:
            common = len(terms & context)
            context_in_reply, reply_in_context = common / len(context), common / size
    message_in_evidence = evidence_in_message = MISSING
    grounded = min(max(told.get("groundedness", MISSING), 0.0), 1.0)  # NaN stays NaN
    evidence = candidate.evidence
    if evidence:
        pieces = [look_at(piece.text[:PASSAGE]) for piece in evidence[:PASSAGES]]
        if size and math.isnan(grounded):
            grounded = len(terms & union(pieces)) / size
        if asked:
            message_in_evidence, evidence_in_message = _closest(turn.message, pieces)
    return (
        message_in_reply,
        reply_in_message,
        context_in_reply,
        reply_in_context,
        message_in_evidence,
        evidence_in_message,
        float(min(len(evidence), PASSAGES)),
        grounded,
    )


def _closest(message: Text, pieces: Sequence[Text]) -> tuple[float, float]:
    """Return the share of the message's terms in the piece most like it, and of that piece's in the message."""
    of_message = of_piece = MISSING
    closest = -1.0
    for piece in pieces:
        if piece.size:
            common = len(message.terms & piece.terms)
            overlap = common / (message.size + piece.size)  # grows with Dice
            if overlap > closest:
                closest, of_message, of_piece = overlap, common / message.size, common / piece.size
    return of_message, of_piece


def shape(candidate: Candidate, text: str, reply: Text, turn: Seen) -> tuple[float, ...]:
    """Return the features of the reply itself, in the order of `FEATURES`."""
    share = reply.east_asian
    match = MISSING if share is None else share if turn.east_asian else 1.0 - share
    repeats_last = repeats = MISSING
    if turn.last is not None:
        repeats_last = 1.0 if text == turn.last else 0.0
        repeats = 0.0
        size, terms = reply.size, reply.terms
        for said in turn.replies:
            overlap = 2.0 * len(terms & said.terms) / (size + said.size or 1)
            if overlap > repeats:
                repeats = overlap
    return (
        min(math.log1p(reply.size), LONGEST),
        match,
        0.0 if candidate.action is None else 1.0,
        repeats_last,
        repeats,
        MISSING if turn.flow is None else 1.0 if turn.flow == candidate.policy else 0.0,
    )
