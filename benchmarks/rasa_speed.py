"""What an imported Rasa project costs: import, training, the first prompt, a message early and late in a conversation.

All of it on the bots of `../shared/rasa_bots/bots`, imported and trained by the commands a person runs. Messages are
timed as `Bot.reply` answers them, at the 10th and at the 400th of a conversation, with the store the imported bot has
(none is named in it: memory) and with SQLite that waits for the disk; the yardstick in the same run is one message of
BM25's bot of `benchmarks.turn`, which has no stories.

For comparison, as measured for this project before it was begun: Rasa 3.6's `rasa shell` needs 10.6 to 29.5 s to the
first prompt of its moodbot (lightest and default configuration) and 0.55 to 1.1 GB; a message takes 6.9 to 25.9 ms,
growing to 868 ms at message 400.

    python -m benchmarks.rasa_speed                      everything
    python -m benchmarks.rasa_speed --part messages      or: import, prompt, training

Set DIALOG_CORE_RASA_BOTS if the bots do not lie in `../shared/rasa_bots`.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks._shop import questions, write_bot
from benchmarks._table import median, percentile, print_table
from benchmarks.startup import until_prompt
from dialog_core import Bot

ROOT = Path(__file__).parent.parent
BOTS = Path(os.environ.get("DIALOG_CORE_RASA_BOTS", ROOT.parent / "shared" / "rasa_bots")) / "bots"
RUNS = 9
CONVERSATIONS = 12
EARLY, LATE = 10, 400  # messages of a conversation
AROUND = 4  # messages before and after these that are timed too
SAID = (  # what a user of moodbot says; the last two are nothing it knows
    "hello",
    "i am feeling very sad",
    "yes",
    "hey there",
    "extremely sad",
    "no",
    "are you a bot?",
    "i feel wonderful",
    "thank you",
    "how much is a ticket to the moon",
)
SQLITE = "store: {use: sqlite, path: conversations.db}\n"


def main(parts: Sequence[str] = ("import", "prompt", "messages", "training")) -> None:
    if not BOTS.is_dir():
        print(f"Skipped: there is no {BOTS}. Set DIALOG_CORE_RASA_BOTS to where Rasa's bots lie.")
        return
    with tempfile.TemporaryDirectory() as home:
        measure: Mapping[str, Callable[[Path], None]] = {
            "import": _imports,
            "prompt": _first_prompt,
            "messages": _messages,
            "training": _training,
        }
        for part in parts:
            folder = Path(home) / part
            folder.mkdir()
            measure[part](folder)
            print()


def imported(name: str, folder: Path, *, trained: bool = True) -> Path:
    """Import one of the bots, and train it; return its bot file."""
    out = folder / name
    run(["import", "rasa", str(BOTS / name), str(out)], folder)
    if trained:
        run(["train", str(out / "bot.yaml")], folder)
    return out / "bot.yaml"


def run(arguments: Sequence[str], home: Path) -> tuple[float, float]:
    """Run a command of dialog-core; return its seconds on the clock and its megabytes at most."""
    command = [str(Path(sys.executable).parent / "dialog-core"), *arguments]
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=_environment(home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    output = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"dialog-core {' '.join(arguments)} ended with {process.returncode}:\n{output}")
    return time.perf_counter() - started, used.ru_maxrss / 1e3


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "XDG_STATE_HOME": str(home), "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}


def _imports(home: Path) -> None:
    rows = []
    for place in sorted(BOTS.iterdir()):
        took = [
            run(["import", "rasa", str(place), str(home / f"{place.name}-{number}")], home)[0] for number in range(3)
        ]
        target = "< 5" if place.name == "carbon-bot" else ""
        rows.append((place.name, f"{median(took):.2f}", target, f"{min(took):.2f}"))
    print_table("Import as a command, 3 runs of each", ("bot", "median s", "target", "best s"), rows)


def _first_prompt(home: Path) -> None:
    files = {name: imported(name, home) for name in ("moodbot", "carbon-bot")}
    bots = {**files, "a BM25 bot without stories": write_bot(home, store="memory")}
    took: dict[str, list[float]] = {name: [] for name in bots}
    computed: dict[str, list[float]] = {name: [] for name in bots}
    for _ in range(RUNS):
        for name, file in bots.items():
            before = _computed()
            command = [str(Path(sys.executable).parent / "dialog-core"), "chat", str(file)]
            took[name].append(until_prompt(command, _environment(home)))
            computed[name].append(_computed() - before)
    rows = [
        (
            name,
            f"{median(times):.3f}",
            "< 1.0" if name == "moodbot" else "",
            f"{min(times):.3f}",
            f"{max(times):.3f}",
            f"{median(computed[name]):.3f}",
        )
        for name, times in took.items()
    ]
    rows.append(("published: Rasa 3.6, moodbot", "10.6 to 29.5", "", "", "", ""))
    header = ("chat, to the first prompt", "median s", "target", "best s", "worst s", "CPU s")
    print_table(f"Start of imported bots, {RUNS} runs of each in turn", header, rows)


def _computed() -> float:
    """Return the CPU time of all children that have ended; unlike the time on the clock, others hardly change it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _messages(home: Path) -> None:
    rows = []
    file = imported("moodbot", home)
    sqlite = file.with_name("sqlite.yaml")
    sqlite.write_text(f"{file.read_text('utf-8')}{SQLITE}", encoding="utf-8")
    shop = write_bot(home, store="memory")
    for title, bot, said in (
        ("moodbot, its store: memory", file, SAID),
        ("moodbot, SQLite that waits for the disk", _same_models(file, sqlite), SAID),
        ("a BM25 bot without stories, memory", shop, questions()),
    ):
        rows.append(_early_and_late(title, bot, said))
    rows.append(("published: Rasa 3.6, moodbot", "6.9 to 25.9", "", "868 (CPU)", "", "550 to 1100"))
    header = ("bot", f"at {EARLY}: p50 ms", "p95", f"at {LATE}: p50 ms", "p95", "MB")
    print_table(f"A message, {CONVERSATIONS} conversations; target < 2 ms", header, rows)


def _same_models(trained: Path, other: Path) -> Path:
    """Have another bot file beside a trained one find its models."""
    models = trained.parent / "models"
    (models / other.stem).symlink_to(models / trained.stem, target_is_directory=True)
    return other


def _early_and_late(title: str, file: Path, said: Sequence[str]) -> tuple[str, ...]:
    early: list[float] = []
    late: list[float] = []
    with Bot.load(file) as bot:
        for text in said:
            bot.reply(text, conversation="warm")
        for talk in range(CONVERSATIONS):
            for number in range(1, LATE + AROUND + 1):
                text = said[(number + talk) % len(said)]
                started = time.perf_counter()
                bot.reply(text, conversation=f"talk {talk}")
                took = time.perf_counter() - started
                if abs(number - EARLY) <= AROUND:
                    early.append(took)
                elif abs(number - LATE) <= AROUND:
                    late.append(took)
    figures = (f"{figure(times) * 1e3:.2f}" for times in (early, late) for figure in (median, _p95))
    return (title, *figures, f"{_resident(file, said):.0f}")


def _p95(times: Sequence[float]) -> float:
    return percentile(times, 0.95)


def _resident(file: Path, said: Sequence[str]) -> float:
    """Return the megabytes of a process of its own that has the bot answer each of these once."""
    code = (
        "import sys, psutil\n"
        "from dialog_core import Bot\n"
        "with Bot.load(sys.argv[1]) as bot:\n"
        "    for text in sys.argv[2:]:\n"
        "        bot.reply(text, conversation='one')\n"
        "    print(psutil.Process().memory_info().rss)\n"
    )
    command = [sys.executable, "-c", code, str(file), *said]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1e6


def _training(home: Path) -> None:
    rows = []
    for place in sorted(BOTS.iterdir()):
        seconds, megabytes = run(["train", str(imported(place.name, home, trained=False))], home)
        rows.append((place.name, f"{seconds:.1f}", f"{megabytes:.0f}"))
    print_table("Training as a command, all components", ("bot", "s", "MB at most"), rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rasa_speed", description=__doc__.splitlines()[0])
    names = ("import", "prompt", "messages", "training")
    parser.add_argument("--part", choices=names, action="append", help="measure this alone")
    main(parser.parse_args().part or names)
