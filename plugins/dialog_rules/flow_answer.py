"""Answers to questions of a flow: taken, judged by an action, refused, or given anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dialog_core import ActionResult
from dialog_rules.flow import Ask
from dialog_rules.flow_dates import in_words
from dialog_rules.flow_heard import Heard, Reading
from dialog_rules.flow_state import Frame
from dialog_rules.flow_walk import STOP, Walk


class Answers:
    """What becomes of the answers in one message."""

    def __init__(self, walk: Walk, heard: Heard) -> None:
        self._walk = walk
        self._heard = heard

    @property
    def _frame(self) -> Frame:
        return self._walk.frames[-1]

    def give(self, ask: Ask, reading: Reading) -> None:
        """Answer the open question, and those still to come whose answers stand in the message too."""
        if "asking" in self._frame.state:
            self.correct(ask, reading.value)
            return
        value = self._fitting(ask, reading.value)
        if not ask.slot.is_free:
            self._heard.take(reading)
        if value is None:
            self.refuse(ask, reading.text)
            return
        self.fill(beside=ask)
        self._accept(ask, value)

    def fill(self, beside: Ask | None = None, *, offered: bool = False) -> bool:
        """Fill the slots that are still to be asked for and whose values stand in the message; say if there is one.

        Args:
            beside: The question that has been answered.
            offered: Whether to fill those only whose options have just come to be known.
        """
        filled = False
        for ask in _asks(self._walk.frames):
            if ask is beside or ask.slot.name in self._walk.slots or (offered and ask.slot.offer is None):
                continue
            reading = self._heard.read(self._walk.voice.slot_of(ask), asked=False)
            value = self._fitting(ask, reading.value) if reading is not None else None
            if reading is not None and value is not None:
                self._heard.take(reading)
                if ask.check is None:
                    self._walk.answer(ask, value)
                else:
                    self._walk.keep(ask, value)
                filled = True
        return filled

    def refuse(self, ask: Ask, text: str, error: str = "") -> None:
        """Say what is wrong with an answer and ask again, until it has been tried often enough."""
        walk, state = self._walk, self._frame.state
        state["tries"] = state.get("tries", 0) + 1
        walk.voice.extras(value=text[:200], error=error)
        if state["tries"] >= ask.attempts:
            walk.give_up(ask, error)
            return
        reason = walk.voice.pick(ask.invalid, f"invalid {ask.id}") or error
        walk.ask(again=reason or walk.voice.message("invalid"))

    def correct(self, ask: Ask, value: Any) -> None:
        """Give an earlier question another answer, and go on from there; what is known is not asked again."""
        walk, frame = self._walk, self._frame
        fitting = self._fitting(ask, value)
        if fitting is None:
            frame.state["asking"] = ask.id
            self.refuse(ask, self._heard.text)
            return
        walk.say_message("corrected", value=self._shown(ask, fitting))
        marks = frame.state.get("marks", {})
        if ask.id in marks:
            answered = frame.state.get("order", ())  # by the user, who would have to say it twice
            for name, before in marks[ask.id].items():
                if name not in answered:
                    walk.set(name, before)
            passed = list(marks)
            frame.state["marks"] = {id: marks[id] for id in passed[: passed.index(ask.id)]}
        frame.step = ask
        self._accept(ask, fitting)

    def ask_again(self, ask: Ask) -> None:
        """Ask an earlier question once more, before going on with the open one."""
        self.progress()
        self._frame.state["asking"] = ask.id
        self._walk.ask()

    def judged(self, ask: Ask, value: Any, result: ActionResult) -> None:
        """Go on now that an action has judged a value."""
        verdict = result.value
        judged = verdict if isinstance(verdict, dict) else {"valid": verdict is True, "reason": verdict}
        if not result.ok or not isinstance(judged.get("valid"), bool) or not isinstance(verdict, bool | str | dict):
            self._unjudged(ask, result.error or "the action says neither true nor false")
        elif judged["valid"]:
            try:
                self._take(ask, ask.slot.coerced(judged.get("value", value)))
            except ValueError as error:
                self._unjudged(ask, str(error))
        else:
            reason = judged.get("reason")
            self.refuse(ask, str(value), reason if isinstance(reason, str) else "")

    def progress(self) -> None:
        """Forget what was the matter with the open question."""
        for key in ("tries", "asking", "confirm"):
            self._frame.state.pop(key, None)

    def _accept(self, ask: Ask, value: Any) -> None:
        """Take a value, after its action has judged it if there is one."""
        if ask.check is None:
            self._take(ask, value)
            return
        error = self._walk.judge(ask, value)
        if error:
            self._unjudged(ask, error)

    def _take(self, ask: Ask, value: Any) -> None:
        self.progress()
        self._walk.answer(ask, value)
        self._frame.step = ask
        self._walk.go_on(ask.next)

    def _unjudged(self, ask: Ask, error: str) -> None:
        """Go on where nobody could say whether an answer will do."""
        self._frame.state.pop("checking", None)
        self.progress()
        following = self._walk.failed(ask, error)
        if following is not STOP:
            self._walk.go_on(following)

    def _fitting(self, ask: Ask, value: Any) -> Any:
        """Return a value as it is stored; None if it will not do."""
        voice = self._walk.voice
        voice.extras(value=value)
        if ask.slot.convert is not None:
            try:
                value = ask.slot.coerced(voice.native(ask.slot.convert))
            except ValueError:
                return None
            voice.extras(value=value)
        return value if value is not None and all(voice.holds(condition) for condition in ask.validate) else None

    def _shown(self, ask: Ask, value: Any) -> str:
        """Return a value as users know it."""
        voice = self._walk.voice
        for option in voice.slot_of(ask).options:
            if option.value == value:
                return voice.pick(option.label, option.value)
        if ask.slot.type == "date":
            return in_words(date.fromisoformat(value), voice.language)
        return voice.message("yes" if value else "no") if isinstance(value, bool) else str(value)


def _asks(frames: Sequence[Frame]) -> Sequence[Ask]:
    return [ask for frame in frames for ask in frame.flow.asks]
