"""Chats in processes of their own: through pipes, and on a pseudo terminal."""

import contextlib
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

CHILD = Path(__file__).parent / "child.py"
ROOT = CHILD.parents[3]
PATIENCE = 30.0  # seconds


def command(**features: Any) -> list[str]:
    return [sys.executable, str(CHILD), json.dumps(features)]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "plugins")]),
        "PYTHONUTF8": "1",
        "PYTHONWARNINGS": "error",
        "TERM": "xterm-256color",
        "PROMPT_TOOLKIT_NO_CPR": "1",  # nobody here answers where the cursor is
        **more,
    }


def piped(
    text: bytes | str, *, env: Mapping[str, str] | None = None, **features: Any
) -> subprocess.CompletedProcess[bytes]:
    """Pipe lines through a chat."""
    return subprocess.run(
        command(**features),
        input=text.encode() if isinstance(text, str) else text,
        capture_output=True,
        timeout=PATIENCE,
        env=environment(**(env or {})),
        check=False,
    )


class Tty:
    """A chat on a pseudo terminal."""

    def __init__(self, process: "subprocess.Popen[bytes]", descriptor: int) -> None:
        self.process = process
        self.output = ""
        self._descriptor = descriptor
        self._raw = b""
        self._seen = 0

    def send(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def send_until(self, keys: str, text: str) -> None:
        """Send `keys` again and again until `text` appears."""
        end = time.monotonic() + PATIENCE
        while text not in self.output[self._seen :]:
            assert time.monotonic() < end, f"no {text!r} in {self.output[self._seen :]!r}"
            self.send(keys)
            self._read(patience=0.1)

    def expect(self, text: str) -> str:
        """Wait until `text` appears and return what came before it since the last time."""
        end = time.monotonic() + PATIENCE
        while (at := self.output.find(text, self._seen)) < 0:
            assert time.monotonic() < end, f"no {text!r} in {self.output[self._seen :]!r}"
            assert self._read(), f"the chat ended without {text!r}: {self.output[self._seen :]!r}"
        before = self.output[self._seen : at]
        self._seen = at + len(text)
        return before

    def wait(self) -> int:
        """Read to the end and return the exit status."""
        while self._read():
            pass
        return self.process.wait(PATIENCE)

    def _read(self, patience: float = PATIENCE) -> bool:
        if not select.select([self._descriptor], [], [], patience)[0]:
            return False
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:  # how Linux says that the other side is closed
            return False
        self._raw += data
        self.output = self._raw.decode(errors="ignore")
        return bool(data)


@contextlib.contextmanager
def on_tty(*, env: Mapping[str, str], columns: int = 80, rows: int = 24, **features: Any) -> Iterator[Tty]:
    """Start a chat on a pseudo terminal; kill it in the end if it is still there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    process = subprocess.Popen(
        command(**features), stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**env), start_new_session=True
    )
    os.close(theirs)
    try:
        yield Tty(process, ours)
    finally:
        process.kill()
        process.wait(PATIENCE)
        os.close(ours)
