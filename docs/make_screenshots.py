"""Takes the pictures in `docs/images` from real chats, commands and reports.

python docs/make_screenshots.py                       # takes all of them anew
python docs/make_screenshots.py tutor.svg             # takes these
python docs/make_screenshots.py --check               # says which show other words than the program does today

It needs a full environment and tmux, which plays the terminal: it draws what the program writes, and hands the screen
over with its colours. The picture of a report needs chromium.
"""

import argparse
import calendar
import html
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PROGRAMS = Path(sys.executable).parent

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

_TEXT = re.compile(
    r'(?P<before><text [^>]*?)x="(?P<x>[\d.]+)"(?P<between>[^>]*?)textLength="(?P<length>[\d.]+)"(?P<after>[^>]*>)'
    r"(?P<said>[^<]*)</text>"
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
    """A chat, or a command, to be taken a picture of.

    Attributes:
        name: Of the file.
        bot: The bot file.
        typed: What is typed.
        trained: Whether the bot is trained before.
        since: Show what is to be seen from the last line on that begins with this; empty: all of it.
        package: The example that is built and installed for it, in whose folder it is taken.
        project: The Rasa project of `RASA_PAGE` that is imported for it, in whose new folder it is taken.
        command: What is run in the place of a chat.
        title: What stands above it; empty: the command.
    """

    name: str
    bot: str = ""
    typed: tuple[str, ...] = ()
    trained: bool = False
    since: str = ""
    package: str = ""
    project: str = ""
    command: str = ""
    title: str = ""


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
    Picture(
        "chinese.svg",
        "configs/customer_service.zh.yaml",
        ("你好", "周六送货吗？", "/explain"),
    ),
    Picture(
        "shop.svg",
        "bot.yaml",
        ("where is my order AF204822?", "/explain"),
        package="customer-service",
    ),
    Picture(
        "tutor.svg",
        "bot.yaml",
        ("equations", "x = 12 + 7", "x = 12 - 7 → x = 5"),
        package="education",
    ),
    Picture(
        "emergency.svg",
        "bot.yaml",
        ("my father has chest pain and his left arm is numb",),
        since=f"{PROMPT} my",
        package="medical",
    ),
    Picture(
        "rasa.svg",
        "bot.yaml",
        ("hello", "1", "a mountain bike, please", "for two days", "/explain"),
        project="bikes",
    ),
    Picture(
        "plugins-check.svg",
        package="education",
        command="dialog-core plugins check education",
    ),
)
RASA_PAGE = ROOT / "docs" / "how-to" / "coming-from-rasa.md"
REPORT = "report.png"
REPORT_WIDTH, REPORT_HEIGHT, REPORT_COLOURS = 1000, 1180, 64


class Terminal:
    """A terminal with a chat in it."""

    def __init__(self, command: str, home: Path, folder: Path = ROOT) -> None:
        self._tmux = ["tmux", "-L", f"dialog-core-{os.getpid()}", "-f", os.devnull]
        path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
        environment = f"XDG_STATE_HOME={home} PYTHONPATH={home / 'site'} TERM=xterm-256color PATH={path}"
        started = f"env {environment} {command}"
        self._run("new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES), "-c", str(folder), started)
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
    console.print(Text("\n").join([Text(), *lines, Text()]), soft_wrap=True)
    svg = console.export_svg(title=title, theme=THEME, code_format=TEMPLATE, unique_id="chat")
    svg = _TEXT.sub(_spaced, svg)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def _spaced(found: re.Match[str]) -> str:
    """Return a text in pieces where some characters are two columns wide, each as long as its columns.

    rich makes a text as long as it has characters, so that Chinese ones would stand on top of each other.
    """
    said = html.unescape(found["said"])
    if cell_len(said) == len(said):
        return found[0]
    place, column = float(found["x"]), float(found["length"]) / len(said)
    pieces = []
    for _, characters in itertools.groupby(said, lambda character: cell_len(character) == 2):
        piece = "".join(characters)
        length = column * cell_len(piece)
        shown = html.escape(piece, quote=False).replace("\u00a0", "&#160;")
        pieces.append(
            f'{found["before"]}x="{place:g}"{found["between"]}textLength="{length:g}"{found["after"]}{shown}</text>'
        )
        place += length
    return "".join(pieces)


def take(picture: Picture, home: Path) -> str:
    """Return the screen after a chat, or after a command."""
    bot, folder = picture.bot, ROOT
    if picture.package:
        folder = install(picture.package, home)
    if picture.project:
        folder = imported(picture.project, home)
    if picture.trained:
        bot = str(home / "bot.yaml")
        Path(bot).write_text(f"extends: {ROOT / picture.bot}\n", encoding="utf-8")  # its models stand beside it
        subprocess.run([PROGRAMS / "dialog-core", "train", bot], check=True, capture_output=True)
    command = f"dialog-core chat {bot} --no-store"
    if picture.command:  # the prompt behind it says that it is done
        command = f"sh -c '{picture.command}; printf \"\\n{PROMPT}\"; sleep {PATIENCE}'"
    terminal = Terminal(command, home, folder)
    try:
        for line in picture.typed:
            terminal.type(line)
        return terminal.screen()
    finally:
        terminal.close()


def install(package: str, home: Path) -> Path:
    """Build and install an example below `home`, and return the folder of a copy of it."""
    folder = home / "project"
    example = ROOT / "examples" / f"dialog-core-{package}"
    shutil.copytree(example, folder, ignore=shutil.ignore_patterns("__pycache__", ".*", "models"))
    build(folder, home)
    shutil.rmtree(folder / "src")
    return folder


def imported(project: str, home: Path) -> Path:
    """Import and train the Rasa project of the page on that, as the page says, and return its new folder."""
    page = RASA_PAGE.read_text(encoding="utf-8")
    for name, text in re.findall(rf'^```\w+ title="({project}/[^"]+)"\n(.*?)^```$', page, re.DOTALL | re.MULTILINE):
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    folder = home / "wheels"
    command = PROGRAMS / "dialog-core"
    subprocess.run([command, "import", "rasa", home / project, folder], check=True, capture_output=True)
    build(folder / "actions", home)
    bot = folder / "bot.yaml"
    bot.write_text(re.sub("^# plugins:", "plugins:", bot.read_text(encoding="utf-8"), flags=re.MULTILINE), "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(home / "site")}
    subprocess.run([command, "train", bot], check=True, capture_output=True, env=environment)
    return folder


def build(folder: Path, home: Path) -> None:
    """Install a package below `home`."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-index", "--no-deps"]
    target = ["--no-build-isolation", "--target", str(home / "site"), str(folder)]
    subprocess.run([*pip, *target], check=True, capture_output=True)


def report(file: Path) -> None:
    """Take the picture of what `dialog-core evaluate --html` writes, as a browser shows its beginning."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as home:
        page, raw = Path(home, "report.html"), Path(home, "raw.png")
        bot, data = ROOT / "configs/customer_service.yaml", ROOT / "configs/customer_service/dialogues.en.yaml"
        run: list[str | Path] = [PROGRAMS / "dialog-core", "evaluate", bot, data, "--html", page, "--runs", home]
        subprocess.run(run, check=True, capture_output=True)
        size = f"--window-size={REPORT_WIDTH},{REPORT_HEIGHT}"
        browser = ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", size, f"--screenshot={raw}"]
        subprocess.run([*browser, page.as_uri()], check=True, capture_output=True, timeout=60)
        with Image.open(raw) as image:
            image.convert("RGB").quantize(REPORT_COLOURS).save(file, optimize=True)


def words(picture: str) -> list[str]:
    """Return the words of a picture without figures, bars and months, which differ from run to run."""
    text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", picture, flags=re.DOTALL)
    months = set(calendar.month_name)  # the demonstration's orders are as old on every day
    return [word for word in re.findall(r"[^\W\d_]{2,}", text.replace("&#160;", " ")) if word not in months]


def part(screen: str, since: str) -> str:
    """Return a screen from the last line on that begins so."""
    lines = screen.splitlines()
    plain = [Text.from_ansi(line).plain for line in lines]
    begins = [number for number, line in enumerate(plain) if since and line.startswith(since)]
    return "\n".join(lines[begins[-1] if begins else 0 :])


def main(arguments: list[str]) -> int:
    """Take the pictures; return the exit status."""
    parser = argparse.ArgumentParser(description="Takes the pictures in docs/images.")
    parser.add_argument("names", nargs="*", choices=[[], *(picture.name for picture in PICTURES), REPORT])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a picture is out of date")
    told = parser.parse_args(arguments)
    if shutil.which("tmux") is None:
        sys.stderr.write("tmux is not installed. On Debian and Ubuntu: apt install tmux\n")
        return 2
    stale = False
    for picture in PICTURES:
        if told.names and picture.name not in told.names:
            continue
        with tempfile.TemporaryDirectory() as home:
            screen = part(take(picture, Path(home)), picture.since)
        drawn = draw(screen, picture.title or picture.command or f"dialog-core chat {picture.bot}")
        file = IMAGES / picture.name
        if not told.check:
            file.write_text(drawn, encoding="utf-8")
            sys.stdout.write(f"{file.relative_to(ROOT)}: written\n")
        elif not file.exists() or words(drawn) != words(file.read_text(encoding="utf-8")):
            stale = True
            sys.stdout.write(f"{file.relative_to(ROOT)}: is out of date\n")
    if not told.check and REPORT in (told.names or [REPORT]):
        if shutil.which("chromium") is None:
            sys.stderr.write(f"chromium is not installed: {REPORT} stays as it is\n")
        else:
            report(IMAGES / REPORT)
            sys.stdout.write(f"docs/images/{REPORT}: written\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
