"""Putting a suggestion into one's own words: in the editor of one's choice, or line by line here."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import DummyHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from pydantic import Field

from dialog_core import DialogError
from dialog_core.configuration import ConfigurationError, Options, parse_yaml, validate
from dialog_ranking_training.learning.review.rows import Text, Texts
from dialog_ranking_training.learning.terminal.phrases import Phrases
from dialog_ranking_training.learning.yaml_text import lines, scalar

Wording = tuple[tuple[str, ...], str]
"""The questions and the answer."""


class NotUnderstood(DialogError):
    """What somebody wrote in the editor cannot be read.

    Attributes:
        draft: What they wrote.
    """

    def __init__(self, message: str, draft: str = "") -> None:
        super().__init__(message)
        self.draft = draft


class _Edited(Options):
    questions: Texts = Field(default=())
    answer: Text = Field(default="")


def editor() -> str:
    """Return the editor the user has chosen; empty: none."""
    return os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""


def edit_in_editor(wording: Wording, where: str, phrases: Phrases, draft: str = "") -> Wording | None:
    """Have the user edit a suggestion in their editor.

    Args:
        wording: How it is worded.
        where: Where it is to stand.
        phrases: In which language to say what to do.
        draft: What they wrote before that could not be read.

    Returns:
        Their words; None: they have changed nothing.

    Raises:
        NotUnderstood: What they wrote cannot be read, or there is no such editor.
    """
    program = editor()
    text = draft or _as_yaml(wording, phrases.editor_head.format(where=where))
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "suggestion.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            subprocess.run([*shlex.split(program), str(file)], check=True)
            written = file.read_text(encoding="utf-8")
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise NotUnderstood(phrases.editor_failed.format(editor=program, error=told)) from error
    if not any(line.strip() and not line.lstrip().startswith("#") for line in written.splitlines()):
        return None
    try:
        edited = validate(_Edited, parse_yaml(written))
    except ConfigurationError as error:
        told = str(error).split("\n")[0]
        raise NotUnderstood(phrases.not_understood.format(error=f"{told}."), draft=written) from error
    return _tidied((edited.questions, edited.answer))


def edit_here(wording: Wording, phrases: Phrases) -> Wording | None:
    """Have the user edit a suggestion line by line; None: they have changed nothing."""
    session: PromptSession[str] = PromptSession(
        history=DummyHistory(), key_bindings=_keys(), multiline=True, bottom_toolbar=f" {phrases.edit_keys}"
    )
    questions: list[str] = []
    old = list(wording[0])
    try:
        number = 0
        while True:
            number += 1
            given = old[number - 1] if number <= len(old) else ""
            title = phrases.edit_question.format(n=number)
            placeholder = "" if given else phrases.edit_further
            typed = session.prompt(_title(title), default=given, placeholder=_muted(placeholder))
            if typed.strip():
                questions.append(typed)
            elif number > len(old):
                break
        answer = session.prompt(_title(phrases.edit_answer), default=wording[1], placeholder=_muted(""))
    except (KeyboardInterrupt, EOFError):
        return None
    return _tidied((tuple(questions), answer))


def _as_yaml(wording: Wording, head: str) -> str:
    questions, answer = wording
    told = [*(f"# {line}" for line in head.split("\n")), "questions:" if questions else "questions: []"]
    told += [f"  - {scalar(question)}" for question in questions]
    told.append(f"answer: {lines(answer, 2) if answer else ''}".rstrip())
    return "\n".join(told) + "\n"


def _tidied(wording: Wording) -> Wording:
    questions, answer = wording
    stripped = (" ".join(question.split()) for question in questions)
    return tuple(dict.fromkeys(filter(None, stripped))), answer.strip()


def _title(text: str) -> FormattedText:
    return FormattedText([("ansicyan", f"  {text} "), ("", "› ")])


def _muted(text: str) -> FormattedText:
    return FormattedText([("ansibrightblack", text)])


def _keys() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("enter")
    def send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @bindings.add("escape", "enter")
    def new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return bindings
