"""The options of the guards `length` and `repetition`."""

from typing import Literal

from pydantic import Field

from dialog_core.configuration import Names, Options, Worded


class LengthOptions(Options):
    """How long messages and replies may be."""

    message: int | None = Field(default=None, ge=1, description="Characters of a message at most; default: no limit.")
    reply: int | None = Field(default=None, ge=1, description="Characters of a reply at most; default: no limit.")
    sentences: int | None = Field(default=None, ge=1, description="Sentences of a reply at most; default: no limit.")
    at_least: int = Field(default=0, ge=0, description="Characters of a reply at least; a shorter one is refused.")
    too_long: Literal["cut", "refuse"] = Field(
        default="cut",
        description="What becomes of a reply that is too long: cut after a sentence, or refused; one "
        "whose first sentence is too long by itself is refused in any case.",
    )
    kinds: Names = Field(
        default=("generative",),
        description="Which kinds of policies have their replies looked at; `[]`: all of them.",
    )
    say: Worded = Field(
        default={
            "en": "That is a lot at once. Could you put it more briefly?",
            "zh": "内容有点多，能说得简短一些吗？",
        },
        description="What is answered to a message that is too long; one text, or one for each language.",
    )


class RepetitionOptions(Options):
    """A bot that says the same again, or goes round in circles within one reply."""

    last: int = Field(default=3, ge=0, description="How many of the bot's last replies a reply may not repeat.")
    alike: float = Field(
        default=0.9,
        gt=0,
        le=1,
        description="How much of it has to be the same: the share of its three-word pieces (three-character pieces in "
        "Chinese) that the earlier reply has as well, and the other way round.",
    )
    within: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="How large a share of a reply's pieces may stand in it for the second time or more.",
    )
    shortest: int = Field(
        default=20, ge=1, description="Characters, Chinese ones counted twice; `Yes.` may be said as often as need be."
    )
    kinds: Names = Field(
        default=("generative",),
        description="Which kinds of policies have their replies looked at; `[]`: all of them.",
    )
