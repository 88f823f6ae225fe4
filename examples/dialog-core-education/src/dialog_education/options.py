"""The options of the tutor and of the guard."""

from typing import Annotated, Literal

from pydantic import Field

from dialog_core.configuration import InputPath, Options


class TutorOptions(Options):
    """Options of the policy `tutor`."""

    courses: Annotated[dict[str, InputPath], Field(min_length=1)] = Field(
        description="Course files by names of your choice; `name: null` in a bot that extends another takes one away."
    )
    round: int = Field(default=5, ge=1, le=30, description="How many questions there are in a round.")
    ask_consent: bool = Field(
        default=True,
        description="Whether to ask once whether progress may be kept. Set it to false where `profiles` has "
        "`consent: given`.",
    )


class AgeOptions(Options):
    """Options of the guard `age_appropriate`."""

    ages: Literal["primary", "secondary"] = Field(
        default="primary",
        description="For whom the bot is: `primary` (to about 11) or `secondary`, where biology lessons and history "
        "may name what they are about.",
    )
    adult: str | dict[str, str] = Field(
        default={"en": "your teacher or another grown-up you trust", "zh": "老师，或者别的你信任的大人"},
        description="Whom pupils should talk to; a text, or one for each language.",
    )
    helpline: str | dict[str, str] = Field(
        default="",
        description="Whom they can call, such as `Childline, 0800 1111 (free, day and night)`; a text, or one for each "
        "language. Name the one of your country.",
    )
    emergencies: bool = Field(
        default=True,
        description="Whether pupils are asked how they are, too, where the built-in guard `emergencies` finds one.",
    )
    hand_over: bool = Field(default=True, description="Whether a person takes over where a pupil may need help.")
    blocked: tuple[str, ...] = Field(default=(), description="Further words that are unsuited, in any language.")
    allowed: tuple[str, ...] = Field(default=(), description="Words that are not unsuited here after all.")
