"""The options of the writer `sharegpt`."""

from pydantic import Field

from dialog_core.configuration import Options


class SharegptWriterOptions(Options):
    """Conversations of `from` and `value`."""

    metadata: bool = Field(
        default=False,
        description="Whether what else is known about a dialogue and its turns is written as further keys. Many "
        "programs that train on such files want all rows to have the same.",
    )
