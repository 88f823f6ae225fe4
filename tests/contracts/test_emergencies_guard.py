"""The guard `emergencies` does what any guard must do."""

from pathlib import Path

from dialog_core.testing import GuardContract, make_context
from dialog_guards.emergencies.guard import EmergenciesGuard
from dialog_guards.emergencies.options import EmergenciesOptions


class TestEmergencies(GuardContract):
    harmless = (
        "hello",
        "where is my order?",
        "Your order is on its way.",
        "你好，请问几点开门？",
        "What are the signs of a stroke?",
    )
    objectionable = (
        "my dad collapsed and he isn't breathing",
        "I want to kill myself",
        "我爷爷突然倒地，叫不醒了",
        "爺爺突然倒在地上叫不醒，怎麼辦",
    )

    def make_guard(self, tmp_path: Path) -> EmergenciesGuard:
        return EmergenciesGuard(EmergenciesOptions(number="112", crisis_line="116 123"), make_context("emergencies"))
