"""The guard: before any policy is asked, whoever needs help now is told where it is, and a person is told of them."""

from collections.abc import Iterable

from dialog_core import Allow, Context, Event, FlowEnded, HandedOver, Refuse, SlotSet, Turn
from dialog_core.configuration import ConfigurationError
from dialog_guards.emergencies.checking import check
from dialog_guards.emergencies.following import is_asking_again, is_safe, is_unsafe
from dialog_guards.emergencies.kinds import KINDS, Kind
from dialog_guards.emergencies.options import EmergenciesOptions
from dialog_guards.emergencies.patterns import OwnPatterns
from dialog_guards.emergencies.recognizer import Judgement, judge
from dialog_guards.emergencies.replies import Replies

FOLLOWED: tuple[Kind, ...] = ("self_harm", "violence")  # kinds after which "I am safe" means something
SURE = 30.0  # odds of what users say themselves
GUARD = "guard"  # who the kernel says has spoken where an input guard has
ENDED = "emergency"  # how the flows under way ended


class EmergenciesGuard:
    """Recognizes emergencies in what users write."""

    inline = True

    def __init__(self, options: EmergenciesOptions, context: Context) -> None:
        if problems := list(check(options, context)):  # better no bot than one that leaves a number out
            raise ConfigurationError(problems)
        self._options = options
        self._replies = Replies(options)
        self._own = OwnPatterns(options)

    def warm(self) -> None:
        """Read the models."""
        judge("warm")
        judge("暖")

    def check_input(self, turn: Turn) -> Allow | Refuse:
        """Refuse a message that is an emergency, with what to do now; acknowledge it when somebody is safe again."""
        slot = turn.slots.get(self._options.slot)
        before = next((kind for kind in KINDS if kind == slot), None)
        if before in FOLLOWED and is_safe(turn.text):
            return self._follow_up("says they are safe", self._replies.safe(turn))
        last = turn.conversation.last_bot_message
        if before in FOLLOWED and is_unsafe(turn.text, asked=last is not None and last.policy == GUARD):
            return self._refuse(Judgement(SURE, before, turn.text), turn)
        judged = self._own.judge(turn.text) or judge(turn.text)
        if judged.score >= self._options.threshold:
            return self._refuse(judged, turn)
        if before is not None and is_asking_again(turn.text):
            return self._follow_up("asks for the numbers again", self._replies.numbers(turn))
        return Allow()

    def _refuse(self, judged: Judgement, turn: Turn) -> Refuse:
        return Refuse(
            f"{judged.kind} ({judged.score:.2f}): {judged.because}",
            self._replies.emergency(judged.kind, turn),
            effects=tuple(self._effects(judged.kind, turn)),
            quick_replies=self._replies.quick_replies(judged.kind, turn),
            urgent=True,
        )

    def _effects(self, kind: Kind, turn: Turn) -> Iterable[Event]:
        for flow in reversed(turn.conversation.flows):
            yield FlowEnded(flow.name, ENDED)
        yield SlotSet(self._options.slot, kind)
        if self._options.hand_over and not turn.conversation.handed_over:
            yield HandedOver(turn.now, f"emergency: {kind}")

    def _follow_up(self, reason: str, reply: str) -> Refuse:
        return Refuse(reason, reply, urgent=True)
