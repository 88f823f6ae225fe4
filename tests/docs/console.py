"""Runs the commands of a console block and compares what they print with what the page shows.

Lines that begin with `$ ` are commands; what follows, up to the next one, is what they print: exactly, but for `...`,
which stands for anything (alone on a line: for any lines). A command with nothing below it only has to succeed. In a
chat, lines that begin with `> ` are typed. How long something took may differ.
"""

import os
import pty
import re
import select
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PROMPT = "> "
PATIENCE = 30.0  # seconds for one reply of a chat; never waited for unless something is wrong
END_OF_INPUT = b"\x04"

_TIME = re.compile(r"(?: +|(?<=\())[0-9]+(?:\.[0-9]+)? m?s\b")
_GAP = re.compile(r"(?<=\S) {2,}")


@dataclass(frozen=True)
class Command:
    """A command and what the page says it prints; None: nothing is said."""

    line: str
    shown: str | None


def commands_in(text: str) -> list[Command]:
    """Return the commands of a console block."""
    commands: list[Command] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append(Command(line[2:], None))
        else:
            assert commands, f"a console block has to begin with `$ `, not with {line!r}"
            before = commands[-1]
            commands[-1] = Command(before.line, line if before.shown is None else f"{before.shown}\n{line}")
    assert commands, "a console block without a command"
    return commands


def run(command: str, directory: Path, environment: dict[str, str], after: Path) -> tuple[int, str]:
    """Run a command in a shell; return its status and what it printed. `after` gets the directory it ended in."""
    script = f'{command}\nstatus=$?; pwd > "{after}"; exit $status'
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=100,
        check=False,
    )
    return done.returncode, done.stdout.decode()


def chat(command: str, typed: list[str], directory: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run a chat on a terminal without colours, and type what the page types. Leaving it is not shown."""
    ours, theirs = pty.openpty()
    # In a session of its own, where the terminal is the controlling one: Ctrl-D then means what it means to people.
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", "bash", "-c", command],
        cwd=directory,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    screen = ""
    try:
        for line in typed:
            screen += _read(ours, until_prompt=True)
            os.write(ours, f"{line}\n".encode())
        screen += _read(ours, until_prompt=True).removesuffix(PROMPT)
        os.write(ours, END_OF_INPUT)
        _read(ours, until_prompt=False)
        return process.wait(PATIENCE), screen.replace("\r\n", "\n")
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _read(terminal: int, *, until_prompt: bool) -> str:
    """Return what appears up to the next prompt, or up to the end."""
    text, end = b"", time.monotonic() + PATIENCE
    while not (until_prompt and text.endswith(b"\n" + PROMPT.encode())):
        if not select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
            raise AssertionError(f"the chat does not go on after:\n{text.decode()}")
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux says so when the other end is closed
            piece = b""
        if not piece:
            assert not until_prompt, f"the chat ended early:\n{text.decode()}"
            break
        text += piece
    return text.decode()


def matches(shown: str, printed: str) -> bool:
    """Say whether a page shows what was printed."""
    lines = []
    for line in _tidy(shown).split("\n"):
        if line.strip() == "...":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(".*?".join(re.escape(piece) for piece in line.split("...")) + r"\n")
    return re.fullmatch("".join(lines), _tidy(printed) + "\n") is not None


def _tidy(text: str) -> str:
    """Return text without spaces at the ends of lines, without empty lines around it, and without any difference that
    comes from how long something took: the figure itself, and how wide it makes a column.
    """
    text = _GAP.sub("  ", _TIME.sub(" 1 ms", text))
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
