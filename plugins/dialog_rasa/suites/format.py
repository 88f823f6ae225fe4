"""The form of tests `stories`: stories that are followed step by step, as `rasa test` follows them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_core.interfaces import CaseOutcome, ForeignCase

if TYPE_CHECKING:
    from dialog_core import Bot
    from dialog_rasa.acting.policy import StoriesPolicy


class StoryTests(Component[Options]):
    """Reads `*.stories.yaml`, and compares what the bot's policy of stories predicts with what they say."""

    __test__: ClassVar[bool] = False  # it is no test of ours

    def recognizes(self, path: Path) -> bool:
        """Whether a file of another name has stories, such as those the bot goes by."""
        from dialog_rasa.suites.reading import holds_stories

        return holds_stories(path)

    def read(self, path: Path) -> Sequence[ForeignCase]:
        """Return the stories of a file; raise ConfigurationError with everything that is wrong with it."""
        from dialog_rasa.suites.reading import read_stories
        from dialog_rasa.suites.unrolling import unrolled

        return [ForeignCase(line.name, path, line.story.place.line, line) for line in unrolled(read_stories(path))]

    def run(self, case: ForeignCase, bot: "Bot", *, given: bool = False) -> CaseOutcome:
        """Follow a story; with `given`, messages mean what it says they mean."""
        from dialog_rasa.suites.following import follow

        policy = _policy_of(bot.policies)
        if policy is None:
            return CaseOutcome(error="the bot has no policy that goes by stories (`use: stories`)")
        if given:
            return follow(case.content, policy, None)
        return follow(case.content, policy, lambda text: policy.heard(text, bot.annotate(text)))

    def text_of(self, cases: Sequence[ForeignCase], outcomes: Sequence[CaseOutcome]) -> str:
        """Return a file of these stories, with what happened instead as comments."""
        from dialog_rasa.suites.writing_back import failed_stories

        return failed_stories(cases, outcomes)


def _policy_of(policies: Mapping[str, Any]) -> "StoriesPolicy | None":
    from dialog_rasa.acting.policy import StoriesPolicy

    return next((policy for policy in policies.values() if isinstance(policy, StoriesPolicy)), None)
