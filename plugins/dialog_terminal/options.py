"""Options of the terminal channel."""

from pydantic import Field

from dialog_core.configuration import ConfigPath, Options


class TerminalOptions(Options):
    """How the chat in the terminal looks and what it remembers."""

    conversation: str = Field(
        default="",
        description="The id of the conversation to hold. Left empty, it is `terminal`, which the next run goes on "
        "with; after `/reset` it is `terminal-2`, then `terminal-3` and so on. Lines that are piped in are a new "
        "conversation each time.",
    )
    user: str = Field(
        default="",
        description="Who is talking. Left empty, it is `terminal` where the bot keeps profiles of users, and otherwise "
        "nobody in particular, as it is with lines that are piped in.",
    )
    width: int = Field(default=100, ge=20, description="The most columns text may take up on a wide screen.")
    plain: bool = Field(
        default=False,
        description="Write plain text: no colours, no cursor movements, nothing redrawn. It is always so when input or "
        "output is not a terminal, and when `TERM` is `dumb`.",
    )
    history: bool = Field(default=True, description="Whether to remember what was typed, for the arrow keys.")
    history_file: ConfigPath | None = Field(
        default=None,
        description="Where to remember it. Default: a file per bot in `$XDG_STATE_HOME/dialog-core/history`, which "
        "only its owner can read.",
    )
