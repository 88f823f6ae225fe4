"""One reply as it comes: who is being asked, the text piece by piece, and in the end the reply itself.

What is complete is settled at once and scrolls away like any output; only the last block of a growing text is redrawn.
So a reply may be longer than the screen, and its markdown is in place from the first line on.
"""

import threading
import time
from collections.abc import Callable
from types import TracebackType

from rich.text import Text

from dialog_core import Asking, Piece, Reply, Retracted, StreamItem
from dialog_terminal import palette
from dialog_terminal.layout import INDENT, Lines, indented, joined, one_line
from dialog_terminal.notes import has_failed
from dialog_terminal.phrases import ENGLISH, Phrases
from dialog_terminal.region import Region
from dialog_terminal.reply_text import reply_blocks, settled_length, text_lines
from dialog_terminal.wrap import wrap

SPINNER_DELAY = 0.1  # seconds; an answer that takes less needs no spinner
SLOW = 3.0  # seconds after which it is worth saying how long it has been, and how to stop it
_FRAME = 0.08
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_LEAST_PAUSE = 0.03  # seconds between two drawings: more often than anybody sees
_PAUSE_PER_DRAWING = 4  # times as long as drawing took, which is long for a list of hundreds of lines


class LiveReply:
    """Draws the items of a stream into a region; a context in which a thread of its own keeps the spinner turning.

    Args:
        region: Where to draw.
        width: Returns the columns for text.
        name: The bot's name.
        phrases: In which language to say who is being asked.

    Attributes:
        reply: The reply, once it is there.
    """

    def __init__(self, region: Region, width: Callable[[], int], name: str, phrases: Phrases) -> None:
        self.reply: Reply | None = None
        self._region = region
        self._width = width
        self._name = name
        self._phrases = phrases
        self._asking: tuple[str, ...] = ()
        self._text = ""
        self._settled = 0  # how much of the text has been settled
        self._any_settled = False
        self._began = self._next_drawing = time.monotonic()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="spinner", daemon=True)

    def __enter__(self) -> "LiveReply":
        self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._lock:
            if not self._over.is_set():  # an error: what has been said so far stays
                self._end(text_lines(self._text[self._settled :], self._width()))

    def take(self, item: StreamItem) -> None:
        """Draw one item."""
        with self._lock:
            match item:
                case Asking():
                    self._asking = item.policies
                case Piece():
                    self._text += item.text
                    if time.monotonic() >= self._next_drawing:
                        self._draw()
                case Retracted():
                    self._withdraw(_reason(item.reason, self._phrases))
                case Reply():
                    self._finish(item)

    def stop(self) -> None:
        """Leave what has been said so far, and say that there will be no more."""
        with self._lock:
            if not self._over.is_set():
                said = text_lines(self._text[self._settled :], self._width())
                self._end(joined([said, [Text(self._phrases.stopped, palette.MUTED)]]))

    def _finish(self, reply: Reply) -> None:
        first = reply.messages[0].text if reply.messages else ""
        if not first.startswith(self._text[: self._settled]):  # an output guard rewrote it, for example
            self._region.withdraw()
            self._settled, self._any_settled = 0, False
        blocks = reply_blocks(reply, self._width(), skip=self._settled)
        if not reply.messages:
            blocks.append(wrap(Text(self._phrases.silent, palette.MUTED), self._width()))
        reports = (reply.trace or {}).get("policies", ())
        failed = [one_line(report["policy"]) for report in reports if has_failed(report)]
        if failed:  # what a user need not know; who builds the bot would wonder why it says so little
            told = self._phrases.policies_failed.format(names=self._phrases.list_comma.join(failed))
            blocks.append(wrap(Text(told, palette.MUTED), self._width()))
        self.reply = reply
        self._end(joined(blocks))

    def _withdraw(self, reason: str) -> None:
        if not self._text:
            return
        if self._region.withdraw():
            self._any_settled = False
            note = Text(self._phrases.withdrawn.format(reason=reason), palette.MUTED)
        else:
            note = Text(self._phrases.withdrawn_above.format(reason=reason), palette.BAD)
        self._text, self._settled = "", 0
        self._settle(wrap(note, self._width()), [])

    def _tick(self) -> None:
        pause = SPINNER_DELAY
        while not self._over.wait(pause):
            with self._lock:
                if not self._over.is_set() and time.monotonic() >= self._next_drawing:
                    self._draw()
            pause = _FRAME

    def _draw(self) -> None:
        now = time.monotonic()
        growing = self._text[self._settled :]
        done = settled_length(growing)
        complete = text_lines(growing[:done], self._width())
        self._settled += done
        rest = text_lines(growing[done:], self._width())
        if not self._text.strip():
            rest = self._spinner(now - self._began)
        self._settle(complete, rest)
        drawn = time.monotonic()
        self._next_drawing = drawn + max(_LEAST_PAUSE, _PAUSE_PER_DRAWING * (drawn - now))

    def _settle(self, complete: Lines, rest: Lines) -> None:
        above: Lines = []
        if complete:
            above = self._below_what_is_settled(complete)
            self._any_settled = True
        self._region.show(self._below_what_is_settled(rest), settle=above)

    def _below_what_is_settled(self, lines: Lines) -> Lines:
        gap = [Text()] if self._any_settled and lines else []
        return [*gap, *indented(lines, INDENT)]

    def _end(self, lines: Lines) -> None:
        self._over.set()
        last = self._below_what_is_settled(lines)
        self._region.show([], settle=[*last, Text()] if last or self._any_settled else [])
        self._region.close()

    def _spinner(self, waited: float) -> Lines:
        if waited < SPINNER_DELAY:
            return []
        names = self._phrases.list_comma.join(one_line(name) for name in self._asking)
        if not names:
            words = self._phrases.thinking.format(name=one_line(self._name))
        elif len(self._asking) == 1:
            words = self._phrases.looking.format(names=names)
        else:
            words = self._phrases.several_looking.format(names=names)
        if waited >= SLOW:
            words += f"  {waited:.0f} s · {self._phrases.stop_hint}"
        frame = _FRAMES[int(waited / _FRAME) % len(_FRAMES)]
        # Never wrapped: one line that only changes in place.
        line = Text.assemble((f"{frame} ", palette.BAR), (words, palette.MUTED))
        line.truncate(self._width(), overflow="ellipsis")
        return [line]


def _reason(reason: str, phrases: Phrases) -> str:
    """Return why a text is withdrawn, in the language of the chat where it is one of the bot's usual reasons."""
    for name in ("reason_another", "reason_shortened"):
        if reason == getattr(ENGLISH, name):
            return str(getattr(phrases, name))
    return one_line(reason)
