"""What features see of replies: beside the message, what was said before, and their evidence."""

from collections.abc import Mapping
from math import isnan, log1p

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
    nothing = [MISSING] * len(candidates.given)
    repeats = repeats_last = of_flow = nothing
    if turn.last is not None:
        repeats_last = [1.0 if text == turn.last else 0.0 for text in candidates.texts]
        known = turn.replied
        repeats = [
            len(terms & known) / size if size else MISSING
            for terms, size in zip(candidates.terms, candidates.sizes, strict=True)
        ]
    if turn.flow is not None:
        of_flow = [1.0 if policy == turn.flow else 0.0 for policy in candidates.policies]
    shares = [reply.east_asian for reply in candidates.replies]
    return {
        "log_probability": [_likelihood(told) if told else MISSING for told in candidates.told],
        "length": [min(log1p(size), LONGEST) for size in candidates.sizes],
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
    if len(evidence) == 1:
        closest = look_at(evidence[0].text, PASSAGE)
        known = closest.terms
    else:
        pieces = [look_at(piece.text, PASSAGE) for piece in evidence[:PASSAGES]]
        sized = [piece for piece in pieces if piece.size] or pieces
        closest = max(sized, key=lambda piece: len(message.terms & piece.terms) / (message.size + piece.size or 1))
        known = union(pieces)
    if reply.size and isnan(grounded):
        grounded = len(reply.terms & known) / reply.size
    if not (message.size and closest.size):
        return MISSING, MISSING, grounded
    common = len(message.terms & closest.terms)
    return common / message.size, common / closest.size, grounded


def _likelihood(told: Mapping[str, float]) -> float:
    mean = told.get("mean_log_probability", MISSING)
    if isnan(mean) and "log_probability" in told and told.get("tokens", 0.0) >= 1:
        mean = told["log_probability"] / told["tokens"]
    return min(max(mean, -MOST_UNLIKELY), 0.0)
