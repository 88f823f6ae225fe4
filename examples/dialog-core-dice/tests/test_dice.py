"""The dice policy keeps the contract of policies, and rolls."""

from pathlib import Path

import pytest
from dialog_core.testing import PolicyContract, TestChat, make_bot, make_context

from dialog_dice.options import DiceOptions
from dialog_dice.policy import DicePolicy


def make(max_dice: int = 20) -> DicePolicy:
    return DicePolicy(DiceOptions(max_dice=max_dice), make_context())


class TestDiceContract(PolicyContract):
    def make_policy(self, tmp_path: Path) -> DicePolicy:
        return make()


@pytest.mark.parametrize("text", ["roll 2d6", "please throw the dice", "D20!"])
def test_it_rolls_when_asked(text: str) -> None:
    with make_bot({"dice": make()}) as bot:
        assert TestChat(bot).user(text).reply.policy == "dice"


def test_other_messages_are_left_to_others() -> None:
    with make_bot({"dice": make()}) as bot:
        TestChat(bot).user("what is the weather like?").fallback()


def test_it_says_when_there_are_not_enough_dice() -> None:
    with make_bot({"dice": make(max_dice=3)}) as bot:
        TestChat(bot).user("roll 4d6").bot_contains("I have 3 dice")


def test_the_sum_is_remembered() -> None:
    with make_bot({"dice": make()}) as bot:
        chat = TestChat(bot).user("roll 1d1")
        chat.slots(last_roll=1)
