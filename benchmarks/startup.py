"""From the command to the first prompt, on a real pseudo terminal; and `dialog-core --help`.

The yardstick in the same run is a bare interpreter that imports numpy, which BM25 needs. For comparison, measured on a
machine of the same kind: Rasa 3.6 `rasa shell` on its moodbot needs 29.5 s with its default configuration and 10.6 s
with the lightest one that works.
"""

import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
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
        rows = {"chat, to the first prompt": [], "--help": [], "python, import numpy": [], "python": []}
        for _ in range(RUNS):
            rows["chat, to the first prompt"].append(_until_prompt([command, "chat", bot], environment))
            rows["--help"].append(_whole([command, "--help"], environment))
            rows["python, import numpy"].append(_whole([sys.executable, "-c", "import numpy"], environment))
            rows["python"].append(_whole([sys.executable, "-c", "pass"], environment))
    yardstick = median(rows["python, import numpy"])
    print_table(
        f"Start-up, {RUNS} runs of each in turn",
        ("what", "median s", "target", "best s", "x numpy"),
        [
            (
                name,
                f"{median(times):.3f}",
                f"< {TARGETS[name]}" if name in TARGETS else "",
                f"{min(times):.3f}",
                f"{median(times) / yardstick:.1f}",
            )
            for name, times in rows.items()
        ],
    )


def _whole(command: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _until_prompt(command: list[str], environment: dict[str, str]) -> float:
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
