"""What a replay reads in stored traces, and whether it is there as a bot writes it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Number = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class _Report(_Part):
    policy: str
    status: str
    seconds: Number = 0.0
    error: str = ""
    notes: dict[str, Any] = {}


class _Evidence(_Part):
    text: str = ""
    source: str = ""
    score: Number = 0.0
    metadata: dict[str, Any] = {}


class _Action(_Part):
    name: str
    arguments: dict[str, Any]


class _Candidate(_Part):
    policy: str
    kind: str = ""
    text: str = ""
    score: Annotated[Number, Field(ge=0, le=1)] = 0.0
    probability: Number = 0.0
    evidence: list[_Evidence] = []
    action: _Action | None = None
    features: dict[str, Any] = {}
    length: int | None = None


class _Trace(_Part):
    policies: list[_Report] | None = None
    candidates: list[_Candidate] | None = None
    chosen: Annotated[int, Field(ge=0)] | None = None
    ranker: str | None = None
    reason: str = ""
    explored: bool = False
    fingerprints: dict[str, str] | None = None


def sound_trace(trace: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return a trace, or an empty one in the place of one that somebody or something has damaged."""
    try:
        _Trace.model_validate(dict(trace or {}))
    except ValidationError:
        return {}
    return trace or {}
