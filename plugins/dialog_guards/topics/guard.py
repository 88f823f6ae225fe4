"""The guard `topics`: what a bot talks about, and what it does not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dialog_core import Allow, Candidate, Component, Context, Refuse, Turn
from dialog_core.wording import worded
from dialog_guards.readings.scripts import HAN
from dialog_guards.topics.likeness import ByMeaning, ByWords, Likeness
from dialog_guards.topics.options import Topic, TopicsOptions
from dialog_guards.topics.patterns import Patterns

GENERATIVE = "generative"  # the kind of policy whose replies are looked at
MOST_SENTENCES = 100  # that are looked at one by one; what comes then is looked at in one piece
CERTAIN = 1.0  # how much a sentence is about a topic that has one of its patterns
_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")
_CHINESE = re.compile(HAN)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class About:
    """How much a sentence is about a topic, and by what that is seen."""

    topic: Topic
    score: float
    because: str


class Topics(Component[TopicsOptions]):
    """Refuses messages about what is denied, or about anything but what is allowed."""

    streams = True

    def __init__(self, options: TopicsOptions, context: Context) -> None:
        super().__init__(options, context)
        self.inline = options.encoder is None
        everything = (*options.denied, *options.allowed)
        self._patterns = {topic.name: Patterns(topic) for topic in everything if topic.patterns}
        examples = [(topic.name, text) for topic in everything for text in topic.examples if text.strip()]
        self._likeness: Likeness | None = None
        if examples:
            spec = options.encoder
            self._likeness = ByWords(examples, context) if spec is None else ByMeaning(examples, spec, context)

    def warm(self) -> None:
        """Encode the examples now, and not at the first message."""
        if isinstance(self._likeness, ByMeaning):
            self._likeness.warm()

    def check_input(self, turn: Turn) -> Allow | Refuse:
        """Judge a message."""
        options, is_allowed = self.options, False
        for sentence in _sentences(turn.text):
            allowed = self._about(sentence, options.allowed)
            denied = self._about(sentence, options.denied)
            if denied is not None and (allowed is None or denied.score > allowed.score):
                reply = options.reply if denied.topic.reply is None else denied.topic.reply
                return Refuse(_told(denied), worded(reply, turn.language))
            is_allowed = is_allowed or allowed is not None
        if not options.allowed_only or is_allowed or self._passes_anyway(turn):
            return Allow()
        return Refuse("about none of the topics that are allowed", worded(options.reply, turn.language))

    def check_output(self, turn: Turn, candidate: Candidate) -> Allow | Refuse:
        """Judge a reply."""
        if not self.options.outgoing or candidate.kind != GENERATIVE:
            return Allow()
        for sentence in _sentences(candidate.text):
            denied = self._about(sentence, self.options.denied)
            if denied is not None:
                allowed = self._about(sentence, self.options.allowed)
                if allowed is None or denied.score > allowed.score:
                    return Refuse(_told(denied))
        return Allow()

    def _about(self, sentence: str, topics: tuple[Topic, ...]) -> About | None:
        """Return which of the topics a sentence is about; None: none of them."""
        for topic in topics:
            if topic.name in self._patterns and (words := self._patterns[topic.name].found(sentence)):
                return About(topic, CERTAIN, repr(words))
        if self._likeness is None:
            return None
        likeness = self._likeness.most_like(sentence)
        best = max(topics, key=lambda topic: likeness.get(topic.name, 0.0), default=None)
        if best is None or likeness.get(best.name, 0.0) < self.options.threshold:
            return None
        return About(best, likeness[best.name], f"{likeness[best.name]:.2f} like an example")

    def _passes_anyway(self, turn: Turn) -> bool:
        if turn.conversation.active_flow is not None:
            return True
        characters = len(_CHINESE.findall(turn.text))
        return len(_WORD.findall(_CHINESE.sub(" ", turn.text))) + characters / 2 < self.options.shortest


def _told(about: About) -> str:
    return f"about {about.topic.name}: {about.because}"


def _sentences(text: str) -> Iterator[str]:
    for piece in _END.split(text, maxsplit=MOST_SENTENCES):
        if piece.strip():
            yield piece
