"""The options of follow-up questions."""

from pydantic import Field

from dialog_core.configuration import Names, Options


class FollowUpOptions(Options):
    """How questions are told that make sense only with what was said before."""

    turns: int = Field(default=2, ge=1, le=10, description="How many turns back the conversation is looked at.")
    most_words: float = Field(
        default=6,
        ge=1,
        description="A message with more words than these is a question of its own; function words do not count, two "
        "Chinese characters count as one word.",
    )
    openers: Names = Field(
        default=(), description="Further words a follow-up question begins with, beside `and`, `what about`, `那` ..."
    )
    pointers: Names = Field(
        default=(), description="Further words that point at what was said before, beside `it`, `those`, `它` ..."
    )
