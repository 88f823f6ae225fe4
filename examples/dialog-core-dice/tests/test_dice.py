"""The dice policy keeps the contract of policies, and rolls."""

from pathlib import Path

import pytest

from dialog_core.testing import PolicyContract, TestChat, make_bot, make_context, make_turn
from dialog_dice.options import DiceOptions
from dialog_dice.policy import DicePolicy


def make(max_dice: int = 20) -> DicePolicy:
    return DicePolicy(DiceOptions(max_dice=max_dice), make_context())


class TestDiceContract(PolicyContract):
    answers = "roll 2d6"

    def make_policy(self, tmp_path: Path) -> DicePolicy:
        return make()


@pytest.mark.parametrize("text", ["roll 2d6", "please throw the dice", "D20!"])
def test_it_rolls_when_asked(text: str) -> None:
    with make_bot({"dice": make()}) as bot:
        TestChat(bot).user(text).policy("dice")


def test_other_messages_are_left_to_others() -> None:
    with make_bot({"dice": make()}) as bot:
        TestChat(bot).user("what is the weather like?").fallback()


@pytest.mark.parametrize("text", ["roll 4d6", "roll 0d6", "roll 2d0"])
def test_it_says_what_it_cannot_roll(text: str) -> None:
    with make_bot({"dice": make(max_dice=3)}) as bot:
        TestChat(bot).user(text).bot("I have 3 dice with at least one side each.")


def test_every_roll_is_one_the_dice_can_show() -> None:
    policy = make()
    for seed in range(200):
        (candidate,) = policy.propose(make_turn("roll 1d6", seed=seed))
        assert candidate.text in [f"**{number}**" for number in range(1, 7)]


def test_the_sum_is_remembered() -> None:
    with make_bot({"dice": make()}) as bot:
        TestChat(bot).user("roll 3d1").bot("1 + 1 + 1 = **3**").slots(last_roll=3)
