"""The guard `age_appropriate`: what pupils of an age should not read, and what they write that needs a grown-up.

Who writes of being hurt is not refused: they are answered with care, told whom to talk to, and a person takes over.
What may only be a sign of it is answered as gently, without calling anybody.
"""

import functools
from typing import Any

from dialog_core import Allow, Candidate, Component, Context, Event, FlowEnded, HandedOver, Refuse, Turn
from dialog_education.course.questions import worded
from dialog_education.guard.care import needs_care
from dialog_education.guard.unsuited import unsuited
from dialog_education.guard.worry import is_personal, may_worry
from dialog_education.options import AgeOptions

_CARE = {
    "en": "Thank you for telling me. That sounds really hard, and it is not your fault. I am only a computer program, "
    "so please talk to somebody who can help you today: {adult}.{helpline}{coming} You are not in trouble.",
    "zh": "谢谢你愿意告诉我。这听起来真的很难受，这不是你的错。我只是一个电脑程序，"
    "帮不了你太多，请今天就跟能帮你的人说："
    "{adult}。{helpline}{coming}你没有做错什么。",
}
_HELPLINE = {
    "en": " You can also call: {line}. If you are in danger right now, call the emergency number.",
    "zh": "也可以打电话：{line}。如果现在就有危险，请马上报警求助。",
}
_COMING = {"en": " I am letting your teacher know, too.", "zh": "我也会告诉老师。"}
_WORRY = {
    "en": "That sounds as if something is on your mind. I am only a computer program, but you do not have to be alone "
    "with it: please talk to {adult}.{helpline} Say `teacher` and I call a person. If I got you wrong, just go on.",
    "zh": "听起来你心里有事。我只是一个电脑程序，不过你不用一个人扛着：可以跟能帮你的人说说，{adult}。{helpline}"
    "说「找老师」，我就帮你叫人。要是我理解错了，接着做题就好。",
}
_UNSUITED = {
    "en": "That is nothing for our lessons. If you wonder about it, ask {adult}. Shall we go on with a question?",
    "zh": "这个不适合在课上聊。想知道的话，可以问问{adult}。我们接着做题好吗？",
}


class AgeGuard(Component[AgeOptions]):
    """Judges messages and replies by words and phrases in English and Chinese."""

    streams = True

    def __init__(self, options: AgeOptions, context: Context) -> None:
        super().__init__(options, context)
        primary = options.ages == "primary"
        self._unsuited = unsuited(primary=primary, blocked=options.blocked, allowed=options.allowed)

    def check_input(self, turn: Turn) -> Allow | Refuse:
        """Answer with care who may be in need; turn down what is unsuited."""
        if needs_care(turn.text):
            return self._care(turn)
        if may_worry(turn.text):
            return self._worry(turn)
        if self._unsuited.found(turn.text):
            adult = worded(self.options.adult, turn.language)
            return Refuse("unsuited for the pupils' age", worded(_UNSUITED, turn.language).format(adult=adult))
        return self._worry(turn) if self._is_emergency(turn) else Allow()

    def check_output(self, turn: Turn, candidate: Candidate) -> Allow | Refuse:
        """Keep replies from pupils that are unsuited."""
        text = f"{candidate.text} {candidate.follow_up}"
        return Refuse("unsuited for the pupils' age") if self._unsuited.found(text) else Allow()

    def _worry(self, turn: Turn) -> Refuse:
        language, options = turn.language, self.options
        number = worded(options.helpline, language) if options.helpline else ""
        line = worded(_HELPLINE, language).format(line=number) if number else ""
        reply = worded(_WORRY, language).format(adult=worded(options.adult, language), helpline=line)
        return Refuse("something may be on the pupil's mind", reply)

    def warm(self) -> None:
        """Load what tells emergencies, and put the patterns together."""
        needs_care("")
        may_worry("")
        self._unsuited.found("")
        if self.options.emergencies:
            _ = self._emergencies

    @functools.cached_property
    def _emergencies(self) -> Any:
        return self.context.create("guard", {"use": "emergencies", "name": "emergencies", "number": "-"})

    def _is_emergency(self, turn: Turn) -> bool:
        """Whether the built-in guard takes a message for an emergency that is about the pupil."""
        if not self.options.emergencies or not is_personal(turn.text):
            return False
        return isinstance(self._emergencies.check_input(turn), Refuse)

    def _care(self, turn: Turn) -> Refuse:
        language, options = turn.language, self.options
        number = worded(options.helpline, language) if options.helpline else ""
        reply = worded(_CARE, language).format(
            adult=worded(options.adult, language),
            helpline=worded(_HELPLINE, language).format(line=number) if number else "",
            coming=worded(_COMING, language) if options.hand_over else "",
        )
        effects: list[Event] = [FlowEnded(flow.name, "care") for flow in reversed(turn.conversation.flows)]
        if options.hand_over and not turn.conversation.handed_over:
            effects.append(HandedOver(turn.now, "a pupil may need help"))
        return Refuse("a pupil may need help", reply, tuple(effects), urgent=True)
