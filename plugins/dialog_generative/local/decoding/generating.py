"""Jobs that go through `model.generate`: beams, encoder-decoders, and models whose cache is of a kind of its own.

Imports torch and transformers: import it late.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import transformers
from transformers import StoppingCriteria, StoppingCriteriaList

from dialog_generative.chat import Finish
from dialog_generative.local.decoding.settings import generation_config, own_search, searches
from dialog_generative.local.decoding.stopping import Stopping
from dialog_generative.local.jobs import Generated, Job
from dialog_generative.local.model import LoadedModel


class Cancelled(Exception):
    """Nobody waits for any of the jobs any more."""


def generate(
    loaded: LoadedModel,
    jobs: Sequence[tuple[Job, Stopping]],
    *,
    between: Callable[[], None],
    gone: Callable[[int], bool],
    began: Callable[[int], None],
) -> list[list[Generated]]:
    """Return the completions of jobs, by `model.generate` alone.

    Args:
        loaded: The model.
        jobs: The jobs. Several only of an encoder-decoder, all with the same decoding, without chance, of one
            completion each.
        between: Called between tokens, so that others need not wait for the end.
        gone: Says whether nobody waits any more for the job of a number.
        began: Told the number of each job whose first token has come, where tokens come one by one.

    Raises:
        Cancelled: Nobody waits for any of them.
    """
    first, stopping = jobs[0]
    longest = max(len(job.ids) for job, _ in jobs)
    ids = torch.tensor([[*job.ids, *[loaded.pad_id] * (longest - len(job.ids))] for job, _ in jobs])
    mask = torch.tensor([[1] * len(job.ids) + [0] * (longest - len(job.ids)) for job, _ in jobs])
    decoding = first.decoding.model_copy(update={"max_tokens": stopping.limit})
    watch = _Watch(jobs, 1 if loaded.encoder_decoder else longest, between, gone, began)
    search = own_search(decoding)
    torch.manual_seed(first.seed % 2**63)
    with _quiet():
        found = loaded.model.generate(
            input_ids=ids.to(loaded.device),
            attention_mask=mask.to(loaded.device),
            generation_config=generation_config(decoding, loaded, first.count),
            stopping_criteria=StoppingCriteriaList([watch]),
            **({"custom_generate": search} if search is not None else {}),
        )
    rows = found.sequences[:, watch.begin :].tolist()
    return [
        _completions(loaded, job, stopping, rows[place * job.count : (place + 1) * job.count])
        for place, (job, stopping) in enumerate(jobs)
    ]


class _Watch(StoppingCriteria):
    """Between tokens: hands them out, and stops rows whose time is up or whose text says so."""

    def __init__(
        self,
        jobs: Sequence[tuple[Job, Stopping]],
        begin: int,
        between: Callable[[], None],
        gone: Callable[[int], bool],
        began: Callable[[int], None],
    ) -> None:
        self.begin = begin
        self._jobs = jobs
        self._between, self._gone, self._began = between, gone, began
        self._searches = searches(jobs[0][0].decoding, jobs[0][0].count)
        self._ended: set[int] = set()

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        gone = [self._gone(place) for place in range(len(self._jobs))]
        if all(gone):
            raise Cancelled
        rows = input_ids[:, self.begin :].tolist()
        each = len(rows) // len(self._jobs) if len(self._jobs) > 1 else len(rows)
        ended = [self._ends(number, row, number // each, gone) for number, row in enumerate(rows)]
        self._between()
        return torch.tensor(ended, device=input_ids.device)

    def _ends(self, number: int, written: list[int], place: int, gone: Sequence[bool]) -> bool:
        job, stopping = self._jobs[place]
        if not self._searches:  # beams change places, so that of them nothing is known but what they are now
            if number in self._ended:
                return True
            if len(written) == 1:
                self._began(place)
            if stopping.ends(written[-1]):
                self._ended.add(number)
                return True
            if job.on_token is not None and job.count == 1:
                job.on_token(written[-1])
        ends = gone[place] or time.monotonic() >= job.deadline or stopping.after(written) == "stop"
        if ends and not self._searches:
            self._ended.add(number)
        return ends


def _completions(loaded: LoadedModel, job: Job, stopping: Stopping, rows: Sequence[list[int]]) -> list[Generated]:
    written, whole = [], []
    for row in rows:
        place = next((place for place, token in enumerate(row) if stopping.ends(token)), None)
        if place is None:  # what another row of the batch needed more room for
            while row and row[-1] == loaded.pad_id:
                row = row[:-1]
        written.append(row if place is None else row[:place])
        whole.append(row if place is None else row[: place + 1])
    found = []
    for ids, ended, likely in zip(written, whole, log_probabilities(loaded, job.ids, whole), strict=True):
        finish: Finish = "deadline"
        if len(ended) > len(ids):
            finish = "stop"
        elif ids:
            finish = stopping.after(ids) or "deadline"
        found.append(Generated(tuple(ids), finish, likely))
    return found


def log_probabilities(loaded: LoadedModel, ids: Sequence[int], rows: Sequence[Sequence[int]]) -> list[float]:
    """Return the natural logarithm of the probability of each completion of a chat."""
    longest = max(map(len, rows), default=0)
    if not longest:
        return [0.0] * len(rows)
    wanted = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows], device=loaded.device)
    counts = torch.tensor([[place < len(row) for place in range(longest)] for row in rows], device=loaded.device)
    read = torch.tensor([list(ids)] * len(rows), device=loaded.device)
    if loaded.encoder_decoder:
        begin = torch.full((len(rows), 1), loaded.model.config.decoder_start_token_id, device=loaded.device)
        logits = loaded.model(input_ids=read, decoder_input_ids=torch.cat([begin, wanted[:, :-1]], dim=1)).logits
    else:
        logits = loaded.model(input_ids=torch.cat([read, wanted[:, :-1]], dim=1)).logits[:, len(ids) - 1 :]
    each = logits.float().log_softmax(-1).gather(-1, wanted[:, :, None])[:, :, 0]
    likely: list[float] = (each * counts).sum(-1).tolist()
    return likely


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave out what transformers warns of: fields of the model's own settings that are not used here."""
    told = transformers.logging.get_verbosity()
    transformers.logging.set_verbosity(logging.ERROR)
    try:
        yield
    finally:
        transformers.logging.set_verbosity(told)
