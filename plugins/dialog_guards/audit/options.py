"""The options of the observer `audit_log`."""

from typing import Literal

from pydantic import Field

from dialog_core.configuration import ConfigPath, Options


class AuditLogOptions(Options):
    """Writes a line for each turn: when, who, what was said, by which policy and why, and what guards did.

    Texts are those the guards left: what the guard `pii` replaces is not in the log either.
    """

    path: ConfigPath = Field(description="The file, JSON lines; made with its directories if it is not there.")
    texts: Literal["full", "hashed", "none"] = Field(
        default="full",
        description="Whether what was said is written down, or only its checksum, which proves a text that is kept "
        "elsewhere, or nothing of it. Reasons, which may quote, are then cut short.",
    )
    synchronous: bool = Field(
        default=False,
        description="Whether a line survives a power failure too, which costs each turn the time the disk takes; it "
        "survives the end of the process anyway.",
    )
