"""The options of the annotator `language`."""

from typing import Literal

from pydantic import Field, field_validator

from dialog_core.configuration import Names, Options


class LanguageOptions(Options):
    """What language a message is in. A bot with `bot.languages` answers in it."""

    engine: Literal["light", "lingua"] = Field(
        default="light",
        description="What tells: `light`, scripts, frequent words and spelling of some twenty languages; `lingua`, the "
        "package of that name, which knows 75, for 100 MB of disk and some seconds at the first message.",
    )
    languages: Names = Field(
        default=(),
        description="The only languages to think of (BCP 47 tags); default: those of the bot where it has several, "
        "else all the engine knows.",
    )
    sure_from: float = Field(default=0.6, ge=0, le=1, description="Below this probability it says that it cannot tell.")

    @field_validator("languages")
    @classmethod
    def _several(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if len(languages) == 1:
            raise ValueError("needs at least two languages to tell apart")
        return languages
