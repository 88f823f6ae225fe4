"""What is said to a language model and what it says: the values between a policy and what runs the model."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from dialog_core import ActionSchema

Role = Literal["system", "user", "assistant", "tool"]
Finish = Literal["stop", "length", "deadline", "calls"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """An action the model wants run.

    Attributes:
        id: Names the call within its exchange.
        name: The action's registered name, as the model wrote it.
        arguments: What the model wrote: an object where it was JSON, otherwise the text as it stands.
    """

    id: str
    name: str
    arguments: Any


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a chat.

    Attributes:
        role: Who speaks.
        text: What they say. Text of users, evidence and tools is quoted data: a backend makes sure that nothing in it
            becomes a control token.
        calls: Of the assistant: the actions it wants run.
        call_id: Of a tool: which call this is the result of.
        name: Of a tool: which action.
    """

    role: Role
    text: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What a backend is asked for.

    Attributes:
        conversation_id: Whose chat it is; backends keep what they have read of it, and never share it.
        messages: The chat: the system's message, whole turns of history, the question, and what tools have answered.
        tools: The actions the model may call.
        count: How many completions are wanted.
        deadline: When there must be an answer, on the clock of `time.monotonic()` (seconds).
        seed: For everything random.
        max_tokens: How long a completion may be; 0: as the policy's options say.
    """

    conversation_id: str
    messages: tuple[ChatMessage, ...]
    deadline: float
    seed: int
    tools: tuple[ActionSchema, ...] = ()
    count: int = 1
    max_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model says.

    Attributes:
        text: Its words, without control tokens and without the calls.
        finish: Why it ended: it was done (`stop`), it grew too long (`length`), the turn's deadline came (`deadline`),
            or it wants actions run (`calls`).
        log_probability: The natural logarithm of its probability, summed over its tokens; None where it is not told.
        tokens: How many they are.
        calls: The actions it wants run, in order.
    """

    text: str
    finish: Finish = "stop"
    log_probability: float | None = None
    tokens: int = 0
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What completions have cost.

    Attributes:
        tokens_in: Tokens of the chat.
        tokens_cached: Of those, the ones that had been read before and were not read again.
        tokens_out: Tokens of the completions.
        first_token_seconds: From the request to the first token; None where that is not known.
        seconds: From the request to the last.
        cost: In the currency of the prices the bot file gives; None where it gives none.
        requests: How many times an endpoint was asked.
        retries: Of those, the ones that were asked again because the first had failed.
        estimated: Whether tokens were estimated, because the endpoint did not tell them.
    """

    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    first_token_seconds: float | None = None
    seconds: float = 0.0
    cost: float | None = None
    requests: int = 0
    retries: int = 0
    estimated: bool = False

    def __add__(self, other: "Usage") -> "Usage":
        """Return what both cost together; the first token is that of the last request, whose text is shown."""
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            self.tokens_in + other.tokens_in,
            self.tokens_cached + other.tokens_cached,
            self.tokens_out + other.tokens_out,
            other.first_token_seconds,
            self.seconds + other.seconds,
            sum(costs) if costs else None,
            self.requests + other.requests,
            self.retries + other.retries,
            self.estimated or other.estimated,
        )

    def notes(self) -> dict[str, float]:
        """Return it for a trace, without what is not known."""
        told: dict[str, float] = {
            "tokens_in": self.tokens_in,
            "tokens_cached": self.tokens_cached,
            "tokens_out": self.tokens_out,
            "seconds": round(self.seconds, 6),
        }
        if self.first_token_seconds is not None:
            told["first_token_seconds"] = round(self.first_token_seconds, 6)
        if self.cost is not None:
            told["cost"] = self.cost
        told |= {name: number for name in ("requests", "retries", "estimated") if (number := int(getattr(self, name)))}
        return told


@dataclass(frozen=True, slots=True)
class Completed:
    """A backend's answer.

    Attributes:
        completions: As many as were wanted, or fewer; best first where the backend can tell.
        usage: What they cost.
    """

    completions: tuple[Completion, ...]
    usage: Usage = field(default_factory=Usage)


class Backend(Protocol):
    """Runs a language model. Its methods are called on the bot's event loop and never block it.

    A request that nobody waits for any more is cancelled like any asyncio task, and then costs nothing further.
    """

    async def complete(self, request: Request) -> Completed:
        """Return completions of a chat.

        Raises:
            GenerationError: There are none.
        """
        ...

    def stream(self, request: Request) -> AsyncIterator[str | Completed]:
        """Yield the pieces of one completion as they come, and last the whole; errors are those of `complete`."""
        ...

    async def sizes(self, messages: Sequence[ChatMessage]) -> Sequence[int]:
        """Return how many tokens each message takes in a chat, by itself; a rough figure where it cannot be known."""
        ...

    async def window(self) -> int:
        """Return how many tokens a chat and its completion may have together; 0 where that is not known."""
        ...
