"""Code of plugins that runs outside of a policy's own thread: what it raises must not end the program."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def foreign_code() -> Iterator[None]:
    """Run code of a plugin; what is no `Exception`, such as SystemExit or a panic of compiled code, becomes one.

    Whoever presses Ctrl-C is still heard, as only the main thread can.

    Raises:
        RuntimeError: The code raised something that would end the program.
    """
    try:
        yield
    except Exception:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
            raise
        raise RuntimeError(f"raised {type(error).__name__}: {error}".rstrip(": ")) from error
