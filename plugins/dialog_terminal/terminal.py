"""What kind of terminal this is, and its keyboard."""

import contextlib
import os
import sys
from collections.abc import Iterator


def can_draw() -> bool:
    """Say whether input and output are a terminal on which a cursor can be moved and every character shown."""
    return (
        sys.stdin.isatty()
        and sys.stdout.isatty()
        and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")
        and (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    )


@contextlib.contextmanager
def unseen_keys() -> Iterator[None]:
    """Do not show what is typed meanwhile: it would end up in the middle of the reply. The next prompt gets it."""
    try:
        import termios

        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)
    except (ImportError, OSError, ValueError):  # Windows; input is no terminal or has no descriptor
        yield
        return
    quiet = before.copy()
    quiet[3] &= ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSANOW, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
