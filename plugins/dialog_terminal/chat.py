"""A conversation with a bot, whatever shows it and wherever the lines come from."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from dialog_core import Conversation, DialogError, Reply
from dialog_terminal.commands import is_command, run_command
from dialog_terminal.phrases import Phrases

if TYPE_CHECKING:
    from dialog_core import Bot
    from dialog_terminal.screen import Screen

_log = logging.getLogger(__name__)
DEFAULT_USER = "terminal"  # of a bot that keeps profiles; others are told of nobody in particular
NOBODY = ""
_RECAP = 8  # lines of what was said last, when a conversation goes on


class Reader(Protocol):
    """Where the lines come from.

    Attributes:
        interactive: Whether a person is typing them.
    """

    interactive: bool

    def read(self) -> str:
        """Return the next line; EOFError: there is none any more; KeyboardInterrupt: the user pressed Ctrl-C."""
        ...


class Chat:
    """Takes lines: runs commands, sends everything else to the bot and shows the reply.

    Args:
        bot: Whom to talk to.
        screen: Where to show it.
        phrases: What to say oneself.
        conversation: The id of the conversation; `/reset` makes a series of it: `terminal`, `terminal-2`, ...
        latest: Whether to go on with the latest of that series.
        user: Who is talking.

    Attributes:
        quick_replies: What the bot offers to pick from.
        over: Set when the user wants to leave.
    """

    def __init__(
        self,
        bot: "Bot",
        screen: "Screen",
        phrases: Phrases,
        conversation: str,
        *,
        latest: bool,
        user: str = DEFAULT_USER,
    ) -> None:
        self.bot = bot
        self.screen = screen
        self.phrases = phrases
        self._user = user
        self._question: Callable[[], None] | None = None
        self._series = conversation
        self.conversation = _latest(bot, conversation) if latest else conversation
        self.quick_replies: tuple[str, ...] = ()
        self.over = False

    @property
    def user(self) -> str:
        """Who is talking; empty: nobody in particular."""
        return NOBODY if self._user == DEFAULT_USER and self.bot.facts is None else self._user

    def begin(self) -> None:
        """Say whether this goes on or starts anew, and let the bot greet or repeat what it said last."""
        before = self.bot.conversation(self.conversation)
        line = self.phrases.hint
        if before.messages:
            line = self.phrases.continuing.format(id=self.conversation, n=len(before.messages))
        self.screen.open(self.bot.name, line)
        self._greet(before)

    def take(self, line: str) -> None:
        """Do what a line says."""
        if not line.strip():
            return
        confirmed, self._question = self._question, None
        try:
            if confirmed is not None:
                answer = line.strip().casefold().rstrip(".!。！")
                if answer in self.phrases.yes.split():
                    confirmed()
                    return
                self.screen.note(self.phrases.left_as_it_is)
                if answer in self.phrases.no.split():
                    return
            if is_command(line):
                run_command(self, line)
            else:
                self._say(self.picked(line.removeprefix("/") if line.startswith("//") else line))
        except BrokenPipeError:
            raise
        except Exception as error:
            # A turn that went wrong is told, and the chat goes on.
            _log.debug("a line could not be answered", exc_info=True)
            what = str(error) if isinstance(error, DialogError) else f"{type(error).__name__}: {error}"
            self.screen.error(self.phrases.failed.format(error=what))

    def picked(self, line: str) -> str:
        """Return the quick reply a number stands for, or the line as it is."""
        number = line.strip()
        if number not in self.quick_replies and number.isdecimal() and len(number) < 4:
            index = int(number) - 1
            if 0 <= index < len(self.quick_replies):
                return self.quick_replies[index]
        return line

    def ask(self, question: str, then: Callable[[], None]) -> None:
        """Ask whether to do something; the next line answers."""
        self.screen.note(question)
        self._question = then

    def restart(self) -> None:
        """Go on in a new conversation; the old one is kept."""
        old, self.conversation = self.conversation, _next(self.bot, self._series)
        self.quick_replies = ()
        self.screen.note(self.phrases.new_conversation.format(id=self.conversation, old=old))
        self._greet(None)

    def _greet(self, before: Conversation | None) -> None:
        greeting = self.bot.greet(self.conversation)
        most = None
        if greeting is None and before is not None and before.last_bot_message is not None:
            greeting = Reply(before.id, "", (before.last_bot_message,))  # where one had got to
            most = _RECAP
        if greeting is not None and greeting.messages:
            self.screen.reply(self.bot.name, greeting, most=most)
            self.quick_replies = greeting.quick_replies

    def _say(self, text: str) -> None:
        reply = self.screen.turn(
            self.bot.name, self.bot.stream_sync(text, conversation=self.conversation, user=self.user)
        )
        if reply is not None:
            self.quick_replies = reply.quick_replies


def talk(chat: Chat, reader: Reader, refresh: Callable[[Chat], None]) -> None:
    """Read lines until the user leaves: with Ctrl-D, with `/quit`, or with Ctrl-C twice.

    Args:
        chat: What takes the lines.
        reader: Where they come from.
        refresh: Called before each line is taken; may give the chat another bot.
    """
    leaving = False
    while not chat.over:
        try:
            line = reader.read()
            leaving = False
            refresh(chat)
            chat.take(line)
        except EOFError:
            return
        except KeyboardInterrupt:
            if not reader.interactive:
                raise
            if leaving:
                return
            leaving = True
            chat.screen.note(chat.phrases.how_to_leave)


def _latest(bot: "Bot", series: str) -> str:
    """Return the last conversation of a series that has begun: `/reset` counts for the next run too."""
    latest, number = series, 2
    while bot.conversation(f"{series}-{number}").events:
        latest = f"{series}-{number}"
        number += 1
    return latest


def _next(bot: "Bot", series: str) -> str:
    number = 2
    while bot.conversation(f"{series}-{number}").events:
        number += 1
    return f"{series}-{number}" if bot.conversation(series).events else series
