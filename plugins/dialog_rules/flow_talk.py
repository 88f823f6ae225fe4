"""What a message means to the flow under way: an answer, a correction, another task, the end of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dialog_core import ActionResult
from dialog_rules.flow import CANCELLED, SWITCHED, Ask, Do, Flow, FlowBook, Step
from dialog_rules.flow_correction import find_correction
from dialog_rules.flow_heard import Heard, Reading
from dialog_rules.flow_state import Frame
from dialog_rules.flow_walk import STOP, Walk

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
        self._book = book
        self.walk = walk
        self._heard = heard

    def hear(self, switch: Switch, rehear: Callable[[str], Heard]) -> float:
        """Go on with what the message says, and return how well it fits.

        Args:
            switch: Finds the other flow the message would begin, with the score of its beginning.
            rehear: Hears an earlier message again.
        """
        heard, frame = self._heard, self._frame
        for key in ("ran", "said", "checking"):
            frame.state.pop(key, None)
        ask = frame.asked
        if ask is None:
            return self._lost(frame.step)
        confirm = frame.state.pop("confirm", None)
        if confirm is not None:
            if heard.means("yes") and confirm["flow"] in self._book.flows:
                self.walk.end(SWITCHED)
                self.begin(self._book.flows[confirm["flow"]], rehear(confirm["text"]))
                return ANSWER
            if heard.means("no"):
                self.walk.ask()
                return ANSWER
        reading = heard.read(ask.slot, asked=True)
        closed = reading is not None and not ask.slot.is_free
        if heard.means("cancel") and not (closed and ask.slot.type in ("choice", "boolean")):
            self.walk.end(CANCELLED)
            self.walk.say_message("cancelled")
            return ANSWER
        correction = find_correction(frame, ask, reading, heard, self.walk.slots)
        if correction is not None:
            corrected, value = correction
            if value is None:
                return self._ask_again(corrected)
            self._correct(corrected, value)
            return ANSWER
        if reading is None or not closed:
            other = switch()
            if other is not None and (reading is None or other[1] >= SURE_START):
                return self._offer(*other)
        if reading is not None:
            return self._answer(ask, reading)
        if self.fill(heard):
            self._progress()
            self.walk.go_on(frame.step)
            return ANSWER
        if heard.is_question:
            self.walk.ask()
            return OTHER_QUESTION
        self._refuse(ask, heard.text, "")
        return NO_ANSWER

    def begin(self, flow: Flow, heard: Heard) -> None:
        """Begin a flow with what its first message says."""
        self.walk.start(flow)
        self.fill(heard)
        self.walk.go_on(flow.first)

    def fill(self, heard: Heard, beside: Ask | None = None) -> bool:
        """Fill the slots that are still to be asked for and whose values stand in the message; say if there is one."""
        filled = False
        for frame in self.walk.frames:
            for ask in frame.flow.asks:
                if ask is beside or ask.check is not None or ask.slot.name in self.walk.slots:
                    continue
                reading = heard.read(ask.slot, asked=False)
                if reading is None:
                    continue
                value = self._converted(ask, reading.value)
                if value is not None and self._is_valid(ask, value):
                    heard.take(reading)
                    self.walk.answer(ask, value)
                    filled = True
        return filled

    def resume(self, result: ActionResult) -> None:
        """Go on now that the action has run."""
        frame = self._frame
        self.walk.said = [str(text) for text in frame.state.pop("said", ())]
        checking = frame.state.pop("checking", None)
        ask = frame.asked
        if ask is not None and checking is not None:
            self._judged(ask, checking["value"], result)
        elif isinstance(frame.step, Do):
            error = result.error or self.walk.take_result(frame.step, result.value)
            self._after(self.walk.failed(frame.step, error) if error else frame.step.next)
        else:
            self.walk.ask()

    @property
    def _frame(self) -> Frame:
        return self.walk.frames[-1]

    def _lost(self, step: Step | None) -> float:
        """Go on from an action of which nobody knows what became."""
        if isinstance(step, Do):
            self._after(self.walk.failed(step, "the result was lost"))
        else:
            self.walk.fail("the step is gone")
        return NO_ANSWER

    def _after(self, step: Any) -> None:
        if step is not STOP:
            self.walk.go_on(step)

    def _offer(self, flow: Flow, score: float) -> float:
        """Ask whether to leave this flow for another one."""
        walk = self.walk
        self._frame.state["confirm"] = {"flow": flow.name, "text": self._heard.text[:500]}
        task = walk.voice.pick(walk.frames[0].flow.title, "title")
        other = walk.voice.pick(flow.title, "title")
        walk.say_message("switch", task=task, other=other)
        walk.quick_replies = walk.voice.message("yes"), walk.voice.message("no")
        walk.stay()
        return score

    # --- Answers ------------------------------------------------------------------------------------------------------

    def _answer(self, ask: Ask, reading: Reading) -> float:
        heard = self._heard
        score = ANSWER
        if ask.slot.is_free or not reading.sure:
            score = PERHAPS if heard.is_question else FREE_ANSWER if ask.slot.is_free else ANSWER
        if "asking" in self._frame.state:
            self._correct(ask, reading.value)
            return score
        value = self._converted(ask, reading.value)
        if value is None or not self._is_valid(ask, value):
            if not ask.slot.is_free:
                heard.take(reading)
            self._refuse(ask, reading.text, "")
            return score
        if not ask.slot.is_free:
            heard.take(reading)
        self.fill(heard, beside=ask)
        self._accept(ask, value)
        return score

    def _accept(self, ask: Ask, value: Any) -> None:
        """Take a value, after its action has judged it if there is one."""
        frame = self._frame
        if ask.check is not None:
            frame.state["checking"] = {"value": value}
            self.walk.voice.extras(value=value)
            if not self.walk.use(ask.check):
                self._after(self._unchecked(ask, "too many actions in one turn"))
            return
        self._progress()
        self.walk.answer(ask, value)
        frame.step = ask
        self.walk.go_on(ask.next)

    def _judged(self, ask: Ask, value: Any, result: ActionResult) -> None:
        """Go on now that an action has judged a value."""
        verdict = result.value if result.ok else None
        judged = verdict if isinstance(verdict, dict) else {"valid": verdict}
        if not result.ok or (not isinstance(judged.get("valid"), bool) and not isinstance(verdict, str)):
            error = result.error or "the action says neither true nor false"
            self._after(self._unchecked(ask, error))
        elif judged["valid"] is True:
            try:
                value = ask.slot.coerced(judged.get("value", value))
            except ValueError as error:
                self._after(self._unchecked(ask, str(error)))
                return
            self._progress()
            self.walk.answer(ask, value)
            self._frame.step = ask
            self.walk.go_on(ask.next)
        else:
            reason = verdict if isinstance(verdict, str) else str(judged.get("reason") or "")
            self._refuse(ask, str(value), reason)

    def _unchecked(self, ask: Ask, error: str) -> Any:
        self._progress()
        if ask.otherwise is None:
            self.walk.fail(error)
            return STOP
        self.walk.voice.extras(error=error)
        return ask.otherwise

    def _refuse(self, ask: Ask, text: str, error: str) -> None:
        """Say what is wrong with an answer and ask again, until it has been tried often enough."""
        state = self._frame.state
        state["tries"] = state.get("tries", 0) + 1
        self.walk.voice.extras(value=text[:200], error=error)
        if state["tries"] >= ask.attempts:
            self.walk.give_up(ask, error)
            return
        reason = self.walk.voice.pick(ask.invalid, f"invalid {ask.id}") or error
        self.walk.ask(again=reason or self.walk.voice.message("invalid"))

    def _progress(self) -> None:
        for key in ("tries", "asking", "confirm"):
            self._frame.state.pop(key, None)

    def _converted(self, ask: Ask, value: Any) -> Any:
        if ask.slot.convert is None:
            return value
        self.walk.voice.extras(value=value)
        try:
            return ask.slot.coerced(self.walk.voice.native(ask.slot.convert))
        except ValueError:
            return None

    def _is_valid(self, ask: Ask, value: Any) -> bool:
        self.walk.voice.extras(value=value)
        return all(self.walk.voice.holds(condition) for condition in ask.validate)

    # --- Corrections --------------------------------------------------------------------------------------------------

    def _ask_again(self, ask: Ask) -> float:
        """Ask an earlier question once more, before going on with the open one."""
        self._progress()
        self._frame.state["asking"] = ask.id
        self.walk.ask()
        return ANSWER

    def _correct(self, ask: Ask, value: Any) -> None:
        """Give an earlier question another answer, and go on from there as far as nothing is done twice."""
        value = self._converted(ask, value)
        frame = self._frame
        if value is None or not self._is_valid(ask, value):
            frame.state["asking"] = ask.id
            self._refuse(ask, self._heard.text, "")
            return
        self.walk.say_message("corrected", value=_shown(ask, value, self.walk))
        done = [frame.flow.steps.get(id) for id in frame.state.get("did", ())]
        if any(not isinstance(step, Do) or not step.use.reads_only for step in done):
            self._progress()
            self.walk.answer(ask, value)
            self.walk.go_on(frame.step)
            return
        frame.state.pop("did", None)
        marks = dict(frame.state.get("marks", {}))
        if ask.id in marks:
            for name, before in marks[ask.id].items():
                self.walk.set(name, before)
            passed = list(marks)
            frame.state["marks"] = {id: marks[id] for id in passed[: passed.index(ask.id)]}
        frame.step = ask
        self._accept(ask, value)


def _shown(ask: Ask, value: Any, walk: Walk) -> str:
    """Return a value as users know it."""
    for option in ask.slot.options:
        if option.value == value:
            return walk.voice.pick(option.label, option.value)
    if isinstance(value, bool):
        return walk.voice.message("yes" if value else "no")
    return str(value)
