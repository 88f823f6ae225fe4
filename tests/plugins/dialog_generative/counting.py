"""A backend that counts words for tokens, and says what a test wants it to."""

from collections.abc import AsyncIterator, Callable, Sequence

from dialog_generative.chat import ChatMessage, Completed, Completion, Request, Usage

PER_MESSAGE = 3  # tokens a message takes beside its words


class CountingBackend:
    """Reads `window` words, and answers with what `answer` makes of a request.

    Attributes:
        counted: Every message whose size was asked for, in order.
        requests: What it was asked for.
    """

    def __init__(self, window: int = 0, answer: Callable[[Request], str] = lambda _: "Fine.") -> None:
        self.counted: list[ChatMessage] = []
        self.requests: list[Request] = []
        self._window = window
        self._answer = answer

    async def complete(self, request: Request) -> Completed:
        self.requests.append(request)
        return Completed((Completion(self._answer(request)),), Usage(tokens_in=10, tokens_out=5, seconds=9.0))

    async def stream(self, request: Request) -> AsyncIterator[str | Completed]:
        yield await self.complete(request)

    async def sizes(self, messages: Sequence[ChatMessage]) -> Sequence[int]:
        self.counted.extend(messages)
        return [size(message) for message in messages]

    async def window(self) -> int:
        return self._window


def size(message: ChatMessage) -> int:
    return len(message.text.split()) + PER_MESSAGE
