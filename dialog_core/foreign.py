"""Code of plugins that runs while a bot is put together: what it raises must not end the program."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def foreign_code() -> Iterator[None]:
    """Run code of a plugin; what is no `Exception`, such as SystemExit or a panic of compiled code, becomes one.

    Whoever presses Ctrl-C is still heard.

    Raises:
        RuntimeError: The code raised something that would end the program.
    """
    try:
        yield
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise RuntimeError(f"raised {type(error).__name__}: {error}".rstrip(": ")) from error
