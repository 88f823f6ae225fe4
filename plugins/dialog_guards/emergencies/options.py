"""The options of the guard `emergencies`."""

from pydantic import Field, field_validator

from dialog_core.configuration import Options, Worded
from dialog_core.pattern import Parts
from dialog_guards.emergencies.filling import unknown_placeholders
from dialog_guards.emergencies.kinds import Kind


class EmergenciesOptions(Options):
    """Recognizes in English and Chinese messages that somebody may need help now, and answers at once."""

    number: str = Field(
        min_length=1,
        description="The emergency number where the users are, such as `112`, `999`, `911` or `120`. Quote it if it "
        "begins with 0.",
    )
    crisis_line: str = Field(
        default="", description="Whom to call about thoughts of suicide, such as `116 123`; default: `number` alone."
    )
    poison_line: str = Field(default="", description="The poison information line; default: `number` alone.")
    police: str = Field(default="", description="The number of the police; default: `number`.")
    hand_over: bool = Field(
        default=True,
        description="Whether a person takes over the conversation; the replies say that one is told only if so.",
    )
    slot: str = Field(
        default="emergency",
        min_length=1,
        description="The slot that gets the kind of the emergency, so that rules, flows and whoever takes over know.",
    )
    say: dict[Kind, Worded] = Field(
        default_factory=dict,
        description="What to say instead of the built-in replies, by kind (`medical`, `self_harm`, `poisoning`, "
        "`violence`, `danger`): one text, or one for each language. In it `{number}`, `{police}`, `{crisis_line}`, "
        "`{poison_line}` and `{advice}` (first measures that fit, or nothing) are filled in.",
    )
    threshold: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="From which score on a message is taken for an emergency. Lower: fewer are missed, and more "
        "harmless ones are interrupted.",
    )
    also: dict[Kind, Parts] = Field(
        default_factory=dict,
        description="What is an emergency as well, by kind: words as users write them, or regular expressions between "
        "slashes.",
    )
    unless: Parts = Field(
        default=(),
        description="What makes a message none, written as in `also`, which goes before it. Keep these narrow: whoever "
        "writes such words in an emergency gets no help.",
    )

    @field_validator("say")
    @classmethod
    def _fillable(cls, say: dict[Kind, Worded]) -> dict[Kind, Worded]:
        for kind, worded in say.items():
            for text in [worded] if isinstance(worded, str) else worded.values():
                if wrong := unknown_placeholders(text):
                    raise ValueError(f"{kind} has {wrong}")
        return say
