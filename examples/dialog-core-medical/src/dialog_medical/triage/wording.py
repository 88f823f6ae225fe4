"""What the questionnaire says: its own texts in the user's language, with the practice's numbers."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from dialog_medical.triage.questionnaire import Complaint, Outcome, Questionnaire

T = TypeVar("T")

OFFERS = {"en": ("Yes", "No", "Not sure"), "zh": ("有", "没有", "不确定")}
UNSURE = {"en": "Not sure", "zh": "不确定"}
BOOK = {"en": "Book an appointment", "zh": "预约看诊"}
OPENING = {
    "en": "I am sorry to hear that. I cannot examine you or say what it is; some questions tell how soon a doctor "
    "should see you ({about}).",
    "zh": "听着就难受。我不能给您看病，也判断不了是什么病；先问几个问题，看要多快去看医生（{about}）。",
}
ASIDE = {
    "en": "I cannot answer that here. I ask so that nothing urgent is missed.",
    "zh": "这个我在这里答不了。问这些，是怕漏掉要紧的情况。",
}
UNCLEAR = {
    "en": "Sorry, I did not understand that. Please say `yes`, `no` or `not sure`; if I cannot tell, I have to take it "
    "for a yes.",
    "zh": "不好意思，没听明白。请回答「有」「没有」或「不确定」；再分不清的话，我只能当作「有」。",
}
STOPPED = {
    "en": "All right, no more questions. As I have not asked everything, I cannot rule anything out.",
    "zh": "好的，不问了。因为没有问完，我不能排除任何情况。",
}
CARE = {"en": "What you can do meanwhile: {text}", "zh": "这段时间可以：{text}"}
SOURCE = {"en": "Source: {source}, {url}", "zh": "来源（英文）：{source}，{url}"}
AND = {"en": " and ", "zh": "、"}
DEFAULT_NUMBER = {"en": "your local emergency number", "zh": "当地急救电话"}


class Wording:
    """The texts in one language."""

    def __init__(self, questionnaire: Questionnaire, language: str, practice: Mapping[str, object]) -> None:
        self._questionnaire = questionnaire
        self._language = language.partition("-")[0]
        self._numbers = {
            "emergency": str(practice.get("emergency") or self._own(DEFAULT_NUMBER)),
            "phone": str(practice.get("phone") or ""),
            "out_of_hours": str(practice.get("out_of_hours") or ""),
        }

    def opening(self, complaints: Sequence[Complaint]) -> str:
        """Return what goes before the first question."""
        return self._own(OPENING).format(about=self._about(complaints))

    def question(self, complaints: Sequence[Complaint], question: str) -> tuple[str, tuple[str, ...]]:
        """Return a question, with what may be picked."""
        ask = self._own(self._questionnaire.ask[question])
        if question in ("emergency", "today"):
            outcome = Outcome[question.upper()]
            flags = [self._own(flag.ask) for one in complaints for flag in one.red_flags if flag.outcome is outcome]
            listed = "\n".join(f"- {flag}" for flag in dict.fromkeys(flags))
            return f"{ask}\n\n{listed}", self._own(OFFERS)
        labels = tuple(self._own(answer.label) for answer in self._questionnaire.answers[question])
        return ask, (*labels, self._own(UNSURE))

    def outcome(
        self, outcome: Outcome, complaints: Sequence[Complaint], *, stopped: bool
    ) -> tuple[str, tuple[str, ...]]:
        """Return what is said at the end, with what may be picked."""
        sentences = [self._own(STOPPED)] if stopped else []
        sentences.append(self._told(outcome.name.lower()))
        if outcome is Outcome.EMERGENCY:
            return "\n\n".join(sentences), ()
        if outcome is Outcome.TODAY:
            for name, number in (("call", "phone"), ("closed", "out_of_hours")):
                sentences += [self._told(name)] if self._numbers[number] else []
        if outcome is Outcome.SELF_CARE:
            for care in (one.self_care for one in complaints):
                if care is not None:
                    sentences.append(self._own(CARE).format(text=self._own(care.text)))
                    sentences.append(self._own(SOURCE).format(source=care.source, url=care.url))
        sentences.append(self._told("worse"))
        return "\n\n".join(sentences), (self._own(BOOK),)

    def aside(self) -> str:
        """Return what is said to a question of the user's own that nobody can answer."""
        return self._own(ASIDE)

    def unclear(self) -> str:
        """Return what is said to an answer nobody understands, before it counts as a yes."""
        return self._own(UNCLEAR)

    def _about(self, complaints: Sequence[Complaint]) -> str:
        return self._own(AND).join(self._own(one.name) for one in complaints)

    def _told(self, name: str) -> str:
        text = self._own(self._questionnaire.outcomes[name])
        for number, value in self._numbers.items():
            text = text.replace(f"{{{number}}}", value)
        return text

    def _own(self, texts: Mapping[str, T]) -> T:
        return texts.get(self._language) or texts.get("en") or next(iter(texts.values()))
