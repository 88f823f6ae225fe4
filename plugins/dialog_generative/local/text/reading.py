"""From tokens to what is shown, as they come: whole characters only, and nothing that will have to be taken back."""

import re
from collections.abc import Callable, Sequence

from dialog_core import ActionSchema
from dialog_generative.tools.writing import shown_length

UNFINISHED = "\ufffd"  # what a tokenizer makes of the first bytes of a character
THOUGHT = ("<think>", "</think>")  # models that reason do it between these
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


class ReplyReader:
    """Reads one reply token by token.

    Args:
        decode: Turns tokens into text.
        stop: Texts the reply ends before.
        tools: The actions the model may call: what may be a call is not shown.
        thinking: Whether the chat ends within a thought, which the reply then begins with.
    """

    def __init__(
        self,
        decode: Callable[[Sequence[int]], str],
        stop: Sequence[str] = (),
        tools: Sequence[ActionSchema] = (),
        *,
        thinking: bool = False,
    ) -> None:
        self._decode = decode
        self._stop = tuple(filter(None, stop))
        self._tools = tuple(tools)
        self._ids: list[int] = []
        self._from = self._read = (
            0  # tokens before the first say all they have to say; those before the second are text
        )
        self._text = THOUGHT[0] if thinking else ""
        self._shown = 0

    def feed(self, token: int) -> str:
        """Take the next token, and return what can be shown now."""
        self._ids.append(token)
        known = self._decode(self._ids[self._from : self._read])
        now = self._decode(self._ids[self._from :])
        if len(now) > len(known) and not now.endswith(UNFINISHED):
            self._text += now[len(known) :]
            self._from, self._read = self._read, len(self._ids)
        return self._show(self._showable())

    def close(self) -> None:
        """Take note that no more tokens come."""
        known = self._decode(self._ids[self._from : self._read])
        self._text += self._decode(self._ids[self._from :])[len(known) :].rstrip(UNFINISHED)
        self._from = self._read = len(self._ids)

    @property
    def text(self) -> str:
        """What the reply says so far, up to where it was to stop; calls of actions are still in it."""
        return self._said.strip()

    @property
    def shown(self) -> int:
        """How many characters of the text have been shown."""
        return self._shown

    @property
    def _said(self) -> str:
        """What has been said, without thoughts, and up to where it was to stop."""
        text = _THOUGHTS.sub("", self._text)
        if text.lstrip().startswith(THOUGHT[0]):
            return ""  # a thought that has not come to its end
        ends = [place for stop in self._stop if (place := text.find(stop)) >= 0]
        return text[: min(ends, default=len(text))]

    def _showable(self) -> int:
        """Return how much of the text can be shown: not what may be the beginning of something that is not shown."""
        said = self._said
        text = said.lstrip()
        if not text or THOUGHT[0].startswith(text):
            return 0
        held = max((n for stop in self._stop for n in range(1, len(stop)) if said.endswith(stop[:n])), default=0)
        until = min(len(text) - held, shown_length(text, self._tools))
        return len(text[: max(until, 0)].rstrip())

    def _show(self, until: int) -> str:
        piece = self.text[self._shown : until]
        self._shown = max(self._shown, until)
        return piece
