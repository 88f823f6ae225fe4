"""Response selection: where the right reply would stand among others, drawn from other dialogues.

Recall@1 of 10 and of 100 are how retrieval-based dialogue systems are compared (Lowe et al. 2015, "The Ubuntu Dialogue
Corpus", section 4.3; Henderson et al. 2019, "A Repository of Conversational Datasets", section 4).
"""

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from dialog_core import Bot, JsonValue, Turn
from dialog_core.interfaces import LanguageModel
from dialog_evaluation.replies.words import folded, normalised
from dialog_evaluation.runs.answers import PolicyAnswer, TurnAnswer
from dialog_evaluation.runs.aside import aside
from dialog_evaluation.runs.questions import Held, Question

CANDIDATES = "candidates"  # the metadata in which a source keeps replies to choose from, the right one among them
TurnFor = Callable[[str], Awaitable[Turn]]
REMEMBERED = 20_000  # texts whose words are counted once; a distractor comes again and again
TRIES = 50  # draws for one distractor before another that says the same is taken all the same


class Selection:
    """Ranks the right reply among distractors, as each policy would.

    A language model ranks by how likely it finds each candidate, for each of its tokens. Everybody else is asked what
    it would say, and candidates rank by how alike they are to that (unigram F1 of the words as ParlAI compares them).
    Where candidates are equally good, as all are to a policy that says nothing, chance decides; it falls the same way
    in every run of the same seed.
    """

    def __init__(self, bot: Bot, held: Sequence[Held], count: int, seed: int) -> None:
        """Prepare to rank.

        Args:
            bot: The bot.
            held: All dialogues; their replies are the distractors.
            count: Among how many candidates; where a source has its own, all of those.
            seed: For the draw.
        """
        self._bot = bot
        self._count = count
        self._seed = seed
        self._replies = [
            (one.position, question.reference) for one in held for question in one.questions if question.reference
        ]
        self._models = {name: policy for name, policy in bot.policies.items() if isinstance(policy, LanguageModel)}

    async def ranked(self, held: Held, question: Question, answer: TurnAnswer, turn_for: TurnFor) -> TurnAnswer:
        """Return an answer with its ranks.

        Args:
            held: The dialogue.
            question: The question.
            answer: What the bot answers.
            turn_for: Returns the turn that a policy is given.
        """
        candidates, right = self.candidates(held, question)
        if len(candidates) < 2:
            return answer
        policies = tuple([await self._placed(policy, candidates, right, turn_for) for policy in answer.policies])
        speaking = next((one for one in policies if one.policy == answer.policy and one.policy in self._models), None)
        if speaking is not None and speaking.rank is not None:
            rank = speaking.rank
        else:
            rank = _rank(_alike(answer.text, candidates), right)
        return replace(answer, policies=policies, rank=rank, candidates=len(candidates))

    def candidates(self, held: Held, question: Question) -> tuple[list[str], int]:
        """Return the candidates for a reply, in an order that says nothing, and which of them is right."""
        if question.reply is None or not question.reference:
            return [], 0
        chance = random.Random(f"{self._seed}/{held.position}/{question.number}")
        recorded = _recorded(question.reply.metadata.get(CANDIDATES), question.reference)
        found = recorded or self._drawn(held, question.reference, chance)
        chance.shuffle(found)
        place = chance.randrange(len(found) + 1)
        return [*found[:place], question.reference, *found[place:]], place

    def _drawn(self, held: Held, reference: str, chance: random.Random) -> list[str]:
        """Return replies of other dialogues, no two of them the same as far as there are so many."""
        taken = {folded(reference)}
        found: list[str] = []
        if not any(position != held.position for position, _ in self._replies):
            return []
        for _ in range(TRIES * self._count):
            if len(found) == self._count - 1:
                break
            position, text = chance.choice(self._replies)
            if position != held.position and folded(text) not in taken:
                taken.add(folded(text))
                found.append(text)
        return found

    async def _placed(
        self, policy: PolicyAnswer, candidates: Sequence[str], right: int, turn_for: TurnFor
    ) -> PolicyAnswer:
        if policy.status == "not asked":
            return policy
        model = self._models.get(policy.policy)
        if model is None:
            return replace(policy, rank=_rank(_alike(policy.text, candidates), right))
        try:
            turn = await turn_for(policy.policy)
            asked = [(turn, candidate) for candidate in candidates]
            told = await aside(model.likelihoods, asked)
            scores = [one.log_probability / max(one.tokens, 1) for one in told]
            if len(scores) != len(candidates):
                raise ValueError("it does not say a likelihood for each candidate")
        except Exception as error:  # whatever a policy does: what it says is still measured
            return replace(policy, reason=policy.reason or f"likelihoods: {type(error).__name__}: {error}")
        return replace(policy, rank=_rank(scores, right))


def _recorded(candidates: JsonValue, reference: str) -> list[str]:
    """Return the replies a source offers to choose from, without the right one; nothing where it offers none."""
    if not isinstance(candidates, list | tuple) or not all(isinstance(one, str) for one in candidates):
        return []
    right = folded(reference)
    return [one for one in candidates if folded(one) != right]


def _rank(scores: Sequence[float], right: int) -> int:
    """Return the place of the right one; of equals, what stands earlier comes first, and the order is by chance."""
    mine = scores[right]
    return 1 + sum(score > mine or (score == mine and place < right) for place, score in enumerate(scores))


def _alike(text: str, candidates: Sequence[str]) -> list[float]:
    said = _counted(text)
    return [_f1(said, _counted(candidate)) for candidate in candidates]


@lru_cache(maxsize=REMEMBERED)
def _counted(text: str) -> Counter[str]:
    return Counter(normalised(text))


def _f1(one: Counter[str], other: Counter[str]) -> float:
    shared = sum((one & other).values())
    return 2 * shared / (one.total() + other.total()) if shared else 0.0
