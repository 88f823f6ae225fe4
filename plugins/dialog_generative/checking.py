"""What `dialog-core check` looks at in policies that let a language model answer, without loading the model."""

from collections.abc import Iterable

from dialog_core import Context
from dialog_core.configuration import Problem
from dialog_generative.options import GenerativeOptions


def check(options: GenerativeOptions, context: Context) -> Iterable[Problem]:
    """Yield the mistakes in the prompt file and in the names of tools."""
    yield from ()
