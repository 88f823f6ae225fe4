"""A terminal with `dialog-core` in it, for tests: keys go in, what is seen comes out."""

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_STEERING = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")
_SIZE = ("COLUMNS", "LINES")  # of another terminal, or what runs the tests at once says there were
PATIENCE = 60.0  # seconds, on a busy machine


class Terminal:
    """A pseudo-terminal.

    Attributes:
        process: What runs in it.
        screen: Everything it has shown.
    """

    def __init__(self, directory: Path, arguments: Sequence[str], columns: int, lines: int) -> None:
        import fcntl
        import pty
        import struct
        import termios

        own = {name: value for name, value in os.environ.items() if name not in _SIZE}
        self._main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dialog_core.cli.main", *arguments],
            cwd=directory,
            stdin=side,
            stdout=side,
            stderr=side,
            start_new_session=True,
            env={**own, "TERM": "xterm", "NO_COLOR": "1", "OMP_NUM_THREADS": "1"},
        )
        os.close(side)
        self.screen = ""

    def wait_for(self, text: str, times: int = 1) -> None:
        """Wait until a text was shown so often."""
        last = time.monotonic() + PATIENCE
        while self.screen.count(text) < times:
            alive = self._read() and time.monotonic() < last
            assert alive, f"never came: {text}\n{self.screen}"

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._main, keys.encode())

    def end(self) -> int:
        """Wait until it has ended; return with which status."""
        while self._read():
            pass
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """Close the window, whatever is going on in it."""
        os.close(self._main)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def _read(self) -> bool:
        if not select.select([self._main], [], [], PATIENCE)[0]:
            return False
        try:
            piece = os.read(self._main, 65_536)
        except OSError:  # how Linux says that nobody writes any more
            return False
        if b"\x1b[6n" in piece:
            os.write(self._main, b"\x1b[1;1R")  # where the cursor is
        self.screen += _STEERING.sub(b"", piece).decode(errors="replace")
        return bool(piece)


@contextmanager
def terminal(directory: Path, *arguments: str, columns: int = 80, lines: int = 40) -> Iterator[Terminal]:
    """Run `dialog-core` with these arguments in a terminal of its own."""
    opened = Terminal(directory, arguments, columns, lines)
    try:
        yield opened
    finally:
        if opened.process.poll() is None:
            opened.process.kill()
            opened.process.wait()
