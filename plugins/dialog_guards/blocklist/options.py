"""The options of the guard `blocklist`."""

from typing import Literal

from pydantic import Field, model_validator

from dialog_core.configuration import InputPaths, Names, NonEmpty, Options, Worded

Then = Literal["refuse", "mask", "allow"]


class BlocklistOptions(Options):
    """Words and phrases that are refused or masked, in messages and in replies."""

    words: Names = Field(default=(), description="Words or phrases; letter case and full width do not matter.")
    path: InputPaths = Field(
        default=(),
        description="Files with a word or phrase a line; empty lines and those that begin with `# ` do not count.",
    )
    unless: Names = Field(
        default=(),
        description="Words and phrases as a part of which a listed word means something else: `shut up shop`, or 摇滚 "
        "where 滚 is listed.",
    )
    match: Literal["words", "anywhere"] = Field(
        default="words",
        description="Whether a word has to stand for itself or may be a part of another one; Chinese has no words to "
        "tell apart and is found anywhere.",
    )
    disguised: bool = Field(
        default=True,
        description="Whether `b4d`, `b.a.d` and `baaad` are `bad`; characters nobody sees never make a difference.",
    )
    incoming: Then = Field(default="refuse", description="What becomes of a message with such a word.")
    outgoing: Then = Field(default="refuse", description="What becomes of a reply with such a word.")
    mask: NonEmpty = Field(default="***", description="What stands in the place of a word that is masked.")
    reply: Worded = Field(
        default={
            "en": "Let us stay friendly. How can I help you?",
            "zh": "我们好好说话，好吗？有什么可以帮您？",
        },
        description="What is answered to a message that is refused; one text, or one for each language.",
    )

    @model_validator(mode="after")
    def _something(self) -> "BlocklistOptions":
        if not self.words and not self.path:
            raise ValueError("blocks nothing; add `words` or a `path`")
        return self
