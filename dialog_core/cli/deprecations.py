"""What is told of things that are deprecated: one plain line each."""

import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import dialog_core
from dialog_core.deprecation import DialogDeprecationWarning

_OWN = Path(dialog_core.__file__).parent


@contextmanager
def deprecations() -> Iterator[list[str]]:
    """Collect what is told of deprecated things, each once, instead of showing it; other warnings are shown after."""
    told: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DialogDeprecationWarning)
        yield told
    for warning in caught:
        if not issubclass(warning.category, DialogDeprecationWarning):
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
            continue
        of_a_file = _OWN in Path(warning.filename).parents  # then the text says where
        text = str(warning.message) if of_a_file else f"{warning.filename}:{warning.lineno}: {warning.message}"
        if text not in told:
            told.append(text)


def show_plainly() -> None:
    """Have what is deprecated shown once, without the line of Python that says so: it is nothing to users of bots."""
    usual = warnings.showwarning
    shown: set[str] = set()
    showing = threading.Lock()  # Python's own register lets threads through that warn at the same moment

    def show(
        message: Warning | str, category: type[Warning], filename: str, lineno: int,
        file: TextIO | None = None, line: str | None = None,
    ) -> None:  # fmt: skip
        if issubclass(category, DialogDeprecationWarning):
            with showing:
                if str(message) not in shown:
                    shown.add(str(message))
                    print(f"warning: {message}", file=sys.stderr)
        else:
            usual(message, category, filename, lineno, file, line)

    warnings.showwarning = show
