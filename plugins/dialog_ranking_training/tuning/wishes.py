"""What is wished for on the command line, as values; mistakes name the option they are in."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field, ValidationError

from dialog_core import BotSpec
from dialog_core.configuration import ConfigurationError, Options, Problem, Share, did_you_mean
from dialog_core.training import stated_aim
from dialog_ranking_training.tuning.aims import KINDS, Aim
from dialog_ranking_training.tuning.choosing import CONFIDENCE, GIVE_UP

AIMS = "Write max_wrong=2%, cost=0.002 or max_calls=30%."


class Wishes(Options):
    """The options of `dialog-core tune` that are numbers."""

    max_wrong: Share = 0.0
    max_calls: Share = 0.0
    cost: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    confidence: Share = Field(default=CONFIDENCE, gt=0, lt=1)
    give_up: Share = GIVE_UP


def read_aim(text: str, spec: BotSpec) -> Aim:
    """Return the aim that was given, or else the bot file's.

    Raises:
        ConfigurationError: There is none, or it makes no sense.
    """
    if text:
        name, _, value = text.partition("=")
        if name not in KINDS or not value:
            raise _mistake("--aim", f"{text!r} is no aim", did_you_mean(name, KINDS) if value else AIMS)
        return Aim(name, read_number(name, value, option="--aim"))
    for name, limit in stated_aim(spec).items():
        for kind in KINDS:
            if kind == name:
                return Aim(kind, limit)
    problem = Problem(
        "the bot file says nothing of what the thresholds are to achieve",
        spec.path,
        remedy="Add `aim: {max_wrong: 2%}` under `dispatch:`, or try one: --aim max_wrong=2%.",
    )
    raise ConfigurationError([problem])


def read_number(name: str, value: str, *, option: str) -> float:
    """Return the number of an option.

    Raises:
        ConfigurationError: It is none, or not one that makes sense.
    """
    try:
        found: float = getattr(Wishes.model_validate({name: value}), name)
    except ValidationError as error:
        told = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise _mistake(option, told, "") from error
    return found


def read_costs(texts: Iterable[str], spec: BotSpec) -> Mapping[str, float]:
    """Return what calls cost, by policy.

    Raises:
        ConfigurationError: One is not written so, or names no policy of the bot.
    """
    costs: dict[str, float] = {}
    policies = [policy.name for policy in spec.policies]
    for text in texts:
        name, sign, value = text.rpartition("=")
        if not sign:
            raise _mistake("--cost", f"{text!r} says nothing of a cost", "Write POLICY=COST, such as llm=0.002.")
        if name not in policies:
            raise _mistake("--cost", f"there is no policy {name!r}", did_you_mean(name, policies))
        costs[name] = read_number("cost", value, option="--cost")
    return costs


def _mistake(option: str, told: Any, remedy: str) -> ConfigurationError:
    return ConfigurationError([Problem(f"{option}: {told}", remedy=remedy)])
