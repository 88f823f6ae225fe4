"""The ranker `priority`: the rule of thumb that most bots are built on, as a baseline to beat."""

from collections.abc import Iterable, Sequence

from dialog_core import Candidate, Component, Context, Ranked, Turn
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_ranking.options import PriorityOptions


class PriorityRanker(Component[PriorityOptions]):
    """Believes the first policy of the bot file whose best score reaches its threshold.

    What reaches it is given its score as a probability, though never more than what stands before it; what does not
    reach it is given 0. No score was ever compared with what turned out to be right.
    """

    inline = True
    calibrated = False

    def __init__(self, options: PriorityOptions, context: Context) -> None:
        """See that thresholds are those of policies.

        Raises:
            ConfigurationError: A threshold is that of none.
        """
        super().__init__(options, context)
        if problems := list(check(options, context)):
            raise ConfigurationError(problems)

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> list[Ranked]:
        """Return the candidates: by policy in the order of the file, best score first, and then those left behind."""
        order: dict[str, int] = {}
        for candidate in candidates:
            order.setdefault(candidate.policy, len(order))
        in_order = sorted(candidates, key=lambda candidate: (order[candidate.policy], -candidate.score))
        passed: list[Ranked] = []
        failed: list[Ranked] = []
        most = 1.0
        for candidate in in_order:
            threshold = self.options.thresholds.get(candidate.policy, self.options.threshold)
            contributions = {f"{candidate.policy or 'score'} score {candidate.score:.2f}": candidate.score}
            if candidate.score < threshold:
                contributions[f"below the threshold {threshold:g}"] = -candidate.score
                failed.append(Ranked(candidate, 0.0, contributions))
                continue
            if candidate.score > most:
                contributions["stands behind others"] = most - candidate.score
            most = min(most, candidate.score)
            passed.append(Ranked(candidate, most, contributions))
        return [*passed, *failed]


def check(options: PriorityOptions, context: Context) -> Iterable[Problem]:
    """Yield a problem for each threshold of a policy that the bot does not have."""
    policies = context.policy_fingerprints() if options.thresholds else ()
    for name in options.thresholds if policies else ():  # outside of a bot there is nothing to compare with
        if name not in policies:
            yield Problem(
                f"there is no policy {name!r}", path=f"thresholds.{name}", remedy=did_you_mean(name, policies)
            )
