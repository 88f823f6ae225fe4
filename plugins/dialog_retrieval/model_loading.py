"""What all models of sentence-transformers need that are read here, whether they encode texts or compare them."""

from collections.abc import Iterator
from contextlib import contextmanager

from dialog_core import PluginError

LONGEST_TOKEN = 16  # characters; a text is cut at so many for each token before the tokenizer walks through it


def clean(text: str) -> str:
    """Return a text without halves of surrogate pairs, which are no text to a tokenizer."""
    return text.encode(errors="replace").decode()


def find_device(wanted: str) -> str:
    """Return where to compute: `cpu` or `cuda`.

    Raises:
        PluginError: A GPU is wanted, and there is none.
    """
    import torch

    there = torch.cuda.is_available()
    if wanted == "cuda" and not there:
        raise PluginError("`device: cuda` asks for a GPU, and torch finds none here. Set `device: auto`.")
    return "cuda" if there and wanted != "cpu" else "cpu"


@contextmanager
def no_progress_bars() -> Iterator[None]:
    """Keep transformers from drawing into a chat, and leave its setting as it was."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
