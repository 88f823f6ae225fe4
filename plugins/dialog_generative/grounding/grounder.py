"""Gathers what replies may rest on, and judges how much of a reply does."""

from collections.abc import Sequence

from dialog_core import Candidate, Context, Evidence, Turn
from dialog_generative.chat import Completion
from dialog_generative.grounding.citations import cite
from dialog_generative.grounding.entailment import Entailment
from dialog_generative.grounding.evidence import told
from dialog_generative.grounding.overlap import groundedness
from dialog_generative.options import GenerativeOptions
from dialog_generative.prompting.shortening import whole_sentences

GROUNDEDNESS, EVIDENCE_COUNT = "groundedness", "evidence_count"  # features the guard reads
UNGROUNDED_SCORE = 0.5  # of a reply that had no evidence to rest on: there is no telling
CUT = 0.9  # what is left of the score of a reply that was broken off
RESTS_ON = 0.5  # of a reply's words: a piece of evidence with so many of them is shown although it was not cited


class Grounder:
    """Gathers evidence and makes candidates of completions.

    A candidate's score is how much of it rests on the evidence. Where the model may answer without evidence, it is
    `UNGROUNDED_SCORE` if there was none, and something between the two if the best there was hardly fits the message
    (by its score, from 0 to 1): chatting next to evidence about something else is no offence. The score is lower where
    the reply was broken off. A candidate's features are:

    - `evidence_count`: how many pieces of evidence there were, `cited`: how many of them the reply cites;
    - `groundedness`: how much of it rests on them, where there were any. With a model for entailment it is that
      model's judgement, and the share of common words is `overlap`;
    - `tokens`, `log_probability` and, for each token, `mean_log_probability`, where the backend tells;
    - `cut`: 1 where the reply was broken off.
    """

    def __init__(self, options: GenerativeOptions, context: Context) -> None:
        self._options = options
        self._context = context
        self._entailment = Entailment(options.entailment) if options.entailment else None

    def gather(self, turn: Turn) -> tuple[Evidence, ...]:
        """Return the evidence of the policies the options name, best first, in the order it is cited by.

        What says the same as another piece, found twice or by two policies, is left out.
        """
        found = [item for policy in self._options.grounded_in for item in turn.evidence.get(policy, ())]
        found.sort(key=lambda item: -item.score)
        different: dict[str, Evidence] = {}
        for item in found:
            text = " ".join(told(item).split()).casefold()
            if text:
                different.setdefault(text, item)
        return tuple(different.values())[: self._options.evidence_limit]

    async def candidate(self, turn: Turn, said: Completion, evidence: tuple[Evidence, ...]) -> Candidate:
        """Return a completion as a candidate: with what it cites, and how well it is grounded.

        Raises:
            GenerationError: The model that judges how well it is grounded cannot be used.
        """
        was_cut = said.finish in ("length", "deadline")
        cited = cite(whole_sentences(said.text) if was_cut else said.text, evidence)
        features = {**_odds(said), EVIDENCE_COUNT: float(len(evidence)), "cited": float(len(cited.evidence))}
        features["cut"] = float(was_cut)
        if not evidence:
            score = UNGROUNDED_SCORE
            rests_on = cited.evidence
        else:
            texts = [told(item) for item in evidence]
            score = groundedness(cited.plain, texts, turn.text)
            if self._entailment is not None:
                features["overlap"] = score
                score = await self._entailment.judge(cited.plain, texts)
            features[GROUNDEDNESS] = score
            if self._options.answer_ungrounded:
                fits = min(max(max(item.score for item in evidence), 0.0), 1.0)
                score = fits * score + (1 - fits) * UNGROUNDED_SCORE
            rests_on = cited.evidence or _resembling(cited.plain, evidence, texts, turn.text)
        return Candidate(cited.text, score * CUT if was_cut else score, evidence=rests_on, features=features)

    def acting(self, turn: Turn, said: Completion, evidence: tuple[Evidence, ...]) -> Candidate:
        """Return a completion that wants an action run as a candidate; its text may be empty.

        What it will rest on is what the action gives, so nothing is judged yet.
        """
        cited = cite(said.text, evidence)
        return Candidate(cited.text, UNGROUNDED_SCORE, evidence=cited.evidence, features=_odds(said))


def _odds(said: Completion) -> dict[str, float]:
    features = {"tokens": float(said.tokens)} if said.tokens else {}
    if said.log_probability is not None:
        features["log_probability"] = said.log_probability
        features["mean_log_probability"] = said.log_probability / max(said.tokens, 1)
    return features


def _resembling(reply: str, evidence: Sequence[Evidence], texts: Sequence[str], question: str) -> tuple[Evidence, ...]:
    """Return the evidence a reply has most of its words from, the most first."""
    overlaps = [groundedness(reply, [text], question) for text in texts]
    best = sorted(range(len(evidence)), key=lambda index: -overlaps[index])
    return tuple(evidence[index] for index in best if overlaps[index] >= RESTS_ON)
