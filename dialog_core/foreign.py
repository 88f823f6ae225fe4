"""Code of plugins that runs outside of a policy's own thread: what it raises must not end the program."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dialog_core.configuration import Problem

if TYPE_CHECKING:
    from dialog_core.bot_file import ComponentSpec

logger = logging.getLogger(__name__)


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


def unusable(spec: "ComponentSpec", wanted: str, error: Exception) -> Problem:
    """Return in words, with the place in the bot file, that the code of a component raised what nobody expects.

    Args:
        spec: The component.
        wanted: What was to be done with it: it `could not be built`.
        error: What it raised.
    """
    told = f"the {spec.registration.kind} {spec.name!r} could not be {wanted}"
    logger.info("%s", told, exc_info=error)
    remedy = f"It comes from the plugin {spec.registration.plugin!r}; --log-level info shows where it failed."
    message = f"{told}: {type(error).__name__}: {' '.join(str(error).split())}"
    return spec.placed(Problem(message, remedy=remedy))
