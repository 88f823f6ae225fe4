"""Keeping libraries from writing between the lines that show the progress, and from changing what is random."""

import random
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Have transformers and datasets draw no bars and say nothing less than errors; settings stay as they were."""
    import datasets
    from transformers.utils import logging

    shown, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    mapped = datasets.utils.logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    datasets.disable_progress_bars()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of libraries about each other
            yield
    finally:
        logging.set_verbosity(verbosity)
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
        if mapped:
            datasets.enable_progress_bars()


@contextmanager
def own_randomness(seed: int) -> Iterator[None]:
    """Begin everything random with a seed, and leave it behind as it was."""
    import numpy as np
    import torch
    from transformers import set_seed

    python, numpy = random.getstate(), np.random.get_state()
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=devices):
        try:
            set_seed(seed)
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)
