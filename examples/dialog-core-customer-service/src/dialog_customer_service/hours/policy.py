"""The policy `opening_hours`: "are you open now?", "on Sunday?", each branch in its own time zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dialog_core import Candidate, Component, Context, Evidence, SlotSet, Turn
from dialog_customer_service.hours.branches import DAYS, Branch, Span, read_branches
from dialog_customer_service.hours.questions import Question, understand
from dialog_customer_service.options import OpeningHoursOptions

SLOT = "hours_asked"  # of which branch hours were told last
CARE = "care"
SURE, LIKELY = 0.95, 0.85
SHORT = 8  # words of a message that only adds a day or a branch: "and in Berlin on Sunday?"
_DAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


class OpeningHours(Component[OpeningHoursOptions]):
    """Answers from the file of branches and the time of the turn; nothing is looked up elsewhere."""

    def __init__(self, options: OpeningHoursOptions, context: Context) -> None:
        super().__init__(options, context)
        context.files.add(options.branches)
        self._file = read_branches(options.branches)

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return an answer, if the message asks about opening hours."""
        now = turn.now if turn.now.tzinfo is not None else turn.now.replace(tzinfo=UTC)
        home, known = self._home(turn), self._known(turn.language)
        question = understand(turn.text, now.astimezone(known[home].zone).date(), known, self._file.days)
        score = self._score(turn, question)
        if not score:
            return []
        if question.place and question.sure:
            text, branch = self._nowhere(question, now, turn.language), home
        elif question.all and not question.branch:
            text, branch = self._everywhere(now, turn.language), home
        else:
            before, day = _asked(turn) if not question.sure else ("", None)
            branch = question.branch or (before if before in known else home)
            if question.day is None and not question.now and day is not None:
                question = replace(question, day=day)  # "and in Berlin?" is about the same day
            text = self._answer(question, branch, now, turn)
        evidence = Evidence("opening_hours", "opening_hours", score, {"cite": False})
        asked = {"branch": branch, "day": question.day.isoformat() if question.day else ""}
        return [Candidate(text, score, evidence=(evidence,), effects=(SlotSet(SLOT, asked),))]

    def _score(self, turn: Turn, question: Question) -> float:
        if question.sure:
            return SURE
        last = turn.conversation.last_bot_message
        about_hours = last is not None and last.policy == self.context.name
        adds = question.day is not None or question.now or question.branch
        if about_hours and adds and question.words <= SHORT and not turn.conversation.flows:
            return SURE
        return LIKELY if question.likely and (question.day is not None or question.now) else 0.0

    def _known(self, language: str) -> dict[str, Branch]:
        """Return the branches, and under `care` the people who answer in a language."""
        care = self._file.care
        answering = care.get(language.casefold().partition("-")[0]) or next(iter(care.values()), None)
        return {**self._file.branches, **({CARE: answering} if answering else {})}

    def _home(self, turn: Turn) -> str:
        """Return the branch that is meant where none is named: the customer's own, or that of the language."""
        own = turn.user.facts.get("branch")
        if isinstance(own, str):
            told = own.casefold()
            for id, branch in self._file.branches.items():
                if told == id or told in (word.casefold() for word in branch.words):
                    return id
        language = turn.language.casefold().partition("-")[0]
        return self._file.default.get(language) or next(iter(self._file.branches))

    def _answer(self, question: Question, id: str, now: datetime, turn: Turn) -> str:
        language = turn.language
        branch = self._known(language)[id]
        local = now.astimezone(branch.zone)
        if question.day is not None and not question.now:
            return self._day(branch, question.day, local, turn)
        if question.now or (question.sure and _is_short(question)):
            return self._now(branch, local, turn)
        lines = "\n".join(self._line(days, span, language) for days, span in _grouped(branch, language))
        name = "care_week" if id == CARE else "week"
        week = self._text(name, language, name=_of(branch, language), address=branch.address, lines=lines)
        return f"{self._now(branch, local, turn)}\n\n{week}"

    def _now(self, branch: Branch, local: datetime, turn: Turn) -> str:
        language, name = turn.language, _of(branch, turn.language)
        span = branch.on(local.date())
        if span is not None and branch.is_open(local):
            special = self._text("holiday", language) if branch.is_special(local.date()) else ""
            text = self._text("open_now", language, name=name, until=f"{span.closes:%H:%M}{special}")
        else:
            opening = self._opening(branch, local, language)
            text = self._text("closed_now", language, name=name, clock=f"{local:%H:%M}", next=opening)
        return f"{_capital(text)} {self._yours(branch, span, local.date(), turn)}".rstrip()

    def _day(self, branch: Branch, day: date, local: datetime, turn: Turn) -> str:
        language, name, span = turn.language, _of(branch, turn.language), branch.on(day)
        told = _capital(self._told(day, local.date(), language))
        if span is None:
            after = datetime.combine(day, datetime.max.time(), branch.zone)
            opening = self._opening(branch, after, language, local.date())
            return self._text("closed_day", language, day=told, name=name, next=opening)
        special = self._text("holiday", language) if branch.is_special(day) else ""
        text = self._text("open_day", language, day=told, name=name, hours=f"{span}{special}")
        return f"{text} {self._yours(branch, span, day, turn)}".rstrip()

    def _everywhere(self, now: datetime, language: str) -> str:
        return self._text("all", language, lines=self._lines(now, language, None))

    def _nowhere(self, question: Question, now: datetime, language: str) -> str:
        """Say that there is no such branch, rather than answer for one that was not asked about."""
        today = now.astimezone(next(iter(self._file.branches.values())).zone).date()
        day = self._told(question.day or today, today, language)
        lines = self._lines(now, language, question.day)
        return self._text("nowhere", language, place=question.place, day=day, lines=lines)

    def _lines(self, now: datetime, language: str, day: date | None) -> str:
        """Return the hours of all branches on a day; None: today, which may be another day at each of them."""
        return "\n".join(
            self._line(_of(branch, language), branch.on(day or now.astimezone(branch.zone).date()), language)
            for branch in self._file.branches.values()
        )

    def _yours(self, branch: Branch, span: Span | None, day: date, turn: Turn) -> str:
        """Say what hours are on the customer's own clock, if that is known and another one."""
        zone = _zone_of(turn)
        if zone is None or span is None:
            return ""
        opens, closes = (datetime.combine(day, moment, branch.zone) for moment in (span.opens, span.closes))
        if opens.utcoffset() == opens.astimezone(zone).utcoffset():
            return ""
        hours = f"{opens.astimezone(zone):%H:%M}–{closes.astimezone(zone):%H:%M}"
        return self._text("yours", turn.language, hours=hours)

    def _opening(self, branch: Branch, after: datetime, language: str, today: date | None = None) -> str:
        opening = branch.opens_next(after)
        if opening is None:
            return "–"
        told = self._told(opening.date(), today or after.date(), language)
        return self._text("at", language, day=told, clock=f"{opening:%H:%M}").rstrip()

    def _told(self, day: date, today: date, language: str) -> str:
        """Return a day in words."""
        if day == today:
            return self._text("today", language)
        if day == today + timedelta(1):
            return self._text("tomorrow", language)
        chinese = language.casefold().startswith("zh")
        names = _DAYS["zh" if chinese else "en"]
        if chinese:
            return f"{day.month}月{day.day}日（{names[day.weekday()]}）"
        return self._text("on", language, day=f"{names[day.weekday()]} {day.day} {day:%B}")

    def _line(self, name: str, span: Span | None, language: str) -> str:
        return self._text("line", language, name=name, hours=str(span) if span else self._text("closed", language))

    def _text(self, name: str, language: str, /, **values: str) -> str:
        said = self._file.texts[name]
        text = said.get(language.casefold().partition("-")[0]) or next(iter(said.values()))
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", value)
        return text


def _grouped(branch: Branch, language: str) -> list[tuple[str, Span | None]]:
    """Return the days of a week that have the same hours together."""
    names = _DAYS["zh" if language.casefold().startswith("zh") else "en"]
    groups: list[tuple[int, int, Span | None]] = []
    for number, day in enumerate(DAYS):
        span = branch.hours.get(day)
        if groups and groups[-1][2] == span:
            groups[-1] = groups[-1][0], number, span
        else:
            groups.append((number, number, span))
    joint = "至" if language.casefold().startswith("zh") else " to "
    return [
        (names[first] if first == last else f"{names[first]}{joint}{names[last]}", span) for first, last, span in groups
    ]


def _asked(turn: Turn) -> tuple[str, date | None]:
    """Return the branch and the day that were asked about last."""
    asked = turn.slots.get(SLOT)
    if not isinstance(asked, Mapping):
        return "", None
    try:
        return str(asked.get("branch", "")), date.fromisoformat(str(asked.get("day", "")))
    except ValueError:
        return str(asked.get("branch", "")), None


def _is_short(question: Question) -> bool:
    return question.words <= 4 and not question.branch and question.now


def _zone_of(turn: Turn) -> ZoneInfo | None:
    named = turn.user.facts.get("timezone")
    try:
        return ZoneInfo(named) if isinstance(named, str) and named else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _of(branch: Branch, language: str) -> str:
    return branch.name.get(language.casefold().partition("-")[0]) or next(iter(branch.name.values()))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
