"""What all readers have that can pass over what is wrong."""

from typing import TypeVar

from dialog_core import Component, Context
from dialog_core.interfaces import Skipped
from dialog_data.options import DocumentsOptions, SourceOptions

O = TypeVar("O", bound=SourceOptions | DocumentsOptions)  # noqa: E741 - O for options


class SkippingReader(Component[O]):
    """A reader that passes over what is wrong, if it is told to.

    Attributes:
        skipped: What was passed over, with `on_error: skip`.
    """

    def __init__(self, options: O, context: Context) -> None:
        super().__init__(options, context)
        self.skipped = Skipped()

    def begin(self) -> Skipped | None:
        """Forget what was passed over before; return where to note it now. None: nothing is to be passed over."""
        self.skipped = Skipped()
        return self.skipped if self.options.on_error == "skip" else None
