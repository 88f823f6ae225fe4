"""Options of the stores."""

from typing import Literal

from pydantic import Field

from dialog_core.configuration import ConfigPath, Options

Synchronous = Literal["full", "normal", "off"]


class SQLiteOptions(Options):
    """Keeps conversations in one SQLite file, safe to share between processes on one machine."""

    path: ConfigPath = Field(
        description="The database file, created with its directories if it is not there; on a local disk."
    )
    synchronous: Synchronous = Field(
        default="full",
        description=(
            "What must not be lost: `full` survives a power failure, `normal` the end of the process (the last replies "
            "may be gone after a power failure), `off` likewise, but a power failure may damage the file."
        ),
    )
    cache: int = Field(
        default=20_000,
        ge=0,
        description="How many events of the conversations used last are kept in memory (some 8 MB), so that a turn in "
        "a long one need not read it again. The two used last are kept whatever their length, unless this is 0.",
    )


class SQLiteProfilesOptions(Options):
    """Keeps profiles of users in one SQLite file, safe to share between processes on one machine."""

    path: ConfigPath = Field(
        description="The database file, created with its directories if it is not there; on a local disk, and not that "
        "of the conversations."
    )
    synchronous: Synchronous = Field(
        default="full",
        description="What must not be lost: `full` survives a power failure, `normal` the end of the process, `off` "
        "likewise, but a power failure may damage the file.",
    )
