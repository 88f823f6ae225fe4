"""What features see of one candidate: its reply and evidence beside the message and what was said before."""

import math

from dialog_core import Candidate
from dialog_ranking.choices.choice import PASSAGE, PASSAGES
from dialog_ranking.features.names import LONGEST
from dialog_ranking.features.numbers import MISSING, number
from dialog_ranking.features.texts import Text, look_at
from dialog_ranking.features.turns import Seen


def lexical(candidate: Candidate, reply: Text, turn: Seen) -> tuple[float, ...]:
    """Return the features from the words of message, context, reply and evidence, in the order of `FEATURES`."""
    terms, size, message = reply.terms, reply.size, turn.message
    message_in_reply = reply_in_message = context_in_reply = reply_in_context = MISSING
    if size:
        if message.size:
            common = len(terms & message.terms)
            message_in_reply, reply_in_message = common / message.size, common / size
        if turn.context:
            common = len(terms & turn.context)
            context_in_reply, reply_in_context = common / len(turn.context), common / size
    message_in_evidence, evidence_in_message, grounded = _resting(candidate, reply, message)
    return (
        message_in_reply,
        reply_in_message,
        context_in_reply,
        reply_in_context,
        message_in_evidence,
        evidence_in_message,
        float(min(len(candidate.evidence), PASSAGES)),
        grounded,
    )


def _resting(candidate: Candidate, reply: Text, message: Text) -> tuple[float, float, float]:
    """Return how well the piece of evidence that fits the message best does so, and how grounded the reply is."""
    grounded = number(candidate.features["groundedness"]) if "groundedness" in candidate.features else MISSING
    if not candidate.evidence:
        return MISSING, MISSING, grounded
    pieces = [look_at(piece.text[:PASSAGE]) for piece in candidate.evidence[:PASSAGES]]
    if math.isnan(grounded) and reply.size:
        known = pieces[0].terms if len(pieces) == 1 else frozenset().union(*[piece.terms for piece in pieces])
        grounded = len(reply.terms & known) / reply.size
    of_message = of_evidence = closest = MISSING
    for piece in pieces if message.size else ():
        if piece.size:
            common = len(message.terms & piece.terms)
            overlap = common / (message.size + piece.size)
            if not overlap <= closest:  # the first is compared with NaN
                closest, of_message, of_evidence = overlap, common / message.size, common / piece.size
    return of_message, of_evidence, grounded


def shape(candidate: Candidate, text: str, reply: Text, turn: Seen) -> tuple[float, ...]:
    """Return the features of the reply itself, in the order of `FEATURES`."""
    share = reply.east_asian
    match = MISSING if share is None else share if turn.east_asian else 1.0 - share
    repeats_last = repeats = MISSING
    if turn.last is not None:
        repeats_last = 1.0 if text == turn.last else 0.0
        repeats = 0.0
        for said in turn.replies:
            both = reply.size + said.size
            if both:
                repeats = max(repeats, 2.0 * len(reply.terms & said.terms) / both)
    return (
        min(math.log1p(reply.size), LONGEST),
        match,
        0.0 if candidate.action is None else 1.0,
        repeats_last,
        repeats,
        MISSING if turn.flow is None else 1.0 if turn.flow == candidate.policy else 0.0,
    )
