"""Chats are read, a piece of each at a time, until the first token of an answer can be chosen.

Imports torch: import it late.
"""

import logging
from collections.abc import Sequence
from functools import cached_property

import torch

from dialog_generative.local.decoding.choosing import Rule
from dialog_generative.local.engine.memory import READ_LEAST
from dialog_generative.local.engine.tasks import Row, Task, as_generation_error
from dialog_generative.local.engine.work import Work
from dialog_generative.local.engine.writing import Writer
from dialog_generative.local.forward.runner import Runner, out_of_memory
from dialog_generative.local.jobs import Job
from dialog_generative.local.model import LoadedModel

logger = logging.getLogger(__name__)


class Prefill:
    """Reads chats.

    Args:
        loaded: The model.
        runner: Runs it.
        work: What is under way.
        writer: Chooses first tokens, and takes over from there.

    Attributes:
        together: Whether pieces of several chats are read at once, where many short ones take as long as one.
    """

    def __init__(self, loaded: LoadedModel, runner: Runner, work: Work, writer: Writer) -> None:
        self.together = loaded.device.type == "cuda"
        self._loaded, self._runner = loaded, runner
        self._work, self._writer = work, writer

    def begin(self, waiting: Task | Row) -> None:
        """Begin to read a chat, where it was left off if something of it is kept."""
        try:
            self._work.reading.append(self._row(waiting))
        except Exception as error:
            self._work.fail(waiting if isinstance(waiting, Task) else waiting.task, as_generation_error(error))

    def read(self) -> None:
        """Read some tokens of those chats that are not read yet, shared out evenly."""
        work = self._work
        rows = list(work.reading)[: max(1, work.room.tokens // READ_LEAST)]
        share = work.room.tokens // max(len(rows), 1)
        together = self.together and len(rows) > 1 and (not any(row.read for row in rows) or not self._slides)
        ready: list[Row] = []
        for group in [rows] if together else [[row] for row in rows]:
            going = [row for row in group if row in work.reading]  # the job of another may have ended since
            if going:
                ready += self._read_some(going, share)
        self._writer.join(ready)

    def _row(self, waiting: Task | Row) -> Row:
        if isinstance(waiting, Task):
            task, job = waiting, waiting.job
            row = Row(task, self._rule(job, 0), list(job.ids))
            if kept := self._work.conversations.take(job.key, job.ids):
                row.cache, row.read = kept
                task.cached = row.read
        else:
            row = waiting
        if row.cache is None:
            row.cache, row.read = self._runner.new_cache(), 0
        return row

    def _rule(self, job: Job, number: int) -> Rule:
        return Rule(job.decoding, job.seed, number, self._loaded.end_ids, self._loaded.device)

    @cached_property
    def _slides(self) -> bool:
        return self._runner.new_cache().slides

    def _read_some(self, rows: Sequence[Row], share: int) -> list[Row]:
        """Read a piece of each chat, and return the rows that are read and go on."""
        reading = self._work.reading
        pieces = [row.ids[row.read : row.read + share] for row in rows]
        caches = [row.cache for row in rows if row.cache is not None]
        try:
            if len(rows) == 1:
                logits = self._runner.read(pieces[0], rows[0].read, caches[0])
            else:
                logits = self._runner.read_together(pieces, [row.read for row in rows], caches)
        except Exception as error:
            if len(rows) == 1:
                self._failed(rows[0], error)
                return []
            logger.warning("%d chats are not read together: %s: %s", len(rows), type(error).__name__, error)
            return [one for row in rows if row in reading for one in self._read_some([row], share)]
        ready: list[Row] = []
        for place, (row, piece) in enumerate(zip(rows, pieces, strict=True)):
            if row.done:
                continue
            row.read += len(piece)
            reading.remove(row)
            if row.read < len(row.ids):
                reading.append(row)
            else:
                ready += self._first_tokens(row, logits[place : place + 1])
        return ready

    def _first_tokens(self, row: Row, logits: torch.Tensor) -> list[Row]:
        """Choose the first token of each completion of a chat, and return the rows that go on."""
        rows = [row]
        if row.ids == list(row.task.job.ids):
            job = row.task.job
            row.task.open = job.count
            rows += [Row(row.task, self._rule(job, number), list(row.ids), row.read) for number in range(1, job.count)]
        self._writer.choose(rows, logits.expand(len(rows), -1))
        going = [one for one in rows if not one.done]
        for one in going:
            if one is not row and row.cache is not None:
                one.cache = row.cache.row(0, 0, row.read)
        return going

    def _failed(self, row: Row, error: Exception) -> None:
        work, task = self._work, row.task
        row.cache, row.read = None, 0
        if out_of_memory(error):
            work.reading.remove(row)
            others = len(work.reading) + len(work.board.rows)
            if others or work.room.can_shrink:
                work.room.make(others)
                if not others:
                    work.room.read_less()
                work.waiting.appendleft(row)
            else:
                work.fail(task, work.room.refusal(len(row.ids)))
        elif task.cached and not task.restarted:
            work.read_anew(row, error)
            work.reading.remove(row)
            work.waiting.appendleft(row)
        else:
            work.fail(task, as_generation_error(error))
