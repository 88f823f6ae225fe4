"""Who is measured: one policy of a bot by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dialog_core import Bot
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.interfaces import LanguageModel, Likelihood, Warmable
from dialog_evaluation.generation.asking import Said
from dialog_evaluation.replies.cases import Case
from dialog_evaluation.replies.costs import cost_of
from dialog_evaluation.replies.history import conversation_before

GENERATIVE = "generative"
GROUNDEDNESS = "groundedness"
NOTHING = "proposed nothing"
WHOLE_BOT = "dialog-core evaluate BOT FILE"
WARMING = "warming up"  # a conversation of its own, so that nothing of it is remembered for another


def find_policy(bot: Bot, kinds: Mapping[str, str], name: str) -> str:
    """Return the policy to measure.

    Args:
        bot: Whose.
        kinds: The kinds of its policies, by name.
        name: What the user asked for; empty: the only language model there is.

    Raises:
        ConfigurationError: There is no such policy, or it is not clear which.
    """
    if name in kinds:
        return name
    models = [policy for policy, kind in kinds.items() if kind == GENERATIVE]
    if name:
        message, remedy = f"there is no policy {name!r}", did_you_mean(name, kinds)
    elif len(models) == 1:
        return models[0]
    elif models:
        message = f"there is more than one language model: {', '.join(models)}"
        remedy = f"Say which one with --policy. The whole bot: {WHOLE_BOT}"
    else:
        message = "none of the bot's policies is a language model"
        remedy = (
            "Add one to `policies:`, such as {use: transformers, model: ...}; --policy NAME measures any other policy, "
            f"and the whole bot: {WHOLE_BOT}"
        )
    raise ConfigurationError([Problem(message, bot.path, remedy=remedy)])


class PolicySpeaker:
    """One policy, grounded in what the tiers before it find. Nothing is stored and nothing is done."""

    def __init__(self, bot: Bot, policy: str, seconds: float) -> None:
        """Speak with a policy of a bot that may take so many seconds for each reply."""
        self._bot = bot
        self._policy = policy
        self._seconds = seconds

    @property
    def model(self) -> LanguageModel | None:
        """The policy, if it can say how likely replies are."""
        policy = self._bot.policies[self._policy]
        return policy if isinstance(policy, LanguageModel) else None

    def warm(self, first: Case) -> None:
        """Have the model loaded, so that the first reply is not timed with it; what runs here answers once for that."""
        policy = self._bot.policies[self._policy]
        if isinstance(policy, Warmable):
            policy.warm()
        if self.model is not None:
            self.answer(replace(first, dialogue=WARMING))

    def answer(self, case: Case) -> Said:
        """Ask the policy."""
        try:
            answer = self._bot.propose(case.question, self._policy, conversation_before(case), seconds=self._seconds)
        except Exception as error:  # an annotator, say; the other questions are still asked
            return Said("failed", reason=f"{type(error).__name__}: {error}")
        report = answer.report
        cost = cost_of({"seconds": report.seconds, **report.notes})
        if not answer.candidates:
            if report.status == "nothing":
                return Said("abstained", "", str(report.notes.get("abstained") or NOTHING), report.seconds, cost)
            late = f"took longer than {self._seconds:g} s" if report.status == "timed out" else ""
            return Said("failed", "", late or report.error or report.status, report.seconds, cost)
        best = max(answer.candidates, key=lambda candidate: candidate.score)
        if not best.text.strip():
            wanted = f"wanted {best.action.name} run first" if best.action else NOTHING
            return Said("abstained", "", wanted, report.seconds, cost)
        return Said("answered", best.text, "", report.seconds, cost, best.features.get(GROUNDEDNESS))

    def likelihoods(self, cases: Sequence[Case]) -> Sequence[Likelihood | None]:
        """Ask the model how likely it finds what people answered."""
        model = self.model
        if model is None:
            return [None] * len(cases)
        asked = [
            (self._bot.turn_for(case.question, self._policy, conversation_before(case)), case.reply) for case in cases
        ]
        return model.likelihoods(asked)
