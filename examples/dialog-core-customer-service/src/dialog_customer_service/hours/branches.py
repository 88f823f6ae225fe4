"""Branches of the shop: where they are and when they are open."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from dialog_core.configuration import Options, load, validate

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD = 60  # days within which a branch opens again
TEXTS = (
    "open_now closed_now open_day closed_day on week care_week all nowhere line yours closed holiday at today tomorrow"
).split()

Said = Annotated[dict[str, str], Field(min_length=1)]


@dataclass(frozen=True)
class Span:
    """From when to when something is open on a day."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


def _span(value: Any) -> Span | None:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", value) if isinstance(value, str) else None
    if value == "closed":
        return None
    if match is None:
        raise ValueError("needs hours such as 9:00-18:00, or closed")
    try:
        span = Span(time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4])))
    except ValueError:
        raise ValueError(f"{value} has a time that no clock shows") from None
    if span.closes <= span.opens:
        raise ValueError(f"{value} ends before it begins")
    return span


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is no time zone; names look like Europe/London") from None
    return name


def _week(value: Any) -> Any:
    """Read `mon-fri: 9:00-18:00` into a span for each day."""
    if not isinstance(value, dict):
        return value
    week: dict[str, Any] = {}
    for days, hours in value.items():
        first, _, last = str(days).partition("-")
        if first not in DAYS or (last or first) not in DAYS or DAYS.index(last or first) < DAYS.index(first):
            raise ValueError(f"{days!r} are no days; write {', '.join(DAYS)}, or mon-fri")
        for day in DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]:
            week[day] = _span(hours)
    return week


def _holidays(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    holidays = {}
    for day, hours in value.items():
        text = str(day)
        try:
            date.fromisoformat(text if len(text) > 5 else f"2000-{text}")
        except ValueError:
            raise ValueError(f"{text!r} is no day; write 12-25, or 2026-12-25") from None
        holidays[text] = _span(hours)
    return holidays


class Branch(Options):
    """A branch, or the people who answer."""

    name: Said = Field(description="What it is called, by language.")
    words: tuple[str, ...] = Field(default=(), description="What customers call it, in any language.")
    address: str = Field(default="", description="Where it is.")
    timezone: Annotated[str, AfterValidator(_zone)] = Field(description="Its time zone, by its IANA name.")
    hours: Annotated[dict[str, Any], BeforeValidator(_week)] = Field(description="When it is open, by days.")
    holidays: Annotated[dict[str, Any], BeforeValidator(_holidays)] = Field(
        default_factory=dict, description="Days on which it is closed, or open at other times."
    )

    @cached_property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.timezone)

    def on(self, day: date) -> Span | None:
        """When it is open on a day; None: it is closed."""
        for name in (day.isoformat(), f"{day:%m-%d}"):
            if name in self.holidays:
                special: Span | None = self.holidays[name]
                return special
        usual: Span | None = self.hours.get(DAYS[day.weekday()])
        return usual

    def is_special(self, day: date) -> bool:
        """Whether a day is a holiday there."""
        return day.isoformat() in self.holidays or f"{day:%m-%d}" in self.holidays

    def is_open(self, now: datetime) -> bool:
        """Whether it is open at a time."""
        local = now.astimezone(self.zone)
        span = self.on(local.date())
        return span is not None and span.opens <= local.time() < span.closes

    def opens_next(self, after: datetime) -> datetime | None:
        """When it opens next; None: not within two months."""
        local = after.astimezone(self.zone)
        for days in range(LOOK_AHEAD):
            day = local.date() + timedelta(days)
            span = self.on(day)
            if span is not None:
                opening = datetime.combine(day, span.opens, self.zone)
                if opening > local:
                    return opening
        return None


class BranchesFile(Options):
    """A file of branches."""

    branches: dict[str, Branch] = Field(min_length=1, description="The branches, by id.")
    care: dict[str, Branch] = Field(
        default_factory=dict, description="The people who answer, by language, if they have hours of their own."
    )
    default: dict[str, str] = Field(default_factory=dict, description="Which branch is meant, by language.")
    days: dict[str, tuple[date, ...]] = Field(
        default_factory=dict, description="Days that customers call by a name, such as Easter: their dates."
    )
    texts: dict[str, Said] = Field(default_factory=dict, description="What is said, by name.")

    @model_validator(mode="after")
    def _known(self) -> "BranchesFile":
        for id in self.default.values():
            if id not in self.branches:
                raise ValueError(f"`default` names {id!r}, which is no branch; there are {', '.join(self.branches)}")
        return self


def read_branches(path: Path) -> BranchesFile:
    """Read a file of branches; texts it lacks are those of the packaged one.

    Raises:
        ConfigurationError: With every problem in it.
    """
    from dialog_customer_service.options import DATA

    file = validate(BranchesFile, load(path).node)
    if all(name in file.texts for name in TEXTS):
        return file
    packaged: Mapping[str, Said] = validate(BranchesFile, load(DATA / "branches.yaml").node).texts
    return file.model_copy(update={"texts": {**packaged, **file.texts}})
