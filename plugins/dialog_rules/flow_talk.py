"""What a message means to the flow under way: an answer, a correction, another task, the end of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable

from dialog_core import ActionResult
from dialog_rules.flow import CANCELLED, SWITCHED, Ask, Do, Flow, FlowBook, Step
from dialog_rules.flow_answer import Answers
from dialog_rules.flow_correction import find_correction
from dialog_rules.flow_heard import Heard, Reading
from dialog_rules.flow_state import Frame
from dialog_rules.flow_walk import Walk

ANSWER = 1.0  # the score of what answers the open question for certain, or is said to the flow in so many words
FREE_ANSWER = 0.9  # of any words, where any words will do: a rule for just these words knows better
PERHAPS = 0.5  # of a question, where any words will do: what knows the answer goes first
NO_ANSWER = 0.65  # of words that are no answer: what knows a reply goes first, but nobody shall be kept waiting
OTHER_QUESTION = 0.2  # of a question that has nothing to do with the flow: it is for others to answer
SURE_START = 0.85  # of the start of another flow, to be asked about although the words would do as a free answer

Switch = Callable[[], "tuple[Flow, float] | None"]


class Talk:
    """One message to the flows under way.

    Attributes:
        walk: What comes of it.
    """

    def __init__(self, book: FlowBook, walk: Walk, heard: Heard) -> None:
        self.walk = walk
        self._book = book
        self._heard = heard
        self._answers = Answers(walk, heard)

    def begin(self, flow: Flow) -> None:
        """Begin a flow with what its first message says."""
        self.walk.start(flow)
        self._answers.fill()
        self.walk.go_on(flow.first)

    def hear(self, switch: Switch, rehear: Callable[[str], Heard]) -> float:
        """Go on with what the message says, and return how well it fits.

        Args:
            switch: Finds the other flow the message would begin, with the score of its beginning.
            rehear: Hears an earlier message again.
        """
        heard, frame = self._heard, self._frame
        self.walk.ran = 0
        for key in ("said", "checking"):
            frame.state.pop(key, None)
        ask = frame.asked
        if ask is None:
            return self._lost(frame.step)
        confirm = frame.state.pop("confirm", None)
        if confirm is not None and heard.means("yes") and confirm["flow"] in self._book.flows:
            self.walk.end(SWITCHED)
            Talk(self._book, self.walk, rehear(confirm["text"])).begin(self._book.flows[confirm["flow"]])
            return ANSWER
        if confirm is not None and heard.means("no"):
            self.walk.ask()
            return ANSWER
        reading = heard.read(self.walk.voice.slot_of(ask), asked=True)
        closed = reading is not None and not ask.slot.is_free
        chosen = reading is not None and reading.sure and ask.slot.type in ("choice", "boolean")
        if heard.means("cancel") and not chosen:
            self.walk.end(CANCELLED)
            self.walk.say_message("cancelled")
            return ANSWER
        if self._is_correction(frame, ask, reading):
            return ANSWER
        if not closed or (heard.is_question and not chosen):
            other = switch()
            if other is not None and (reading is None or heard.is_question or other[1] >= SURE_START):
                return self._offer(*other)
        if reading is not None:
            return self._answer(ask, reading)
        if self._answers.fill():
            self._answers.progress()
            self.walk.go_on(frame.step)
            return ANSWER
        if heard.is_question:
            self.walk.ask()
            return OTHER_QUESTION
        self._answers.refuse(ask, heard.text)
        return NO_ANSWER

    def resume(self, result: ActionResult) -> None:
        """Go on now that the action has run."""
        walk, frame = self.walk, self._frame
        walk.said = [str(text) for text in frame.state.pop("said", ())]
        checking = frame.state.pop("checking", None)
        ask = frame.asked
        if ask is not None and checking is not None:
            self._answers.judged(ask, checking["value"], result)
        elif isinstance(frame.step, Do):
            error = result.error or walk.take_result(frame.step, result.value)
            if not error:
                self._answers.fill(offered=True)
            self._after(walk.failed(frame.step, error) if error else frame.step.next)
        else:
            walk.ask()

    @property
    def _frame(self) -> Frame:
        return self.walk.frames[-1]

    def _answer(self, ask: Ask, reading: Reading) -> float:
        self._answers.give(ask, reading)
        if self._heard.is_question and not (reading.sure and not ask.slot.is_free):
            return PERHAPS
        return FREE_ANSWER if ask.slot.is_free else ANSWER

    def _is_correction(self, frame: Frame, ask: Ask, reading: Reading | None) -> bool:
        """Give an earlier question another answer, if that is what the message means."""
        walk = self.walk
        correction = find_correction(frame, ask, reading, self._heard, walk.slots, walk.voice.slot_of)
        if correction is None:
            return False
        corrected, value = correction
        if corrected.slot.name in frame.state.get("fixed", ()):
            walk.ask(again=walk.voice.message("too_late"))
        elif value is None:
            self._answers.ask_again(corrected)
        else:
            self._answers.correct(corrected, value)
        return True

    def _offer(self, flow: Flow, score: float) -> float:
        """Ask whether to leave this flow for another one."""
        self._frame.state["confirm"] = {"flow": flow.name, "text": self._heard.text[:500]}
        self.walk.ask()
        return score

    def _lost(self, step: Step | None) -> float:
        """Go on from an action of which nobody knows what became."""
        if isinstance(step, Do):
            self._after(self.walk.failed(step, "the result was lost"))
        else:
            self.walk.fail("the step is gone")
        return NO_ANSWER

    def _after(self, step: object) -> None:
        if step is None or isinstance(step, Step):
            self.walk.go_on(step)
