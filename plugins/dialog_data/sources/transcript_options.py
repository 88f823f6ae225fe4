"""The options of the reader `transcript`."""

from pydantic import Field

from dialog_core.configuration import Names
from dialog_data.options import SourceOptions


class TranscriptOptions(SourceOptions):
    """A plain text of who says what."""

    user: Names = Field(
        default=(),
        description="What stands before the colon where the user speaks, beside the usual names such as `User`, "
        "`Customer`, `A`, `用户`.",
    )
    bot: Names = Field(
        default=(),
        description="What stands before the colon where the bot speaks, beside the usual names such as `Bot`, "
        "`Agent`, `B`, `客服`. A name that is given goes before the usual ones: with `bot: [A]`, B is the user.",
    )
