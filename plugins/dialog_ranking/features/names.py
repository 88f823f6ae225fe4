"""The features there are, each documented: what it says, on which scale, and when it is missing.

Terms are words (without the commonest, cut to their first letters so that "deliveries" meets "delivery") and, where a
writing system puts no spaces, characters and pairs of them. An overlap is a share of terms, from 0 to 1.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature.

    Attributes:
        meaning: What it says, in one sentence.
        low: Its least value.
        high: Its greatest value.
        missing: When it is missing; empty: never.
        told: Whether others tell it (a policy, an annotator, an encoder), so that its absence is worth a remark; else
            it follows from the candidates and the conversation, and so does whether it is missing.
    """

    meaning: str
    low: float = 0.0
    high: float = 1.0
    missing: str = ""
    told: bool = False


ODDS = math.log(0.999 / 0.001)  # log odds a probability counts for at most
LONGEST = 8.0  # a logarithm of 1 + a number of terms counts for no more

ALONE = "no other policy proposes anything"
NO_EVIDENCE = "the reply rests on no evidence"
NO_INTENTS = "no annotator tells intents"
NO_TERMS = "the message, or the reply, has no terms"

FEATURES: Mapping[str, Feature] = {
    # the policy's own opinion
    "score": Feature("The policy's own score."),
    "default_odds": Feature("Log odds of the probability the default ranker gives the score.", -ODDS, ODDS),
    "rank": Feature("1 for the policy's best candidate, 1/2 for its second, 1/3 for its third."),
    "margin": Feature(
        "How far the score is above that of the policy's best other candidate.",
        -1.0,
        1.0,
        "it is the policy's only candidate, and the policy itself tells no margin",
    ),
    "log_probability": Feature(
        "A language model's mean log probability of a token of the reply.",
        -20.0,
        0.0,
        "the policy tells none",
        told=True,
    ),
    # the other candidates
    "best_other": Feature("The highest default probability of another policy's candidates; 0 where there are none."),
    "best_other_kind": Feature(
        "The highest default probability of the candidates of policies of other kinds; 0 where there are none."
    ),
    "proposing": Feature("How many policies propose anything.", 0.0, 50.0),
    "agreement": Feature(
        "The highest overlap (Dice) with another policy's best candidate that is not word for word the same.",
        missing="no other policy proposes anything else",
    ),
    "same_text": Feature("Whether another policy proposes the very same words, however many do.", missing=ALONE),
    "same_evidence": Feature(
        "Whether another policy's best candidate rests on evidence from the same place.",
        missing=f"{NO_EVIDENCE}, or {ALONE}",
    ),
    # the words of message, context, reply and evidence
    "message_in_reply": Feature("Share of the message's terms that the reply has.", missing=NO_TERMS),
    "reply_in_message": Feature("Share of the reply's terms that the message has.", missing=NO_TERMS),
    "context_in_reply": Feature(
        "Share of the terms of what was said before that the reply has.",
        missing="nothing was said before, or the reply has no terms",
    ),
    "reply_in_context": Feature(
        "Share of the reply's terms that what was said before has.",
        missing="nothing was said before, or the reply has no terms",
    ),
    "message_in_evidence": Feature(
        "Share of the message's terms in the piece of evidence that is most like it, such as the question found.",
        missing=f"{NO_EVIDENCE}, or the message has no terms",
    ),
    "evidence_in_message": Feature(
        "Share of that piece's terms that the message has.", missing=f"{NO_EVIDENCE}, or the message has no terms"
    ),
    "evidence": Feature("How many pieces of evidence the reply rests on, of three that are looked at.", 0.0, 3.0),
    "groundedness": Feature(
        "How much of the reply rests on its evidence: what the policy itself says, or the share of the reply's terms "
        "that stand in its evidence.",
        missing=f"{NO_EVIDENCE} and the policy says nothing of it",
    ),
    "meaning": Feature(
        "Similarity of message and reply in meaning: the cosine of their vectors.",
        -1.0,
        1.0,
        "no `encoder` is given, or a text says nothing to it",
        told=True,
    ),
    "evidence_meaning": Feature(
        "Similarity of the message and the first piece of evidence in meaning.",
        -1.0,
        1.0,
        f"no `encoder` is given, or {NO_EVIDENCE}",
        told=True,
    ),
    # the reply
    "length": Feature("Logarithm of 1 + the number of the reply's terms.", 0.0, LONGEST),
    "language_match": Feature(
        "Share of the reply's letters in the writing of the language to answer in: Chinese, Japanese and Korean "
        "writing against all others.",
        missing="the reply has no letters",
    ),
    "acts": Feature("Whether the reply goes with an action."),
    "repeats_last": Feature(
        "Whether it is word for word what the bot said last, which the default ranker has already discounted.",
        missing="the bot has said nothing yet",
    ),
    "repeats": Feature(
        "Share of the reply's terms that the bot's latest replies have.",
        missing="the bot has said nothing yet, or the reply has no terms",
    ),
    # the turn: the same for all candidates, and weighed for each policy
    "of_flow": Feature("Whether the reply is of the policy whose flow is under way.", missing="no flow is under way"),
    "flow_active": Feature("Whether a task flow is under way."),
    "intent_probability": Feature("The probability of the likeliest intent.", missing=NO_INTENTS, told=True),
    "intent_margin": Feature(
        "How far the probability of the likeliest intent is above that of the next.", missing=NO_INTENTS, told=True
    ),
    "intent_entropy": Feature(
        "Entropy (natural logarithm) of the five likeliest intents.", 0.0, 1.61, NO_INTENTS, told=True
    ),
    "out_of_scope": Feature("Whether the message is none of the intents.", missing=NO_INTENTS, told=True),
    "message_length": Feature("Logarithm of 1 + the number of the message's terms.", 0.0, LONGEST),
    "question": Feature("Whether there is a question mark in the message."),
    "first": Feature("Whether it is the first message of the user."),
}
"""In the order of their columns."""

FAMILIES: Mapping[str, Feature] = {
    "policy": Feature("Whether the reply is of this policy.", missing="the policy was not there in training"),
    "kind": Feature("Whether the reply is of a policy of this kind.", missing="the kind was not there in training"),
    "other": Feature(
        "The highest default probability of this policy's candidates; 0 where it proposes nothing.",
        missing="the reply is of this policy itself",
    ),
    "own": Feature(
        "A number the policy itself tells under this name (`Candidate.features`).",
        float("-inf"),
        float("inf"),
        "the policy does not tell it",
        told=True,
    ),
    "ranker": Feature(
        "The probability that the ranker of this name gives, one of `rankers`.", missing="that ranker failed", told=True
    ),
}
"""Features there is one of for each policy, kind, number or ranker: their columns are called `policy.faq`."""

PRIOR, BASE, CALIBRATION, OTHERS = "prior", "base", "calibration", "others"
CONTRIBUTIONS: Mapping[str, str] = {
    PRIOR: "What the default ranker makes of the candidate, as log odds.",
    BASE: "What the model adds to every candidate alike.",
    CALIBRATION: "What makes the probability an honest one: all of the above, made more or less sure of itself.",
    OTHERS: "Everything that counts for less than .01 alone.",
}
"""What else a probability is made of, besides features."""
