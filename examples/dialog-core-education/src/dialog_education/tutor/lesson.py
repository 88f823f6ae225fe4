"""How a round goes on: after an answer, a hint, the solution; to the next question, or to its end."""

from dataclasses import replace

from dialog_core import Candidate, Event, FactLearned, FlowEnded, FlowStepped, Turn
from dialog_education.answers.judging import Verdict
from dialog_education.course.items import Calculation, Choice, Short, Simplify, Solve, Vocabulary
from dialog_education.course.questions import TO_ENGLISH, Library, worded
from dialog_education.schedule.progress import FACT, Progress, encode
from dialog_education.schedule.sm2 import HELPED, PERFECT, STRUGGLED, TOLD
from dialog_education.tutor import asking
from dialog_education.tutor.choosing import similar
from dialog_education.tutor.lines import joined, line
from dialog_education.tutor.round import FLOW, Round

REMARKS = ("sign", "place", "unit", "spelling", "zero", "number")  # of wrong answers, which are a hint themselves
UNREAD = ("choices", "several", "number", "long", "empty", "digits", "power", "brackets")
LONG_ROW = 3  # right answers in a row that are worth a word
LONGEST = 3  # times the usual length: a round in which every solution has to be told ends all the same


class Lesson:
    """One turn of a round."""

    def __init__(self, library: Library, turn: Turn, state: Round, progress: Progress, length: int) -> None:
        self._library = library
        self._turn = turn
        self._state = state
        self._progress = progress
        self._length = length
        self._question = library.questions[state.item]
        self.over = False

    @property
    def language(self) -> str:
        """The language of the turn."""
        return self._turn.language

    def question(self) -> str:
        """Return the open question as it is asked again."""
        return self._say("again", ask=asking.asked(self._question, self.language))

    def offers(self) -> tuple[str, ...]:
        """Return what may be picked."""
        return asking.choices(self._question) or (self._say("button_hint"), self._say("button_stop"))

    def found(self, verdict: Verdict) -> Candidate:
        """Praise a right answer, and go on."""
        state, key = self._state, self._question.key
        helped = state.hints + state.wrong
        before = self._progress.items.get(key)
        was_due = before is not None and before.due(self._turn.now)
        quality = PERFECT if not helped else HELPED if helped == 1 else STRUGGLED
        self._progress = self._progress.answered(key, quality, self._turn.now)
        row = 0 if helped else state.row + 1
        told = asking.answer(self._question, self.language)
        if helped:
            praise = self._say("right_helped", answer=told)
        elif before is not None and was_due and (days := self._days_since(before.last)) > 1:
            praise = self._say("right_due", answer=told, days=days)
        elif verdict.checked is not None and verdict.checked.steps > 1:
            praise = self._say("right_steps", answer=told, steps=verdict.checked.steps)
        elif row >= LONG_ROW:
            praise = self._say("right_row", answer=told, row=row)
        else:
            praise = self._say("right_at_once", answer=told)
        extra = self._remark(verdict)
        self._state = replace(
            state, asked=state.asked + 1, right=state.right + 1, clean=state.clean + (not helped), row=row
        )
        return self._next(joined(self.language, praise, extra), learned=True)

    def wrong(self, verdict: Verdict, *, sure: float) -> Candidate:
        """Say what is wrong, as far as that is known, and help on."""
        seen = self._state.wrong
        self._state = replace(self._state, wrong=seen + 1, row=0)
        told = self._mistake(verdict)
        if told and not seen:
            return self._stay(told, sure)
        told = told or self._say("wrong")
        hint = self._hint()
        return self._stay(joined(self.language, told, hint), sure) if hint else self._solution(told, sure)

    def hint(self, asked: str) -> Candidate:
        """Give the next hint, to who wants one, wants the answer (`tell`) or is at a loss (`lost`)."""
        hint = self._hint(numbered=asked == "hint")
        if not hint:
            return self._solution("", 1.0)
        if asked == "tell":
            return self._stay(self._say("tell", hint=hint), 1.0)
        return self._stay(self._say("lost", hint=hint) if asked == "lost" else hint, 1.0)

    def open(self) -> Candidate:
        """Encourage who has not finished."""
        return self._stay(self._say("open"), 1.0)

    def unread(self, verdict: Verdict, score: float) -> Candidate:
        """Say what an answer could look like."""
        if verdict.remark == "choices":
            return self._stay(self._say("unread_choices", choices=", ".join(asking.choices(self._question))), score)
        if verdict.remark == "other_direction":
            wanted = self._say("english" if self._question.direction == TO_ENGLISH else "chinese")
            return self._stay(self._say("unread_other_direction", wanted=wanted), score)
        if verdict.remark in UNREAD:
            return self._stay(self._say(f"unread_{verdict.remark}"), score)
        if isinstance(self._question.item, Solve | Simplify | Calculation):
            kind = {Solve: "steps", Simplify: "simplify"}.get(type(self._question.item), "number")
            return self._stay(self._say("unread", example=self._say(f"example_{kind}")), score)
        return self._stay(joined(self.language, self._say("unread_empty"), self.question()), score)

    def aside(self, score: float, name: str = "aside") -> Candidate:
        """Come back to the question after something else."""
        return self._stay(f"{self._say(name)}\n\n{self.question()}", score)

    def again(self, told: str = "", effects: tuple[Event, ...] = ()) -> Candidate:
        """Ask the open question again, after something the tutor was asked to say."""
        text = f"{told}\n\n{self.question()}" if told else self.question()
        return replace(self._stay(text, 1.0), effects=effects)

    def why(self) -> Candidate:
        """Explain the question before, or help with the open one."""
        last = self._library.questions.get(self._state.last)
        if self._state.hints or self._state.wrong or last is None:
            return self.hint("lost")
        told = asking.explanation(last, self.language)
        return self.again(told or self._say("no_why"))

    def skip(self) -> Candidate:
        """Leave a question for another time."""
        return self._next(self._say("skip"), learned=False)

    def stop(self) -> Candidate:
        """End the round; where it was is kept."""
        state = self._state
        score = self._say("stop_score", right=state.right, asked=state.asked) if state.asked else ""
        self.over = True
        progress = self._at(state.item)
        effects: tuple[Event, ...] = (FlowEnded(FLOW, "stopped"), FactLearned(FACT, encode(progress)))
        return Candidate(
            self._say("stop", score=score), 1.0, effects=effects, quick_replies=(self._say("button_more"),)
        )

    # --- What they are made of ----------------------------------------------------------------------------------------

    def _say(self, name: str, **values: object) -> str:
        return line(self.language, name, self._turn.seed, **values)

    def _stay(self, text: str, score: float) -> Candidate:
        effects = (FlowStepped(FLOW, self._state.item, self._state.state()),)
        return Candidate(text, score, effects=effects, quick_replies=self.offers())

    def _hint(self, *, numbered: bool = False) -> str:
        """Return the next hint and count it; empty: there is none left."""
        hints = asking.hints(self._question, self.language)
        given = self._state.hints
        if given >= len(hints):
            return ""
        self._state = replace(self._state, hints=given + 1, row=0)
        if len(hints) == 1 or not numbered:
            return hints[given]
        return self._say("hint_numbered", number=given + 1, count=len(hints), hint=hints[given])

    def _mistake(self, verdict: Verdict) -> str:
        """Return what is wrong with an answer; empty: that is not known."""
        checked = verdict.checked
        if checked is not None and verdict.remark:
            mistake = self._say(f"mistake_{verdict.remark}")
            if not checked.wrong or (checked.steps == 1 and not checked.before and checked.wrong.isalnum()):
                return mistake if verdict.remark not in ("arithmetic", "unclear") else ""
            if not checked.before:
                return self._say("step_first", wrong=_code(checked.wrong), mistake=mistake)
            after = self._say("after", before=_code(checked.before))
            return self._say("step", wrong=_code(checked.wrong), before=after, mistake=mistake)
        return self._say(f"wrong_{verdict.remark}") if verdict.remark in REMARKS else ""

    def _remark(self, verdict: Verdict) -> str:
        item = self._question.item
        if isinstance(item, Vocabulary):
            if self._question.direction == TO_ENGLISH:
                return self._say("remark_word", word=item.word, pinyin=item.pinyin, meaning=", ".join(item.meaning))
            if verdict.remark == "tones":
                return self._say("remark_tones", pinyin=item.pinyin)
        return asking.explanation(self._question, self.language) if isinstance(item, Choice | Short) else ""

    def _solution(self, told: str, score: float) -> Candidate:
        """Tell the worked solution, and have one like it practised."""
        explanation = asking.explanation(self._question, self.language)
        solution = self._say(
            "solution",
            explanation=explanation,
            answer=asking.answer(self._question, self.language),
        ).replace("  ", " ")
        self._progress = self._progress.answered(self._question.key, TOLD, self._turn.now)
        state = self._state
        done = (state.item, state.last)
        other = similar(self._question, self._library, self._progress, done)
        queue = tuple(key for key in state.queue if key != other)
        if other and state.asked + 1 + len(queue) < self._length * LONGEST:
            queue = (other, *queue)
            solution = joined(self.language, solution, self._say("similar"))
        self._state = replace(state, queue=queue, asked=state.asked + 1, row=0)
        return replace(self._next(joined(self.language, told, solution), learned=True), score=score)

    def _next(self, told: str, *, learned: bool) -> Candidate:
        """Go on to the next question, or end the round."""
        state = self._state
        waiting = [key for key in state.queue if key in self._library.questions]
        if not waiting:
            return self._end(told)
        state = replace(state, item=waiting[0], queue=tuple(waiting[1:]), hints=0, wrong=0, last=state.item)
        self._state, self._question = state, self._library.questions[waiting[0]]
        progress = self._at(state.item)
        effects: list[Event] = [FlowStepped(FLOW, state.item, state.state())]
        if learned:
            effects.append(FactLearned(FACT, encode(progress)))
        asked = self._say("question", number=state.asked + 1, ask=asking.asked(self._question, self.language))
        return Candidate(f"{told}\n\n{asked}", 1.0, effects=tuple(effects), quick_replies=self.offers())

    def _end(self, told: str) -> Candidate:
        state = self._state
        self.over = True
        progress = self._at("")
        following = self._say("round_next_fine" if state.clean == state.asked else "round_next_due")
        unit = self._library.units.get(state.unit)
        if unit is not None and all(question.key in progress.items for question in unit.questions):
            told_all = self._say("round_learned_all", unit=worded(unit.title, self.language))
            following = joined(self.language, following, told_all)
        summary = self._say("round", right=state.right, asked=state.asked, clean=state.clean, next=following)
        offers = (self._say("button_more"), self._say("button_progress"), self._say("button_stop"))
        effects = (FlowEnded(FLOW), FactLearned(FACT, encode(progress)))
        return Candidate(f"{told}\n\n{summary}", 1.0, effects=effects, quick_replies=offers)

    def _at(self, item: str) -> Progress:
        """Note where the pupil is; questions of several units do not make them forget in which one they were."""
        unit, progress = self._state.unit, self._progress
        if unit or not progress.unit:
            return progress.at(unit or self._question.unit, item if unit else "", self._turn.now)
        return progress

    def _days_since(self, minutes: int) -> int:
        return int((self._turn.now.timestamp() / 60 - minutes) / (24 * 60))


def _code(text: str) -> str:
    return text.replace("`", "'")[:80]
