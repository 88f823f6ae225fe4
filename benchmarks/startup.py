"""From the command to the first prompt, on a real pseudo terminal; and `dialog-core --help`.

The yardstick in the same run is a bare interpreter that imports numpy, which BM25 needs. For comparison, measured on a
machine of the same kind: Rasa 3.6 `rasa shell` on its moodbot needs 29.5 s with its default configuration and 10.6 s
with the lightest one that works.
"""

import os
import pty
import resource
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks._table import median, print_table

ROOT = Path(__file__).parent.parent
RUNS = 9
TARGETS = {"chat, to the first prompt": 0.7, "--help": 0.3}  # seconds
PROMPT = "›".encode()


def main() -> None:
    command = str(Path(sys.executable).parent / "dialog-core")
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "XDG_STATE_HOME": home, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
        # A copy, so that the conversations of the benchmark are stored beside it.
        bot = str(shutil.copytree(ROOT / "configs", Path(home) / "configs") / "customer_service.yaml")
        ways: dict[str, Callable[[], float]] = {
            "chat, to the first prompt": lambda: until_prompt([command, "chat", bot], environment),
            "--help": lambda: _whole([command, "--help"], environment),
            "python, import numpy": lambda: _whole([sys.executable, "-c", "import numpy"], environment),
            "python": lambda: _whole([sys.executable, "-c", "pass"], environment),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        computing: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(RUNS):
            for name, start in ways.items():
                before = _computed()
                times[name].append(start())
                computing[name].append(_computed() - before)
    yardstick = median(times["python, import numpy"])
    rows = [
        (
            name,
            f"{median(took):.3f}",
            f"< {TARGETS[name]}" if name in TARGETS else "",
            f"{min(took):.3f}",
            f"{median(computing[name]):.3f}",
            f"{median(took) / yardstick:.1f}",
        )
        for name, took in times.items()
    ]
    header = ("what", "median s", "target", "best s", "CPU s", "x numpy")
    print_table(f"Start-up, {RUNS} runs of each in turn", header, rows)


def _computed() -> float:
    """Return the CPU time of all children that have ended; unlike the time on the clock, others hardly change it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _whole(command: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def until_prompt(command: list[str], environment: dict[str, str]) -> float:
    """Return the seconds until the chat shows its prompt."""
    leader, follower = pty.openpty()
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=environment, start_new_session=True
    )
    os.close(follower)
    seen = b""
    try:
        while PROMPT not in seen:
            ready, _, _ = select.select([leader], [], [], 30)
            if not ready:
                raise TimeoutError(f"no prompt after 30 s; the screen says {seen[-500:]!r}")
            piece = os.read(leader, 4096)
            seen += piece
            if b"\x1b[6n" in piece:  # the terminal is asked where its cursor is
                os.write(leader, b"\x1b[1;1R")
        return time.perf_counter() - started
    finally:
        process.kill()
        process.wait()
        os.close(leader)


if __name__ == "__main__":
    main()
