"""The policy `stories` does what any policy must do, whatever its bot consists of."""

from pathlib import Path

from dialog_core.testing import PolicyContract
from dialog_rasa.acting.policy import StoriesPolicy
from tests.plugins.dialog_rasa.acting.talking import make_policy
from tests.plugins.dialog_rasa.acting.test_custom_actions import SHOP
from tests.plugins.dialog_rasa.acting.test_forms import RESTAURANT, VALIDATED
from tests.plugins.dialog_rasa.acting.test_talk import MOOD
from tests.plugins.dialog_rasa.acting.test_two_stage import TWO_STAGES


class TestResponses(PolicyContract):
    answers = "/greet"
    others = ("thank you", "/faq/hours", "/restart", "/back", "/greet{")

    def make_policy(self, tmp_path: Path) -> StoriesPolicy:
        policy = make_policy(tmp_path, MOOD, name="policy")
        assert policy.inline
        return policy


class TestForms(PolicyContract):
    answers = "/request_restaurant"
    others = ("/stop", '/inform{"cuisine": "Thai"}', "/session_start")

    def make_policy(self, tmp_path: Path) -> StoriesPolicy:
        return make_policy(tmp_path, RESTAURANT, name="policy")


class TestValidatedForms(PolicyContract):
    answers = "/request_restaurant"

    def make_policy(self, tmp_path: Path) -> StoriesPolicy:
        actions = {"validate_form": lambda call: {"events": [], "responses": []}}
        return make_policy(tmp_path, VALIDATED, name="policy", actions=actions)


class TestCustomActions(PolicyContract):
    answers = "/search"
    others = ("/buy", "/hello", "hello")

    def make_policy(self, tmp_path: Path) -> StoriesPolicy:
        policy = make_policy(tmp_path, SHOP, name="policy", action_server="http://127.0.0.1:9/webhook")
        assert set(policy.actions) == {"action_search", "action_pay"}
        return policy


class TestTwoStages(PolicyContract):
    answers = "/nlu_fallback"

    def make_policy(self, tmp_path: Path) -> StoriesPolicy:
        return make_policy(tmp_path, TWO_STAGES, name="policy")
