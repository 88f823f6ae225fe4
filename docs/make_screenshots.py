"""Takes the pictures of the terminal in `docs/images` from real chats.

Run it as `python docs/make_screenshots.py` in a full environment. It needs tmux, which plays the terminal: it draws
what the chat writes, and hands the screen over with its colours.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"

COLUMNS, LINES = 90, 60
MARGIN = 2  # columns between the text and the frame
PROMPT = "›"
PATIENCE = 20.0  # seconds for one reply
SETTLED = 0.4  # seconds without a change until a screen counts as drawn

THEME = TerminalTheme(
    (30, 30, 46),
    (205, 214, 244),
    [
        (69, 71, 90),
        (243, 139, 168),
        (166, 227, 161),
        (249, 226, 175),
        (137, 180, 250),
        (203, 166, 247),
        (137, 220, 235),
        (186, 194, 222),
    ],
)

# Like the template of rich, but with the reader's own fonts: nothing is fetched from elsewhere.
TEMPLATE = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>A chat in the terminal</title>
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
    font-variant-east-asian: full-width;
    white-space: pre;
}}
.{unique_id}-title {{ font-family: ui-sans-serif, system-ui, sans-serif; font-size: 17px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chat to be taken a picture of.

    Attributes:
        name: Of the file.
        bot: The bot file.
        typed: What is typed.
        trained: Whether the bot is trained before.
        since: Show what is to be seen from the last line on that begins with this; empty: all of it.
    """

    name: str
    bot: str
    typed: tuple[str, ...]
    trained: bool = False
    since: str = ""


PICTURES = (
    Picture(
        "terminal.svg",
        "configs/customer_service.yaml",
        ("hi there", "do your parcels come on Saturdays?", "/explain"),
    ),
    Picture(
        "ranking.svg",
        "configs/learning_bot.yaml",
        ("what does it cost to send a sofa back?", "/explain"),
        trained=True,
        since=f"{PROMPT} what",
    ),
)


class Terminal:
    """A terminal with a chat in it."""

    def __init__(self, command: str, home: Path) -> None:
        self._tmux = ["tmux", "-L", f"dialog-core-{os.getpid()}", "-f", os.devnull]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        started = f"env XDG_STATE_HOME={home} TERM=xterm-256color PATH={path} {command}"
        self._run("new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES), "-c", str(ROOT), started)
        self._wait_for(lambda screen: PROMPT in screen)

    def type(self, line: str) -> None:
        """Type a line, and wait until it is answered and the next prompt is there."""
        prompts = self._screen().count(PROMPT)
        self._run("send-keys", "-l", line)
        self._run("send-keys", "Enter")
        self._wait_for(lambda screen: screen.count(PROMPT) > prompts)

    def screen(self) -> str:
        """Return what is to be seen, with escape sequences for its colours."""
        return self._run("capture-pane", "-e", "-p")

    def close(self) -> None:
        """End the chat."""
        self._run("kill-server")

    def _screen(self) -> str:
        return self._run("capture-pane", "-p")

    def _wait_for(self, condition: Callable[[str], bool]) -> None:
        end = time.monotonic() + PATIENCE
        before = ""
        while time.monotonic() < end:
            screen = self._screen()
            if condition(screen) and screen == before:
                return
            before = screen
            time.sleep(SETTLED)
        raise TimeoutError(f"the chat does not go on:\n{before}")

    def _run(self, *arguments: str) -> str:
        done = subprocess.run([*self._tmux, *arguments], capture_output=True, text=True, check=True)
        return done.stdout


def draw(screen: str, title: str) -> str:
    """Return a screen as SVG."""
    text = Text.from_ansi(screen.rstrip())
    lines = text.split("\n", allow_blank=True)
    if lines[-1].plain.startswith(PROMPT):  # the prompt's own words are for the person who sits there
        lines[-1].truncate(len(PROMPT) + 1)
    for line in lines:
        line.pad_left(MARGIN)
    console = Console(
        width=COLUMNS + 2 * MARGIN, record=True, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(Text("\n").join([Text(), *lines]), soft_wrap=True)
    svg = console.export_svg(title=title, theme=THEME, code_format=TEMPLATE, unique_id="chat")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def take(picture: Picture, home: Path) -> str:
    """Return the screen after a chat."""
    bot = picture.bot
    if picture.trained:
        bot = str(home / "bot.yaml")
        Path(bot).write_text(f"extends: {ROOT / picture.bot}\n", encoding="utf-8")  # its models stand beside it
        subprocess.run([Path(sys.executable).with_name("dialog-core"), "train", bot], check=True, capture_output=True)
    terminal = Terminal(f"dialog-core chat {bot} --no-store", home)
    try:
        for line in picture.typed:
            terminal.type(line)
        return terminal.screen()
    finally:
        terminal.close()


def part(screen: str, since: str) -> str:
    """Return a screen from the last line on that begins so."""
    lines = screen.splitlines()
    plain = [Text.from_ansi(line).plain for line in lines]
    begins = [number for number, line in enumerate(plain) if since and line.startswith(since)]
    return "\n".join(lines[begins[-1] if begins else 0 :])


def main() -> int:
    """Take the pictures; return the exit status."""
    if shutil.which("tmux") is None:
        sys.stderr.write("tmux is not installed. On Debian and Ubuntu: apt install tmux\n")
        return 2
    for picture in PICTURES:
        with tempfile.TemporaryDirectory() as home:
            screen = part(take(picture, Path(home)), picture.since)
        file = IMAGES / picture.name
        file.write_text(draw(screen, f"dialog-core chat {picture.bot}"), encoding="utf-8")
        sys.stdout.write(f"{file.relative_to(ROOT)}: written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
