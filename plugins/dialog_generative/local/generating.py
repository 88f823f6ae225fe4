"""Jobs that go through `model.generate`: beams, encoder-decoders, and models whose cache is of a kind of its own."""

import time
from collections.abc import Callable
from typing import Any

from dialog_generative.chat import Finish
from dialog_generative.local.decoding import generation_config, own_search
from dialog_generative.local.jobs import Generated, Job
from dialog_generative.local.model import LoadedModel


class Cancelled(Exception):
    """Nobody waits for the job any more."""


def generate(loaded: LoadedModel, job: Job, between: Callable[[], None] = lambda: None) -> list[Generated]:
    """Return the completions of a job, by `model.generate` alone.

    Args:
        loaded: The model.
        job: The job.
        between: Called between tokens, so that others need not wait for the end.

    Raises:
        Cancelled: The job was.
    """
    import torch
    from transformers import StoppingCriteria, StoppingCriteriaList
    from transformers.utils import logging

    start = 1 if loaded.encoder_decoder else len(job.ids)
    reached = False

    class Watch(StoppingCriteria):
        """Between tokens: hands them out, and stops when time is up."""

        def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
            nonlocal reached
            if job.cancelled():
                raise Cancelled
            if job.on_token is not None and len(input_ids) == 1:
                token = int(input_ids[0, -1])
                if token not in loaded.end_ids:
                    job.on_token(token)
            between()
            reached = time.monotonic() >= job.deadline
            return torch.full((len(input_ids),), reached, dtype=torch.bool, device=input_ids.device)

    ids = torch.tensor([job.ids], device=loaded.device)
    torch.manual_seed(job.seed)
    search = own_search(job.decoding)
    told = logging.get_verbosity()
    logging.set_verbosity(
        logging.ERROR
    )  # what it warns of are fields of the model's own settings that are not used here
    try:
        rows = loaded.model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            generation_config=generation_config(job.decoding, loaded, job.count),
            stopping_criteria=StoppingCriteriaList([Watch()]),
            **({"custom_generate": search} if search is not None else {}),
        ).sequences
    finally:
        logging.set_verbosity(told)
    found = []
    for row in rows[:, start:].tolist():
        written, ended = _until_end(row, loaded)
        finish: Finish = "stop"
        if not ended:
            finish = "length" if len(written) >= job.decoding.max_tokens else "deadline" if reached else "stop"
        tail = (row[len(written)],) if ended else ()
        found.append(Generated(tuple(written), finish, log_probability(loaded, job.ids, (*written, *tail))))
    return found


def log_probability(loaded: LoadedModel, ids: tuple[int, ...], written: tuple[int, ...]) -> float:
    """Return the natural logarithm of a completion's probability after a chat."""
    import torch

    if not written:
        return 0.0
    wanted = torch.tensor(written, device=loaded.device)
    if loaded.encoder_decoder:
        start = loaded.model.config.decoder_start_token_id
        read = torch.tensor([ids], device=loaded.device)
        shifted = torch.tensor([[start, *written[:-1]]], device=loaded.device)
        logits = loaded.model(input_ids=read, decoder_input_ids=shifted).logits[0]
    else:
        whole = torch.tensor([[*ids, *written[:-1]]], device=loaded.device)
        logits = loaded.model(input_ids=whole).logits[0, len(ids) - 1 :]
    return float(logits.float().log_softmax(-1).gather(-1, wanted[:, None]).sum())


def _until_end(row: list[int], loaded: LoadedModel) -> tuple[list[int], bool]:
    for place, token in enumerate(row):
        if token in loaded.end_ids:
            return row[:place], True
    # A row that a stop string or the deadline ended is filled up where others of its batch went on.
    while row and row[-1] == loaded.pad_id:
        row = row[:-1]
    return row, False
