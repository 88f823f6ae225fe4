"""The options of the guard `prompt_injection`."""

from pydantic import Field, model_validator

from dialog_core.configuration import Names, Options, Worded

SHORTEST_SECRET = 6  # characters without spaces; anything shorter stands in texts by chance


class PromptInjectionOptions(Options):
    """Attempts to make a language model act against whoever runs it, and replies that give its instructions away.

    Heuristics for English and Chinese: they stop what is known, and not whoever takes pains. What a language model may
    not do must not be in its power.
    """

    threshold: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="How suspicious a message has to be, from 0 to 1. Lower: more attempts are stopped, and more "
        "people who only talk about such things.",
    )
    incoming: bool = Field(default=True, description="Whether messages are looked at.")
    evidence: bool = Field(
        default=True,
        description="Whether a language model's reply is refused that rests on evidence with such an attempt in it, as "
        "a document may have that somebody else wrote.",
    )
    secrets: Names = Field(
        default=(),
        description="What no reply may say, however it is written: a sentence of the prompt, or a word of no meaning "
        "that was put into it to notice when it is given away.",
    )
    reply: Worded = Field(
        default={
            "en": "I cannot change how I work. What can I do for you?",
            "zh": "我不能改变自己的工作方式。有什么可以帮您？",
        },
        description="What is answered to a message that is refused; one text, or one for each language.",
    )

    @model_validator(mode="after")
    def _long_enough(self) -> "PromptInjectionOptions":
        for secret in self.secrets:
            if len("".join(secret.split())) < SHORTEST_SECRET:
                raise ValueError(f"the secret {secret!r} is too short: any text may have it by chance")
        return self
