"""The actions of the flow. They translate between the conversation and the diary, and know nothing of words to say."""

import asyncio
from datetime import date
from typing import Any

from dialog_core import ActionContext
from dialog_medical.appointments.diary import current_diary
from dialog_medical.appointments.spoken import day_in_words, name_in, ways_to_say

ANY = "any"  # instead of a doctor: whoever has time
FURTHEST = 90  # days ahead that can be booked
MOST_TIMES = 6  # more than this is hard to read in a chat


def find_doctors(practice: str, anybody: str, context: ActionContext) -> dict[str, Any]:
    """Return the doctors of a practice by id, and `anybody` (what to call that) with ways to say it, first."""
    found = current_diary().doctors(practice, context.language)
    return {ANY: anybody.split("|"), **{id: doctor.name for id, doctor in found.items()}}


def check_day(day: str, practice: str, doctor: str, context: ActionContext) -> dict[str, Any]:
    """Say whether there are appointments on a day; the reasons are `past`, `far`, `closed`, `away` and `full`."""
    wanted, today = date.fromisoformat(day), context.now.date()
    if wanted <= today:
        return _refused("past")
    if (wanted - today).days > FURTHEST:
        return _refused("far")
    doctors = current_diary().doctors(practice, context.language)
    if not any(wanted.weekday() in one.weekdays for one in doctors.values()):
        return _refused("closed")
    if doctor in doctors and wanted.weekday() not in doctors[doctor].weekdays:
        return _refused("away")
    return {"valid": True} if _free(practice, doctor, wanted, context) else _refused("full")


def find_times(day: str, practice: str, doctor: str, context: ActionContext) -> dict[str, Any]:
    """Return the free times of a day with the ways to say them, and the day in words."""
    wanted = date.fromisoformat(day)
    times = sorted(_free(practice, doctor, wanted, context))[:MOST_TIMES]
    language = context.language
    return {
        "day": day_in_words(wanted, language),
        "times": {time: ways_to_say(time, language) for time in times},
    }


def check_name(name: str) -> dict[str, Any]:
    """Say whether somebody has given a name, and return it without the words around it."""
    found = name_in(name)
    return {"valid": found is not None, "value": found or name}


async def book_appointment(
    practice: str, doctor: str, day: str, time: str, name: str, context: ActionContext
) -> dict[str, Any]:
    """Book an appointment; the idempotency key keeps a retry from booking it twice."""
    return await asyncio.to_thread(_book, practice, doctor, date.fromisoformat(day), time, name, context)


def _book(practice: str, doctor: str, day: date, time: str, name: str, context: ActionContext) -> dict[str, Any]:
    diary = current_diary()
    names = diary.doctors(practice, context.language)
    doctors = sorted(names) if doctor == ANY else [doctor]
    booking = diary.book(practice, doctors, day, time, name, _patient(context), context.idempotency_key)
    return {"code": booking.code, "doctor": names[booking.doctor].name}


def _free(practice: str, doctor: str, day: date, context: ActionContext) -> set[str]:
    free = current_diary().free(practice, day, _patient(context))
    return {time for one, times in free.items() if doctor in (ANY, one) for time in times}


def _patient(context: ActionContext) -> str:
    return context.user_id or context.conversation_id


def _refused(reason: str) -> dict[str, Any]:
    return {"valid": False, "reason": reason}
