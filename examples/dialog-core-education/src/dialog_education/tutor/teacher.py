"""What the tutor does: begins rounds, hears answers and wishes, and never tells what a pupil can find out."""

import re
from collections.abc import Sequence
from dataclasses import replace

from dialog_core import (
    Candidate,
    ConsentGiven,
    Context,
    Event,
    Evidence,
    FlowEnded,
    FlowStarted,
    FlowStepped,
    Remembered,
    Turn,
)
from dialog_education.answers.judging import UNREAD, Verdict, is_brief, judge
from dialog_education.course.questions import Library, Unit, worded
from dialog_education.options import TutorOptions
from dialog_education.schedule.progress import FACT, Progress, decode, merge
from dialog_education.schedule.sm2 import minutes_of
from dialog_education.tutor import heard
from dialog_education.tutor.asking import asked, choices
from dialog_education.tutor.choosing import chosen
from dialog_education.tutor.lesson import Lesson
from dialog_education.tutor.lines import line
from dialog_education.tutor.round import FLOW, Round
from dialog_education.tutor.view import table

SURE = 1.0
ATTEMPT = 0.75  # something that may be an answer: less than a rule that says otherwise
UNCLEAR = 0.5  # whoever knows better may answer; the question stays open
ASIDE = 0.36  # a question of the pupil's: the knowledge goes before, also where it is not sure
A_DAY = 24 * 60  # minutes; who comes back later is asked first what is due
MAX_OFFERS = 16  # titles to pick from
TOLD = "told"  # what is remembered in the conversation: that was said how long progress is kept

_ABOUT_THE_QUIZ = re.compile(r"^(?:how|what|why|who|which|when)\b|怎么|什么|为什么|多少|几")
_TOPIC = re.compile(
    r"\b(?:me|questions|quiz|practi[sc]e|study|learn|revise)\b.{0,6}\b(?:on|about|in|with)\b|考考?我.{2,}"
)


class Teacher:
    """Proposes what a tutor says: a round is in the conversation, what a pupil knows in their profile."""

    def __init__(self, options: TutorOptions, context: Context, library: Library) -> None:
        self.options = options
        self.context = context
        self._library = library
        self._offers_told = {
            line(language, name) for language in ("en", "zh") for name in ("button_more", "button_quiz")
        }

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return how the round goes on, or what begins one."""
        flow = turn.conversation.active_flow
        if flow is not None and flow.policy != self._name:
            return []  # a task of somebody else's is in the middle of a question
        state = Round.of(flow) if flow is not None else None
        if state is not None and state.item in self._library.questions:
            candidate = self._go_on(turn, state)
        else:
            begun = self._begin(turn)
            if begun is None:
                return []
            lost = (FlowEnded(flow.name, "lost"),) if flow is not None else ()  # its course has changed meanwhile
            candidate = replace(begun, effects=(*lost, *begun.effects))
        about = Evidence(FLOW, "tutor", candidate.score, {"cite": False})
        return [replace(candidate, evidence=(about,))]

    @property
    def _name(self) -> str:
        return self.context.name or "tutor"

    # --- In a round ---------------------------------------------------------------------------------------------------

    def _go_on(self, turn: Turn, state: Round) -> Candidate:
        lesson = Lesson(self._library, turn, state, self._progress(turn), self.options.round)
        candidate = self._answer(turn, state, lesson)
        if lesson.over:
            return self._with_note(turn, candidate)
        question = Lesson(self._library, turn, state, Progress(), self.options.round)
        return replace(candidate, follow_up=question.question())

    def _answer(self, turn: Turn, state: Round, lesson: Lesson) -> Candidate:
        text = turn.text
        verdict = self._judge(text, state)
        if verdict.outcome == "right":
            return lesson.found(verdict)
        if wanted := self._wish(turn, lesson, verdict):
            return wanted
        if verdict.outcome == "open":
            return lesson.open()
        if verdict.sure and verdict.outcome == "wrong":
            return lesson.wrong(verdict, sure=SURE)
        if heard.is_question(text) and verdict.remark not in ("several", "other_direction"):
            return lesson.aside(ASIDE)
        if verdict.sure:
            return lesson.unread(verdict, SURE)
        if verdict.outcome == "wrong":
            return lesson.wrong(verdict, sure=ATTEMPT)
        if text.strip() and not is_brief(text):
            return lesson.unread(verdict if verdict.remark == "long" else UNREAD, UNCLEAR)
        return lesson.unread(verdict, UNCLEAR)

    def _judge(self, text: str, state: Round) -> Verdict:
        return judge(self._library.questions[state.item], text)

    def _wish(self, turn: Turn, lesson: Lesson, verdict: Verdict) -> Candidate | None:
        """Return what answers a wish; None: it is none. What may be an answer is taken for a topic only with a verb."""
        text = turn.text
        named = heard.units_named(text, self._library) if heard.wants_questions(text) else []
        if not named and verdict.outcome == "unread" and verdict.remark != "choices":
            named = heard.units_named(text, self._library, whole=True)
        elif not named and not verdict.sure:
            named = heard.units_called(text, self._library)
        if named and not heard.asks_for_the_answer(text):
            return self._round_of(turn, named, self._progress(turn), ended=True)
        if heard.wants_questions(text) and _TOPIC.search(text.casefold()) and not verdict.sure:
            return lesson.again(self._menu(turn, "no_unit").text)
        match heard.wish(text):
            case "stop":
                return lesson.stop()
            case "hint" | "tell" | "lost" as asked_for:
                return lesson.hint(asked_for)
            case "skip":
                return lesson.skip()
            case "repeat" | "more" | "yes" | "no":
                return lesson.again()
            case "progress":
                return lesson.again(self._table(turn))
            case "why":
                return lesson.why()
            case "agree" | "decline" as said:
                told, effects = self._consent(turn, agrees=said == "agree")
                return lesson.again(told, effects)
        return None

    # --- Between rounds -----------------------------------------------------------------------------------------------

    def _begin(self, turn: Turn) -> Candidate | None:
        text = turn.text
        match heard.wish(text):
            case "progress":
                button = line(turn.language, "button_more")
                return Candidate(self._table(turn), SURE, quick_replies=(button,))
            case "agree" | "decline" as said:
                told, effects = self._consent(turn, agrees=said == "agree")
                return Candidate(told, SURE, effects=effects, quick_replies=(line(turn.language, "button_quiz"),))
            case "more":
                return self._continued(turn)
            case "repeat" if self._progress(turn).unit:  # I am back
                return self._continued(turn)
            case "yes" if self._has_offered(turn):
                return self._continued(turn)
            case "stop" | "no" if self._was_last(turn):
                return Candidate(line(turn.language, "stop_nothing"), SURE)
        if heard.wants_questions(text):
            if _ABOUT_THE_QUIZ.search(text.strip().casefold()) and heard.is_question(text):
                return None
            return self._wanted(turn)
        if heard.wants_anything(text) and self._was_last(turn):
            return self._round_of(turn, [*self._library], self._progress(turn))
        units = heard.units_named(text, self._library, whole=True)
        return self._round_of(turn, units, self._progress(turn)) if units else None

    def _wanted(self, turn: Turn) -> Candidate:
        """Return the round that a message asks for, or what there is to choose from."""
        progress = self._progress(turn)
        units = heard.units_named(turn.text, self._library)
        if units:
            return self._round_of(turn, units, progress)
        if heard.wants_due(turn.text) or heard.wants_anything(turn.text):
            due = heard.wants_due(turn.text) and bool(progress.due(self._library.questions, turn.now))
            return self._round_of(turn, [*self._library], progress, only_due=due)
        if _TOPIC.search(turn.text.casefold()):
            return self._menu(turn, "no_unit")
        return self._continued(turn)

    def _continued(self, turn: Turn) -> Candidate:
        """Go on: with what is due, else where the pupil was, else with what they choose."""
        progress = self._progress(turn)
        left_today = bool(progress.item) and minutes_of(turn.now) - progress.left_at < A_DAY
        if not left_today and progress.due(self._library.questions, turn.now):
            return self._round_of(turn, [*self._library], progress, only_due=True)
        unit = self._library.units.get(progress.unit)
        if unit is None:
            return self._menu(turn, "menu")
        if not progress.item and all(question.key in progress.items for question in unit.questions):
            unit = next((other for other in self._library if self._is_new(other, unit, progress)), unit)
        return self._round_of(turn, [unit], progress)

    @staticmethod
    def _is_new(unit: Unit, after: Unit, progress: Progress) -> bool:
        return unit.course == after.course and any(question.key not in progress.items for question in unit.questions)

    def _round_of(
        self, turn: Turn, units: Sequence[Unit], progress: Progress, *, ended: bool = False, only_due: bool = False
    ) -> Candidate:
        language = turn.language
        keys = chosen(units, progress, turn.now, self.options.round)
        if only_due:
            keys = progress.due(keys, turn.now)
        unit = units[0].key if len(units) == 1 else ""
        title = worded(units[0].title, language)
        back = progress.item in {question.key for question in units[0].questions} and unit == progress.unit
        if back:
            keys = [progress.item, *(key for key in keys if key != progress.item)][: self.options.round]
        due = len(progress.due(keys, turn.now))
        if len(units) > 1:
            told = line(language, "begin_due" if due == len(keys) else "begin_mixed", count=len(keys))
        else:
            told = line(language, "begin_again" if back else "begin", unit=title, count=len(keys))
        state = Round(keys[0], tuple(keys[1:]), unit)
        question = self._library.questions[keys[0]]
        ask = line(language, "question", number=1, ask=asked(question, language))
        effects: list[Event] = [FlowEnded(FLOW, "changed")] if ended else []
        effects += [FlowStarted(FLOW, self._name, keys[0]), FlowStepped(FLOW, keys[0], state.state())]
        offers = choices(question) or (line(language, "button_hint"), line(language, "button_stop"))
        return Candidate(f"{told}\n\n{ask}", SURE, effects=tuple(effects), quick_replies=offers)

    def _menu(self, turn: Turn, name: str) -> Candidate:
        courses: dict[str, list[str]] = {}
        for unit in self._library:
            courses.setdefault(worded(unit.course, turn.language), []).append(worded(unit.title, turn.language))
        comma, colon = ("、", "：") if turn.language.startswith("zh") else (", ", ": ")
        shown = "\n".join(f"- **{course}**{colon}{comma.join(titles)}" for course, titles in courses.items())
        offers = tuple(title for titles in courses.values() for title in titles)[:MAX_OFFERS]
        return Candidate(line(turn.language, name, units=shown), 0.9, quick_replies=offers)

    # --- What a pupil knows -------------------------------------------------------------------------------------------

    def _progress(self, turn: Turn) -> Progress:
        """Return what is known of a pupil: by their profile, which other conversations write too, and by this one."""
        return merge(decode(turn.user.facts.get(FACT)), decode(turn.conversation.facts.get(FACT)))

    def _table(self, turn: Turn) -> str:
        return table(self._progress(turn), self._library, turn.now, turn.language)

    def _consent(self, turn: Turn, *, agrees: bool) -> tuple[str, tuple[Event, ...]]:
        if agrees and not self._can_keep(turn):
            return line(turn.language, "not_kept"), ()
        told = line(turn.language, "agreed" if agrees else "declined")
        return told, (ConsentGiven(agrees, turn.now), Remembered(self._name, {TOLD: True}))

    def _can_keep(self, turn: Turn) -> bool:
        return bool(turn.user.id) and self.context.facts is not None and FACT in self.context.facts

    def _with_note(self, turn: Turn, candidate: Candidate) -> Candidate:
        """Return what ends a round with, once, how long it is remembered."""
        if turn.conversation.memory.get(self._name, {}).get(TOLD) or turn.user.consent is True:
            return candidate
        offers = candidate.quick_replies
        if not self._can_keep(turn) or turn.user.consent is False:
            note = line(turn.language, "not_kept")
        elif self.options.ask_consent:
            note, offers = line(turn.language, "consent"), (line(turn.language, "button_remember"), *offers)
        else:
            return candidate
        effects = (*candidate.effects, Remembered(self._name, {TOLD: True}))
        return replace(candidate, text=f"{candidate.text}\n\n{note}", effects=effects, quick_replies=offers)

    def _was_last(self, turn: Turn) -> bool:
        last = turn.conversation.last_bot_message
        return last is not None and last.policy == self._name

    def _has_offered(self, turn: Turn) -> bool:
        last = turn.conversation.last_bot_message
        return last is not None and bool(self._offers_told & set(last.quick_replies))
