"""The options all retrieval policies have in common."""

from collections.abc import Mapping

from pydantic import Field

from dialog_core.configuration import Names, Options
from dialog_retrieval.follow_ups.options import FollowUpOptions


class RetrievalOptions(Options):
    """Answers from knowledge."""

    knowledge: Names = Field(min_length=1, description="Which knowledge to search: one name or several.")
    top_k: int = Field(default=3, ge=1, le=50, description="How many entries to propose at most.")
    filters: Mapping[str, str] = Field(
        default={},
        description="Only entries that fit a slot: a field of the entries (`tags`, or one of their further fields) and "
        "the slot it is compared with. Entries without the field, and empty slots, rule nothing out.",
    )
    follow_ups: bool | FollowUpOptions = Field(
        default=False,
        description="Whether questions that lean on what was said before (`And how much is it?`) are also searched for "
        "together with it: `true`, `false`, or a mapping that says how they are told.",
    )
