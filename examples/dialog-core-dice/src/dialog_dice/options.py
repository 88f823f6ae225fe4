"""The options of the dice policy."""

from pydantic import Field

from dialog_core.configuration import Options


class DiceOptions(Options):
    """How many dice there are."""

    max_dice: int = Field(default=20, ge=1, le=1000, description="How many dice may be rolled at once.")
