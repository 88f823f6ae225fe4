"""What a step may expect, each compared with what happened."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialog_core import Conversation, Reply, User
from dialog_core.annotations import label_of
from dialog_core.pattern import stands_in
from dialog_evaluation.conversations.outcome import Mismatch, shown
from dialog_evaluation.conversations.test_file import Step

FALLBACK = "fallback"
INTENTS = "intents"  # the annotator whose labels `intent:` is about

_ACTION = "action "  # how a trace names an action among the parts of a turn


@dataclass(frozen=True, slots=True)
class Happened:
    """What a step led to.

    Attributes:
        reply: What the bot said.
        conversation: How the conversation stands after it.
        annotations: What the annotators found in the message.
        user: The user as they are known after it.
    """

    reply: Reply
    conversation: Conversation
    annotations: Mapping[str, Any]
    user: User = field(default_factory=User)

    @property
    def text(self) -> str:
        """Everything the bot said, without blank space around it."""
        return self.reply.text.strip()

    @property
    def actions(self) -> tuple[str, ...]:
        """The names of the actions that ran, in order."""
        parts = (self.reply.trace or {}).get("parts", ())
        return tuple(part["part"].removeprefix(_ACTION) for part in parts if part["part"].startswith(_ACTION))

    @property
    def sources(self) -> tuple[str, ...]:
        """Everything that names what the reply rests on."""
        found: dict[str, None] = {}
        for evidence in self.reply.evidence:
            names = (evidence.metadata.get("rule"), evidence.metadata.get("id"), evidence.source)
            found.update((str(name), None) for name in names if name)
        return tuple(found)


def mismatches(step: Step, happened: Happened) -> tuple[Mismatch, ...]:
    """Return everything that is not as the step says."""
    return tuple(wrong for name in step.expectations for wrong in _CHECKS[name](step, happened))


def _bot(step: Step, happened: Happened) -> Iterator[Mismatch]:
    expected = [text.strip() for text in step.bot or ()]
    if happened.text not in expected:
        nearest = max(expected, key=lambda text: difflib.SequenceMatcher(None, text, happened.text).ratio(), default="")
        said = shown(expected[0]) if len(expected) == 1 else f"one of {shown(expected)}"
        yield Mismatch("bot", said, shown(happened.text), (nearest, happened.text))


def _contains(step: Step, happened: Happened) -> Iterator[Mismatch]:
    for part in step.contains or ():
        if not stands_in(part, happened.text):
            yield Mismatch("contains", shown(part), shown(happened.text))


def _lacks(step: Step, happened: Happened) -> Iterator[Mismatch]:
    for part in step.lacks or ():
        if stands_in(part, happened.text):
            yield Mismatch("lacks", f"no {shown(part)}", shown(happened.text))


def _slots(step: Step, happened: Happened) -> Iterator[Mismatch]:
    for name, value in (step.slots or {}).items():
        got = happened.conversation.slots.get(name)
        if got != value or isinstance(got, bool) != isinstance(value, bool):
            yield Mismatch(f"slots.{name}", shown(value), shown(got))


def _facts(step: Step, happened: Happened) -> Iterator[Mismatch]:
    for name, value in (step.facts or {}).items():
        got = happened.user.facts.get(name)
        if got != value or isinstance(got, bool) != isinstance(value, bool):
            yield Mismatch(f"facts.{name}", shown(value), shown(got))


def _consent(step: Step, happened: Happened) -> Iterator[Mismatch]:
    yield from _same("consent", step.consent, happened.user.consent)


def _flow(step: Step, happened: Happened) -> Iterator[Mismatch]:
    active = happened.conversation.active_flow
    yield from _same("flow", step.flow, active.name if active is not None else None)


def _policy(step: Step, happened: Happened) -> Iterator[Mismatch]:
    yield from _same("policy", step.policy, happened.reply.policy or None)


def _evidence(step: Step, happened: Happened) -> Iterator[Mismatch]:
    sources = happened.sources
    if (step.evidence is None and sources) or (step.evidence is not None and step.evidence not in sources):
        yield Mismatch("evidence", shown(step.evidence), shown(sources[0] if sources else None))


def _intent(step: Step, happened: Happened) -> Iterator[Mismatch]:
    found = label_of(happened.annotations, INTENTS)
    if found is None:
        yield Mismatch("intent", shown(step.intent), f"no annotator {INTENTS!r} said anything")
    elif step.intent != found["label"] and step.intent not in found["labels"]:
        got = shown(found["label"] if len(found["labels"]) < 2 else list(found["labels"]))
        yield Mismatch("intent", shown(step.intent), f"{got} ({found['probability']:.2f})")


def _action(step: Step, happened: Happened) -> Iterator[Mismatch]:
    yield from _same("action", list(step.action or ()), list(happened.actions))


def _quick_replies(step: Step, happened: Happened) -> Iterator[Mismatch]:
    yield from _same("quick_replies", list(step.quick_replies or ()), list(happened.reply.quick_replies))


def _fallback(step: Step, happened: Happened) -> Iterator[Mismatch]:
    yield from _same("fallback", step.fallback, happened.reply.policy == FALLBACK)


def _handed_over(step: Step, happened: Happened) -> Iterator[Mismatch]:
    yield from _same("handed_over", step.handed_over, happened.conversation.handed_over)


def _probability(step: Step, happened: Happened) -> Iterator[Mismatch]:
    got = happened.reply.probability
    demand = step.probability
    if (demand is None) != (got is None) or (demand is not None and got is not None and not demand.holds(got)):
        yield Mismatch(
            "probability", "none" if demand is None else str(demand), "none" if got is None else f"{got:.3f}"
        )


def _same(what: str, expected: Any, got: Any) -> Iterator[Mismatch]:
    if expected != got:
        yield Mismatch(what, shown(expected), shown(got))


_CHECKS: Mapping[str, Callable[[Step, Happened], Iterator[Mismatch]]] = {
    "bot": _bot,
    "contains": _contains,
    "lacks": _lacks,
    "slots": _slots,
    "facts": _facts,
    "consent": _consent,
    "flow": _flow,
    "policy": _policy,
    "evidence": _evidence,
    "intent": _intent,
    "action": _action,
    "quick_replies": _quick_replies,
    "fallback": _fallback,
    "handed_over": _handed_over,
    "probability": _probability,
}
