"""Where a person types: completion, history, several lines, and notices that appear above what is being typed."""

import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import TYPE_CHECKING

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.history import History
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.shortcuts.prompt import PromptSession
from prompt_toolkit.styles import Style

from dialog_core.text import repair_text
from dialog_terminal.commands import COMMANDS, is_command
from dialog_terminal.layout import one_line

if TYPE_CHECKING:
    from dialog_terminal.chat import Chat

_PROMPT = "› "
_STYLE = Style.from_dict(
    {
        "prompt": "bold ansigreen",
        "placeholder": "dim",
        # The menu in the terminal's own colours, whatever they are.
        "completion-menu": "noinherit",
        "completion-menu.completion": "noinherit",
        "completion-menu.completion.current": "noinherit reverse",
        "completion-menu.meta.completion": "noinherit dim",
        "completion-menu.meta.completion.current": "noinherit reverse",
        "scrollbar.background": "noinherit",
        "scrollbar.button": "noinherit",
    }
)


class PromptReader:
    """Reads lines from a person at a terminal.

    Args:
        chat: Whose quick replies to offer.
        history: What was typed before.
        notices: Whether `tell` will be called from other threads.
    """

    interactive = True

    def __init__(self, chat: "Chat", history: History, *, notices: bool) -> None:
        self._chat = chat
        self._notices = notices
        self._pending: list[Callable[[], None]] = []
        self._at_prompt = False
        self._lock = threading.Lock()
        self._session: PromptSession[str] = PromptSession(
            [("class:prompt", _PROMPT)],
            style=_STYLE,
            history=history,
            completer=ChatCompleter(chat),
            # The menu opens by itself for commands only; quick replies come with Tab.
            complete_while_typing=Condition(lambda: is_command(self._session.default_buffer.text)),
            key_bindings=_key_bindings(chat),
            multiline=True,
            prompt_continuation=" " * len(_PROMPT),
            placeholder=lambda: [("class:placeholder", self._placeholder())],
            include_default_pygments_style=False,
            enable_suspend=True,
            reserve_space_for_menu=6,
        )
        # Not before the prompt is there: warming would only make it come later.
        self._session.app.after_render += self._warm_once

    def _warm_once(self, app: object) -> None:
        self._session.app.after_render -= self._warm_once
        self._chat.bot.warm()

    def read(self) -> str:
        """Return what the user typed."""
        with patch_stdout(raw=True) if self._notices else nullcontext():
            with self._lock:
                for say in self._pending:
                    say()
                self._pending.clear()
                self._at_prompt = True
            try:
                line = self._session.prompt()
            finally:
                with self._lock:
                    self._at_prompt = False
                sys.stdout.write("\n")
        return repair_text(line)

    def tell(self, say: Callable[[], None]) -> None:
        """Print something from another thread: above the prompt, or, while a reply is drawn, before the next one."""
        with self._lock:
            if self._at_prompt:
                say()
            else:
                self._pending.append(say)

    def _placeholder(self) -> str:
        phrases = self._chat.phrases
        return phrases.pick if self._chat.quick_replies else phrases.placeholder


class ChatCompleter(Completer):
    """Completes commands, the file behind `/save`, and quick replies."""

    def __init__(self, chat: "Chat") -> None:
        self._chat = chat
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Yield what the text before the cursor may become."""
        text = document.text_before_cursor
        if not is_command(text):
            typed = text.lstrip()
            for reply in map(one_line, self._chat.quick_replies):
                if reply.casefold().startswith(typed.casefold()):
                    yield Completion(reply, start_position=-len(typed))
            return
        name, space, argument = text.partition(" ")
        if not space:
            for command in COMMANDS:
                if command.name.startswith(name.lower()):
                    meta = command.help(self._chat.phrases)
                    yield Completion(command.name, start_position=-len(name), display_meta=meta)
        elif name.rstrip("!") == "/save":
            yield from self._paths.get_completions(Document(argument, len(argument)), complete_event)


def _key_bindings(chat: "Chat") -> KeyBindings:
    bindings = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER)

    @bindings.add("enter", filter=typing)
    def send(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        picked = chat.picked(buffer.text)
        if picked != buffer.text:  # a number: show what it stood for
            buffer.document = Document(one_line(picked))
        buffer.validate_and_handle()

    @bindings.add("escape", "enter", filter=typing)
    def new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @bindings.add("c-c", filter=typing)
    def clear_or_leave(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=KeyboardInterrupt)

    return bindings
