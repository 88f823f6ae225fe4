"""One turn: one action after another, as they are predicted, until the bot listens again or has to wait for an action.

A walk that waits is written down (see `waiting`) and taken up again when the action has run. It knows how things are
done in general; what single actions do stands in `forms`, `default_actions`, `two_stage` and `custom`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dialog_rasa.acting import custom, default_actions, forms
from dialog_rasa.acting.course import Course, Pending, same_value
from dialog_rasa.acting.parts import MOST_STEPS, UNSURE
from dialog_rasa.acting.resetting import FALLBACK
from dialog_rasa.acting.slots import custom_actions, fill
from dialog_rasa.dialogue.values import FALLBACK_INTENT, LISTEN
from dialog_rasa.prediction.contract import Prediction
from dialog_rasa.tracker.state import Heard

if TYPE_CHECKING:
    from dialog_rasa.actions.contract import ActionOutcome

VALIDATE_SLOTS = "action_validate_slot_mappings"
SESSION_START = "action_session_start"


class Walk(Course):
    """One way through the actions of a turn."""

    def begin(self, heard: Heard, *, session: bool) -> None:
        """Walk from a message on.

        Args:
            heard: The message.
            session: Whether a session begins with it.
        """
        self.tracker = self.tracker.heard(heard)
        self.meant = heard.retrieval or heard.intent
        if session and self.parts.overrides(SESSION_START):
            custom.request(self, SESSION_START, {"kind": "session"})
        else:
            self.hear()

    def hear(self) -> None:
        """Let the message fill slots, and go on."""
        values = fill(self.parts.dialogue, self.tracker, self.tracker.latest)
        self.filled = dict(values)
        self.set(values)
        names = custom_actions(self.parts.dialogue, self.tracker, self.tracker.latest)
        self.fill_by([name for name in names if self.parts.runs(name)])

    def fill_by(self, names: Sequence[str]) -> None:
        """Let actions fill slots, one after the other, and then one judge what is filled; and go on."""
        if names:
            custom.request(self, names[0], {"kind": "slots", "rest": list(names[1:])})
        elif self.filled and self.parts.runs(VALIDATE_SLOTS):
            custom.request(self, VALIDATE_SLOTS, {"kind": "judged"}, candidates=self.filled)
        else:
            self.go_on()

    def go_on(self) -> None:
        """Do what is predicted until there is nothing more to do, or an action has to run first."""
        while self.call is None and not self.over:
            if self.steps >= MOST_STEPS:
                self.remarks.append(f"more than {MOST_STEPS} actions in one turn; the bot listens")
                self.listen()
                return
            prediction = self._predicted()
            if not self.actions and prediction.source in ("learned", "fallback"):
                prediction = self._second_thoughts(prediction)
            self.hidden = prediction.hidden
            if prediction.action == LISTEN:
                self.listen()
                return
            self.steps += 1
            self._take(prediction)

    def resume(self, outcome: ActionOutcome) -> None:
        """Go on now that the action has run."""
        pending, self.pending = self.pending, {}
        action = str(pending.get("action", ""))
        match pending.get("kind"):
            case "session":
                custom.apply(self, outcome)
                self._failed(action, outcome)
                self.hear()
            case "slots" | "judged":
                self._fill_from(pending, outcome)
            case "form":
                forms.validated(self, pending, outcome)
            case "asked":
                forms.asked(self, pending, outcome)
            case "stage":
                custom.apply(self, outcome)
                self._failed(action, outcome)
            case _:
                self._acted(action, outcome)
        self.go_on()
        if self.call is None and self.calls and not self.messages and FALLBACK in self.actions:
            self.tell("rephrase")  # an action has run: nobody else can answer any more
            self.ask_again()

    def listen(self) -> None:
        """End the turn."""
        self.tracker = self.tracker.acted(LISTEN, hidden=self.hidden)
        self.over = True

    def _predicted(self) -> Prediction:
        if self.followup:
            name, self.followup = self.followup, ""
            return Prediction(name, 1.0, "default", "as the action before it said")
        refused, self.refused = self.refused, ""
        return self.parts.predictor.predict(self.tracker, without=refused)

    def _second_thoughts(self, prediction: Prediction) -> Prediction:
        """Return what comes first in a turn of which no story and no rule knows anything.

        A loop that was left alone for a while ("shall we go on?") takes what it waits for all the same. And to say
        nothing is what a story may want, and no guess of a model.
        """
        loop = self.tracker.loop
        if loop is not None and loop.rejected and not self.rejected:
            form = self.parts.dialogue.forms.get(loop.name)
            wanted = (loop.requested, *form.required) if form is not None else ()
            if any(name in wanted for name in self.filled):
                return Prediction(loop.name, 1.0, "loop", loop.name)
        return replace(prediction, action=FALLBACK, score=0.0) if prediction.action == LISTEN else prediction

    def _take(self, prediction: Prediction) -> None:
        name, parts = prediction.action, self.parts
        place = prediction.place
        score = prediction.score
        if not self.actions and prediction.source not in ("loop", "default"):  # else a loop has taken the message
            score *= self._understood(learned=prediction.source == "learned")
        self.score = min(self.score, score)
        why = f"{prediction.source}: {prediction.name}" if prediction.name else prediction.source
        self.evidence.append((f"{name} ({why})", str(place) if place.file else "", prediction.score))
        if prediction.interrupts:
            self.tracker = self.tracker.interrupted()
        if name in parts.dialogue.forms:
            forms.run(self, name)
        elif parts.overrides(name):
            custom.request(self, name, {"kind": "acted"})
        elif name in default_actions.ACTIONS:
            default_actions.ACTIONS[name](self)
        elif parts.says(name):
            self.did(name)
            self.respond(name)
        else:
            custom.request(self, name, {"kind": "acted"})

    def doubt(self) -> None:
        """Be only as sure as whoever answers if the loop can do nothing with the message, which is not known yet."""
        prediction = self.parts.predictor.predict(self.tracker.rejected())
        known = prediction.source != "fallback"
        self.score = min(self.score, prediction.score * self._understood(learned=False) if known else UNSURE)

    def _understood(self, *, learned: bool) -> float:
        """Return how sure it is what the message means, of which a rule or story that was written for it needs less."""
        latest = self.tracker.latest
        if latest.intent == FALLBACK_INTENT and not latest.text.startswith("/"):
            return UNSURE
        return self.sure if learned else max(UNSURE, self.sure)

    def _acted(self, action: str, outcome: ActionOutcome) -> None:
        """Go on from an action that a rule or story wanted. One that failed ends the turn: what follows rests on it."""
        if outcome.rejected and not outcome.error:
            self.remarks.append(f"{action} could not go on with this message; others are asked")
            self.refused = action
            return
        if outcome.error:
            self.fail(action, outcome.error)
            self.ask_again()
            self.listen()
            return
        self.did(action)
        custom.apply(self, outcome)

    def _failed(self, action: str, outcome: ActionOutcome) -> None:
        if outcome.error:
            self.remarks.append(f"{action} failed: {outcome.error}")

    def _fill_from(self, pending: Pending, outcome: ActionOutcome) -> None:
        """Take what an action has filled, or judged; what nobody could judge is not filled."""
        action = str(pending.get("action", ""))
        before = dict(self.tracker.slots)
        if outcome.error and pending["kind"] == "judged":
            self.set(self.held_before(self.filled))
            self.filled = {}
            self.fail(action, outcome.error, "not checked")
        else:
            self._failed(action, outcome)
            custom.apply(self, outcome)
        now = self.tracker.slots
        for name in {*before, *now}:
            if not same_value(before.get(name), now.get(name)):
                self.filled[name] = now.get(name)
        self.filled = {name: value for name, value in self.filled.items() if value is not None}
        if pending["kind"] == "slots":
            self.fill_by([str(name) for name in pending.get("rest", ())])
        else:
            self.go_on()
