"""The options of the guard `topics`."""

from typing import Annotated, Any

import regex
from pydantic import AfterValidator, Field, model_validator

from dialog_core.configuration import Names, NonEmpty, Options, Worded


def _usable(patterns: tuple[str, ...]) -> tuple[str, ...]:
    for pattern in patterns:
        if not pattern.strip():
            raise ValueError("an empty pattern would match everything")
        if is_expression(pattern):
            try:
                regex.compile(pattern[1:-1])
            except regex.error as error:
                raise ValueError(f"{pattern} is no regular expression: {error}") from None
    return patterns


def is_expression(pattern: str) -> bool:
    """Whether a pattern is a regular expression: it stands between slashes."""
    return len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/")


class Topic(Options):
    """Something messages may be about."""

    name: NonEmpty = Field(description="What it is called in traces.")
    patterns: Annotated[Names, AfterValidator(_usable)] = Field(
        default=(),
        description="Words or phrases by which it is known, or regular expressions between slashes; letter case does "
        "not matter.",
    )
    examples: Names = Field(
        default=(),
        description="Messages about it. Others that are like one of them are about it, too; ten or more are a start.",
    )
    reply: Worded | None = Field(
        default=None, description="What is answered where the topic is denied; default: the guard's `reply`."
    )

    @model_validator(mode="after")
    def _known_by_something(self) -> "Topic":
        if not self.patterns and not any(map(str.strip, self.examples)):
            raise ValueError(f"nothing is about {self.name!r}; add `patterns` or `examples`")
        return self


class TopicsOptions(Options):
    """What a bot does not talk about, and what alone it talks about.

    A message is about a topic where one of its sentences has one of the patterns, or is like one of the examples. Where
    a sentence is about a denied topic and at least as much about an allowed one, it passes: `How do I pay my doctor?`
    """

    denied: tuple[Topic, ...] = Field(default=(), description="What the bot does not talk about.")
    allowed: tuple[Topic, ...] = Field(default=(), description="What it talks about even so.")
    allowed_only: bool = Field(
        default=False,
        description="Whether it talks about nothing else. Short messages (see `shortest`) pass, and so does what is "
        "said while a flow asks for something.",
    )
    shortest: int = Field(
        default=3,
        ge=1,
        description="Words a message needs to be off every topic, two Chinese characters being a word: `yes please` is "
        "about nothing.",
    )
    threshold: float = Field(
        default=0.4,
        gt=0,
        le=1,
        description="How much like an example, from 0 to 1, a sentence about its topic is. With an encoder another "
        "value is right, .6 or more; `dialog-core evaluate guards` shows which.",
    )
    encoder: str | dict[str, Any] | None = Field(
        default=None,
        description="What compares sentences by meaning, such as `sentence_transformers`; default: by their words, "
        "rare ones counting most.",
    )
    outgoing: bool = Field(
        default=False, description="Whether replies of language models are refused that are about a denied topic."
    )
    reply: Worded = Field(
        default={
            "en": "I cannot help with that here. What else can I do for you?",
            "zh": "这方面我帮不上忙。还有什么可以帮您？",
        },
        description="What is answered to a message that is refused; one text, or one for each language.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> "TopicsOptions":
        if not self.denied and not self.allowed_only:
            raise ValueError("nothing is denied; add topics to `denied`, or set `allowed_only`")
        if self.allowed_only and not self.allowed:
            raise ValueError("`allowed_only` needs topics in `allowed`")
        names = [topic.name for topic in (*self.denied, *self.allowed)]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"there are several topics called {name!r}")
        return self
