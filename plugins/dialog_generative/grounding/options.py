"""The options of the guard `groundedness`."""

from pydantic import Field

from dialog_core.configuration import Options


class GroundednessOptions(Options):
    """Refuses replies of language models that do not rest on their evidence."""

    at_least: float = Field(
        default=0.5, ge=0, le=1, description="How much of a reply has to rest on its evidence, as it was measured."
    )
    allow_without_evidence: bool = Field(
        default=False, description="Whether replies may pass for which there was no evidence at all."
    )
