"""The policy `triage`: puts the questionnaire's questions one by one, and says how soon a doctor is needed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dialog_core import (
    Candidate,
    Component,
    Context,
    Event,
    Evidence,
    FlowEnded,
    FlowStarted,
    FlowStepped,
    HandedOver,
    Turn,
    UserSaid,
)
from dialog_medical.guards.disclaimer import MEDICAL
from dialog_medical.options import TriageOptions
from dialog_medical.triage import hearing
from dialog_medical.triage.deciding import decide
from dialog_medical.triage.questionnaire import NO, QUESTIONS, UNSURE, YES, Complaint, Outcome, Questionnaire
from dialog_medical.triage.reading import read_questionnaire
from dialog_medical.triage.wording import Wording

FLOW = "triage"
GUARD = "guard"  # who the kernel says has spoken where an input guard has
STARTS, ANSWERS, UNCLEAR, REMINDER = 0.97, 1.0, 0.45, 0.1  # scores; what others understand goes before what is unclear
MOST_ASIDES = 2  # questions of the user's own in a row that nobody can answer, before they count as an unclear answer
MAX_TEXT = 500  # characters that are looked at

_INFORMATION = re.compile(
    r"^(?:please )?(?:what (?:is|are|causes?|does)|whats|what's|tell me about|how (?:is|are|to|do you|can i) "
    r"(?:prevent|treat|diagnos|cure|avoid)\w*|"
    r"(?:the )?(?:symptoms?|signs?|causes?|treatments?|complications?) (?:of|for)|why (?:do|does) (?:people|"
    r"one)|is there a cure|how common|how many)|"
    r"是什么|什么是|有什么症状|有哪些症状|的症状|什么原因|的原因|怎么预防|如何预防|怎么引起|什么引起"
)
_ABOUT_SOMEBODY = re.compile(
    r"\b(?:i|i'm|im|i've|ive|my|me|we|our|he|she|he's|she's|his|her|they|it|husband|wife|son|daughter|baby|child|kid|mother|father|mum|mom|dad)\b|"
    r"我|孩子|宝宝|老公|老婆|妈|爸|爷爷|奶奶|他|她|儿子|女儿"
)
_APPOINTMENT = re.compile(
    r"appointment|appt|\bbook\b|see (?:a|the|my) (?:doctor|gp)|see dr|预约|挂号|约个|看医生|看病|看诊"
)
_STOP = re.compile(
    r"(?:please |just |ok |oh )*(?:stop|cancel|quit|never ?mind|forget (?:it|about it)|leave it|enough|leave me "
    r"alone|stop (?:it|asking|this|that)(?: please)?|no more questions)"
    r"[\s.!]*|(?:那|就)?(?:算了|不问了|别问了|不说了|停|取消|不用问了|退出|够了|别烦我)(?:吧|了|啦)?[\s。！]*"
)
_ASKS = re.compile(
    r"[?？]\s*$|^(?:what|why|who|when|where|how|which|do you|are you|can you|is this|will)\b|(?:吗|呢|什么|"
    r"为什么|怎么|干嘛)[。！]?$"
)
_IDIOM = re.compile(
    r"(?:gives?|giving|gave|got) (?:me|us|him|her) (?:such )?a headache|headache of|"
    r"(?:让|令|叫)(?:我|人)(?:很|太)?头[疼痛]|头[疼痛]的(?:问题|事)"
)
_DENIES = re.compile(
    r"\bnot (?:that |so |really )?(?:an emergency|bad|urgent|serious)\b|\bno emergency\b|\bfalse alarm\b|"
    r"\b(?:i'm|im|i am|he's|she's|he is|she is) (?:fine|ok|okay|all ?right)\b|"
    r"没那么(?:严重|急)|不是(?:急症|急救|紧急)|不(?:急|严重|要紧)|没事"
)
_OTHER = "other"  # the complaint of whoever names none that is known
_SHORT = 4  # words; characters in Chinese


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a questionnaire stands; what an event remembers of it."""

    complaints: tuple[Complaint, ...]
    answers: Mapping[str, str]
    asides: int = 0

    @property
    def question(self) -> str | None:
        """The question that is open; None: all have been answered."""
        return next((question for question in QUESTIONS if question not in self.answers), None)

    def with_answer(self, question: str, answer: str) -> "Standing":
        """Return where it stands with this answer."""
        return replace(self, answers={**self.answers, question: answer}, asides=0)

    def state(self) -> dict[str, object]:
        """Return it as JSON."""
        return {"complaints": [one.id for one in self.complaints], "answers": dict(self.answers), "asides": self.asides}


class TriagePolicy(Component[TriageOptions]):
    """Begins where somebody says what is wrong with them; ends with one of four outcomes and never names an illness."""

    inline = True

    def __init__(self, options: TriageOptions, context: Context) -> None:
        super().__init__(options, context)
        context.files.add(options.path)
        self._questionnaire: Questionnaire = read_questionnaire(options.path, context.languages)

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return how the questionnaire under way goes on, or its first question."""
        text = hearing.plain(turn.text[:MAX_TEXT])
        active = turn.conversation.active_flow
        if active is None:
            return self._begin(turn, text)
        if active.policy != self._name:
            return []
        standing = self._standing(active.state)
        if standing is None or standing.question is None:  # the file has changed meanwhile
            return self._begin(turn, text, lost=True)
        return self._go_on(turn, text, standing)

    @property
    def _name(self) -> str:
        return self.context.name or FLOW

    def _begin(self, turn: Turn, text: str, *, lost: bool = False) -> list[Candidate]:
        if before := self._wrongly_alarmed(turn, text):
            return [self._next(turn, before, [FlowStarted(FLOW, self._name, QUESTIONS[0])], STARTS)]
        complaints = self._complaints_in(text)
        if not complaints and not _INFORMATION.search(text) and (afterwards := self._afterwards(turn, text)):
            return [afterwards]
        if not complaints or _APPOINTMENT.search(text) or _INFORMATION.search(text):
            return []
        if _IDIOM.search(text):
            return []
        words = len(text.split()) if text.isascii() else len(text) / 2
        if words > _SHORT and not _ABOUT_SOMEBODY.search(text):
            return []
        standing = self._with_what_is_told(Standing(complaints, {}), text)
        effects: list[Event] = [FlowEnded(FLOW, "lost")] if lost else []
        return [self._next(turn, standing, [*effects, FlowStarted(FLOW, self._name, QUESTIONS[0])], STARTS)]

    def _wrongly_alarmed(self, turn: Turn, text: str) -> Standing | None:
        """Return where to begin with somebody who says that what a guard took for an emergency is none."""
        last = turn.conversation.last_bot_message
        if last is None or last.policy != GUARD or not (hearing.yes_or_no(text) == NO or _DENIES.search(text)):
            return None
        said = [event.message.text for event in turn.conversation.messages if isinstance(event, UserSaid)][-2:-1]
        before = hearing.plain(said[0][:MAX_TEXT]) if said else ""
        other = self._questionnaire.complaints.get(_OTHER)
        complaints = self._complaints_in(before) or self._complaints_in(text) or ((other,) if other else ())
        return self._with_what_is_told(Standing(complaints, {}), before) if complaints else None

    def _afterwards(self, turn: Turn, text: str) -> Candidate | None:
        """Return what is said to who, after the outcome, adds a warning sign, or only hesitates when told to call."""
        stepped, ended = self._last_time(turn)
        before = self._standing(stepped.state) if stepped is not None else None
        if before is None or not ended:
            return None
        begins: list[Event] = [FlowStarted(FLOW, self._name, QUESTIONS[0])]
        if flags := hearing.flags_in(text, before.complaints):
            for flag in flags:
                before = before.with_answer(flag.outcome.name.lower(), YES)
            outcome = decide(self._questionnaire, before.complaints, before.answers)
            return self._ended(turn, before, outcome, begins, ANSWERS)
        last = turn.conversation.last_bot_message
        just_now = last is not None and last.policy == self._name
        if ended != Outcome.EMERGENCY.name.lower() or not just_now or _APPOINTMENT.search(text):
            return None
        return self._ended(turn, before, Outcome.EMERGENCY, begins, UNCLEAR)

    def _last_time(self, turn: Turn) -> tuple[FlowStepped | None, str]:
        """Return where the last questionnaire of the conversation stood before its last answer, and its outcome."""
        stepped, ended = None, ""
        for event in turn.conversation.events:
            match event:
                case FlowStepped(flow=flow) if flow == FLOW:
                    stepped = event
                case FlowEnded(flow=flow, outcome=outcome) if flow == FLOW:
                    ended = outcome
        return stepped, ended

    def _complaints_in(self, text: str) -> tuple[Complaint, ...]:
        found = [one for one in self._questionnaire.complaints.values() if hearing.says(text, one.when)]
        own = [one for one in found if one.self_care is not None]
        return tuple(own or found)

    def _with_what_is_told(self, standing: Standing, text: str) -> Standing:
        """Take from the first message what it says by itself: red flags, an age, a pregnancy, since when."""
        for flag in hearing.flags_in(text, standing.complaints):
            standing = standing.with_answer(flag.outcome.name.lower(), YES)
        answers = self._questionnaire.answers
        if "who" not in standing.answers:
            found = hearing.who(text, answers["who"])
            if found not in ("", UNSURE) and (hearing.age_in(text) is not None or found != answers["who"][0].id):
                standing = standing.with_answer("who", found)
        since = hearing.since(text, answers["since"])
        return standing.with_answer("since", since) if since not in ("", UNSURE) else standing

    def _go_on(self, turn: Turn, text: str, standing: Standing) -> list[Candidate]:
        question = standing.question or ""
        wording = self._wording(turn)
        asked, offers = wording.question(standing.complaints, question)
        reminder = Candidate(asked, REMINDER, follow_up=asked, quick_replies=offers)
        if _STOP.fullmatch(text) or _APPOINTMENT.search(text):
            return [self._stopped(turn, standing)]
        flags = {flag.outcome for flag in hearing.flags_in(text, standing.complaints)}
        if Outcome.EMERGENCY in flags:
            return [self._next(turn, standing.with_answer("emergency", YES), [], ANSWERS)]
        answer = self._answer(text, question)
        if Outcome.TODAY in flags and question not in ("today", "emergency"):
            standing = standing.with_answer("today", YES)
        elif Outcome.TODAY in flags and question == "today":
            answer = YES
        if answer:
            return [self._next(turn, standing.with_answer(question, answer), [], ANSWERS)]
        if _ASKS.search(text) and standing.asides < MOST_ASIDES:
            again = replace(standing, asides=standing.asides + 1)
            aside = Candidate(
                f"{wording.aside()}\n\n{asked}",
                UNCLEAR,
                effects=(FlowStepped(FLOW, question, again.state()),),
                quick_replies=offers,
            )
            return [aside, reminder]
        if (
            question == "emergency" and not standing.asides
        ):  # told once what will be made of it, before anybody is alarmed
            again = replace(standing, asides=MOST_ASIDES)
            told = f"{wording.unclear()}\n\n{asked}"
            return [
                Candidate(told, UNCLEAR, effects=(FlowStepped(FLOW, question, again.state()),), quick_replies=offers),
                reminder,
            ]
        return [self._next(turn, standing.with_answer(question, UNSURE), [], UNCLEAR), reminder]

    def _answer(self, text: str, question: str) -> str:
        """Return the answer a message gives; empty: it is unclear."""
        answers = self._questionnaire.answers
        match question:
            case "who":
                return hearing.who(text, answers["who"])
            case "since":
                return hearing.since(text, answers["since"])
            case "severity":
                return hearing.severity(text, answers["severity"])
        return hearing.yes_or_no(text)

    def _next(self, turn: Turn, standing: Standing, effects: list[Event], score: float) -> Candidate:
        """Return the next question; the outcome where nothing is left to ask, or nothing more urgent to be found."""
        outcome = decide(self._questionnaire, standing.complaints, standing.answers)
        question = standing.question
        if question is None or outcome is Outcome.EMERGENCY:
            return self._ended(turn, standing, outcome, effects, score)
        wording = self._wording(turn)
        asked, offers = wording.question(standing.complaints, question)
        if any(isinstance(effect, FlowStarted) for effect in effects):
            asked = f"{wording.opening(standing.complaints)}\n\n{asked}"
        step = FlowStepped(FLOW, question, standing.state())
        evidence = Evidence(f"{FLOW}: {question}", "triage", score, {"flow": FLOW, "cite": False})
        return Candidate(asked, score, evidence=(evidence,), effects=(*effects, step), quick_replies=offers)

    def _stopped(self, turn: Turn, standing: Standing) -> Candidate:
        """Return the outcome of questions that were broken off: never self care, for much has not been asked."""
        outcome = max(decide(self._questionnaire, standing.complaints, standing.answers), Outcome.APPOINTMENT)
        return self._ended(turn, standing, outcome, [], ANSWERS, stopped=True)

    def _ended(
        self,
        turn: Turn,
        standing: Standing,
        outcome: Outcome,
        effects: list[Event],
        score: float,
        *,
        stopped: bool = False,
    ) -> Candidate:
        wording = self._wording(turn)
        text, offers = wording.outcome(outcome, standing.complaints, stopped=stopped)
        name = outcome.name.lower()
        ends: list[Event] = [FlowEnded(FLOW, name)]
        if outcome is Outcome.EMERGENCY and self.options.hand_over:
            asked = ", ".join(f"{question}: {answer}" for question, answer in standing.answers.items())
            complaints = ", ".join(one.id for one in standing.complaints)
            ends.append(HandedOver(turn.now, f"Triage of {complaints} ended in an emergency ({asked})"))
        metadata = {"id": name, "flow": FLOW, MEDICAL: True, "cite": False}
        evidence = Evidence(f"{FLOW}: {name}", "triage", score, metadata)
        return Candidate(text, score, evidence=(evidence,), effects=(*effects, *ends), quick_replies=offers)

    def _standing(self, state: Mapping[str, object]) -> Standing | None:
        ids, answers, asides = state.get("complaints"), state.get("answers"), state.get("asides", 0)
        if not isinstance(ids, Sequence) or not isinstance(answers, Mapping) or not isinstance(asides, int):
            return None
        known = self._questionnaire.complaints
        if not ids or any(id not in known for id in ids) or not all(map(self._is_known, answers.items())):
            return None
        return Standing(tuple(known[id] for id in ids), dict(answers), asides)

    def _is_known(self, answer: tuple[str, str]) -> bool:
        question, value = answer
        choices = self._questionnaire.answers.get(question)
        return (
            value in (YES, NO, UNSURE)
            if choices is None
            else value == UNSURE or any(one.id == value for one in choices)
        )

    def _wording(self, turn: Turn) -> Wording:
        practice = turn.annotations.get("practice")
        return Wording(self._questionnaire, turn.language, practice if isinstance(practice, Mapping) else {})
