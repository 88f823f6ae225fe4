"""What the actions want of a diary of appointments, and which diary they book in.

To connect your own, write a class with the methods of `Diary`, declare it in your package under the entry-point group
`dialog_medical.diaries`, and set the environment variable DIARY to its name there.
"""

import functools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import entry_points
from typing import Protocol

GROUP = "dialog_medical.diaries"


class DiaryError(Exception):
    """The diary refuses, or cannot be asked; the text says why, for the people who run the bot."""


@dataclass(frozen=True)
class Doctor:
    """A doctor: the name for people, and the days of the week (0 is Monday) on which there are appointments."""

    name: str
    weekdays: frozenset[int]


@dataclass(frozen=True)
class Booking:
    """An appointment: its code, and the id of the doctor."""

    code: str
    doctor: str


class Diary(Protocol):
    """A diary, as the actions know it. Methods are called in threads, several at a time; they raise DiaryError."""

    def doctors(self, practice: str, language: str) -> Mapping[str, Doctor]:
        """Return the doctors of a practice, by id."""

    def free(self, practice: str, day: date, patient: str) -> Mapping[str, Sequence[str]]:
        """Return the free times (`09:30`) of a day, by doctor; `patient` is who asks, as the channel knows them."""

    def book(
        self, practice: str, doctors: Sequence[str], day: date, time: str, name: str, patient: str, key: str
    ) -> Booking:
        """Book a time with the first of the doctors who has it. The same key never books twice."""


@functools.cache
def the_diary(name: str) -> Diary:
    """Return the diary of a name, made at its first use.

    Raises:
        DiaryError: There is none of that name.
    """
    found = entry_points(group=GROUP)
    try:
        diary: Diary = found[name].load()()
    except KeyError:
        known = ", ".join(sorted(entry.name for entry in found)) or "none is installed"
        raise DiaryError(f"DIARY={name}: there is no such diary. Known: {known}.") from None
    return diary


def current_diary() -> Diary:
    """Return the diary that the environment variable DIARY names; default: the demonstration."""
    return the_diary(os.environ.get("DIARY", "demo"))
