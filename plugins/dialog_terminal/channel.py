"""The terminal channel: picks the screen and the reader that fit the terminal, and lets them talk."""

import os
import secrets
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from dialog_core import Component
from dialog_terminal.chat import DEFAULT_USER, NOBODY, Chat, Reader, talk
from dialog_terminal.options import TerminalOptions
from dialog_terminal.phrases import Phrases, phrases_for
from dialog_terminal.terminal import can_draw
from dialog_terminal.watch import Reload, Watcher

if TYPE_CHECKING:
    from dialog_core import Bot

DEFAULT_CONVERSATION = "terminal"


class TerminalChannel(Component[TerminalOptions]):
    """A chat in the terminal: rich where it can be, plain text in pipes."""

    def run(self, bot: "Bot", *, reload: Reload | None = None) -> None:
        """Talk until the user leaves.

        Args:
            bot: Whom to talk to. It stays the caller's to close, unless another one takes its place: then it is closed
                when its last turn is over.
            reload: Polled every half second, in a thread of its own, for a new bot and for something to tell. Every
                bot that comes from it is closed here.
        """
        phrases = phrases_for(bot.language)
        try:
            if self.options.plain or not can_draw():
                self._run_plain(bot, phrases, reload)
            else:
                self._run_rich(bot, phrases, reload)
        except BrokenPipeError:
            # Whoever read the output has had enough, as `head` does. Python would complain once more on its way out.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _run_rich(self, bot: "Bot", phrases: Phrases, reload: Reload | None) -> None:
        from dialog_terminal.history import history_path, no_history, open_history
        from dialog_terminal.prompt import PromptReader
        from dialog_terminal.screen import RichScreen

        options = self.options
        screen = RichScreen(phrases, options.width)
        conversation = options.conversation or DEFAULT_CONVERSATION
        chat = Chat(
            bot, screen, phrases, conversation, latest=not options.conversation, user=options.user or DEFAULT_USER
        )
        chat.begin()
        history = no_history()
        if options.history:
            try:
                history = open_history(options.history_file or history_path(bot.name))
            except OSError as error:
                screen.note(phrases.history_off.format(error=error))
        reader = PromptReader(chat, history, notices=reload is not None)

        def tell(message: str, good: bool) -> None:
            reader.tell(lambda: screen.note(message) if good else screen.error(message))

        _converse(chat, reader, Watcher(reload, tell) if reload else None)
        screen.note(phrases.goodbye)

    def _run_plain(self, bot: "Bot", phrases: Phrases, reload: Reload | None) -> None:
        from dialog_terminal.plain import LineReader, PlainScreen

        interactive = sys.stdin.isatty() and sys.stdout.isatty()
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")  # a character the terminal cannot show must not end the chat
        screen = PlainScreen(phrases, self.options.width, sys.stdout if interactive else sys.stderr)
        # What is piped in is a conversation of its own, so that the same input gets the same output.
        conversation = DEFAULT_CONVERSATION if interactive else f"pipe-{secrets.token_hex(6)}"
        latest = interactive and not self.options.conversation
        user = self.options.user or (DEFAULT_USER if interactive else NOBODY)
        chat = Chat(bot, screen, phrases, self.options.conversation or conversation, latest=latest, user=user)
        chat.begin()
        watcher = Watcher(reload, lambda message, good: screen.note(message)) if reload else None
        _converse(chat, LineReader(interactive=interactive), watcher)
        if interactive:
            screen.note(phrases.goodbye)


def _converse(chat: Chat, reader: Reader, watcher: Watcher | None) -> None:
    """Talk until the user leaves, with whichever bot is the newest."""
    first = chat.bot

    def refresh(chat: Chat) -> None:
        fresh = watcher.take() if watcher else None
        if fresh is not None:
            stale, chat.bot = chat.bot, fresh
            stale.close()
            fresh.warm()

    if watcher:
        watcher.start()
    try:
        talk(chat, reader, refresh)
    finally:
        if watcher:
            watcher.stop()
        if chat.bot is not first:
            chat.bot.close()
