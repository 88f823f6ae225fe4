"""The slash commands: one table, and a function for each."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dialog_core import FeedbackGiven, UserSaid
from dialog_terminal.phrases import Phrases

if TYPE_CHECKING:
    from dialog_terminal.chat import Chat

_HISTORY_LENGTH = 20
_ALIKE = 0.7  # `/histry` is like `/history`; `/foo` is not like `/good`


@dataclass(frozen=True)
class Command:
    """A slash command.

    Attributes:
        name: With its slash.
        run: What it does with the chat and what stands behind its name.
        help: Returns what it does, in words.
        argument: Returns what may stand behind its name.
    """

    name: str
    run: Callable[["Chat", str], None]
    help: Callable[[Phrases], str]
    argument: Callable[[Phrases], str] = lambda phrases: ""


def is_command(line: str) -> bool:
    """Say whether a line is a command: `/like this`, but not `//like this`."""
    return line.startswith("/") and not line.startswith("//")


def run_command(chat: "Chat", line: str) -> None:
    """Run the command a line names, or say which one was probably meant."""
    name, _, argument = line.strip().partition(" ")
    command = ALL.get(name.lower())
    if command is not None:
        command.run(chat, argument.strip())
        return
    phrases = chat.phrases
    words = [phrases.unknown_command.format(command=name)]
    likely = [known for known in ALL if known.startswith(name.lower())]
    likely += difflib.get_close_matches(name.lower()[:40], ALL, n=1, cutoff=_ALIKE)
    words += [phrases.did_you_mean.format(likely=likely[0])] if likely else [phrases.see_help, phrases.help_slash]
    chat.screen.error(phrases.between_sentences.join(words))


def _help(chat: "Chat", argument: str) -> None:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from dialog_terminal import palette

    phrases = chat.phrases
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    for command in COMMANDS:
        usage = Text.assemble((command.name, palette.NUMBER), " ", command.argument(phrases))
        table.add_row(usage, command.help(phrases))
    chat.screen.show(Group(table, "", Text(phrases.help_keys, palette.MUTED), Text(phrases.help_slash, palette.MUTED)))


def _explain(chat: "Chat", argument: str) -> None:
    phrases = chat.phrases
    back = _number(chat, "/explain", argument, default=0)
    if back is None:
        return
    conversation = chat.bot.conversation(chat.conversation)
    answered = [
        event.message
        for event in conversation.messages
        if isinstance(event, UserSaid) and conversation.replies_to(event.message.client_id)
    ]
    if not answered:
        chat.screen.note(phrases.nothing_to_explain)
    elif back >= len(answered):
        chat.screen.note(phrases.no_turn_back.format(n=len(answered)))
    else:
        message = answered[-1 - back]
        trace = chat.bot.trace(chat.conversation, message.client_id)
        if trace is None:
            chat.screen.note(phrases.no_trace)
            return
        from dialog_terminal.explain import explain

        try:
            chat.screen.show(explain(trace, message.text, phrases, chat.screen.width))
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError):  # somebody has edited the store
            chat.screen.note(phrases.damaged_trace)


def _history(chat: "Chat", argument: str) -> None:
    most = _number(chat, "/history", argument, default=_HISTORY_LENGTH)
    if most is None:
        return
    conversation = chat.bot.conversation(chat.conversation)
    if not conversation.messages:
        chat.screen.note(chat.phrases.nothing_yet)
        return
    from dialog_terminal.transcript import history

    chat.screen.show(history(conversation, most, chat.bot.name, chat.phrases))


def _reset(chat: "Chat", argument: str) -> None:
    chat.restart()


def _good(chat: "Chat", argument: str) -> None:
    _feedback(chat, "good", argument)


def _bad(chat: "Chat", argument: str) -> None:
    _feedback(chat, "bad", argument)


def _feedback(chat: "Chat", verdict: Literal["good", "bad"], comment: str) -> None:
    last = chat.bot.conversation(chat.conversation).last_bot_message
    if last is None or not last.in_reply_to:
        chat.screen.note(chat.phrases.nothing_to_explain)
        return
    chat.bot.record(chat.conversation, [FeedbackGiven(last.in_reply_to, verdict, datetime.now(UTC), comment)])
    chat.screen.note(chat.phrases.noted_good if verdict == "good" else chat.phrases.noted_bad)


def _save(chat: "Chat", argument: str) -> None:
    _save_to(chat, argument, overwrite=False)


def _save_anyway(chat: "Chat", argument: str) -> None:
    _save_to(chat, argument, overwrite=True)


def _save_to(chat: "Chat", argument: str, *, overwrite: bool) -> None:
    from dialog_terminal.transcript import FORMATS, save

    phrases = chat.phrases
    if not argument:
        chat.screen.note(phrases.save_where)
        return
    conversation = chat.bot.conversation(chat.conversation)
    try:
        path = Path(argument).expanduser()
        if path.suffix.lower() not in FORMATS:
            chat.screen.error(phrases.save_suffix.format(suffix=path.suffix or path.name))
            return
        save(conversation, path, chat.bot.name, phrases, overwrite=overwrite)
    except FileExistsError:
        chat.screen.error(phrases.save_exists.format(file=argument))
    except (OSError, RuntimeError, ValueError) as error:  # a home nobody has, a name with a NUL in it
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        chat.screen.error(phrases.save_failed.format(file=argument, error=reason))
    else:
        chat.screen.note(phrases.saved.format(n=len(conversation.messages), file=argument))


def _slots(chat: "Chat", argument: str) -> None:
    from dialog_terminal.filled_in import filled_in

    chat.screen.show(filled_in(chat.bot.conversation(chat.conversation), chat.phrases))


def _me(chat: "Chat", argument: str) -> None:
    from dialog_terminal.about_me import about_me

    user, profile = chat.bot.user(chat.user, chat.conversation), chat.bot.profile(chat.user)
    chat.screen.show(about_me(user, profile, chat.bot.facts, chat.phrases, datetime.now(UTC)))


def _forget(chat: "Chat", argument: str) -> None:
    phrases = chat.phrases
    known = len({*chat.bot.user(chat.user, chat.conversation).facts, *chat.bot.profile(chat.user).facts})
    consent = chat.bot.profile(chat.user).consent
    if not known and consent is None:
        chat.screen.note(phrases.me_nothing)
        return

    def forget() -> None:
        chat.bot.forget(chat.user, chat.conversation)
        chat.screen.note(phrases.forgotten)

    chat.ask(phrases.forget_ask.format(n=known), forget)


def _quit(chat: "Chat", argument: str) -> None:
    chat.over = True


def _number(chat: "Chat", command: str, argument: str, *, default: int) -> int | None:
    if not argument:
        return default
    if argument.isdecimal() and len(argument) < 10:
        return int(argument)
    chat.screen.error(chat.phrases.needs_number.format(command=command, argument=argument))
    return None


COMMANDS = (
    Command("/explain", _explain, lambda p: p.help_explain, lambda p: p.argument_back),
    Command("/history", _history, lambda p: p.help_history, lambda p: p.argument_count),
    Command("/good", _good, lambda p: p.help_good, lambda p: p.argument_comment),
    Command("/bad", _bad, lambda p: p.help_bad, lambda p: p.argument_comment),
    Command("/save", _save, lambda p: p.help_save, lambda p: p.argument_file),
    Command("/slots", _slots, lambda p: p.help_slots),
    Command("/me", _me, lambda p: p.help_me),
    Command("/forget", _forget, lambda p: p.help_forget),
    Command("/reset", _reset, lambda p: p.help_reset),
    Command("/help", _help, lambda p: p.help_help),
    Command("/quit", _quit, lambda p: p.help_quit),
)
_SAVE_ANYWAY = Command("/save!", _save_anyway, lambda p: p.help_save, lambda p: p.argument_file)
ALL = {
    **{command.name: command for command in (*COMMANDS, _SAVE_ANYWAY)},
    "/exit": COMMANDS[-1],
    "/?": COMMANDS[-2],
}
