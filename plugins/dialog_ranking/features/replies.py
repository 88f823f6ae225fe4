"""What features see of replies: beside the message, what was said before, and their evidence."""

import math
from collections.abc import Mapping, Sequence

from dialog_core import Candidate
from dialog_ranking.choices.choice import PASSAGE, PASSAGES
from dialog_ranking.features.candidates import Candidates
from dialog_ranking.features.names import LONGEST
from dialog_ranking.features.numbers import MISSING
from dialog_ranking.features.texts import Text, look_at, union
from dialog_ranking.features.turns import Seen

MOST_UNLIKELY = 20.0  # a token's log probability counts for no less than minus that


def lexical(candidates: Candidates, turn: Seen) -> dict[str, list[float]]:
    """Return the features from the words of message, context, reply and evidence."""
    message_in_reply, reply_in_message = _shared(candidates, turn.message.terms)
    context_in_reply, reply_in_context = _shared(candidates, turn.context)
    resting = [
        _resting(candidate, told, reply, turn.message)
        for candidate, told, reply in zip(candidates.given, candidates.told, candidates.replies, strict=True)
    ]
    return {
        "message_in_reply": message_in_reply,
        "reply_in_message": reply_in_message,
        "context_in_reply": context_in_reply,
        "reply_in_context": reply_in_context,
        "message_in_evidence": [found[0] for found in resting],
        "evidence_in_message": [found[1] for found in resting],
        "evidence": [float(min(len(candidate.evidence), PASSAGES)) for candidate in candidates.given],
        "groundedness": [found[2] for found in resting],
    }


def shape(candidates: Candidates, turn: Seen) -> dict[str, list[float]]:
    """Return the features of the reply itself."""
    replies, sizes = candidates.replies, candidates.sizes
    nothing = [MISSING] * len(replies)
    repeats = repeats_last = of_flow = nothing
    if turn.last is not None:
        repeats_last = [1.0 if text == turn.last else 0.0 for text in candidates.texts]
        repeats = [0.0] * len(replies)
        for said in turn.replies:
            known, count = said.terms, said.size
            overlaps = [
                2.0 * len(terms & known) / (size + count or 1)
                for terms, size in zip(candidates.terms, sizes, strict=True)
            ]
            repeats = list(map(max, repeats, overlaps))
    if turn.flow is not None:
        of_flow = [1.0 if policy == turn.flow else 0.0 for policy in candidates.policies]
    shares = [reply.east_asian for reply in replies]
    return {
        "log_probability": [_likelihood(told) if told else MISSING for told in candidates.told],
        "length": [min(math.log1p(size), LONGEST) for size in sizes],
        "language_match": [MISSING if share is None else share if turn.east_asian else 1.0 - share for share in shares],
        "acts": [0.0 if candidate.action is None else 1.0 for candidate in candidates.given],
        "repeats_last": repeats_last,
        "repeats": repeats,
        "of_flow": of_flow,
    }


def _shared(candidates: Candidates, said: frozenset[str]) -> tuple[list[float], list[float]]:
    """Return which share of what was said stands in each reply, and which share of the reply was said."""
    if not said:
        nothing = [MISSING] * len(candidates.sizes)
        return nothing, nothing
    count, sizes = len(said), candidates.sizes
    common = [len(terms & said) for terms in candidates.terms]
    of_said = [shared / count if size else MISSING for shared, size in zip(common, sizes, strict=True)]
    return of_said, [shared / size if size else MISSING for shared, size in zip(common, sizes, strict=True)]


def _resting(candidate: Candidate, told: Mapping[str, float], reply: Text, message: Text) -> tuple[float, float, float]:
    """Return how alike the message and the piece of evidence most like it are, and how grounded the reply is."""
    grounded = min(max(told.get("groundedness", MISSING), 0.0), 1.0) if told else MISSING  # NaN stays NaN
    evidence = candidate.evidence
    if not evidence:
        return MISSING, MISSING, grounded
    pieces = [look_at(piece.text[:PASSAGE]) for piece in evidence[:PASSAGES]]
    if reply.size and math.isnan(grounded):
        grounded = len(reply.terms & union(pieces)) / reply.size
    of_message, of_piece = _closest(message, pieces) if message.size else (MISSING, MISSING)
    return of_message, of_piece, grounded


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


def _likelihood(told: Mapping[str, float]) -> float:
    mean = told.get("mean_log_probability", MISSING)
    if math.isnan(mean) and "log_probability" in told and told.get("tokens", 0.0) >= 1:
        mean = told["log_probability"] / told["tokens"]
    return min(max(mean, -MOST_UNLIKELY), 0.0)
