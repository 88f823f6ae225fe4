"""Options of the components of this package."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from dialog_core.configuration import InputPath, Names, Options

DATA = Path(__file__).parent / "data"


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return text


class ProductSearchOptions(Options):
    """Options of the policy `product_search`."""

    words: InputPath = Field(
        default=DATA / "catalogue.yaml",
        description="What customers call products and colours, and what is said of what was found.",
    )
    shown: int = Field(default=5, ge=1, le=20, description="How many products to show at most.")


class OpeningHoursOptions(Options):
    """Options of the policy `opening_hours`."""

    branches: InputPath = Field(
        default=DATA / "branches.yaml", description="Where the shop is, in which time zone, and when it is open."
    )


class MoodOptions(Options):
    """Options of the annotator `mood`."""

    memory: int = Field(
        default=6, ge=1, le=50, description="How many messages of the user to look back for how heated it has become."
    )
    angry: Names = Field(default=(), description="Further words or phrases of somebody who is angry.")
    frustrated: Names = Field(default=(), description="Further words or phrases of somebody who is losing patience.")


class BriefingOptions(Options):
    """Options of the annotator `briefing`."""

    messages: int = Field(default=3, ge=1, le=10, description="How many messages of the user to quote at most.")
    order_number: Annotated[str, AfterValidator(_pattern)] = Field(
        default=r"(?<!\d)\d{6}(?!\d)", description="A regular expression that finds the number of an order."
    )


class ToneOptions(Options):
    """Options of the guard `tone`."""

    mood: str = Field(default="mood", description="The annotator that says how the user feels.")
    offer_at: Annotated[int, Field(ge=1, le=100)] = Field(
        default=3, description="From which heat on a person is offered; an angry message counts 2, an impatient one 1."
    )
