"""What policies propose and what a ranker makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialog_core.events import Attachment, Event, Evidence
from dialog_core.values import JsonValue, empty_mapping


@dataclass(frozen=True, slots=True)
class ActionCall:
    """An action a candidate wants run if it wins, and never otherwise.

    Attributes:
        name: The action's registered name, or `<policy>.<action>` for one of the policy's own (see `Policy`).
        arguments: Its keyword arguments (JSON values).
        timeout: How many seconds one attempt may take; None: as the bot file says under `dispatch.action_timeout`.
        retries: How often to try again when it fails or takes too long. Every attempt has the same idempotency key.
    """

    name: str
    arguments: Mapping[str, JsonValue] = empty_mapping()
    timeout: float | None = None
    retries: int = 0


@dataclass(frozen=True, slots=True)
class ActionResult:
    """How a winner's action went; `Policy.resume` gets it.

    Attributes:
        call: The call this is the result of.
        value: What the action returned.
        error: In words, why it failed; empty if it did not.
    """

    call: ActionCall
    value: JsonValue = None
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether the action did what it was asked."""
        return not self.error


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reply a policy proposes. Nothing it carries takes effect unless it wins.

    Attributes:
        text: The complete reply (markdown). May be empty only when there is an `action` whose result gives the text.
        score: The policy's own measure of fit, from 0 to 1; what it is worth is for the ranker to say.
        policy: The name of the policy, as the bot file gives it; filled in by the manager.
        kind: The policy's kind (`rules`, `retrieval`, `generative`, ...), as registered; filled in by the manager.
        evidence: What the reply rests on, best first.
        effects: Events that happen if it wins: slots set, flow steps taken, a hand-over.
        action: A registered action the manager runs after the choice; then the policy's `resume` is called.
        follow_up: What to append when *another* policy answers while a flow of this policy is active: its question.
        quick_replies: Texts the user may pick instead of typing.
        attachments: Files that go with the reply.
        features: Numbers for learned rankers, such as a language model's log-probability.
        aside: What to append when another policy answers and no flow is under way: something that can wait until the
            user has been answered. It is left out where nobody knew an answer.
    """

    text: str
    score: float
    policy: str = ""
    kind: str = ""
    evidence: tuple[Evidence, ...] = ()
    effects: tuple[Event, ...] = ()
    action: ActionCall | None = None
    follow_up: str = ""
    quick_replies: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    features: Mapping[str, float] = empty_mapping()
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a policy returns in place of its candidates when there is more to tell.

    Attributes:
        candidates: Any number of candidates, in any order.
        notes: For the trace (JSON values): what it cost, what was looked up on the way. A language model calls what it
            used `tokens_in`, `tokens_cached`, `tokens_out`, `first_token_seconds`, `cost`.
        remember: What to keep with the conversation (JSON values), whoever answers: the policy finds it under its name
            in `turn.conversation.memory`. None forgets a value.
        error: In words, what went wrong; empty if nothing did. It counts as a failure like an exception does, but what
            had been spent by then is not forgotten.
    """

    candidates: tuple[Candidate, ...] = ()
    notes: Mapping[str, JsonValue] = empty_mapping()
    remember: Mapping[str, JsonValue] = empty_mapping()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with the ranker's verdict.

    Attributes:
        candidate: The candidate.
        probability: The probability, from 0 to 1, that this reply is right here.
        contributions: What made it so, feature by feature; they add up to `probability`, or to the logarithm of its
            odds where the ranker's `scale` is `log odds`.
    """

    candidate: Candidate
    probability: float
    contributions: Mapping[str, float] = empty_mapping()


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a ranker returns in place of its verdicts when there is more to tell.

    Attributes:
        ranked: Its verdicts, best first.
        remarks: For the trace: what it could not go by and what it did instead, a sentence each.
    """

    ranked: tuple[Ranked, ...] = ()
    remarks: tuple[str, ...] = ()
